//! One client, as the product's own program behaves: it comes with a ticket, follows its conversations from where it was, says again what
//! was not acknowledged, tries again what was not taken now, and comes back when its server is gone, after a wait of its own.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt, stream::SplitSink};
use model::{
    event::{Audience, Event, EventKind},
    id::{ClientId, ConversationId, Epoch, Seq},
    limits::RESUME_MAX,
    panel::Ticket,
    text::Body,
    wire::{ClientFrame, Position, ServerFrame},
};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    Result, ask,
    ledger::Ledger,
    load::{read, spelled},
    socket::{self, Socket},
};

/// The waits of the product's own program (`app/live/src/backoff.rs`).
const BASE_MS: u64 = 500;
const CAP_MS: u64 = 30_000;
/// What it sends before it is answered, in different conversations (`app/live/src/outbox.rs`).
const IN_FLIGHT_MAX: usize = 8;
/// Nothing is to be tried again.
const NEVER: Duration = Duration::from_hours(1);
/// What a socket ends with that says no code.
const NO_CODE: u16 = 1_005;

/// Somebody with a right to a ticket.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// A shopper, by the session of the panel, at the store of this path.
    Shopper { path: String, token: String },
    /// Somebody at the desk.
    Staff { cookies: String },
}

impl Who {
    /// A ticket for one socket.
    pub(crate) async fn ticket(&self, address: SocketAddr) -> Result<String> {
        let answer = match self {
            Self::Shopper { path, token } => {
                let path = format!("{path}/ticket");
                ask::post(address, &path, ("x-vitrine-session", token.as_str()), None).await?
            }
            Self::Staff { cookies } => ask::post(address, "/desk/ticket", ("Cookie", cookies.as_str()), None).await?,
        };
        if answer.status != 200 {
            return Err(format!("a ticket was answered with {}", answer.status).into());
        }
        Ok(serde_json::from_str::<Ticket>(&answer.body)?.ticket)
    }
}

/// What a client is told to do.
pub(crate) enum Order {
    /// Say something.
    Say { cid: ClientId, conv: ConversationId },
    /// Drop the connection, and come back.
    Leave,
}

/// How a socket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With this code.
    Closed(u16),
    /// The connection broke.
    Lost,
    /// It was told to leave.
    Left,
    /// The run is over.
    Over,
}

/// What all clients share.
pub(crate) struct Shared {
    ledger: Mutex<Ledger>,
    /// Clients that are connected and told everything.
    pub(crate) here: AtomicUsize,
    /// How often somebody came.
    pub(crate) arrivals: AtomicUsize,
    /// How many may come at the same time.
    pub(crate) doors: Semaphore,
}

impl Shared {
    /// Nobody is there yet.
    pub(crate) fn new(at_once: usize) -> Self {
        Self {
            ledger: Mutex::default(),
            here: AtomicUsize::new(0),
            arrivals: AtomicUsize::new(0),
            doors: Semaphore::new(at_once),
        }
    }

    /// The book. Held for moments only.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that is not acknowledged.
struct Waiting {
    conv: ConversationId,
    /// When it may be said; `None` while it is on its way.
    ready_at: Option<Instant>,
}

/// See the module.
pub(crate) struct Tab {
    number: usize,
    address: SocketAddr,
    who: Who,
    follows: Vec<ConversationId>,
    shared: Arc<Shared>,
    orders: mpsc::UnboundedReceiver<Order>,
    online: Arc<AtomicBool>,
    /// What it knows, and of which history.
    epoch: Option<Epoch>,
    heads: HashMap<ConversationId, Seq>,
    waiting: BTreeMap<ClientId, Waiting>,
    dice: SmallRng,
}

/// What its owner keeps of it.
pub(crate) struct Handle {
    pub(crate) orders: mpsc::UnboundedSender<Order>,
    pub(crate) online: Arc<AtomicBool>,
}

impl Tab {
    /// The `number`th client.
    pub(crate) fn new(number: usize, address: SocketAddr, who: Who, follows: Vec<ConversationId>, shared: Arc<Shared>) -> (Self, Handle) {
        let (tell, orders) = mpsc::unbounded_channel();
        let online = Arc::new(AtomicBool::new(false));
        let handle = Handle {
            orders: tell,
            online: online.clone(),
        };
        let tab = Self {
            number,
            address,
            who,
            follows,
            shared,
            orders,
            online,
            epoch: None,
            heads: HashMap::new(),
            waiting: BTreeMap::new(),
            dice: SmallRng::seed_from_u64(number as u64),
        };
        (tab, handle)
    }

    /// Comes, stays, and comes back, until its owner lets go of it.
    pub(crate) async fn run(mut self) {
        let mut failures = 0;
        loop {
            match self.come().await {
                Ok(socket) => {
                    failures = 0;
                    self.online.store(true, Relaxed);
                    self.shared.here.fetch_add(1, Relaxed);
                    self.shared.arrivals.fetch_add(1, Relaxed);
                    let end = self.stay(socket).await;
                    self.shared.here.fetch_sub(1, Relaxed);
                    self.online.store(false, Relaxed);
                    self.shared.ledger().ended(end);
                    if end == End::Over {
                        return;
                    }
                }
                Err(why) => {
                    failures += 1;
                    self.shared.ledger().last_failure = Some(why.to_string());
                }
            }
            let wait = self.pause(failures);
            sleep(wait).await;
        }
    }

    /// Full jitter, as the product's own program waits.
    fn pause(&mut self, failures: u32) -> Duration {
        let most = (BASE_MS << failures.min(6)).min(CAP_MS);
        Duration::from_millis(self.dice.random_range(0..=most))
    }

    async fn come(&mut self) -> Result<Socket> {
        let shared = self.shared.clone();
        let _door = shared.doors.acquire().await?;
        timeout(socket::OPEN, self.greet()).await?
    }

    async fn greet(&mut self) -> Result<Socket> {
        let ticket = self.who.ticket(self.address).await?;
        let mut socket = socket::connect(self.address).await?;
        let epoch = socket::hello(&mut socket, ticket, self.positions()).await?;
        if self.epoch.is_some_and(|before| before != epoch) {
            self.heads.clear();
            self.shared.ledger().restarted += 1;
        }
        self.epoch = Some(epoch);
        for conv in &self.follows {
            if !self.heads.contains_key(conv) {
                socket::subscribe(&mut socket, *conv).await?;
            }
        }
        let mut unheard: BTreeSet<ConversationId> = self.follows.iter().copied().collect();
        while !unheard.is_empty() {
            let frame = socket::receive(&mut socket).await?;
            if let ServerFrame::Sync { conv, .. } | ServerFrame::Gone { conv } = &frame {
                unheard.remove(conv);
            }
            self.hear(frame);
        }
        Ok(socket)
    }

    /// Where it was.
    fn positions(&self) -> Vec<Position> {
        let Some(epoch) = self.epoch else { return Vec::new() };
        self.heads
            .iter()
            .take(RESUME_MAX)
            .map(|(conv, head)| Position {
                conv: *conv,
                aud: Audience::All,
                epoch,
                after_seq: *head,
            })
            .collect()
    }

    async fn stay(&mut self, socket: Socket) -> End {
        let (mut sink, mut stream) = socket.split();
        for waiting in self.waiting.values_mut() {
            waiting.ready_at = Some(Instant::now());
        }
        loop {
            for (cid, conv) in self.due() {
                if !say(&mut sink, cid, conv).await {
                    return End::Lost;
                }
            }
            let again = self.next_due();
            let wait = again.map_or(NEVER, |at| at.saturating_duration_since(Instant::now()));
            tokio::select! {
                order = self.orders.recv() => match order {
                    None => return End::Over,
                    Some(Order::Leave) => return End::Left,
                    Some(Order::Say { cid, conv }) => {
                        self.waiting.insert(cid, Waiting { conv, ready_at: Some(Instant::now()) });
                    }
                },
                message = stream.next() => match message {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                        Ok(frame) => self.hear(frame),
                        Err(_) => self.shared.ledger().unreadable += 1,
                    },
                    Some(Ok(Message::Close(frame))) => return End::Closed(frame.map_or(NO_CODE, |frame| frame.code.into())),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return End::Lost,
                },
                () = sleep(wait), if again.is_some() => {}
            }
        }
    }

    /// The first message of each conversation that waits, while there may be more on their way; and how many those are.
    fn first(&mut self) -> (usize, impl Iterator<Item = (&ClientId, &mut Waiting)>) {
        let flying = self.waiting.values().filter(|waiting| waiting.ready_at.is_none()).count();
        let mut begun = HashSet::new();
        let first = self.waiting.iter_mut().filter(move |(_, waiting)| begun.insert(waiting.conv));
        (flying, first.filter(|(_, waiting)| waiting.ready_at.is_some()))
    }

    /// What is to be said now, one message at a time in each conversation; it is on its way from here on.
    fn due(&mut self) -> Vec<(ClientId, ConversationId)> {
        let now = Instant::now();
        let (flying, first) = self.first();
        let due = first.filter(|(_, waiting)| waiting.ready_at.is_some_and(|at| at <= now));
        due.take(IN_FLIGHT_MAX.saturating_sub(flying))
            .map(|(cid, waiting)| {
                waiting.ready_at = None;
                (*cid, waiting.conv)
            })
            .collect()
    }

    /// When there is something to be said without anything having happened.
    fn next_due(&mut self) -> Option<Instant> {
        let (flying, first) = self.first();
        if flying >= IN_FLIGHT_MAX {
            return None;
        }
        first.filter_map(|(_, waiting)| waiting.ready_at).min()
    }

    fn hear(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Sent { cid, seq, .. } => {
                self.waiting.remove(&cid);
                self.shared.ledger().acked(cid, seq.0);
            }
            ServerFrame::Nack {
                cid: Some(cid),
                after_ms: Some(after_ms),
                ..
            } => {
                self.shared.ledger().busy += 1;
                if let Some(waiting) = self.waiting.get_mut(&cid) {
                    waiting.ready_at = Some(Instant::now() + Duration::from_millis(u64::from(after_ms)));
                }
            }
            ServerFrame::Nack { cid, .. } => {
                self.shared.ledger().refused += 1;
                if let Some(cid) = cid {
                    self.waiting.remove(&cid);
                }
            }
            ServerFrame::Sync { conv, from, events, .. } => {
                let head = *self.heads.entry(conv).or_insert(from);
                if from > head {
                    self.shared.ledger().skipped += 1;
                    self.heads.insert(conv, from);
                }
                for event in &events {
                    self.event(conv, event);
                }
            }
            ServerFrame::Ev { conv, event, .. } => self.event(conv, &event),
            ServerFrame::Reset { conv, .. } | ServerFrame::Gone { conv } => {
                self.heads.remove(&conv);
                self.shared.ledger().restarted += 1;
            }
            // Who types and who is there is not measured; that the server ends is seen by its end.
            _ => {}
        }
    }

    /// The rule of delivery: nothing but the event after the last one.
    fn event(&mut self, conv: ConversationId, event: &Event) {
        let head = self.heads.entry(conv).or_insert(Seq(event.seq.0 - 1));
        if event.seq <= *head {
            self.shared.ledger().repeated += 1;
            return;
        }
        if event.seq.0 > head.0 + 1 {
            self.shared.ledger().skipped += 1;
        }
        *head = event.seq;
        // The message's own id stands first in its text, so that the other side needs nothing else to know it.
        if let EventKind::Posted { body } = &event.kind
            && let Some(cid) = read(body.as_str())
        {
            self.shared.ledger().shown(cid, self.number);
        }
    }
}

/// Says something; `false` when nobody is there.
async fn say(sink: &mut SplitSink<Socket, Message>, cid: ClientId, conv: ConversationId) -> bool {
    let Ok(body) = Body::parse(&format!(
        "{} Is the blue vase still there, and when could it be in Utrecht?",
        spelled(cid)
    )) else {
        return false;
    };
    let frame = ClientFrame::Send {
        conv,
        aud: Audience::All,
        cid,
        body,
    };
    match serde_json::to_string(&frame) {
        Ok(text) => sink.send(Message::text(text)).await.is_ok(),
        Err(_) => false,
    }
}
