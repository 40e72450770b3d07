//! Programs that xtask calls: where they are, and how the missing ones come into this checkout. System-wide installation is
//! `install.rs`, and only on request.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    files,
    steps::{Outcome, note, output, run, step, succeeds},
};

/// What browsers run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Older ones (Debian's 108) mishandle what today's compiler writes.
const WASM_OPT_MIN: u32 = 116;

/// Cargo, in the repository, without the variables that `cargo run` leaves behind: build scripts watch some of them, and would run
/// again at each change between `cargo xtask` and plain `cargo`.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(files::root());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let of_a_run = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_"];
        if of_a_run.iter().any(|prefix| text.starts_with(prefix)) {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// For the compiler: what the programs say of the place in their source where something is wrong, without the place of that source.
/// Nobody's folders are told to shoppers, and the same source makes the same module everywhere.
pub(crate) fn without_paths() -> Vec<String> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let registries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut folders = vec![files::root()];
    folders.extend(registries.into_iter().flatten().flatten().map(|entry| entry.path()));
    folders
        .iter()
        .map(|folder| format!("--remap-path-prefix={}=", folder.display()))
        .collect()
}

/// A program in `PATH`.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// A program in `PATH`, or an error that says what needs it and how to get it.
pub(crate) fn required(name: &str, hint: &str) -> Outcome<PathBuf> {
    in_path(name).ok_or_else(|| format!("`{name}` is not installed: {hint}"))
}

/// A cargo subcommand: in `PATH`, or in this checkout's own tools.
pub(crate) fn cargo_tool(name: &str) -> Option<PathBuf> {
    in_path(name).or_else(|| Some(files::own_tools().join("bin").join(name)).filter(|path| path.is_file()))
}

/// Makes sure that Rust can compile for browsers: by rustup, or from the archive that `VITRINE_RUST_STD` names.
pub(crate) fn wasm_target() -> Outcome {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(files::root()))?;
    let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
    if libraries.join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    step(&format!("Rust's library for {WASM}"), || {
        if in_path("rustup").is_some() && run(Command::new("rustup").args(["target", "add", WASM]).current_dir(files::root())).is_ok() {
            return Ok(());
        }
        let Some(archive) = env::var_os("VITRINE_RUST_STD").map(PathBuf::from) else {
            return Err(format!(
                "`rustup target add {WASM}` did not work; without a network, name rust-std-…-{WASM}.tar.xz in VITRINE_RUST_STD"
            ));
        };
        unpack(&archive, &libraries)
    })
}

fn unpack(archive: &Path, libraries: &Path) -> Outcome {
    let folder = files::own_tools().join("rust-std");
    files::remove_folder(&folder)?;
    files::make_folder(&folder)?;
    run(Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(&folder))?;
    let inside = Path::new("lib/rustlib").join(WASM);
    let library = files::walk(&folder, &[])?
        .iter()
        .flat_map(|path| path.ancestors())
        .find(|path| path.ends_with(&inside))
        .map(Path::to_owned)
        .ok_or_else(|| format!("{}: no {} in it", archive.display(), inside.display()))?;
    run(Command::new("cp").arg("-r").arg(&library).arg(libraries))?;
    files::remove_folder(&folder)
}

/// An optimiser for WebAssembly.
pub(crate) struct WasmOpt {
    pub(crate) path: PathBuf,
    pub(crate) version: String,
}

/// The `wasm-opt` that is there, if one is that is new enough.
pub(crate) fn wasm_opt() -> Option<WasmOpt> {
    let own = [
        "end2end/node_modules/.bin",
        "xtask/node_modules/.bin",
        "target/tools/node_modules/.bin",
    ]
    .map(|folder| files::root().join(folder).join("wasm-opt"));
    in_path("wasm-opt")
        .into_iter()
        .chain(own)
        .filter(|path| path.exists())
        .find_map(|path| {
            let version = output(Command::new(&path).arg("--version")).ok()?.trim().to_owned();
            (wasm_opt_number(&version)? >= WASM_OPT_MIN).then_some(WasmOpt { path, version })
        })
}

/// `wasm-opt version 132 (version_132)` is 132.
fn wasm_opt_number(version: &str) -> Option<u32> {
    version.split_whitespace().find_map(|word| word.parse().ok())
}

/// The same, fetched from npm into this checkout when there is none. Without it everything works and is a little larger.
pub(crate) fn wasm_opt_or_fetch() -> Option<WasmOpt> {
    if let Some(tool) = wasm_opt() {
        return Some(tool);
    }
    let folder = files::own_tools();
    let fetched = in_path("npm").is_some_and(|npm| {
        fs::create_dir_all(&folder).is_ok()
            && run(Command::new(npm).arg("install").arg("--prefix").arg(&folder).args([
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "binaryen@132",
            ]))
            .is_ok()
    });
    let tool = if fetched { wasm_opt() } else { None };
    if tool.is_none() {
        note("no wasm-opt (npm package binaryen) here: going on without it; the browser programs are about a fifth larger to unpack");
    }
    tool
}

/// Chromium for the browser tests.
pub(crate) fn chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}

/// The folder of PostgreSQL's server programs, of the newest version there is.
pub(crate) fn postgres() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, bin)| bin)
        .or_else(|| in_path("initdb")?.parent().map(Path::to_owned))
}

/// Whether there is a mail server to test with: Python's `aiosmtpd`, and `openssl` for its certificate.
pub(crate) fn smtp_server() -> bool {
    let has = |python: &str| succeeds(Command::new(python).args(["-c", "import aiosmtpd.smtp"]));
    in_path("openssl").is_some() && ["/usr/bin/python3", "python3"].into_iter().any(has)
}

/// Whether there is a virus scanner to test with: ClamAV's.
pub(crate) fn clamd() -> bool {
    Path::new("/usr/sbin/clamd").is_file()
}

/// Whether there is a mail server to test mail that arrives with: Dovecot 2.3, reading and handing over.
pub(crate) fn dovecot() -> bool {
    let there = ["/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp"]
        .iter()
        .all(|path| Path::new(path).is_file());
    there
        && in_path("openssl").is_some()
        && output(Command::new("/usr/sbin/dovecot").arg("--version")).is_ok_and(|version| version.starts_with("2.3"))
}

/// Whether there is a NATS to test servers with that talk through it.
pub(crate) fn nats_server() -> bool {
    in_path("nats-server").is_some() || Path::new("/usr/sbin/nats-server").is_file()
}

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Whether `sudo` asks nothing.
pub(crate) fn has_sudo() -> bool {
    succeeds(Command::new("sudo").args(["-n", "true"]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_of_wasm_opt_is_its_number() {
        assert_eq!(super::wasm_opt_number("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(super::wasm_opt_number("wasm-opt"), None);
    }
}
