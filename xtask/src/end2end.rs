//! The browser tests in `end2end/`: their npm packages, brought into that folder when they changed, and Playwright.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    files, hash,
    steps::{Outcome, note, output, run},
    tools,
};

/// The `end2end` step of the tests.
pub(crate) fn check() -> Outcome {
    let npm = brought()?;
    run(Command::new(&npm)
        .args(["run", "--silent", "types"])
        .current_dir(files::root().join("end2end")))?;
    run(&mut playwright()?)
}

/// One file of the tests, with variables of its own; answers what it printed.
pub(crate) fn one(file: &str, variables: &[(&str, String)]) -> Outcome<String> {
    brought()?;
    let file = format!("tests/{file}.spec.ts");
    output(playwright()?.arg(file).envs(variables.iter().map(|(name, value)| (name, value))))
}

/// Brings the packages; answers where npm is.
fn brought() -> Outcome<PathBuf> {
    let npm = tools::required("npm", "Node 20 or later, or pass --install")?;
    packages(&npm)?;
    Ok(npm)
}

/// Playwright on the executable.
fn playwright() -> Outcome<Command> {
    let vitrine = files::vitrine();
    if !vitrine.is_file() {
        return Err(format!("{} is not there: cargo xtask build", vitrine.display()));
    }
    let chromium =
        tools::chromium().ok_or("no Chromium here: on Debian `apt-get install chromium`, or name one in CHROMIUM, or pass --install")?;
    let mut command = Command::new("npx");
    command
        .args(["--no-install", "playwright", "test"])
        .current_dir(files::root().join("end2end"))
        .env("VITRINE_BIN", &vitrine)
        .env("CHROMIUM", &chromium);
    Ok(command)
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
