//! The numbers, as JSON for programs and as Markdown for people.

use serde::Serialize;

use crate::{figure::Figure, load::Samples, saturation::Saturation};

/// What was asked, and what was found.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Which database both had.
    pub(crate) place: &'static str,
    pub(crate) conversations: usize,
    pub(crate) staff: usize,
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
    pub(crate) rounds: u32,
    pub(crate) floor: Measured,
    pub(crate) vitrine: Measured,
    pub(crate) saturation: Option<Pair>,
}

/// What both took, over so many seconds.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Pair {
    pub(crate) seconds: u32,
    pub(crate) floor: Saturation,
    pub(crate) vitrine: Saturation,
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

/// How many times the second; 0 of nothing.
fn times(one: f64, other: f64) -> f64 {
    if other > 0.0 { one / other } else { 0.0 }
}

impl Report {
    /// The row of `faults.md` that this load is, or the table of `speed.md`.
    fn bar(&self) -> &'static str {
        if self.staff > 1 { "L2" } else { "speed" }
    }

    /// Every number of which something is asked.
    pub(crate) fn figures(&self) -> Vec<Figure> {
        let bar = self.bar();
        let (floor, vitrine) = (&self.floor, &self.vitrine);
        let ratio = |what: &str, of: fn(&Measured) -> f64, most: f64| {
            let what = format!("{} messages/s, {what}, {}", self.rate, self.place);
            Figure::new(bar, what, times(of(vitrine), of(floor)), "times the floor").at_most(most)
        };
        let mut figures = vec![
            ratio("send to acknowledgement, p50", |m| m.ack.p50_ms, 2.0),
            ratio("send to acknowledgement, p99", |m| m.ack.p99_ms, 3.0),
            ratio("send to other side, p50", |m| m.other.p50_ms, 2.0),
            ratio("send to other side, p99", |m| m.other.p99_ms, 3.0),
            Figure::new(
                bar,
                format!("unanswered of {}, {}", vitrine.sent, self.place),
                vitrine.unanswered as f64,
                "messages",
            )
            .at_most(0.0),
            Figure::new(
                "speed",
                format!("cold start on an existing database, {}", self.place),
                vitrine.cold_start_ms,
                "ms",
            )
            .at_most(100.0),
        ];
        if let Some(pair) = &self.saturation {
            let (floor, vitrine) = (&pair.floor, &pair.vitrine);
            let place = self.place;
            figures.push(Figure::new(
                "speed",
                format!("saturation, {place}"),
                vitrine.per_second,
                "messages/s",
            ));
            figures.push(
                Figure::new(
                    "speed",
                    format!("saturation, {place}"),
                    times(vitrine.per_second, floor.per_second),
                    "times the floor",
                )
                .at_least(0.4),
            );
            let unanswered = vitrine.unanswered as f64;
            figures.push(Figure::new("speed", format!("unanswered at saturation, {place}"), unanswered, "messages").at_most(0.0));
        }
        figures
    }

    /// A table, with what it was measured under.
    pub(crate) fn markdown(&self) -> String {
        let Self {
            place,
            conversations,
            staff,
            rate,
            seconds,
            rounds,
            floor,
            vitrine,
            saturation,
        } = self;
        let row = |what: &str, of: fn(&Measured) -> f64, goal: &str| {
            let (f, v) = (of(floor), of(vitrine));
            format!("| {what} | {f:.2} | {v:.2} | {:.2} | {goal} |\n", times(v, f))
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
        let saturated = saturation.as_ref().map_or_else(String::new, |pair| pair.markdown(*conversations));
        format!(
            "{rate} messages/s over {conversations} conversations and a desk of {staff}, {rounds} turns of {seconds} s each, the two servers \
             alternating in the same run; each shopper has a socket of its own, the desk follows from a few. {place} on both, and both wait \
             for the disk; the floor stores and delivers, and does nothing else.\n\n\
             | milliseconds | floor | Vitrine | ratio | at most |\n|---|---:|---:|---:|---:|\n{rows}\n\
             Sent and counted: floor {}, Vitrine {}. Unanswered: floor {}, Vitrine {}.\n{saturated}",
            floor.sent, vitrine.sent, floor.unanswered, vitrine.unanswered
        )
    }
}

impl Pair {
    fn markdown(&self, conversations: usize) -> String {
        let Self { seconds, floor, vitrine } = self;
        let row = |name: &str, s: &Saturation| {
            format!(
                "| {name} | {:.0} | {:.1} | {:.1} | {} | {} |\n",
                s.per_second, s.ack.p50_ms, s.ack.p99_ms, s.busy, s.unanswered
            )
        };
        format!(
            "\nSaturation over {conversations} conversations, both sides sending as soon as the last message is acknowledged, for {seconds} s \
             each: {:.2} times the floor, at least 0.4 is asked.\n\n\
             | server | messages/s | acknowledged after, p50 ms | p99 ms | not now | unanswered |\n|---|---:|---:|---:|---:|---:|\n{}{}",
            times(vitrine.per_second, floor.per_second),
            row("floor", floor),
            row("Vitrine", vitrine)
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
