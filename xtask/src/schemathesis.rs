//! The `api` step of the tests: schemathesis asks the real executable 20,000 things, made from the description that it serves. Only when it
//! is asked for: it takes minutes, and its packages come from PyPI.

use std::{env, path::Path, process::Command, process::id};

use crate::{
    files,
    steps::{Outcome, note, run, succeeds},
    tools,
};

/// The version that was tried.
const VERSION: &str = "4.32.5";
/// How many requests.
const REQUESTS: u32 = 20_000;
const SCRIPT: &str = include_str!("schemathesis.py");

/// Runs it.
pub(crate) fn check() -> Outcome {
    let vitrine = files::vitrine();
    if !vitrine.is_file() {
        return Err(format!("{} is not there: cargo xtask build", vitrine.display()));
    }
    let venv = files::own_tools().join("schemathesis");
    packages(&venv)?;
    let folder = env::temp_dir().join(format!("vitrine-api-{}", id()));
    files::make_folder(&folder)?;
    let script = folder.join("schemathesis.py");
    files::write(&script, SCRIPT.as_bytes())?;
    // Its reports and caches stay in the folder, too.
    let asked = run(Command::new(venv.join("bin/python"))
        .arg(&script)
        .arg(&vitrine)
        .arg(&folder)
        .arg(REQUESTS.to_string())
        .current_dir(&folder)
        .env("PATH", path_with(&venv)));
    if asked.is_ok() {
        return files::remove_folder(&folder);
    }
    note(&format!("the server's log and the findings are in {}", folder.display()));
    asked
}

/// The environment of its own, made once.
fn packages(venv: &Path) -> Outcome {
    let python = venv.join("bin/python");
    let there = format!("import importlib.metadata as m; assert m.version('schemathesis') == '{VERSION}'");
    if succeeds(Command::new(&python).args(["-c", &there])) {
        return Ok(());
    }
    let system = tools::required(
        "python3",
        "Python 3.10 or later with its venv: on Debian `apt-get install python3-venv`",
    )?;
    run(Command::new(system).args(["-m", "venv"]).arg(venv))?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", &format!("schemathesis=={VERSION}"), "requests"]))
}

/// Its programs first.
fn path_with(venv: &Path) -> String {
    let path = env::var("PATH").unwrap_or_default();
    format!("{}:{path}", venv.join("bin").display())
}
