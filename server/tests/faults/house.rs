//! The real executable with a world in its database: started, waited for, killed, and looked into when it is still.

use std::{
    io,
    net::TcpListener,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use model::{
    event::{Audience, Event},
    id::{ConversationId, Seq},
    limits::PAGE_EVENTS_MAX,
    party::Role,
    text::Name,
};
use service::{Actor, Clock, Party, Services, conversation};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use storage::{Engine, Storage};
use tempfile::TempDir;
use testkit::World;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use crate::relay::Relay;

const PROGRAM: &str = env!("CARGO_BIN_EXE_vitrine");
/// A start that takes longer has failed.
const START: Duration = Duration::from_mins(1);

/// A server in a process of its own, and its data.
pub(crate) struct House {
    /// Where it is.
    pub(crate) base: String,
    /// Who is in it.
    pub(crate) world: World,
    /// What stands before its name on the command line.
    pub(crate) before: Vec<String>,
    /// Variables of its environment.
    variables: Vec<(String, String)>,
    /// A socket that is open before it and after it, as a supervisor's is.
    socket: Option<TcpListener>,
    port: u16,
    data: PathBuf,
    url: Option<String>,
    child: Option<Child>,
    notes: TempDir,
    _folder: Option<TempDir>,
}

impl House {
    /// With a SQLite file in a folder of its own.
    pub(crate) async fn build() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().to_owned();
        Self::build_with(&data, Some(folder)).await
    }

    /// With a SQLite file in this folder.
    pub(crate) async fn build_in(data: &Path) -> Self {
        Self::build_with(data, None).await
    }

    async fn build_with(data: &Path, folder: Option<TempDir>) -> Self {
        let world = furnish(Engine::Sqlite(data.join("vitrine.db"))).await;
        let house = Self::new(world, data.to_owned(), None, folder);
        house.is_let_go().await;
        house
    }

    /// The writer of a SQLite file ends when the last handle is gone, a moment later.
    async fn is_let_go(&self) {
        let lock = std::fs::File::create(self.data.join("vitrine.lock")).expect("is ours");
        let begun = Instant::now();
        while lock.try_lock().is_err() {
            assert!(begun.elapsed() < START, "the database was never let go");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// More people at the desk of alpha, while the server is still: their addresses.
    pub(crate) async fn employ(&self, count: usize) -> Vec<String> {
        let storage = Storage::open(self.engine()).await.expect("opens");
        let services = Services::new(storage, Clock::system(), self.base.clone());
        let people = self.world.alpha.employ(&services, count).await;
        drop(services);
        self.is_let_go().await;
        people
    }

    fn engine(&self) -> Engine {
        match &self.url {
            Some(url) => Engine::Postgres(url.clone()),
            None => Engine::Sqlite(self.data.join("vitrine.db")),
        }
    }

    /// On a PostgreSQL, with a folder of its own for the rest.
    pub(crate) async fn build_on(url: &str) -> Self {
        let world = furnish(Engine::Postgres(url.to_owned())).await;
        Self::on(url, world)
    }

    /// Another server on the same PostgreSQL.
    pub(crate) fn beside(&self) -> Self {
        Self::on(self.url.as_deref().expect("a PostgreSQL"), self.world.clone())
    }

    /// Another one, which finds it behind a wire.
    pub(crate) fn beside_through(&self, relay: &Relay) -> Self {
        let direct = self.url.as_deref().expect("a PostgreSQL");
        let name = direct.split('?').next().expect("the first part of it");
        let url = name.replacen("localhost", &format!("127.0.0.1:{}", relay.port), 1);
        let mut house = self.beside();
        house.set("VITRINE_DATABASE_URL", &url);
        house
    }

    fn on(url: &str, world: World) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut house = Self::new(world, folder.path().to_owned(), Some(url.to_owned()), Some(folder));
        house.set("VITRINE_DATABASE_URL", url);
        house
    }

    fn new(world: World, data: PathBuf, url: Option<String>, folder: Option<TempDir>) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        Self {
            base: format!("http://127.0.0.1:{port}"),
            world,
            // One client does what many do, on whatever disk there is.
            variables: vec![
                ("VITRINE_RATE_FACTOR".to_owned(), "1000".to_owned()),
                ("VITRINE_DISK_FLOOR".to_owned(), "0".to_owned()),
                ("VITRINE_LOG".to_owned(), "warn".to_owned()),
            ],
            before: Vec::new(),
            socket: None,
            port,
            data,
            url,
            child: None,
            notes: tempfile::tempdir().expect("a folder"),
            _folder: folder,
        }
    }

    /// A variable of its environment, from the next start on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The socket is open from now on, whether the server runs or not.
    pub(crate) fn keep_socket(&mut self) {
        let socket = TcpListener::bind(("127.0.0.1", self.port)).expect("the port is free");
        self.socket = Some(socket);
        // What a supervisor does: the socket is descriptor 3, and the variables say so.
        let hand_over = "exec 3<&0 0</dev/null; LISTEN_PID=$$; LISTEN_FDS=1; export LISTEN_PID LISTEN_FDS; exec \"$@\"";
        self.before = ["sh", "-c", hand_over, "sh"].map(str::to_owned).to_vec();
    }

    /// Starts it: how long until it was ready.
    pub(crate) async fn open(&mut self) -> Duration {
        let begun = Instant::now();
        let notes = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .expect("a file of ours");
        let mut command = match self.before.split_first() {
            None => Command::new(PROGRAM),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(PROGRAM);
                command
            }
        };
        command.arg("serve").arg("--listen").arg(format!("127.0.0.1:{}", self.port));
        command.arg("--data").arg(&self.data);
        command.envs(self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        command.stdin(match &self.socket {
            Some(socket) => Stdio::from(OwnedFd::from(socket.try_clone().expect("a handle"))),
            None => Stdio::null(),
        });
        command.stdout(Stdio::null()).stderr(notes).kill_on_drop(true);
        self.child = Some(command.spawn().expect("starts"));
        while self.asks("/readyz").await != Some(200) {
            if let Some(status) = self.has_ended() {
                panic!("it ended at once, with {status}:\n{}", self.log());
            }
            assert!(begun.elapsed() < START, "it is not ready:\n{}", self.log());
            sleep(Duration::from_millis(10)).await;
        }
        begun.elapsed()
    }

    fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.as_mut().and_then(|child| child.try_wait().expect("is ours"))
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).expect("it runs")
    }

    /// `kill -9`.
    pub(crate) async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("is ours");
        }
    }

    /// Waits until it ends by itself: with which code.
    pub(crate) async fn ended(&mut self, patience: Duration) -> Option<i32> {
        let mut child = self.child.take().expect("it runs");
        let waited = timeout(patience, child.wait()).await;
        let status = waited.unwrap_or_else(|_| panic!("it did not end within {patience:?}:\n{}", self.log()));
        status.expect("is ours").code()
    }

    /// A request on a connection of its own: the status, if there was an answer.
    pub(crate) async fn asks(&self, path: &str) -> Option<u16> {
        let ask = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n", self.port);
            stream.write_all(request.as_bytes()).await?;
            let mut head = [0_u8; 12];
            stream.read_exact(&mut head).await?;
            io::Result::Ok(head)
        };
        let head = timeout(START, ask).await.ok()?.ok()?;
        std::str::from_utf8(head.get(9..)?).ok()?.parse().ok()
    }

    fn log_file(&self) -> PathBuf {
        self.notes.path().join("log")
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Another way into its SQLite file, as some other program has it.
    pub(crate) async fn intruder(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new()
            .filename(self.data.join("vitrine.db"))
            .busy_timeout(Duration::from_secs(10));
        options.connect().await.expect("opens")
    }

    /// The whole log of a conversation, as the database has it; on SQLite of a server that is still, and then also whether the file is
    /// whole.
    pub(crate) async fn truth(&self, conversation: ConversationId) -> Vec<Event> {
        if self.url.is_none() {
            let mut look = self.intruder().await;
            let whole: String = sqlx::query_scalar("PRAGMA integrity_check")
                .fetch_one(&mut look)
                .await
                .expect("looks");
            assert_eq!(whole, "ok");
            look.close().await.expect("closes");
        }
        let storage = Storage::open(self.engine()).await.expect("opens");
        let services = Services::new(storage, Clock::system(), self.base.clone());
        let party = Party::Desk(Actor {
            account: self.world.alpha.owner.1,
            store: self.world.alpha.id,
            role: Role::Owner,
            live_chat: true,
            name: Name::parse("owner of alpha").expect("fine"),
            operator_name: None,
        });
        let mut log: Vec<Event> = Vec::new();
        loop {
            let after = log.last().map_or(Seq::ZERO, |event| event.seq);
            let page = conversation::events_after(&services, &party, conversation, Audience::All, after, PAGE_EVENTS_MAX).await;
            let page = page.expect("reads");
            if page.is_empty() {
                return log;
            }
            log.extend(page);
        }
    }
}

/// A world in an empty database.
async fn furnish(engine: Engine) -> World {
    let storage = Storage::open(engine).await.expect("opens");
    let services = Services::new(storage, Clock::system(), "http://127.0.0.1".to_owned());
    World::make(&services).await
}
