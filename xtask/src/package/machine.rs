//! The package on a machine to throw away (`packaging/debian/machine`): systemd as the first process, with install, kill, update, remove and
//! purge. It takes root, an overlay file system and control groups; where one of them is missing, that is said, and with
//! `VITRINE_REQUIRE_MACHINE=1` it is an error.

use std::{env, fs, path::Path, process::Command, process::id};

use super::deb;
use crate::{
    files,
    steps::{Outcome, note},
    tools,
};

/// What `enter.sh` ends with where there can be no such machine.
const CANNOT: i32 = 75;
/// For all of it; half a minute is usual.
const PATIENCE_SECONDS: &str = "400";

/// Installs the first, updates to the second, and so on.
pub(crate) fn install_on(first: &Path, second: &Path) -> Outcome {
    if !tools::is_root() {
        return cannot("it takes root");
    }
    let folder = env::temp_dir().join(format!("vitrine-machine-{}", id()));
    files::make_folder(&folder)?;
    for (package, name) in [(first, "first.deb"), (second, "second.deb")] {
        fs::copy(package, folder.join(name)).map_err(|error| format!("{}: {error}", package.display()))?;
    }
    note("the package on a machine to throw away, with systemd as its first process");
    let ended = Command::new("timeout")
        .args(["--kill-after=10", PATIENCE_SECONDS, "unshare", "--mount", "sh"])
        .arg(deb::packaging().join("machine/enter.sh"))
        .arg(&folder)
        .output()
        .map_err(|error| format!("`timeout unshare` could not be started: {error}"))?;
    let result = fs::read_to_string(folder.join("result")).unwrap_or_default();
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    files::remove_folder(&folder)?;
    let words = String::from_utf8_lossy(&ended.stderr).into_owned();
    if ended.status.code() == Some(CANNOT) {
        return cannot(words.trim());
    }
    if result.trim() == "passed" {
        log.lines().filter(|line| line.starts_with("ok ")).for_each(note);
        return Ok(());
    }
    log.lines().chain(words.lines()).for_each(note);
    match result.trim() {
        "" => Err(format!("the machine ended with {} and says nothing", ended.status)),
        wrong => Err(wrong.to_owned()),
    }
}

fn cannot(why: &str) -> Outcome {
    let missing = format!("installing, updating and removing the package under systemd was NOT tried: {why}");
    if env::var("VITRINE_REQUIRE_MACHINE").is_ok_and(|wanted| wanted == "1") {
        return Err(missing);
    }
    note(&missing);
    Ok(())
}
