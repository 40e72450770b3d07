//! The executable as a container has it: with the libraries of its last image and nothing else, as a user without rights in a root that it
//! cannot write to. Where a container engine is, `docs/install.md` says how to build the real thing; none is needed for this.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, Stdio, id},
    thread,
    time::{Duration, Instant},
};

use super::needs;
use crate::{
    files,
    steps::{Outcome, note, output, run},
    tools,
};

/// The user `nonroot` of the image.
const USER: &str = "65532:65532";
/// For the first start, and for the end.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tries it, where that is possible.
pub(crate) fn check() -> Outcome {
    let libraries = needs::files(&output(Command::new("ldd").arg(files::vitrine()))?)?;
    if !tools::is_root() {
        note("not root: the executable alone in an empty root, as a container has it, was NOT tried");
        return Ok(());
    }
    note("the executable alone in an empty root, as a container has it");
    let folder = env::temp_dir().join(format!("vitrine-bare-{}", id()));
    let tried = furnish(&folder, &libraries).and_then(|()| serve(&folder));
    files::remove_folder(&folder)?;
    tried
}

/// The executable, its libraries and the folder of its data.
fn furnish(root: &Path, libraries: &[String]) -> Outcome {
    let vitrine = files::vitrine();
    let mut wanted = vec![(vitrine.as_path(), "usr/bin/vitrine")];
    wanted.extend(
        libraries
            .iter()
            .map(|library| (Path::new(library), library.trim_start_matches('/'))),
    );
    for (from, to) in wanted {
        let to = root.join(to);
        if let Some(folder) = to.parent() {
            files::make_folder(folder)?;
        }
        fs::copy(from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    files::make_folder(&root.join("var/lib/vitrine"))?;
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).map_err(|error| error.to_string())?;
    output(Command::new("chown").arg(USER).arg(root.join("var/lib/vitrine"))).map(drop)
}

/// Starts it, asks it, and ends it.
fn serve(root: &Path) -> Outcome {
    let listen = free_address()?;
    let mut server = inside(root, &listen)
        .args(["/usr/bin/vitrine", "serve"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("chroot could not be started: {error}"))?;
    let asked = address(&mut server)
        .and_then(|address| ask(&address))
        .and_then(|()| output(inside(root, &listen).args(health(&containerfile()?)?)).map(drop));
    let ended = end(server);
    asked.and(ended)
}

/// An address that nobody listens at.
fn free_address() -> Outcome<String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.to_string())
        .map_err(|error| error.to_string())
}

fn containerfile() -> Outcome<String> {
    files::read_text(&files::root().join("packaging/container/Containerfile"))
}

/// What an engine runs to see whether the container is well.
fn health(containerfile: &str) -> Outcome<Vec<String>> {
    let line = containerfile
        .lines()
        .find(|line| line.starts_with("HEALTHCHECK "))
        .and_then(|line| line.split_once(" CMD "))
        .map(|(_, command)| command)
        .ok_or("the Containerfile says nothing about its health")?;
    serde_json::from_str(line).map_err(|error| format!("the Containerfile's HEALTHCHECK: {error}"))
}

/// A command in the root, with nothing of this machine's environment.
fn inside(root: &Path, listen: &str) -> Command {
    let mut command = Command::new("chroot");
    command
        .arg(format!("--userspec={USER}"))
        .arg(root)
        .env_clear()
        .env("VITRINE_DATA", "/var/lib/vitrine")
        .env("VITRINE_LISTEN", listen)
        .env("PATH", env::var_os("PATH").unwrap_or_default());
    command
}

/// Where it says that it is.
fn address(server: &mut Child) -> Outcome<String> {
    let out = server.stdout.take().ok_or("its output is not read")?;
    for line in BufReader::new(out).lines() {
        let line = line.map_err(|error| error.to_string())?;
        if let Some(address) = line.strip_prefix("Vitrine is at http://") {
            return Ok(address.to_owned());
        }
    }
    Err("it ended before it said where it is".to_owned())
}

fn ask(address: &str) -> Outcome {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if answer(address).is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(format!("http://{address}/readyz does not say that it is ready"))
}

fn answer(address: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// Asks it to end, as an engine does, and waits.
fn end(mut server: Child) -> Outcome {
    let asked = run(Command::new("kill").args(["-TERM", &server.id().to_string()]));
    let begun = Instant::now();
    while asked.is_ok() && begun.elapsed() < PATIENCE {
        match server.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("asked to stop, it ended with {status}")),
            Ok(None) => thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(error.to_string()),
        }
    }
    // Its own child, by its handle: the last resort.
    let _ = server.kill();
    let _ = server.wait();
    Err("asked to stop, it did not end".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neither engine is needed to see who it runs as.
    #[test]
    fn the_container_runs_as_the_user_that_is_tried_here() {
        let file = containerfile().expect("it is there");
        assert!(health(&file).expect("a command").starts_with(&["/usr/bin/vitrine".to_owned()]));
        let last = file.rsplit("\nFROM ").next().expect("a last stage");
        assert!(last.contains(&format!("\nUSER {USER}\n")), "{last}");
        assert!(last.starts_with("gcr.io/distroless/cc-debian12"), "{last}");
    }
}
