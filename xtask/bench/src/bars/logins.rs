//! L8: fifty people a second sign in while others chat. A password takes a core for a while and 19 MiB: what is too much is to be told so,
//! and the chat is not to notice.

use std::time::{Duration, Instant};

use tokio::{task::JoinSet, time::sleep};

use super::{
    Bars, Found, mib,
    stage::{SETTLE, Stage},
};
use crate::{Result, figure::Figure, probe::Watch, report::Latency, vitrine::sign_in};

const ROW: &str = "L8";
const CHAT_RATE: u32 = 100;
const SIGN_IN_RATE: u32 = 50;
const TIME: Duration = Duration::from_secs(30);

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let stage = Stage::open(bars, 0).await?;
    stage.crowd.ledger().begin_phase();
    stage.crowd.talk(&stage.speakers, CHAT_RATE, bars.part()).await;
    let probe = stage.server.probe()?;
    let before = probe.memory()?;
    let watch = Watch::begin(probe);
    let phase = stage.crowd.ledger().begin_phase();
    eprintln!("bench: {SIGN_IN_RATE} sign-ins/s for {} s", TIME.as_secs());
    let address = stage.server.address;
    let ((), answers) = tokio::join!(stage.crowd.talk(&stage.speakers, CHAT_RATE, TIME), sign_ins(address));
    let grown = watch.end().saturating_sub(before);
    let of = |wanted: fn(u16) -> bool| -> Vec<f64> {
        let those = answers.iter().filter(|(status, _)| wanted(*status));
        those.map(|(_, ms)| *ms).collect()
    };
    let (signed_in, too_many) = (of(|status| status == 303), of(|status| matches!(status, 429 | 503)));
    let others = answers.len() - signed_in.len() - too_many.len();
    stage.crowd.settle(SETTLE).await;
    let acks = stage.crowd.ledger().acks(phase);
    found.latency(ROW, "send to acknowledgement beside sign-ins", acks, Some(250.0));
    found.add(Figure::new(
        ROW,
        format!("signed in, of {}", answers.len()),
        signed_in.len() as f64,
        "",
    ));
    found.add(Figure::new(ROW, "slowest of them", Latency::of(signed_in).max_ms, "ms"));
    found.add(Figure::new(ROW, "told that it is too much (429, 503)", too_many.len() as f64, ""));
    found.add(Figure::new(ROW, "slowest of those", Latency::of(too_many).max_ms, "ms").at_most(1_000.0));
    found.add(Figure::new(ROW, "answered otherwise, or not", others as f64, "").at_most(0.0));
    found.add(Figure::new(ROW, "memory grown by", mib(grown), "MiB"));
    found.add(stage.close(ROW).await?);
    Ok(found)
}

/// At a steady pace, whatever the answers do: each one's status, 0 for none, and its milliseconds.
async fn sign_ins(address: std::net::SocketAddr) -> Vec<(u16, f64)> {
    let mut people = JoinSet::new();
    let begun = Instant::now();
    let total = SIGN_IN_RATE * u32::try_from(TIME.as_secs()).unwrap_or_default();
    for n in 0..total {
        let due = TIME * n / total;
        sleep(due.saturating_sub(begun.elapsed())).await;
        people.spawn(async move {
            let begun = Instant::now();
            let status = sign_in(address).await.unwrap_or_default();
            (status, begun.elapsed().as_secs_f64() * 1_000.0)
        });
    }
    people.join_all().await
}
