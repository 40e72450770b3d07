//! `cargo xtask package`: the Debian package of the executable that was built, and every proof of it that this machine can give: lintian,
//! its scripts, its units, an installation on a machine to throw away, and the executable alone as a container has it. What cannot be tried
//! here is named. Nothing is ever installed on the machine itself.

mod bare;
mod checks;
mod deb;
mod machine;
mod man;
mod needs;
mod third_party;

use std::path::PathBuf;

use clap::Args;

use crate::{
    build, files,
    steps::{Outcome, note, step},
    tools,
};

/// How hard the package that people get is compressed, and the one that only shows what an update does.
const SMALL: u8 = 6;
const QUICK: u8 = 0;

/// Make the Debian package.
#[derive(Args)]
pub(crate) struct Package {
    /// Of the executable that is there, without building it.
    #[arg(long)]
    built: bool,
}

impl Package {
    /// Builds, makes the package and tries it.
    pub(crate) fn run(self) -> Outcome {
        tools::required("dpkg-deb", "Debian packages are made on Debian, or where its dpkg is installed")?;
        if !self.built {
            build::run()?;
        }
        step("package", check)
    }
}

/// Where packages are put together.
fn folder() -> PathBuf {
    files::root().join("target/package")
}

/// The `package` step of the tests.
pub(crate) fn check() -> Outcome {
    if !files::vitrine().is_file() {
        return Err(format!("{} is not there: cargo xtask build", files::vitrine().display()));
    }
    if tools::in_path("dpkg-deb").is_none() {
        note("no dpkg-deb here: the package was NOT made, and nothing of it checked");
        return Ok(());
    }
    let version = deb::version()?;
    let first = deb::make(&folder(), &version, SMALL)?;
    checks::lintian(&first)?;
    checks::scripts()?;
    checks::units(&deb::stage(&folder()))?;
    let second = deb::make(&folder().join("next"), &format!("{version}+next"), QUICK)?;
    machine::install_on(&first, &second)?;
    files::remove_folder(&folder().join("next"))?;
    bare::check()?;
    note(&format!("{}", first.display()));
    Ok(())
}
