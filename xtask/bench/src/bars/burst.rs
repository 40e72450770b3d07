//! L3: ten seconds in which everybody writes at once.

use std::time::{Duration, Instant};

use super::{Bars, Found, mib, stage::Stage};
use crate::{Result, figure::Figure, probe::Watch};

const ROW: &str = "L3";
const RATE: u32 = 2_000;
const BURST: Duration = Duration::from_secs(10);
/// Before it, so that the memory of an ordinary day is there.
const CALM_RATE: u32 = 200;
const CALM: Duration = Duration::from_secs(10);
/// Longer than this it is not waited for.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let stage = Stage::open(bars, 0).await?;
    stage.crowd.talk(&stage.speakers, CALM_RATE, CALM).await;
    let probe = stage.server.probe()?;
    let before = probe.memory()?;
    let watch = Watch::begin(probe);
    let phase = stage.crowd.ledger().begin_phase();
    eprintln!("bench: {RATE} messages/s for {} s", BURST.as_secs());
    let begun = Instant::now();
    stage.crowd.talk(&stage.speakers, RATE, BURST).await;
    let said_in = begun.elapsed();
    let settled = stage.crowd.settle(PATIENCE).await.unwrap_or(PATIENCE);
    stage.crowd.seen(PATIENCE).await;
    let seen = begun.elapsed().saturating_sub(said_in);
    let grown = watch.end().saturating_sub(before);
    let (acks, busy) = {
        let ledger = stage.crowd.ledger();
        (ledger.acks(phase), ledger.busy)
    };
    let rate = acks.len() as f64 / (said_in + settled).as_secs_f64();
    found.add(Figure::new(ROW, format!("{RATE} messages/s for 10 s, taken"), rate, "messages/s"));
    found.latency(ROW, "send to acknowledgement in the burst", acks, None);
    found.add(Figure::new(ROW, "all acknowledged after the burst", settled.as_secs_f64(), "s").at_most(20.0));
    found.add(Figure::new(ROW, "all shown to the other side after the burst", seen.as_secs_f64(), "s").at_most(20.0));
    found.add(Figure::new(ROW, "messages that were to be sent again", busy as f64, ""));
    found.add(Figure::new(ROW, "memory grown by", mib(grown), "MiB").at_most(64.0));
    found.add(stage.close(ROW).await?);
    Ok(found)
}
