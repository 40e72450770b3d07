//! How much a server takes when everybody always has something to say: each shopper one message at a time, each of the desk's sockets
//! several, and the next one as soon as one is acknowledged.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt, stream::SplitSink};
use model::{
    event::Audience,
    id::{ClientId, ConversationId},
    text::Body,
    wire::{ClientFrame, ServerFrame},
};
use serde::Serialize;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::{Result, load::spelled, report::Latency, socket::Socket, vitrine::Sockets};

/// The first seconds are not counted.
const WARM_UP: Duration = Duration::from_secs(2);
/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(10);
/// Messages of one of the desk's sockets that are on their way at once: below the product's sixteen, and with two thousand shoppers below
/// the four thousand that its queue of writes holds.
const DESK_AT_ONCE: usize = 12;

/// What a server took.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Saturation {
    pub(crate) per_second: f64,
    pub(crate) ack: Latency,
    /// Messages that were answered with "not now".
    pub(crate) busy: usize,
    /// Messages that were not answered.
    pub(crate) unanswered: usize,
}

/// When it counts.
#[derive(Clone, Copy)]
struct Window {
    from: Instant,
    to: Instant,
}

#[derive(Default)]
struct Pumped {
    times: Vec<f64>,
    busy: usize,
    unanswered: usize,
}

/// Everybody talks.
pub(crate) async fn saturate(sockets: Sockets, seconds: u32) -> Result<Saturation> {
    let from = Instant::now() + WARM_UP;
    let to = from + Duration::from_secs(u64::from(seconds));
    let window = Window { from, to };
    let mut pumps = JoinSet::new();
    for (conv, socket) in sockets.shoppers {
        pumps.spawn(pump(socket, vec![conv], 1, window));
    }
    for (convs, socket) in sockets.desk {
        let at_once = DESK_AT_ONCE.min(convs.len());
        pumps.spawn(pump(socket, convs, at_once, window));
    }
    let mut all = Pumped::default();
    while let Some(pumped) = pumps.join_next().await {
        let Pumped { times, busy, unanswered } = pumped?;
        all.times.extend(times);
        all.busy += busy;
        all.unanswered += unanswered;
    }
    Ok(Saturation {
        per_second: all.times.len() as f64 / f64::from(seconds),
        ack: Latency::of(all.times),
        busy: all.busy,
        unanswered: all.unanswered,
    })
}

async fn pump(socket: Socket, convs: Vec<ConversationId>, at_once: usize, window: Window) -> Pumped {
    let (mut sink, mut stream) = socket.split();
    let mut next = convs.iter().copied().cycle();
    let mut pumped = Pumped::default();
    let mut unanswered: HashMap<ClientId, Instant> = HashMap::new();
    for _ in 0..at_once {
        unanswered.extend(say(&mut sink, next.next()).await);
    }
    while !unanswered.is_empty() {
        let Ok(Some(Ok(message))) = timeout(PATIENCE, stream.next()).await else {
            break;
        };
        let Message::Text(text) = message else { continue };
        match serde_json::from_str(&text) {
            Ok(ServerFrame::Sent { cid, .. }) => {
                let now = Instant::now();
                if let Some(said) = unanswered.remove(&cid)
                    && (window.from..window.to).contains(&now)
                {
                    pumped.times.push(now.duration_since(said).as_secs_f64() * 1_000.0);
                }
            }
            Ok(ServerFrame::Nack {
                cid: Some(cid), after_ms, ..
            }) => {
                unanswered.remove(&cid);
                pumped.busy += 1;
                sleep(Duration::from_millis(u64::from(after_ms.unwrap_or_default()))).await;
            }
            _ => continue,
        }
        if Instant::now() < window.to {
            unanswered.extend(say(&mut sink, next.next()).await);
        }
    }
    pumped.unanswered = unanswered.len();
    pumped
}

/// Says something; which message it was, and when.
async fn say(sink: &mut SplitSink<Socket, Message>, conv: Option<ConversationId>) -> Option<(ClientId, Instant)> {
    let cid = ClientId(Uuid::now_v7());
    let frame = ClientFrame::Send {
        conv: conv?,
        aud: Audience::All,
        cid,
        body: Body::parse(&format!(
            "{} Is the blue vase still there, and when could it be in Utrecht?",
            spelled(cid)
        ))
        .ok()?,
    };
    let text = serde_json::to_string(&frame).ok()?;
    let at = Instant::now();
    sink.send(Message::text(text)).await.ok()?;
    Some((cid, at))
}
