//! How often a connection may say what: a bucket for each kind of frame, and a wider one behind it that ends the connection.
//!
//! Times are passed in. A bucket is one number: the moment at which it would be full again.

use model::time::Timestamp;

/// So many times the rate is not haste any more.
const FLOOD: u32 = 5;

/// So many in so many milliseconds, and so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many …
    pub count: u32,
    /// … in this time.
    pub per_ms: u32,
    /// How many at once after a pause.
    pub burst: u32,
}

impl Rate {
    /// So many in so many milliseconds, of which so many at once.
    pub const fn new(count: u32, per_ms: u32, burst: u32) -> Self {
        Self { count, per_ms, burst }
    }

    /// So many times as often. For measuring what the server can do.
    pub const fn times(self, n: u32) -> Self {
        Self {
            count: self.count.saturating_mul(n),
            per_ms: self.per_ms,
            burst: self.burst.saturating_mul(n),
        }
    }
}

/// The rates of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Messages.
    pub send: Rate,
    /// Typing. The program says it once a second; the burst forgives a network that bunches.
    pub typing: Rate,
    /// Following and leaving logs. The burst is a reload of a desk with every window open.
    pub sub: Rate,
    /// How far somebody has come.
    pub read: Rate,
}

impl Rates {
    /// Of a shopper.
    pub const VISITOR: Self = Self {
        send: Rate::new(10, 10_000, 10),
        typing: Rate::new(1, 1_000, 4),
        sub: Rate::new(20, 1_000, 64),
        read: Rate::new(5, 1_000, 10),
    };
    /// Of somebody who answers many of them.
    pub const STAFF: Self = Self {
        send: Rate::new(40, 10_000, 40),
        ..Self::VISITOR
    };

    /// So many times as often.
    pub const fn times(self, n: u32) -> Self {
        Self {
            send: self.send.times(n),
            typing: self.typing.times(n),
            sub: self.sub.times(n),
            read: self.read.times(n),
        }
    }
}

/// The rates of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of shoppers.
    pub visitor: Rates,
    /// Of the desk.
    pub staff: Rates,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            visitor: Rates::VISITOR,
            staff: Rates::STAFF,
        }
    }
}

/// What a bucket says to one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Go on.
    Go,
    /// Not before so many milliseconds.
    Slow { after_ms: u32 },
    /// This is no haste, this is an attack or a mistake without end.
    Flood,
}

/// One kind of frame: the pace that is asked for, and the one that is suffered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bucket {
    asked_us: i64,
    suffered_us: i64,
}

impl Bucket {
    /// One more at this moment.
    pub(crate) fn take(&mut self, now: Timestamp, rate: Rate) -> Verdict {
        if spend(&mut self.suffered_us, now, rate.times(FLOOD)).is_err() {
            return Verdict::Flood;
        }
        match spend(&mut self.asked_us, now, rate) {
            Ok(()) => Verdict::Go,
            Err(wait_us) => Verdict::Slow {
                after_ms: u32::try_from(wait_us.div_euclid(1_000) + 1).unwrap_or(u32::MAX),
            },
        }
    }
}

/// Spends one from a bucket that is full again at `full_us`; how long to wait if there is none.
fn spend(full_us: &mut i64, now: Timestamp, rate: Rate) -> Result<(), i64> {
    let now_us = now.0.saturating_mul(1_000);
    let one_us = i64::from(rate.per_ms) * 1_000 / i64::from(rate.count.max(1));
    let all_us = one_us * i64::from(rate.burst.max(1));
    // Further ahead than an empty bucket means that the clock went back: begin again, rather than lock somebody out.
    let spent_until = if *full_us > now_us.saturating_add(all_us) {
        now_us
    } else {
        now_us.max(*full_us)
    };
    let wait_us = spent_until + one_us - (now_us + all_us);
    if wait_us > 0 {
        *full_us = spent_until;
        return Err(wait_us);
    }
    *full_us = spent_until + one_us;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn verdicts(rate: Rate, times: impl IntoIterator<Item = i64>) -> Vec<Verdict> {
        let mut bucket = Bucket::default();
        times.into_iter().map(|ms| bucket.take(Timestamp(1_000_000 + ms), rate)).collect()
    }

    #[test]
    fn ten_at_once_and_the_eleventh_waits_a_second() {
        let verdicts = verdicts(Rates::VISITOR.send, [0; 11]);
        assert!(verdicts[..10].iter().all(|v| *v == Verdict::Go));
        assert_eq!(verdicts[10], Verdict::Slow { after_ms: 1_001 });
    }

    #[test]
    fn who_waits_as_told_may_go() {
        let mut bucket = Bucket::default();
        let mut now = Timestamp(0);
        for _ in 0..100 {
            if let Verdict::Slow { after_ms } = bucket.take(now, Rates::VISITOR.send) {
                now = now.plus_ms(i64::from(after_ms));
                assert_eq!(bucket.take(now, Rates::VISITOR.send), Verdict::Go);
            }
        }
    }

    #[test]
    fn five_times_the_rate_is_the_end() {
        let verdicts = verdicts(Rates::VISITOR.send, [0; 51]);
        assert!(verdicts[..50].iter().all(|v| *v != Verdict::Flood));
        assert_eq!(verdicts[50], Verdict::Flood);
    }

    #[test]
    fn a_clock_that_went_back_locks_nobody_out() {
        let mut bucket = Bucket::default();
        for _ in 0..10 {
            assert_eq!(bucket.take(Timestamp(9_000_000), Rates::VISITOR.send), Verdict::Go);
        }
        assert_eq!(bucket.take(Timestamp(1_000_000), Rates::VISITOR.send), Verdict::Go);
    }

    #[test]
    fn raised_rates_are_raised() {
        assert!(
            verdicts(Rates::VISITOR.times(1_000).send, vec![0; 10_000])
                .iter()
                .all(|v| *v == Verdict::Go)
        );
    }

    proptest! {
        /// Whatever the times: never more than the burst and what the rate gives in the time between.
        #[test]
        fn no_window_holds_more_than_its_share(gaps in prop::collection::vec(0_i64..2_000, 1..200)) {
            let rate = Rates::VISITOR.send;
            let times: Vec<i64> = gaps.iter().scan(0, |t, gap| { *t += gap; Some(*t) }).collect();
            let went: Vec<i64> = times.iter().zip(verdicts(rate, times.clone())).filter(|(_, v)| *v == Verdict::Go).map(|(t, _)| *t).collect();
            for (i, from) in went.iter().enumerate() {
                for (j, to) in went.iter().enumerate().skip(i) {
                    prop_assert!((j - i + 1) as i64 <= 10 + (to - from) / 1_000 + 1);
                }
            }
        }
    }
}
