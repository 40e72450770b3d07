//! The floor: what any server has to do that stores a message durably before it delivers it, and nothing else. One writer commits
//! what is queued; then the sender is told, and everybody who follows the conversation. No people, no rights, no limits. Its database is
//! a file, or, as the product's, a PostgreSQL.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::{
        State,
        ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::{any, get},
    serve::ListenerExt,
};
use futures::{SinkExt, StreamExt};
use model::{
    event::{Audience, Event, EventKind, Mark},
    id::{ClientId, ConversationId, Epoch, Seq},
    limits::HEARTBEAT_S,
    party::Author,
    text::Body,
    time::Timestamp,
    wire::{ClientFrame, SUBPROTOCOL, ServerFrame},
};
use sqlx::{
    ConnectOptions, Executor, PgConnection, SqliteConnection,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{net::TcpListener, sync::mpsc};
use uuid::Uuid;

use crate::Result;

/// Messages in one commit, as in the product.
const BATCH: usize = 256;
/// Messages that may wait.
const QUEUE: usize = 4_096;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS message (
    conversation BLOB NOT NULL,
    seq          INTEGER NOT NULL,
    cid          BLOB NOT NULL,
    body         TEXT NOT NULL,
    at_ms        INTEGER NOT NULL,
    PRIMARY KEY (conversation, seq)
) STRICT";
const TABLE_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS message (
    conversation uuid   NOT NULL,
    seq          bigint NOT NULL,
    cid          uuid   NOT NULL,
    body         text   NOT NULL,
    at_ms        bigint NOT NULL,
    PRIMARY KEY (conversation, seq)
)";
const INSERT: &str = "INSERT INTO message (conversation, seq, cid, body, at_ms) VALUES ($1, $2, $3, $4, $5)";

/// The way to one connection's writer.
type Out = mpsc::UnboundedSender<Utf8Bytes>;

/// A message on its way into the database.
struct Job {
    conv: ConversationId,
    cid: ClientId,
    body: Body,
    sender: Out,
}

/// What all connections share.
#[derive(Clone)]
struct Floor {
    followers: Arc<Mutex<HashMap<ConversationId, Vec<Out>>>>,
    jobs: mpsc::Sender<Job>,
}

/// The only connection that there is.
enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    async fn open(data: &Path, postgres: Option<&str>) -> Result<Self> {
        let (mut database, table) = match postgres {
            None => {
                let options = SqliteConnectOptions::new()
                    .filename(data.join("floor.db"))
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full);
                (Self::Sqlite(options.connect().await?), TABLE)
            }
            Some(address) => {
                let connected = PgConnectOptions::from_str(address)?.connect().await?;
                (Self::Postgres(connected), TABLE_POSTGRES)
            }
        };
        database.execute(table).await?;
        Ok(database)
    }

    async fn execute(&mut self, sql: &'static str) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(database) => database.execute(sql).await.map(|_| ()),
            Self::Postgres(database) => database.execute(sql).await.map(|_| ()),
        }
    }

    async fn insert(&mut self, job: &Job, seq: i64, at: Timestamp) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(database) => {
                let insert = sqlx::query(INSERT).bind(job.conv.0).bind(seq).bind(job.cid.0);
                insert.bind(job.body.as_str()).bind(at.0).execute(database).await.map(|_| ())
            }
            Self::Postgres(database) => {
                let insert = sqlx::query(INSERT).bind(job.conv.0).bind(seq).bind(job.cid.0);
                insert.bind(job.body.as_str()).bind(at.0).execute(database).await.map(|_| ())
            }
        }
    }
}

/// Serves until the process ends.
pub(crate) async fn serve(listen: SocketAddr, data: &Path, postgres: Option<&str>) -> Result<()> {
    let database = Database::open(data, postgres).await?;
    let (jobs, queue) = mpsc::channel(QUEUE);
    let floor = Floor {
        followers: Arc::default(),
        jobs,
    };
    let writer = tokio::spawn(write(database, queue, floor.clone()));
    let router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/ws", any(upgrade))
        .with_state(floor);
    let listener = TcpListener::bind(listen).await?.tap_io(|tcp| {
        // A socket that cannot be set is only slower.
        let _ = tcp.set_nodelay(true);
    });
    tokio::select! {
        served = axum::serve(listener, router).into_future() => Ok(served?),
        written = writer => Ok(written??),
    }
}

async fn upgrade(State(floor): State<Floor>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.protocols([SUBPROTOCOL]).on_upgrade(|socket| connection(socket, floor))
}

async fn connection(socket: WebSocket, floor: Floor) {
    let (mut sink, mut stream) = socket.split();
    let (out, mut queue) = mpsc::unbounded_channel::<Utf8Bytes>();
    tokio::spawn(async move {
        while let Some(text) = queue.recv().await {
            if sink.send(Message::Text(text)).await.is_err() {
                return;
            }
        }
    });
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        let answer = match serde_json::from_str(&text) {
            Ok(ClientFrame::Hello { .. }) => Some(ServerFrame::Welcome {
                epoch: Epoch(Uuid::nil()),
                server_time: now(),
                hb: HEARTBEAT_S,
            }),
            Ok(ClientFrame::Sub { conv, aud, .. }) => {
                floor
                    .followers
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .entry(conv)
                    .or_default()
                    .push(out.clone());
                let (from, head) = (Seq::ZERO, Seq::ZERO);
                Some(ServerFrame::Sync {
                    conv,
                    aud,
                    from,
                    events: Vec::new(),
                    head,
                    mine: Mark::default(),
                    theirs: Mark::default(),
                })
            }
            Ok(ClientFrame::Send { conv, cid, body, .. }) => {
                if floor
                    .jobs
                    .send(Job {
                        conv,
                        cid,
                        body,
                        sender: out.clone(),
                    })
                    .await
                    .is_err()
                {
                    return;
                }
                None
            }
            _ => None,
        };
        if let Some(text) = answer.as_ref().and_then(encode) {
            let _ = out.send(text);
        }
    }
}

/// Takes what is queued now, commits it together, and only then tells anybody.
async fn write(mut database: Database, mut queue: mpsc::Receiver<Job>, floor: Floor) -> sqlx::Result<()> {
    let mut heads: HashMap<ConversationId, i64> = HashMap::new();
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let at = now();
        let mut stored = Vec::with_capacity(batch.len());
        database.execute("BEGIN").await?;
        for job in batch.drain(..) {
            let head = heads.entry(job.conv).or_default();
            *head += 1;
            database.insert(&job, *head, at).await?;
            stored.push((Seq(*head), job));
        }
        database.execute("COMMIT").await?;
        for (seq, job) in stored {
            deliver(&floor, seq, at, job);
        }
    }
    Ok(())
}

fn deliver(floor: &Floor, seq: Seq, at: Timestamp, job: Job) {
    if let Some(sent) = encode(&ServerFrame::Sent {
        cid: job.cid,
        seq,
        at,
        dup: false,
    }) {
        let _ = job.sender.send(sent);
    }
    let event = Event {
        seq,
        at,
        author: Author::Shopper,
        cid: Some(job.cid),
        kind: EventKind::Posted { body: job.body },
        via: None,
    };
    let Some(event) = encode(&ServerFrame::Ev {
        conv: job.conv,
        aud: Audience::All,
        event,
    }) else {
        return;
    };
    let followers = floor.followers.lock().unwrap_or_else(PoisonError::into_inner);
    for follower in followers.get(&job.conv).into_iter().flatten() {
        let _ = follower.send(event.clone());
    }
}

fn encode(frame: &ServerFrame) -> Option<Utf8Bytes> {
    serde_json::to_string(frame).ok().map(Into::into)
}

fn now() -> Timestamp {
    Timestamp(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_millis() as i64),
    )
}
