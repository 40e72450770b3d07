//! A PostgreSQL of the tests' own: made in a temporary folder, reached through a socket there, gone at the end. It never touches a
//! cluster that was there before.

use std::{
    env,
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    files,
    steps::{Outcome, note, output, run, succeeds},
    tools,
};

/// How long it may take to answer for the first time.
const START: Duration = Duration::from_mins(1);

/// A running cluster; dropping it stops and removes it.
pub(crate) struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    server: Child,
}

impl Cluster {
    /// Makes and starts one for tests: nothing in it has to survive a power cut.
    pub(crate) fn start() -> Outcome<Self> {
        Self::with(&["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=300"])
    }

    /// To be measured: it waits for the disk, and has a quarter of the machine's memory, as its manual says. What is installed has 128 MB,
    /// which is for machines of long ago.
    pub(crate) fn start_durable() -> Outcome<Self> {
        let memory = memory_kib().map_or_else(|| "128MB".to_owned(), |kib| format!("{}kB", kib / 4));
        Self::with(&["-c", "max_connections=300", "-c", &format!("shared_buffers={memory}")])
    }

    fn with(settings: &[&str]) -> Outcome<Self> {
        let bin =
            tools::postgres().ok_or("PostgreSQL's server is not installed: on Debian `apt-get install postgresql`, or pass --install")?;
        // Short: the path of a socket has at most 107 bytes.
        let folder = env::temp_dir().join(format!("vitrine-pg-{}", process::id()));
        files::make_folder(&folder)?;
        if tools::is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder))?;
        }
        let data = folder.join("data");
        note(&format!("{} in {}", bin.join("postgres").display(), folder.display()));
        output(
            as_postgres(&bin.join("initdb"), &folder)
                .args([
                    "--auth=trust",
                    "--username=postgres",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--no-sync",
                    "--pgdata",
                ])
                .arg(&data),
        )
        .inspect_err(|_| drop(files::remove_folder(&folder)))?;
        let server = as_postgres(&bin.join("postgres"), &folder)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            // Only the socket.
            .args(["-c", "listen_addresses="])
            .args(settings)
            .args(["-c", "logging_collector=off", "-c", "log_min_messages=fatal"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|e| format!("postgres could not be started: {e}"))?;
        let mut cluster = Self { bin, folder, server };
        cluster.wait()?;
        Ok(cluster)
    }

    /// What the tests connect to.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.display())
    }

    fn wait(&mut self) -> Outcome {
        let begun = Instant::now();
        while begun.elapsed() < START {
            if succeeds(
                Command::new(self.bin.join("pg_isready"))
                    .arg("-q")
                    .arg("-U")
                    .arg("postgres")
                    .arg("-h")
                    .arg(&self.folder),
            ) {
                return Ok(());
            }
            if let Ok(Some(status)) = self.server.try_wait() {
                return Err(format!("postgres ended at once, with {status}"));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err(format!("postgres did not answer within {} s", START.as_secs()))
    }
}

/// How much memory the machine has; `None` where it does not say so.
fn memory_kib() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = told.lines().find(|line| line.starts_with("MemTotal"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = as_postgres(&self.bin.join("pg_ctl"), &self.folder);
        stop.args(["stop", "-s", "-w", "-m", "immediate", "-D"])
            .arg(self.folder.join("data"));
        let stopped = succeeds(&mut stop);
        if !stopped {
            // Its own child, by its handle: the last resort.
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        if let Err(why) = files::remove_folder(&self.folder) {
            note(&format!("left behind: {why}"));
        }
    }
}

/// PostgreSQL refuses to run as root: then as its own user.
fn as_postgres(program: &Path, folder: &Path) -> Command {
    let mut command = if tools::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder);
    command
}
