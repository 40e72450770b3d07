//! L9: for a long time, with one connection in a hundred dropping each second. What only grows is seen here.

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::SmallRng};
use tokio::time::sleep;

use super::{
    Bars, Found, mib,
    stage::{SETTLE, Stage},
};
use crate::{Result, crowd::Crowd, figure::Figure, probe::Probe};

const ROW: &str = "L9";
const RATE: u32 = 60;
/// What the row asks for.
const WHOLE_S: u32 = 7_200;
/// From one look to the next.
const LOOK: Duration = Duration::from_secs(5);
/// One in so many drops each second.
const DROPS_ONE_IN: usize = 100;

/// What was seen at one look.
struct Look {
    hours: f64,
    memory: u64,
    files: usize,
    log: u64,
}

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    if bars.soak_seconds < WHOLE_S {
        found.missing.push(format!(
            "{} s instead of two hours: what grows slowly is not seen (--soak-seconds {WHOLE_S})",
            bars.soak_seconds
        ));
    }
    let stage = Stage::open(bars, 0).await?;
    let time = Duration::from_secs(u64::from(bars.soak_seconds));
    let phase = stage.crowd.ledger().begin_phase();
    eprintln!("bench: {RATE} messages/s for {} s, and connections drop", bars.soak_seconds);
    let place = &stage.shop.place;
    let watched = watch(stage.server.probe()?, || place.log_bytes().unwrap_or_default(), time);
    let ((), (), looks) = tokio::join!(stage.crowd.talk(&stage.speakers, RATE, time), drops(&stage.crowd, time), watched);
    let looks = looks?;
    // The first quarter warms up.
    let settled = looks.get(looks.len() / 4..).unwrap_or_default();
    let points: Vec<(f64, f64)> = settled.iter().map(|look| (look.hours, mib(look.memory))).collect();
    stage.crowd.settle(SETTLE).await;
    let acks = stage.crowd.ledger().acks(phase);
    found.latency(ROW, "send to acknowledgement", acks, None);
    found.add(Figure::new(ROW, format!("memory grows, over {} s", bars.soak_seconds), slope(&points), "MiB/h").at_most(1.0));
    let files = |look: Option<&Look>| look.map_or(0.0, |look| look.files as f64);
    let more = files(settled.last()) - files(settled.first());
    // A connection that drops and one that comes back meet at the moment of a look.
    let noise = (stage.crowd.size() / DROPS_ONE_IN) as f64 * 2.0;
    found.add(Figure::new(ROW, "open files more at the end", more, "").at_most(noise));
    if place.log_bytes().is_some() {
        let log = looks.iter().map(|look| look.log).max().unwrap_or_default();
        found.add(Figure::new(ROW, "largest write-ahead log", mib(log), "MiB").at_most(64.0));
    }
    found.add(stage.close(ROW).await?);
    Ok(found)
}

async fn drops(crowd: &Crowd, time: Duration) {
    let mut dice = SmallRng::seed_from_u64(9);
    let begun = Instant::now();
    while begun.elapsed() < time {
        for _ in 0..crowd.size() / DROPS_ONE_IN {
            crowd.leave(dice.random_range(0..crowd.size()));
        }
        sleep(Duration::from_secs(1)).await;
    }
}

async fn watch(probe: Probe, log: impl Fn() -> u64, time: Duration) -> Result<Vec<Look>> {
    let begun = Instant::now();
    let mut looks = Vec::new();
    while begun.elapsed() < time {
        looks.push(Look {
            hours: begun.elapsed().as_secs_f64() / 3_600.0,
            memory: probe.memory()?,
            files: probe.files()?,
            log: log(),
        });
        sleep(LOOK).await;
    }
    Ok(looks)
}

/// The line through all of them that is nearest to all of them: how much it rises.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (mx, my) = points.iter().fold((0.0_f64, 0.0_f64), |(sx, sy), (x, y)| (sx + x / n, sy + y / n));
    let (up, across) = points.iter().fold((0.0_f64, 0.0_f64), |(up, across), (x, y)| {
        (up + (x - mx) * (y - my), across + (x - mx).powi(2))
    });
    if across > 0.0 { up / across } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn a_line_that_rises_is_seen_to_rise() {
        let points: Vec<(f64, f64)> = (0..10).map(|x| (f64::from(x), 3.0 + 2.0 * f64::from(x))).collect();
        assert!((slope(&points) - 2.0).abs() < 1e-9);
        assert!(slope(&[(1.0, 5.0)]).abs() < 1e-9);
        assert!(slope(&[]).abs() < 1e-9);
    }
}
