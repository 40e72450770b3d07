//! The numbers, as JSON for programs and as Markdown for people.

use serde::Serialize;

use crate::load::Samples;

/// What was asked, and what was found.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) conversations: usize,
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
    pub(crate) rounds: u32,
    pub(crate) floor: Measured,
    pub(crate) vitrine: Measured,
}

/// One server's numbers.
#[derive(Serialize)]
pub(crate) struct Measured {
    sent: usize,
    unanswered: usize,
    ack: Latency,
    other: Latency,
    cold_start_ms: f64,
}

/// Of many times: the middle, the slowest of a hundred, and the slowest.
#[derive(Clone, Copy, Serialize)]
#[expect(clippy::struct_field_names, reason = "the unit stands last in every name")]
pub(crate) struct Latency {
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

impl Measured {
    /// From what the turns found.
    pub(crate) fn of(samples: Samples, cold_start_ms: f64) -> Self {
        Self {
            sent: samples.sent,
            unanswered: samples.unanswered,
            ack: Latency::of(samples.ack),
            other: Latency::of(samples.other),
            cold_start_ms,
        }
    }
}

impl Latency {
    /// From all of them.
    pub(crate) fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self {
            p50_ms: percentile(&times, 50),
            p99_ms: percentile(&times, 99),
            max_ms: percentile(&times, 100),
        }
    }
}

/// The smallest time that so many of a hundred do not exceed; 0 of nothing.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

impl Report {
    /// A table, with what it was measured under.
    pub(crate) fn markdown(&self) -> String {
        let Self {
            conversations,
            rate,
            seconds,
            rounds,
            floor,
            vitrine,
        } = self;
        let row = |what: &str, of: fn(&Measured) -> f64, goal: &str| {
            let (f, v) = (of(floor), of(vitrine));
            let ratio = if f > 0.0 { format!("{:.2}", v / f) } else { "–".to_owned() };
            format!("| {what} | {f:.2} | {v:.2} | {ratio} | {goal} |\n")
        };
        let rows = [
            row("send to acknowledgement, p50", |m| m.ack.p50_ms, "2"),
            row("send to acknowledgement, p99", |m| m.ack.p99_ms, "3"),
            row("send to acknowledgement, slowest", |m| m.ack.max_ms, ""),
            row("send to other side, p50", |m| m.other.p50_ms, "2"),
            row("send to other side, p99", |m| m.other.p99_ms, "3"),
            row("send to other side, slowest", |m| m.other.max_ms, ""),
            row("cold start to first answer, existing database", |m| m.cold_start_ms, "100 ms"),
        ]
        .concat();
        format!(
            "{rate} messages/s over {conversations} conversations, {rounds} turns of {seconds} s each, the two servers alternating in the \
             same run; each shopper has a socket of its own, the desk follows from a few. SQLite, `synchronous=FULL`, on both; the floor \
             stores and delivers, and does nothing else.\n\n\
             | milliseconds | floor | Vitrine | ratio | at most |\n|---|---:|---:|---:|---:|\n{rows}\n\
             Sent and counted: floor {}, Vitrine {}. Unanswered: floor {}, Vitrine {}.\n",
            floor.sent, vitrine.sent, floor.unanswered, vitrine.unanswered
        )
    }
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<f64> = (1..=200).map(f64::from).collect();
        assert!((percentile(&times, 50) - 100.0).abs() < f64::EPSILON);
        assert!((percentile(&times, 99) - 198.0).abs() < f64::EPSILON);
        assert!((percentile(&times, 100) - 200.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 99).abs() < f64::EPSILON);
    }
}
