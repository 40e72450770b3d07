//! Amounts and dates as the reader writes them. Knows one currency sign and the calendar of the four languages.

use model::{conversation::Money, language::Language, time::Timestamp};

const SPACE: char = '\u{a0}';

/// "€34.00", "€ 34,00", "34,00 €".
pub(super) fn money(amount: &Money, language: Language) -> String {
    let sign = if amount.currency == "EUR" {
        "€"
    } else {
        amount.currency.as_str()
    };
    let (whole, cents) = (amount.minor / 100, amount.minor % 100);
    match language {
        Language::En => format!("{sign}{whole}.{cents:02}"),
        Language::Nl => format!("{sign}{SPACE}{whole},{cents:02}"),
        Language::Es | Language::Fr => format!("{whole},{cents:02}{SPACE}{sign}"),
    }
}

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

/// The day of a moment (in UTC, as nothing here depends on the hour), for machines and for people.
pub(super) fn day(at: Timestamp, language: Language) -> (String, String) {
    let full = at.rfc3339();
    let iso = full.split('T').next().unwrap_or_default().to_owned();
    let mut parts = iso.split('-');
    let year = parts.next().unwrap_or_default();
    let month: usize = parts.next().and_then(|m| m.parse().ok()).unwrap_or(1);
    let day: u32 = parts.next().and_then(|d| d.parse().ok()).unwrap_or(1);
    let names = match language {
        Language::En => &MONTHS[0],
        Language::Nl => &MONTHS[1],
        Language::Es => &MONTHS[2],
        Language::Fr => &MONTHS[3],
    };
    let name = names[(month - 1) % 12];
    let written = match (language, day) {
        (Language::Es, _) => format!("{day} de {name} de {year}"),
        (Language::Fr, 1) => format!("1er {name} {year}"),
        _ => format!("{day} {name} {year}"),
    };
    (iso, written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_the_reader_does() {
        let price = Money {
            minor: 3405,
            currency: "EUR".to_owned(),
        };
        let written = Language::ALL.map(|l| money(&price, l));
        assert_eq!(written, ["€34.05", "€\u{a0}34,05", "34,05\u{a0}€", "34,05\u{a0}€"]);
    }

    #[test]
    fn days_are_written_as_the_reader_does() {
        let at = Timestamp(1_709_164_800_123);
        let written = Language::ALL.map(|l| day(at, l).1);
        assert_eq!(
            written,
            ["29 February 2024", "29 februari 2024", "29 de febrero de 2024", "29 février 2024"]
        );
        assert_eq!(day(at, Language::En).0, "2024-02-29");
        assert_eq!(day(at.plus_ms(86_400_000), Language::Fr).1, "1er mars 2024");
    }
}
