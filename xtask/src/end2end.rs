//! The browser tests in `end2end/`: their npm packages, brought into that folder when they changed, and Playwright.

use std::{fs, path::Path, process::Command};

use crate::{
    files, hash,
    steps::{Outcome, note, run},
    tools,
};

/// The `end2end` step of the tests.
pub(crate) fn check() -> Outcome {
    let npm = tools::required("npm", "Node 20 or later, or pass --install")?;
    let vitrine = files::vitrine();
    if !vitrine.is_file() {
        return Err(format!("{} is not there: cargo xtask build", vitrine.display()));
    }
    let chromium =
        tools::chromium().ok_or("no Chromium here: on Debian `apt-get install chromium`, or name one in CHROMIUM, or pass --install")?;
    packages(&npm)?;
    let folder = files::root().join("end2end");
    run(Command::new(&npm).args(["run", "--silent", "types"]).current_dir(&folder))?;
    run(Command::new("npx")
        .args(["--no-install", "playwright", "test"])
        .current_dir(&folder)
        .env("VITRINE_BIN", &vitrine)
        .env("CHROMIUM", &chromium))
}

/// `npm ci` when the lock file is not the one that the packages came from.
fn packages(npm: &Path) -> Outcome {
    let folder = files::root().join("end2end");
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.vitrine-lock");
    let wanted = hash::of(&files::read(&lock)?);
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        note("end2end/node_modules: unchanged");
        return Ok(());
    }
    run(Command::new(npm)
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        // Debian's Chromium is used.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    files::write(&stamp, wanted.as_bytes())
}
