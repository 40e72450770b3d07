//! Somebody who talks: a client of the documented frames that sends one message at a time, keeps each until it is answered, and comes
//! back by itself, as the programs in browsers do. It may know several servers of one installation.

use std::{
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{SinkExt as _, StreamExt as _};
use model::{
    desk::WindowKind,
    event::{Audience, Event},
    id::{ClientId, ConversationId, Epoch, Seq},
    limits::HEARTBEAT_S,
    panel::Ticket,
    text::Body,
    wire::{ClientFrame, Position, SUBPROTOCOL, ServerFrame},
};
use reqwest::{Client, Method, RequestBuilder, redirect};
use service::clock::new_id;
use tokio::{
    net::TcpStream,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::{
    checker::{Book, Entry, words},
    tools::chance,
};

/// A request that is not answered for so long is made again …
const PATIENCE: Duration = Duration::from_secs(10);
/// … and on a connection on which nothing was heard for so long nobody is there any more: as in browsers.
const SILENCE: Duration = Duration::from_secs(2 * HEARTBEAT_S as u64 + 5);

/// The way in, at whichever server answers. Cheap to clone; what is known of one server is known of all clones.
#[derive(Clone)]
pub(crate) struct Door {
    client: Client,
    bases: Arc<[String]>,
    at: Arc<AtomicUsize>,
    /// What is asked for a ticket.
    pub(crate) ticket: &'static str,
    /// Whose session travels in the header, and not in a cookie.
    pub(crate) session: Option<String>,
}

impl Door {
    pub(crate) fn new(bases: &[String], ticket: &'static str) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build();
        Self {
            client: client.expect("a client"),
            bases: bases.into(),
            at: Arc::default(),
            ticket,
            session: None,
        }
    }

    /// The server that is asked at this moment.
    pub(crate) fn base(&self) -> &str {
        &self.bases[self.at.load(Ordering::Relaxed) % self.bases.len()]
    }

    /// That one did not answer: the next one is asked.
    fn turn(&self) {
        self.at.fetch_add(1, Ordering::Relaxed);
    }

    /// A request as a page of ours makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = self.base();
        let request = self
            .client
            .request(method, format!("{base}{path}"))
            .header("sec-fetch-site", "same-origin")
            .header("origin", base);
        match &self.session {
            Some(session) => request.header("x-vitrine-session", session),
            None => request,
        }
    }

    pub(crate) async fn line(&self) -> Option<Line> {
        let asked = self.request(Method::POST, self.ticket).json(&()).send().await;
        let ticket = asked.ok()?.json::<Ticket>().await.ok()?;
        let mut request = format!("{}/ws", self.base().replacen("http", "ws", 1)).into_client_request().ok()?;
        request.headers_mut().insert("origin", self.base().parse().ok()?);
        request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().ok()?);
        let (stream, _) = timeout(PATIENCE, connect_async(request)).await.ok()?.ok()?;
        Some(Line {
            stream,
            ticket: ticket.ticket,
            heard: Instant::now(),
        })
    }
}

/// One connection.
pub(crate) struct Line {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    ticket: String,
    /// When something came last.
    heard: Instant,
}

impl Line {
    /// `false` when it is over.
    pub(crate) async fn send(&mut self, frame: &ClientFrame) -> bool {
        let text = serde_json::to_string(frame).expect("serialises");
        self.stream.send(Message::text(text)).await.is_ok()
    }

    /// Follows a conversation, and has been told its log.
    pub(crate) async fn follow(&mut self, conversation: ConversationId) {
        let hello = ClientFrame::Hello {
            ticket: self.ticket.clone(),
            window: WindowKind::Recap,
            resume: Vec::new(),
        };
        assert!(self.send(&hello).await, "it takes a hello");
        loop {
            match self.next().await.expect("is welcome") {
                ServerFrame::Welcome { epoch, .. } => {
                    let follow = ClientFrame::Sub {
                        conv: conversation,
                        aud: Audience::All,
                        epoch: Some(epoch),
                        after_seq: Some(Seq::ZERO),
                    };
                    assert!(self.send(&follow).await, "it takes a sub");
                }
                ServerFrame::Sync { .. } => return,
                _ => {}
            }
        }
    }

    /// Whether somebody is said to type, within this time.
    pub(crate) async fn hears_typing(&mut self, patience: Duration) -> bool {
        let hears = async {
            loop {
                if let ServerFrame::Typing { on: true, .. } = self.next().await.expect("goes on") {
                    return;
                }
            }
        };
        timeout(patience, hears).await.is_ok()
    }

    /// The next frame; `None` when it is over.
    pub(crate) async fn next(&mut self) -> Option<ServerFrame> {
        loop {
            let came = self.stream.next().await?;
            self.heard = Instant::now();
            match came {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}

/// How somebody stands at this moment.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    /// The last event they know.
    pub(crate) known: Seq,
    /// Whether they wait for an answer.
    pub(crate) waits: bool,
    /// Whether they go on talking.
    talks: bool,
    /// Messages that were answered with their number.
    pub(crate) kept: u64,
    /// Times they were asked for patience.
    pub(crate) put_off: u64,
    /// When a message was answered last.
    pub(crate) last: Instant,
}

/// Somebody who talks, until they are dropped.
pub(crate) struct Talk {
    pub(crate) name: String,
    standing: Arc<Mutex<Standing>>,
    task: JoinHandle<()>,
}

impl Talk {
    /// Somebody begins to talk, as often as this if they are answered.
    pub(crate) fn begin(name: &str, door: Door, conversation: ConversationId, pace: Duration, book: Book) -> Self {
        let standing = Arc::new(Mutex::new(Standing {
            known: Seq::ZERO,
            waits: false,
            talks: true,
            kept: 0,
            put_off: 0,
            last: Instant::now(),
        }));
        let speaker = Speaker {
            name: name.to_owned(),
            door,
            conversation,
            pace,
            book,
            standing: standing.clone(),
            epoch: None,
            known: Seq::ZERO,
            waits: None,
            said: 0,
            pause: None,
        };
        Self {
            name: name.to_owned(),
            standing,
            task: tokio::spawn(speaker.live()),
        }
    }

    pub(crate) fn standing(&self) -> Standing {
        lock(&self.standing).clone()
    }

    /// From now on they only listen, and wait for what is not answered yet.
    pub(crate) fn hush(&self) {
        lock(&self.standing).talks = false;
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(standing: &Mutex<Standing>) -> MutexGuard<'_, Standing> {
    standing.lock().expect("nobody panicked")
}

struct Speaker {
    name: String,
    door: Door,
    conversation: ConversationId,
    pace: Duration,
    book: Book,
    standing: Arc<Mutex<Standing>>,
    epoch: Option<Epoch>,
    known: Seq,
    waits: Option<(ClientId, Body)>,
    said: u32,
    /// How long the server asked them to stay away.
    pause: Option<Duration>,
}

impl Speaker {
    async fn live(mut self) {
        loop {
            match self.door.line().await {
                Some(line) => self.converse(line).await,
                None => self.door.turn(),
            }
            // Full jitter, as in browsers, only shorter: a test waits for it.
            let jitter = Duration::from_millis(20 + chance() % 280);
            sleep(self.pause.take().unwrap_or(jitter)).await;
        }
    }

    /// One connection from its beginning to its end.
    async fn converse(&mut self, mut line: Line) {
        let resume = self.epoch.map(|epoch| Position {
            conv: self.conversation,
            aud: Audience::All,
            epoch,
            after_seq: self.known,
        });
        let hello = ClientFrame::Hello {
            ticket: line.ticket.clone(),
            window: WindowKind::Recap,
            resume: resume.into_iter().collect(),
        };
        if !line.send(&hello).await {
            return;
        }
        let mut beat = interval(self.pace);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Until then nothing else is heard: a frame beside the `hello` is none that makes sense.
        let mut welcome = false;
        let mut again = None;
        loop {
            let due = again.unwrap_or_else(Instant::now);
            let silent = line.heard + SILENCE;
            tokio::select! {
                frame = line.next() => match frame {
                    None => return,
                    Some(ServerFrame::Welcome { epoch, .. }) => {
                        welcome = true;
                        // What was not answered before is said again, with the same id.
                        again = self.waits.is_some().then(Instant::now);
                        if self.epoch.is_none() && !line.send(&self.follow(epoch)).await {
                            return;
                        }
                    }
                    Some(frame) => {
                        if let Some(after) = self.hear(frame) {
                            again = Some(Instant::now() + after);
                        }
                    }
                },
                _ = beat.tick(), if welcome && self.waits.is_none() => {
                    if lock(&self.standing).talks {
                        self.think();
                        again = Some(Instant::now());
                    }
                }
                () = sleep_until(silent) => return,
                () = sleep_until(due), if again.is_some() => {
                    again = None;
                    if let Some(frame) = self.message() && !line.send(&frame).await {
                        return;
                    }
                }
            }
        }
    }

    fn follow(&mut self, epoch: Epoch) -> ClientFrame {
        self.epoch = Some(epoch);
        ClientFrame::Sub {
            conv: self.conversation,
            aud: Audience::All,
            epoch: Some(epoch),
            after_seq: Some(self.known),
        }
    }

    /// The next thing to say.
    fn think(&mut self) {
        self.said += 1;
        let words = format!("{} {:05}", self.name, self.said);
        let cid = new_id();
        self.book.write(Entry::Said {
            who: self.name.clone(),
            cid,
            words: words.clone(),
        });
        self.waits = Some((cid, Body::parse(&words).expect("fine")));
        lock(&self.standing).waits = true;
    }

    fn message(&self) -> Option<ClientFrame> {
        let (cid, body) = self.waits.clone()?;
        Some(ClientFrame::Send {
            conv: self.conversation,
            aud: Audience::All,
            cid,
            body,
        })
    }

    /// Takes in a frame; answers after which time the message is to be said again, if it is.
    fn hear(&mut self, frame: ServerFrame) -> Option<Duration> {
        match frame {
            ServerFrame::Sync { from, events, .. } => {
                if from != self.known {
                    self.strange(format!("a log from {from} on, and had asked for what follows {}", self.known));
                }
                for event in &events {
                    self.told(event);
                }
            }
            ServerFrame::Ev { event, .. } => self.told(&event),
            ServerFrame::Sent { cid, seq, .. } => {
                self.book.write(Entry::Kept {
                    who: self.name.clone(),
                    cid,
                    seq,
                });
                if self.is_waiting_for(cid) {
                    self.answered();
                    let mut standing = lock(&self.standing);
                    standing.kept += 1;
                    standing.last = Instant::now();
                }
            }
            ServerFrame::Nack {
                cid: Some(cid),
                code,
                after_ms,
            } if self.is_waiting_for(cid) => {
                if code.retryable() {
                    lock(&self.standing).put_off += 1;
                    return Some(Duration::from_millis(u64::from(after_ms.unwrap_or(1_000))));
                }
                self.book.write(Entry::Refused {
                    who: self.name.clone(),
                    cid,
                    why: code,
                });
                self.answered();
            }
            ServerFrame::Reset { .. } => self.strange("that it begins again".to_owned()),
            ServerFrame::Gone { .. } => self.strange("that there is no such conversation".to_owned()),
            ServerFrame::Drain { after_ms } => self.pause = Some(Duration::from_millis(u64::from(after_ms))),
            _ => {}
        }
        None
    }

    fn is_waiting_for(&self, cid: ClientId) -> bool {
        self.waits.as_ref().is_some_and(|(waits, _)| *waits == cid)
    }

    fn answered(&mut self) {
        self.waits = None;
        lock(&self.standing).waits = false;
    }

    fn told(&mut self, event: &Event) {
        self.book.write(Entry::Told {
            who: self.name.clone(),
            seq: event.seq,
            words: words(event),
        });
        self.known = event.seq;
        lock(&self.standing).known = event.seq;
    }

    fn strange(&self, what: String) {
        self.book.write(Entry::Strange {
            who: self.name.clone(),
            what,
        });
    }
}
