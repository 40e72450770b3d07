//! Amounts and moments as the reader writes them, for pages that run no program. Where the reader is, nobody knows here: a moment comes
//! as the clock on the store's wall shows it.

use model::{language::Language, time::Timestamp};

pub(super) use crate::money::money;

const MONTHS: [[&str; 12]; 4] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
];

/// "5 March 2026", "5 de marzo de 2026".
pub(super) fn day(wall: Timestamp, language: Language) -> String {
    let written = wall.rfc3339();
    // `2026-03-05T14:05:…`; a year before the first or after the ten-thousandth is shown as it stands.
    let (Some(year), Some(month), Some(day)) = (written.get(..4), written.get(5..7), written.get(8..10)) else {
        return written;
    };
    let month = month.parse::<usize>().ok().and_then(|month| month.checked_sub(1));
    let names = match language {
        Language::En => &MONTHS[0],
        Language::Nl => &MONTHS[1],
        Language::Es => &MONTHS[2],
        Language::Fr => &MONTHS[3],
    };
    let Some(month) = month.and_then(|month| names.get(month)) else {
        return written;
    };
    let day = day.trim_start_matches('0');
    match language {
        Language::Es => format!("{day} de {month} de {year}"),
        Language::En | Language::Nl | Language::Fr => format!("{day} {month} {year}"),
    }
}

/// "5 March 2026, 14:05".
pub(super) fn moment(wall: Timestamp, language: Language) -> String {
    let written = wall.rfc3339();
    format!("{}, {}", day(wall, language), written.get(11..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_reader_does() {
        let at = Timestamp(1_709_215_500_000);
        assert_eq!(moment(at, Language::En), "29 February 2024, 14:05");
        assert_eq!(day(at, Language::Es), "29 de febrero de 2024");
        assert_eq!(day(Timestamp(0), Language::Fr), "1 janvier 1970");
        // Far away, and still no panic.
        let _ = moment(Timestamp(i64::MAX), Language::Nl);
        let _ = moment(Timestamp(i64::MIN), Language::Nl);
    }
}
