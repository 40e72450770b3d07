//! A PostgreSQL of the fault's own, which may be stopped, crashed and brought back: the one of the other tests must not be.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::tools::{runs, skip};

/// How long it may take to answer.
const START: Duration = Duration::from_mins(1);
const TERMINATE: &str =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vitrine' AND pid <> pg_backend_pid()";

/// A cluster; dropping it stops and removes it.
pub(crate) struct Cluster {
    bin: PathBuf,
    folder: TempDir,
    server: Option<Child>,
}

impl Cluster {
    /// Makes and starts one; `None` (said aloud) where there is nothing to start.
    pub(crate) async fn start() -> Option<Self> {
        let Some(bin) = programs() else {
            skip("there is no PostgreSQL to stop (Debian: postgresql)");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let mut cluster = Self { bin, folder, server: None };
        if is_root() {
            let place = cluster.folder.path().to_string_lossy().into_owned();
            assert!(runs("chown", &["postgres", &place]), "the folder is ours to give");
        }
        let mut initdb = cluster.program("initdb");
        initdb.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "--pgdata",
        ]);
        initdb.arg(cluster.data()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(initdb.status().expect("initdb runs").success(), "initdb");
        cluster.begin().await;
        Some(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What an administrator connects to.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.path().display())
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    /// PostgreSQL refuses to run as root: then as its own user.
    fn program(&self, name: &str) -> Command {
        let program = self.bin.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// It answers from now on.
    pub(crate) async fn begin(&mut self) {
        let mut postgres = self.program("postgres");
        postgres.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        // Only the socket; and nothing here has to survive a power cut.
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "max_connections=100",
            "logging_collector=off",
            "log_min_messages=fatal",
        ] {
            postgres.args(["-c", setting]);
        }
        self.server = Some(
            postgres
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("postgres starts"),
        );
        let begun = Instant::now();
        while PgConnection::connect(&self.url()).await.is_err() {
            assert!(begun.elapsed() < START, "postgres does not answer");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// It ends: `fast`, with a word to everybody, or `immediate`, as in a crash.
    pub(crate) fn stop(&mut self, mode: &str) {
        let mut stop = self.program("pg_ctl");
        stop.args(["stop", "-s", "-w", "-m", mode, "-D"]).arg(self.data());
        let stopped = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if let Some(mut server) = self.server.take() {
            if !stopped.is_ok_and(|status| status.success()) {
                // Its own child, by its handle: the last resort.
                let _ = server.kill();
            }
            let _ = server.wait();
        }
    }

    /// Every connection of ours is cut.
    pub(crate) async fn cut(&self) {
        let mut admin = PgConnection::connect(&self.url()).await.expect("connects");
        // Where all were cut a moment ago, until there is one again.
        let begun = Instant::now();
        let cut = loop {
            let cut = sqlx::query(TERMINATE).fetch_all(&mut admin).await.expect("an administrator may");
            if !cut.is_empty() {
                break cut;
            }
            assert!(begun.elapsed() < START, "there is nothing to cut");
            sleep(Duration::from_millis(10)).await;
        };
        println!("{} connections cut", cut.len());
        admin.close().await.expect("closes");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop("immediate");
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

/// The newest that is installed.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(Path::new("/usr/lib/postgresql"))
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("postgres").is_file())
        .collect();
    found.sort();
    found.pop()
}
