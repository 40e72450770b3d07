//! Puts the package together below `target/package` and lets `dpkg-deb` close it. The same source makes the same package, byte for byte: its
//! only time is that of the newest entry in `packaging/debian/changelog`.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use flate2::{Compression, write::GzEncoder};

use super::{man, needs, third_party};
use crate::{
    files,
    steps::{Outcome, output, run},
};

/// From `packaging/debian`: what goes where, and who may read or run it.
const FILES: &[(&str, &str, u32)] = &[
    ("vitrinectl", "usr/sbin/vitrinectl", 0o755),
    ("vitrine.service", "lib/systemd/system/vitrine.service", 0o644),
    ("vitrine.socket", "lib/systemd/system/vitrine.socket", 0o644),
    ("vitrine.sysusers", "usr/lib/sysusers.d/vitrine.conf", 0o644),
    ("vitrine.tmpfiles", "usr/lib/tmpfiles.d/vitrine.conf", 0o644),
    // It holds passwords.
    ("vitrine.env", "etc/vitrine/vitrine.env", 0o640),
    ("copyright", "usr/share/doc/vitrine/copyright", 0o644),
    ("lintian-overrides", "usr/share/lintian/overrides/vitrine", 0o644),
    ("postinst", "DEBIAN/postinst", 0o755),
    ("prerm", "DEBIAN/prerm", 0o755),
    ("postrm", "DEBIAN/postrm", 0o755),
];

/// What stays when somebody has changed it.
const CONFFILES: &str = "/etc/vitrine/vitrine.env\n";

/// What the person who runs it reads, from `docs`.
const PAGES: &[&str] = &[
    "install",
    "deploying",
    "operating",
    "upgrading",
    "scaling",
    "embedding",
    "integrating",
    "mail-in",
];

/// The version of the package: the newest one in its changelog, which must be of this source.
pub(crate) fn version() -> Outcome<String> {
    let changelog = files::read_text(&packaging().join("changelog"))?;
    let version = newest(&changelog).ok_or("packaging/debian/changelog does not begin with `vitrine (VERSION)`")?;
    let upstream = version.rsplit_once('-').map_or(version, |(upstream, _)| upstream);
    if upstream == env!("CARGO_PKG_VERSION") {
        Ok(version.to_owned())
    } else {
        Err(format!(
            "packaging/debian/changelog ends with {version}, and this is {}: it needs an entry",
            env!("CARGO_PKG_VERSION")
        ))
    }
}

fn newest(changelog: &str) -> Option<&str> {
    let (_, rest) = changelog.lines().next()?.split_once("vitrine (")?;
    rest.split_once(')').map(|(version, _)| version)
}

/// The newest entry's time, as it stands there.
fn written(changelog: &str) -> Option<&str> {
    let signed = changelog.lines().find(|line| line.starts_with(" -- "))?;
    signed.split_once(">  ").map(|(_, date)| date)
}

/// The tree of the package that was made in a folder.
pub(crate) fn stage(folder: &Path) -> PathBuf {
    folder.join("tree")
}

/// Makes a package in a folder; `effort` of xz from 0 to 9.
pub(crate) fn make(folder: &Path, version: &str, effort: u8) -> Outcome<PathBuf> {
    let tree = stage(folder);
    files::remove_folder(&tree)?;
    let executable = files::read(&files::vitrine())?;
    put(&tree, "usr/bin/vitrine", &executable, 0o755)?;
    for (from, to, mode) in FILES {
        put(&tree, to, &files::read(&packaging().join(from))?, *mode)?;
    }
    put(&tree, "DEBIAN/conffiles", CONFFILES.as_bytes(), 0o644)?;
    let changelog = files::read_text(&packaging().join("changelog"))?;
    let doc = |name: &str, text: &[u8]| put(&tree, &format!("usr/share/doc/vitrine/{name}.gz"), &gzip(text)?, 0o644);
    doc("changelog.Debian", changelog.as_bytes())?;
    doc("changelog", &files::read(&files::root().join("CHANGELOG.md"))?)?;
    doc("third-party.txt", third_party::text()?.as_bytes())?;
    for page in PAGES {
        let name = format!("{page}.md");
        doc(&name, &files::read(&files::root().join("docs").join(&name))?)?;
    }
    let manual = |name: &str, text: &[u8]| put(&tree, &format!("usr/share/man/{name}.gz"), &gzip(text)?, 0o644);
    manual("man1/vitrine.1", man::page()?.as_bytes())?;
    manual("man8/vitrinectl.8", &files::read(&packaging().join("vitrinectl.8"))?)?;

    let control = files::read_text(&packaging().join("control"))?
        .replace("@VERSION@", version)
        .replace("@ARCHITECTURE@", architecture()?.trim())
        .replace("@INSTALLED_SIZE@", &kilobytes(&tree)?.to_string())
        .replace("@LIBRARIES@", &needs::libraries(&executable)?);
    put(&tree, "DEBIAN/control", control.as_bytes(), 0o644)?;
    put(&tree, "DEBIAN/md5sums", sums(&tree)?.as_bytes(), 0o644)?;

    let date = written(&changelog).ok_or("the newest entry of packaging/debian/changelog is not signed with a date")?;
    let seconds = output(Command::new("date").args(["--utc", "--date", date, "+%s"]))?;
    let deb = folder.join(format!("vitrine_{version}_{}.deb", architecture()?.trim()));
    run(Command::new("dpkg-deb")
        .args(["--root-owner-group", "-Zxz", &format!("-z{effort}"), "--build"])
        .arg(&tree)
        .arg(&deb)
        .env("SOURCE_DATE_EPOCH", seconds.trim()))?;
    Ok(deb)
}

/// Where the sources of the package are.
pub(crate) fn packaging() -> PathBuf {
    files::root().join("packaging/debian")
}

fn architecture() -> Outcome<String> {
    output(Command::new("dpkg").arg("--print-architecture"))
}

/// Writes a file of the tree, whatever this user's mask says about new files and folders.
fn put(tree: &Path, to: &str, content: &[u8], mode: u32) -> Outcome {
    let path = tree.join(to);
    files::write(&path, content)?;
    let allow = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|error| format!("{}: {error}", path.display()))
    };
    allow(&path, mode)?;
    for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(tree)) {
        allow(folder, 0o755)?;
    }
    Ok(())
}

fn gzip(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(content)
        .and_then(|()| encoder.finish())
        .map_err(|error| error.to_string())
}

/// What the files take up, in kilobytes, each counted up.
fn kilobytes(tree: &Path) -> Outcome<u64> {
    let mut sum = 0;
    for path in files::walk(tree, &["DEBIAN"])? {
        let size = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.len();
        sum += size.div_ceil(1_024);
    }
    Ok(sum)
}

/// What `dpkg --verify` compares with: everything but the settings, which people change.
fn sums(tree: &Path) -> Outcome<String> {
    let named: Vec<String> = files::walk(tree, &["DEBIAN", "etc"])?
        .iter()
        .map(|path| files::below(tree, path))
        .collect();
    output(Command::new("md5sum").args(&named).current_dir(tree))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changelog_says_what_is_made_and_when() {
        let text =
            "vitrine (1.2.0-3) unstable; urgency=medium\n\n  * It.\n\n -- We <we@vitrine.example>  Sun, 22 Nov 2026 12:00:00 +0000\n";
        assert_eq!(newest(text), Some("1.2.0-3"));
        assert_eq!(written(text), Some("Sun, 22 Nov 2026 12:00:00 +0000"));
        assert_eq!((newest("vitrine"), written("vitrine")), (None, None));
    }

    #[test]
    fn the_package_is_of_this_version() {
        version().expect("the changelog has an entry for the version in Cargo.toml");
    }

    #[test]
    fn what_the_package_is_made_of_is_there() {
        for (from, ..) in FILES {
            assert!(packaging().join(from).is_file(), "{from}");
        }
        for page in PAGES {
            assert!(files::root().join(format!("docs/{page}.md")).is_file(), "{page}");
        }
    }
}
