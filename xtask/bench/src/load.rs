//! The load: shoppers write at a steady pace, whatever the answers do, and every message is timed to its acknowledgement and to
//! its arrival on the desk's side.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use model::{
    event::{Audience, EventKind},
    id::{ClientId, ConversationId},
    text::Body,
    wire::{ClientFrame, ServerFrame},
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::{Result, socket::Socket};

/// The first seconds of a turn warm caches and are not counted.
const WARM_UP_S: u32 = 2;
/// What has not arrived this long after the last message is counted as unanswered.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a turn asks.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// Messages per second over all conversations.
    pub(crate) rate: u32,
    /// Counted seconds.
    pub(crate) seconds: u32,
}

/// What a turn found, in milliseconds.
#[derive(Default)]
pub(crate) struct Samples {
    /// From sending to the acknowledgement.
    pub(crate) ack: Vec<f64>,
    /// From sending to the other side.
    pub(crate) other: Vec<f64>,
    /// Messages that were sent and counted.
    pub(crate) sent: usize,
    /// Those of them that miss one of the two.
    pub(crate) unanswered: usize,
}

impl Samples {
    /// Another turn of the same server.
    pub(crate) fn add(&mut self, more: Self) {
        self.ack.extend(more.ack);
        self.other.extend(more.other);
        self.sent += more.sent;
        self.unanswered += more.unanswered;
    }
}

/// Something that came back.
struct Arrival {
    cid: ClientId,
    at: Instant,
    acknowledged: bool,
}

/// Everybody is connected.
pub(crate) struct Scene {
    shoppers: Vec<(ConversationId, SplitSink<Socket, Message>)>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    /// The desk only listens; its sockets stay open as long as these live.
    _desk: Vec<SplitSink<Socket, Message>>,
    _listeners: JoinSet<()>,
}

impl Scene {
    /// Begins to listen.
    pub(crate) fn new(shoppers: Vec<(ConversationId, Socket)>, desk: Vec<Socket>) -> Self {
        let (tell, arrivals) = mpsc::unbounded_channel();
        let mut listeners = JoinSet::new();
        let mut listened = |socket: Socket, is_desk: bool| {
            let (sink, stream) = socket.split();
            listeners.spawn(listen(stream, is_desk, tell.clone()));
            sink
        };
        let shoppers = shoppers.into_iter().map(|(id, socket)| (id, listened(socket, false))).collect();
        let desk = desk.into_iter().map(|socket| listened(socket, true)).collect();
        Self {
            shoppers,
            arrivals,
            _desk: desk,
            _listeners: listeners,
        }
    }

    /// One turn.
    pub(crate) async fn drive(&mut self, load: Load) -> Result<Samples> {
        let mut pace = interval(Duration::from_secs(1) / load.rate);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let warm_up = (load.rate * WARM_UP_S) as usize;
        let total = warm_up + (load.rate * load.seconds) as usize;
        let mut sent = HashMap::with_capacity(total);
        let conversations = self.shoppers.len();
        for n in 0..total {
            let (conv, sink) = &mut self.shoppers[n % conversations];
            let cid = ClientId(Uuid::now_v7());
            let body = Body::parse(&format!(
                "{} Is the blue vase still there, and when could it be in Utrecht?",
                spelled(cid)
            ))?;
            let frame = serde_json::to_string(&ClientFrame::Send {
                conv: *conv,
                aud: Audience::All,
                cid,
                body,
            })?;
            pace.tick().await;
            let at = Instant::now();
            sink.send(Message::text(frame)).await?;
            if n >= warm_up {
                sent.insert(cid, at);
            }
        }
        sleep(PATIENCE).await;
        Ok(self.gather(&sent))
    }

    /// What came back of what was sent.
    fn gather(&mut self, sent: &HashMap<ClientId, Instant>) -> Samples {
        let mut samples = Samples {
            sent: sent.len(),
            ..Samples::default()
        };
        let (mut acked, mut shown) = (HashSet::with_capacity(sent.len()), HashSet::with_capacity(sent.len()));
        while let Ok(Arrival { cid, at, acknowledged }) = self.arrivals.try_recv() {
            let Some(begun) = sent.get(&cid) else { continue };
            let ms = at.duration_since(*begun).as_secs_f64() * 1_000.0;
            let (times, of) = if acknowledged {
                (&mut samples.ack, &mut acked)
            } else {
                (&mut samples.other, &mut shown)
            };
            // What comes twice is no answer to another one.
            if of.insert(cid) {
                times.push(ms);
            }
        }
        samples.unanswered = sent.keys().filter(|cid| !acked.contains(cid) || !shown.contains(cid)).count();
        samples
    }
}

/// What an id is spelled with: digits that happen to stand together are a telephone number, and so are letters that look like digits; their
/// author would be asked first.
const LETTERS: &[u8; 16] = b"cdfhjkmnpruvwxya";

/// An id in letters.
pub(crate) fn spelled(cid: ClientId) -> String {
    let bytes = cid.0.into_bytes();
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(LETTERS[usize::from(digit)])).collect()
}

/// The reverse, of what a message begins with.
pub(crate) fn read(text: &str) -> Option<ClientId> {
    let letters = text.get(..32)?.bytes();
    let digits: Option<String> = letters
        .map(|letter| char::from_digit(u32::try_from(LETTERS.iter().position(|one| *one == letter)?).ok()?, 16))
        .collect();
    digits?.parse().ok().map(ClientId)
}

/// Times what arrives. The message's own id stands first in its text, so that the desk's side needs nothing else to know it.
async fn listen(mut stream: SplitStream<Socket>, is_desk: bool, tell: mpsc::UnboundedSender<Arrival>) {
    while let Some(Ok(message)) = stream.next().await {
        let at = Instant::now();
        let Message::Text(text) = message else { continue };
        let arrival = match serde_json::from_str(&text) {
            Ok(ServerFrame::Sent { cid, .. }) => Some(Arrival {
                cid,
                at,
                acknowledged: true,
            }),
            Ok(ServerFrame::Ev { event, .. }) if is_desk => match &event.kind {
                EventKind::Posted { body } => read(body.as_str()).map(|cid| Arrival {
                    cid,
                    at,
                    acknowledged: false,
                }),
                _ => None,
            },
            Ok(ServerFrame::Nack { code, .. }) => {
                eprintln!("bench: refused: {code:?}");
                None
            }
            _ => None,
        };
        if arrival.is_some_and(|arrival| tell.send(arrival).is_err()) {
            return;
        }
    }
}
