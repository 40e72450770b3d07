//! When a store is open: weekdays, holidays, and the time zone they are meant in. Which moment that is, only the server knows: it has the zones.

use serde::{Deserialize, Serialize};

use crate::{
    limits::{HOLIDAYS_MAX, SPANS_MAX},
    refusal::{Field, Refusal},
};

/// Minutes of a day, and the end of its last one.
pub const DAY_MINUTES: u16 = 1_440;

/// When a store is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// An IANA name: `Europe/Amsterdam`.
    pub zone: String,
    /// Monday first. Spans of one day, in order, none touching the next.
    pub week: [Vec<Span>; 7],
    /// Days on which it is closed all day.
    pub holidays: Vec<Day>,
}

/// From a minute of the day on, until before another; at most 1,440.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Span {
    pub from_minute: u16,
    pub until_minute: u16,
}

/// A date, without a year when it comes back every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Day {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    pub month: u8,
    pub day: u8,
}

crate::read_struct! {
    OpeningHours { zone, week, holidays }
    Span { from_minute, until_minute }
    Day { year, month, day }
}

impl OpeningHours {
    /// Weekdays from nine to five: what somebody begins with who has not said anything yet.
    pub fn office(zone: &str) -> Self {
        let day = || {
            vec![Span {
                from_minute: 9 * 60,
                until_minute: 17 * 60,
            }]
        };
        Self {
            zone: zone.to_owned(),
            week: [day(), day(), day(), day(), day(), Vec::new(), Vec::new()],
            holidays: Vec::new(),
        }
    }

    /// Whether all of it means something. That the zone exists, the server checks besides.
    pub fn check(&self) -> Result<(), Refusal> {
        let days_fit = self.week.iter().all(|spans| day_fits(spans));
        let holidays_fit = self.holidays.len() <= HOLIDAYS_MAX && self.holidays.iter().all(|day| day.exists());
        if days_fit && holidays_fit {
            Ok(())
        } else {
            Err(Refusal::Invalid(Field::Hours))
        }
    }

    /// The spans of a day; none on a holiday. Monday is weekday 0.
    pub fn on(&self, date: (i16, u8, u8), weekday: usize) -> &[Span] {
        if self.holidays.iter().any(|holiday| holiday.is(date)) {
            return &[];
        }
        self.week.get(weekday).map_or(&[], Vec::as_slice)
    }
}

/// Whether the spans of one day are in order, none touching the next, and not too many.
pub fn day_fits(spans: &[Span]) -> bool {
    let each = spans
        .iter()
        .all(|span| span.from_minute < span.until_minute && span.until_minute <= DAY_MINUTES);
    each && spans.len() <= SPANS_MAX && spans.windows(2).all(|two| two[0].until_minute < two[1].from_minute)
}

impl Day {
    /// Whether the calendar has it, in its year or in some year.
    pub fn exists(self) -> bool {
        let leap = self.year.is_none_or(|y| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0);
        let days = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return false,
        };
        (1..=days).contains(&self.day) && self.year.is_none_or(|y| (1970..=9998).contains(&y))
    }

    fn is(self, (year, month, day): (i16, u8, u8)) -> bool {
        self.month == month && self.day == day && self.year.is_none_or(|y| y == year)
    }
}

impl Span {
    /// Whether a minute of the day is in it.
    pub fn holds(self, minute: u16) -> bool {
        (self.from_minute..self.until_minute).contains(&minute)
    }
}

/// A minute of the day as clocks write it: `09:05`. The end of the day is `00:00`.
pub fn clock(minute: u16) -> String {
    let (hour, minute) = (minute / 60 % 24, minute % 60);
    let digits = [hour / 10, hour % 10, minute / 10, minute % 10].map(|d| char::from_digit(u32::from(d), 10).unwrap_or('0'));
    [digits[0], digits[1], ':', digits[2], digits[3]].iter().collect()
}

/// The reverse of [`clock`].
pub fn minute_of(clock: &str) -> Option<u16> {
    let (hour, minute) = clock.split_once(':')?;
    // A browser may add the seconds.
    let minute = minute.split(':').next()?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_minute: u16, until_minute: u16) -> Span {
        Span { from_minute, until_minute }
    }

    #[test]
    fn a_day_is_in_order_and_its_spans_do_not_touch() {
        assert!(day_fits(&[]));
        assert!(day_fits(&[span(0, DAY_MINUTES)]));
        assert!(day_fits(&[span(540, 720), span(780, 1_020)]));
        assert!(!day_fits(&[span(540, 720), span(720, 1_020)]), "touching is one span");
        assert!(!day_fits(&[span(780, 1_020), span(540, 720)]));
        assert!(!day_fits(&[span(540, 540)]));
        assert!(!day_fits(&[span(540, DAY_MINUTES + 1)]));
    }

    #[test]
    fn limits_of_hours_hold_at_n_and_not_at_n_plus_one() {
        let many = |n: usize| (0..n as u16).map(|i| span(i * 10, i * 10 + 5)).collect::<Vec<_>>();
        assert!(day_fits(&many(SPANS_MAX)));
        assert!(!day_fits(&many(SPANS_MAX + 1)));
        let day = Day {
            year: None,
            month: 1,
            day: 1,
        };
        let holidays = |n| OpeningHours {
            holidays: vec![day; n],
            ..OpeningHours::office("Europe/Amsterdam")
        };
        assert_eq!(holidays(HOLIDAYS_MAX).check(), Ok(()));
        assert_eq!(holidays(HOLIDAYS_MAX + 1).check(), Err(Refusal::Invalid(Field::Hours)));
    }

    #[test]
    fn a_holiday_is_a_day_of_the_calendar() {
        let day = |year, month, day| Day { year, month, day };
        assert!(day(None, 2, 29).exists(), "in some years");
        assert!(day(Some(2028), 2, 29).exists());
        assert!(!day(Some(2026), 2, 29).exists());
        assert!(!day(None, 4, 31).exists() && !day(None, 13, 1).exists() && !day(None, 1, 0).exists());
    }

    #[test]
    fn a_holiday_closes_its_day_every_year_or_once() {
        let hours = OpeningHours {
            holidays: vec![
                Day {
                    year: None,
                    month: 12,
                    day: 25,
                },
                Day {
                    year: Some(2026),
                    month: 4,
                    day: 27,
                },
            ],
            ..OpeningHours::office("Europe/Amsterdam")
        };
        assert!(hours.on((2025, 12, 25), 3).is_empty() && hours.on((2026, 12, 25), 4).is_empty());
        assert!(hours.on((2026, 4, 27), 0).is_empty());
        assert_eq!(hours.on((2027, 4, 27), 1), [span(540, 1_020)]);
        assert!(hours.on((2027, 4, 25), 6).is_empty(), "Sunday");
    }

    #[test]
    fn a_clock_reads_back() {
        for minute in 0..DAY_MINUTES {
            assert_eq!(minute_of(&clock(minute)), Some(minute));
        }
        assert_eq!(clock(DAY_MINUTES), "00:00");
        assert_eq!(minute_of("09:05:00"), Some(545));
        for bad in ["", "9", "24:00", "12:60", "a:b", "-1:00"] {
            assert_eq!(minute_of(bad), None, "{bad}");
        }
    }
}
