//! Opening hours against the clock: whether a store is open, and when it opens again. The only file that knows time zones.
//!
//! Spans are meant in the store's own clock. A clock that is put forward skips times that a span may begin with; the store then opens
//! when the clock goes on (jiff's "compatible" reading, RFC 5545).

use jiff::{civil::Date, tz::TimeZone};
use model::{
    hours::{DAY_MINUTES, OpeningHours, clock},
    language::Language,
    refusal::{Field, Refusal},
    settings::StoreSettings,
    time::Timestamp,
};

/// Days looked ahead: a year and its holidays. Whoever is closed for longer is not opening "again".
const DAYS_AHEAD: usize = 400;

/// When a store opens again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The moment.
    pub at: Timestamp,
    /// In how many days of the store's calendar; 0 is today.
    pub in_days: usize,
    /// Monday is 0.
    pub weekday: usize,
    /// Of the store's calendar: month and day.
    pub date: (u8, u8),
    /// Of the store's clock.
    pub minute: u16,
    /// The store's zone, as people call it: `Amsterdam`.
    pub city: String,
}

/// Whether hours mean something: what the calendar has, in a zone that exists.
pub fn check(hours: &OpeningHours) -> Result<(), Refusal> {
    hours.check()?;
    zone(hours).map(|_| ()).ok_or(Refusal::Invalid(Field::Hours))
}

/// Whether the store is open. Hours in a zone that no longer exists close nobody out.
pub fn is_open(hours: &OpeningHours, now: Timestamp) -> bool {
    let Some((date, minute, _)) = local(hours, now) else { return true };
    spans(hours, date).iter().any(|span| span.holds(minute))
}

/// Whether a store's own hours keep it closed.
pub fn is_shut(settings: &StoreSettings, now: Timestamp) -> bool {
    settings.hours.as_ref().is_some_and(|hours| !is_open(hours, now))
}

/// The next time the store opens, if that is within a year. While it is open, the time after that is asked for by nobody.
pub fn next_opening(hours: &OpeningHours, now: Timestamp) -> Option<Opening> {
    let (today, minute, zone) = local(hours, now)?;
    let mut date = today;
    for in_days in 0..DAYS_AHEAD {
        let next = spans(hours, date)
            .iter()
            .find(|span| (in_days > 0 || span.from_minute > minute) && span.from_minute < DAY_MINUTES)
            .map(|span| span.from_minute);
        if let Some(minute) = next {
            let at = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
            return Some(Opening {
                at: Timestamp(zone.to_timestamp(at).ok()?.as_millisecond()),
                in_days,
                weekday: weekday(date),
                date: (date.month() as u8, date.day() as u8),
                minute,
                city: city(&hours.zone),
            });
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// "Open again Monday at 09:00 (Amsterdam)", in a language.
pub fn sentence(opening: &Opening, language: Language) -> String {
    let words = catalogue::embed(language);
    let day = words.get(match opening.weekday {
        0 => "embed.opens.monday",
        1 => "embed.opens.tuesday",
        2 => "embed.opens.wednesday",
        3 => "embed.opens.thursday",
        4 => "embed.opens.friday",
        5 => "embed.opens.saturday",
        _ => "embed.opens.sunday",
    });
    let month = words.get(match opening.date.0 {
        1 => "embed.opens.january",
        2 => "embed.opens.february",
        3 => "embed.opens.march",
        4 => "embed.opens.april",
        5 => "embed.opens.may",
        6 => "embed.opens.june",
        7 => "embed.opens.july",
        8 => "embed.opens.august",
        9 => "embed.opens.september",
        10 => "embed.opens.october",
        11 => "embed.opens.november",
        _ => "embed.opens.december",
    });
    let key = match opening.in_days {
        0 => "embed.opens.today",
        1 => "embed.opens.tomorrow",
        2..7 => "embed.opens.this_week",
        _ => "embed.opens.later",
    };
    let values = [
        ("day", day.as_str()),
        ("date", &opening.date.1.to_string()),
        ("month", month.as_str()),
        ("time", &clock(opening.minute)),
        ("city", opening.city.as_str()),
    ];
    words.with(key, &values)
}

/// What the clock on the store's wall shows at a moment, as if it hung in Greenwich: for pages that cannot know where their reader is.
/// Of a store that said nowhere where it is, Greenwich's own.
pub fn on_the_wall(settings: &StoreSettings, at: Timestamp) -> Timestamp {
    let moment = jiff::Timestamp::from_millisecond(at.0).ok();
    let offset = settings.hours.as_ref().and_then(zone).zip(moment);
    offset.map_or(at, |(zone, moment)| at.plus_ms(i64::from(zone.to_offset(moment).seconds()) * 1_000))
}

fn zone(hours: &OpeningHours) -> Option<TimeZone> {
    TimeZone::get(&hours.zone).ok()
}

/// The store's date and minute of the day.
fn local(hours: &OpeningHours, now: Timestamp) -> Option<(Date, u16, TimeZone)> {
    let zone = zone(hours)?;
    let there = zone.to_datetime(jiff::Timestamp::from_millisecond(now.0).ok()?);
    let minute = u16::from(there.hour().unsigned_abs()) * 60 + u16::from(there.minute().unsigned_abs());
    Some((there.date(), minute, zone))
}

fn spans(hours: &OpeningHours, date: Date) -> &[model::hours::Span] {
    hours.on((date.year(), date.month() as u8, date.day() as u8), weekday(date))
}

fn weekday(date: Date) -> usize {
    usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())
}

/// `America/Argentina/Buenos_Aires` is Buenos Aires to those who live there.
fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use model::hours::{Day, Span};

    use super::*;

    /// Friday, 2026-01-02, in UTC.
    const FRIDAY: i64 = 1_767_312_000_000;
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn amsterdam() -> OpeningHours {
        OpeningHours::office("Europe/Amsterdam")
    }

    fn opening(hours: &OpeningHours, now: i64) -> Opening {
        next_opening(hours, Timestamp(now)).expect("opens again")
    }

    #[test]
    fn hours_are_the_stores_own_and_not_the_servers() {
        // 08:30 in UTC is 09:30 in Amsterdam in winter.
        assert!(is_open(&amsterdam(), Timestamp(FRIDAY + 8 * HOUR + HOUR / 2)));
        assert!(!is_open(&OpeningHours::office("UTC"), Timestamp(FRIDAY + 8 * HOUR + HOUR / 2)));
        // The minute of closing is closed, the one before it open.
        assert!(is_open(&amsterdam(), Timestamp(FRIDAY + 16 * HOUR - 1)));
        assert!(!is_open(&amsterdam(), Timestamp(FRIDAY + 16 * HOUR)));
        // In summer the same clock is another moment: 2026-07-03 is a Friday.
        assert!(is_open(&amsterdam(), Timestamp(FRIDAY + 182 * DAY + 7 * HOUR)));
    }

    #[test]
    fn after_friday_comes_monday_unless_it_is_a_holiday() {
        let next = opening(&amsterdam(), FRIDAY + 18 * HOUR);
        assert_eq!((next.weekday, next.in_days, next.minute), (0, 3, 540));
        assert_eq!(next.at, Timestamp(FRIDAY + 3 * DAY + 8 * HOUR));
        let holiday = OpeningHours {
            holidays: vec![Day {
                year: None,
                month: 1,
                day: 5,
            }],
            ..amsterdam()
        };
        assert_eq!(opening(&holiday, FRIDAY + 18 * HOUR).weekday, 1);
        assert!(!is_open(&holiday, Timestamp(FRIDAY + 3 * DAY + 9 * HOUR)));
    }

    #[test]
    fn lunch_ends_today_and_a_store_that_never_opens_says_nothing() {
        let mut lunch = amsterdam();
        lunch.week[4] = vec![
            Span {
                from_minute: 540,
                until_minute: 720,
            },
            Span {
                from_minute: 780,
                until_minute: 1_020,
            },
        ];
        let next = opening(&lunch, FRIDAY + 11 * HOUR + HOUR / 2);
        assert_eq!((next.in_days, next.minute), (0, 780));
        let never = OpeningHours {
            week: Default::default(),
            ..amsterdam()
        };
        assert_eq!(next_opening(&never, Timestamp(FRIDAY)), None);
        assert!(!is_open(&never, Timestamp(FRIDAY)));
    }

    #[test]
    fn a_clock_that_is_put_forward_opens_when_it_goes_on() {
        // 2026-03-29, 02:00 does not exist in Amsterdam: 03:00 follows 01:59.
        let mut early = amsterdam();
        early.week[6] = vec![Span {
            from_minute: 150,
            until_minute: 600,
        }];
        let sunday = FRIDAY + 86 * DAY;
        let next = opening(&early, sunday - HOUR / 2);
        assert_eq!((next.weekday, next.minute), (6, 150));
        assert_eq!(next.at, Timestamp(sunday + HOUR + HOUR / 2), "03:30 of the new time");
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused_and_closes_nobody_out() {
        let nowhere = OpeningHours::office("Europe/Atlantis");
        assert_eq!(check(&nowhere), Err(Refusal::Invalid(Field::Hours)));
        assert_eq!(check(&amsterdam()), Ok(()));
        assert!(is_open(&nowhere, Timestamp(FRIDAY)));
        assert_eq!(next_opening(&nowhere, Timestamp(FRIDAY)), None);
    }

    #[test]
    fn the_next_opening_is_said_as_people_say_it() {
        let said = |now, language| sentence(&opening(&amsterdam(), now), language);
        assert_eq!(said(FRIDAY + 18 * HOUR, Language::En), "Open again Monday at 09:00 (Amsterdam).");
        assert_eq!(said(FRIDAY + 5 * HOUR, Language::En), "Open again today at 09:00 (Amsterdam).");
        assert_eq!(said(FRIDAY + 18 * HOUR, Language::Nl), "Weer open op maandag om 09:00 (Amsterdam).");
        let mut holidays = amsterdam();
        holidays.holidays = (5..=9).map(|day| Day { year: None, month: 1, day }).collect();
        let later = sentence(&opening(&holidays, FRIDAY + 18 * HOUR), Language::En);
        assert_eq!(later, "Open again Monday 12 January at 09:00 (Amsterdam).");
    }
}
