//! `cargo xtask demo`: build, then become the demo. What the demo holds is the `demo` crate's business, and where to look is
//! printed by `vitrine demo` itself.

use std::{
    os::unix::process::CommandExt,
    path::{Component, Path, PathBuf},
    process::Command,
};

use clap::Args;

use crate::{build, files, steps::Outcome};

/// Run the demo marketplace.
#[derive(Args)]
pub(crate) struct Demo {
    /// Where Vitrine listens.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: String,
    /// Where the demo shop listens; browsers reach it as `localhost`, so that it is another site.
    #[arg(long, default_value = "127.0.0.1:3001")]
    shop: String,
    /// The folder of the demo's database.
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
    /// Begin with an empty database.
    #[arg(long)]
    fresh: bool,
}

impl Demo {
    /// Returns only when it could not begin: the demo takes this process's place, so that Ctrl-C reaches it.
    pub(crate) fn run(self) -> Outcome {
        build::run()?;
        if self.fresh {
            forget(&self.data)?;
        }
        let mut vitrine = Command::new(files::vitrine());
        vitrine
            .current_dir(files::root())
            .args(["demo", "--listen", &self.listen, "--shop", &self.shop, "--data"])
            .arg(&self.data);
        let why = vitrine.exec();
        Err(format!("{} could not be started: {why}", files::vitrine().display()))
    }
}

/// Removes a database folder, but only below the repository's own `data/`: a mistyped path must not cost anybody their files.
fn forget(data: &Path) -> Outcome {
    let ours = data.starts_with("data") && data.components().count() > 1 && data.components().all(|c| matches!(c, Component::Normal(_)));
    if !ours {
        return Err(format!(
            "--fresh only empties folders below data/; remove {} yourself",
            data.display()
        ));
    }
    files::remove_folder(&files::root().join(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_never_removes_a_folder_of_somebody_else() {
        for path in ["/", "/tmp", "data", "data/../..", "server", "../data/demo"] {
            assert!(forget(Path::new(path)).is_err(), "{path}");
        }
    }
}
