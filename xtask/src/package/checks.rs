//! What tools say of the package without installing it: lintian, shellcheck, and systemd of its units. A tool that is not there is named.

use std::{path::Path, process::Command};

use super::deb;
use crate::{
    files,
    steps::{Outcome, note, run},
    tools,
};

/// How open the service may be by systemd's count, in tenths: of 100, where 20 is still "ok". What counts is that it reaches the network.
const EXPOSURE_MAX: u32 = 15;

/// No errors and no warnings.
pub(crate) fn lintian(package: &Path) -> Outcome {
    let Some(lintian) = tools::in_path("lintian") else {
        note("no lintian here (apt-get install lintian, or pass --install): what it says of the package was NOT asked");
        return Ok(());
    };
    run(Command::new(lintian)
        .args(["--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0"])
        .arg(package))
}

/// Every script of the package, and of the machine it is tried on.
pub(crate) fn scripts() -> Outcome {
    let folder = deb::packaging();
    let mut scripts: Vec<_> = ["postinst", "prerm", "postrm", "vitrinectl"]
        .iter()
        .map(|name| folder.join(name))
        .collect();
    scripts.extend(files::walk(&folder.join("machine"), &[])?);
    if let Some(shellcheck) = tools::in_path("shellcheck") {
        return run(Command::new(shellcheck).args(&scripts));
    }
    note("no shellcheck here (apt-get install shellcheck, or pass --install): the scripts are only parsed");
    scripts.iter().try_for_each(|script| run(Command::new("sh").arg("-n").arg(script)))
}

/// The units as they are in the tree of the package: without a mistake, and closed.
pub(crate) fn units(tree: &Path) -> Outcome {
    let Some(analyze) = tools::in_path("systemd-analyze") else {
        note("no systemd here: its units were NOT looked through");
        return Ok(());
    };
    // With the executable where it is now: systemd looks whether it is there.
    let folder = tree.with_file_name("units");
    let mut units = Vec::new();
    for name in ["vitrine.service", "vitrine.socket"] {
        let text = files::read_text(&tree.join("lib/systemd/system").join(name))?;
        let here = text.replace("/usr/bin/vitrine", &files::vitrine().to_string_lossy());
        units.push(folder.join(name));
        files::write(&folder.join(name), here.as_bytes())?;
    }
    let said = Command::new(&analyze)
        .args(["verify", "--man=no"])
        .args(&units)
        .output()
        .map_err(|error| format!("systemd-analyze could not be started: {error}"))?;
    // It also speaks of the units of this machine.
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    let ours: Vec<&str> = words.lines().filter(|line| line.contains("vitrine.")).collect();
    if !ours.is_empty() {
        return Err(ours.join("; "));
    }
    let security = run(Command::new(&analyze)
        .args(["security", "--no-pager", "--offline=true", &format!("--threshold={EXPOSURE_MAX}")])
        .arg(folder.join("vitrine.service")));
    files::remove_folder(&folder)?;
    security
}
