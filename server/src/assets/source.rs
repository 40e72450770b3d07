//! Where the files are: inside the executable in a release build, which cannot be compiled without them; on disk in a debug build, read when
//! they are asked for, so that what `cargo xtask` makes is there without compiling anything again.
//!
//! Names are checked before they come here.

use rust_embed::EmbeddedFile;

#[cfg(not(debug_assertions))]
mod place {
    use rust_embed::{EmbeddedFile, RustEmbed};

    /// What `cargo xtask build` finished.
    #[derive(RustEmbed)]
    #[folder = "../target/site"]
    struct Site;

    pub(super) fn built(name: &str) -> Option<EmbeddedFile> {
        Site::get(name)
    }

    /// Among the finished files are those of `public/`, with their brotli siblings.
    pub(super) fn public(name: &str) -> Option<(EmbeddedFile, Option<EmbeddedFile>)> {
        built(name).map(|file| (file, built(&format!("{name}.br"))))
    }
}

#[cfg(debug_assertions)]
mod place {
    use std::path::Path;

    use rust_embed::{EmbeddedFile, utils::read_file_from_fs};

    pub(super) fn built(name: &str) -> Option<EmbeddedFile> {
        on_disk("../target/site", name)
    }

    /// As it is written at this moment; nobody has compressed it.
    pub(super) fn public(name: &str) -> Option<(EmbeddedFile, Option<EmbeddedFile>)> {
        on_disk("../public", name).map(|file| (file, None))
    }

    fn on_disk(folder: &str, name: &str) -> Option<EmbeddedFile> {
        read_file_from_fs(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name)).ok()
    }
}

/// A file that `cargo xtask` finished.
pub(super) fn built(name: &str) -> Option<EmbeddedFile> {
    place::built(name)
}

/// A file of `public/`, and its brotli form if there is one.
pub(super) fn public(name: &str) -> Option<(EmbeddedFile, Option<EmbeddedFile>)> {
    place::public(name)
}
