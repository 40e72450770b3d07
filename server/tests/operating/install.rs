//! An installation: a data folder, a configuration over it, and now and then the real executable.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use model::{
    event::Audience,
    id::{ConversationId, Seq},
    limits::PAGE_EVENTS_MAX,
    panel::{Begun, LeaveMessage, Whence},
    text::{Body, EmailAddress, Name},
};
use server::config::{Config, Given, database::DatabaseConfig};
use service::{Clock, Services, clock::new_id, stores, visitor};
use storage::{Engine, Storage, StoreScope};
use tempfile::TempDir;
use testkit::SharedDatabase;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_vitrine");
/// A start that takes longer has failed.
const START: Duration = Duration::from_mins(1);

/// A data folder, and the database of the configuration.
pub(crate) struct Install {
    pub(crate) data: PathBuf,
    url: Option<String>,
    _folder: TempDir,
}

impl Install {
    /// With a SQLite file, which is not there yet.
    pub(crate) fn of_file() -> Self {
        Self::with(None)
    }

    /// With a new, empty PostgreSQL database, where there is one and its own programs are.
    pub(crate) async fn of_postgres() -> Option<Self> {
        let database = SharedDatabase::make().await?;
        let there = Command::new("pg_dump").arg("--version").stdout(Stdio::null()).status().await;
        if !there.is_ok_and(|status| status.success()) {
            println!("skipped: pg_dump is not in PATH (on Debian: postgresql-client)");
            return None;
        }
        Some(Self::with(Some(database.url().to_owned())))
    }

    fn with(url: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            data: folder.path().join("data"),
            url,
            _folder: folder,
        }
    }

    /// Its configuration.
    pub(crate) fn config(&self) -> Config {
        let look_up = |name: &str| match name {
            "VITRINE_DATABASE_URL" => self.url.clone(),
            "VITRINE_DISK_FLOOR" => Some("0".to_owned()),
            _ => None,
        };
        let given = Given {
            listen: None,
            data: Some(self.data.clone()),
        };
        Config::read(given, &look_up).expect("a configuration")
    }

    /// Its verbs, over its open database.
    pub(crate) async fn open(&self) -> Services {
        std::fs::create_dir_all(&self.data).expect("makes the folder");
        let config = self.config();
        let engine = match &config.database {
            DatabaseConfig::Sqlite { file } => Engine::Sqlite(file.clone()),
            DatabaseConfig::Postgres { url } => Engine::Postgres(url.clone()),
        };
        let storage = Storage::open(engine).await.expect("opens");
        let services = Services::new(storage, Clock::system(), "http://127.0.0.1".to_owned());
        services.keep_files_in(config.files.shelf());
        services.open_post(config.mail.open().expect("a way"));
        services
    }

    /// Closes what [`Install::open`] opened: the file is at rest afterwards.
    pub(crate) async fn close(services: Services) {
        let storage = services.storage().clone();
        drop(services);
        let closed = tokio::time::timeout(START, storage.close()).await;
        assert!(closed.is_ok(), "somebody still has the database");
    }
}

/// Leaves a message at alpha.
pub(crate) async fn leave(services: &Services, email: &str, text: &str) -> Begun {
    let store = stores::by_slug(services, "alpha").await.expect("alpha");
    let message = LeaveMessage {
        cid: new_id(),
        first_name: Name::parse("Jane").ok(),
        last_name: Name::parse("Canary").ok(),
        email: EmailAddress::parse(email).ok(),
        phone: None,
        message: Body::parse(text).expect("fine"),
        identity: None,
        origin: Whence::default(),
    };
    let begun = visitor::leave_message(services, &store, None, message, visitor::Browser::default()).await;
    begun.expect("is stored")
}

/// The conversations of a store; each log is looked through for gaps (I3).
pub(crate) async fn conversations(services: &Services, scope: StoreScope) -> Vec<ConversationId> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = services
            .storage()
            .read(move |s| Box::pin(async move { s.conversations_of_store(scope, after, 100).await }))
            .await
            .expect("reads");
        let Some(last) = page.last() else { return all };
        after = Some((last.opened_at, last.id));
        for conversation in page {
            whole(services, scope, conversation.id).await;
            all.push(conversation.id);
        }
    }
}

async fn whole(services: &Services, scope: StoreScope, id: ConversationId) {
    let (mut expected, mut after) = (1, Seq::ZERO);
    loop {
        let page = services
            .storage()
            .read(move |s| Box::pin(async move { s.events_after(scope, id, Audience::All, after, PAGE_EVENTS_MAX).await }))
            .await
            .expect("reads");
        let Some(last) = page.last() else { return };
        after = last.seq;
        for event in page {
            assert_eq!(event.seq, Seq(expected), "{id}: a number is missing");
            expected += 1;
        }
    }
}

/// The real executable at work; killed when it is dropped.
pub(crate) struct Running {
    /// Where it is.
    pub(crate) base: String,
    child: Child,
    log: PathBuf,
    _notes: TempDir,
}

impl Running {
    /// Starts it over a data folder, on a port of its own.
    pub(crate) async fn start(data: &Path, set: &[(&str, &str)]) -> Self {
        let notes = tempfile::tempdir().expect("a folder");
        let log = notes.path().join("log");
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("VITRINE_RATE_FACTOR", "1000")
            .env("VITRINE_DISK_FLOOR", "0")
            .envs(set.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).expect("a file"))
            .kill_on_drop(true)
            .spawn()
            .expect("starts");
        let mut said = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let base = loop {
            let line = tokio::time::timeout(START, said.next_line()).await;
            let Ok(Ok(Some(line))) = line else {
                panic!("it did not start:\n{}", std::fs::read_to_string(&log).unwrap_or_default())
            };
            if let Some(base) = line.strip_prefix("Vitrine is at ") {
                break base.to_owned();
            }
        };
        // What it says later is nobody's business, and must not stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
        Self {
            base,
            child,
            log,
            _notes: notes,
        }
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("is ours");
    }

    /// Asks it to stop, as a supervisor does. Answers what it logged.
    pub(crate) async fn stop(mut self) -> String {
        let id = self.child.id().expect("it runs").to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(asked.is_ok_and(|status| status.success()));
        let ended = tokio::time::timeout(START, self.child.wait()).await;
        assert!(
            ended.is_ok_and(|status| status.is_ok_and(|status| status.success())),
            "it ends by itself"
        );
        std::fs::read_to_string(&self.log).expect("a log")
    }
}
