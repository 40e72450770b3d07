//! Amounts as the reader writes them: on the desk, and on pages that run no program.

use model::{conversation::Money, language::Language};

/// No line may break between an amount and its currency.
const SPACE: char = '\u{a0}';

/// Currencies that have no smaller unit, and those whose smaller unit is a thousandth (ISO 4217); all others have hundredths.
const WHOLE: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
];
const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// "€34.00", "€ 34,00", "34,00 €", "¥500", "CHF 20.00".
pub(crate) fn money(amount: &Money, language: Language) -> String {
    let code = amount.currency.as_str();
    let digits = if WHOLE.contains(&code) {
        0
    } else if THOUSANDTHS.contains(&code) {
        3
    } else {
        2
    };
    let sign = match code {
        "EUR" => "€",
        "GBP" => "£",
        "USD" => "$",
        "JPY" => "¥",
        other => other,
    };
    let point = if language == Language::En { '.' } else { ',' };
    let mut number = amount.minor.unsigned_abs().to_string();
    if digits > 0 {
        while number.len() <= digits {
            number.insert(0, '0');
        }
        number.insert(number.len() - digits, point);
    }
    if amount.minor < 0 {
        number.insert(0, '-');
    }
    match language {
        Language::En if sign.len() < 3 || !sign.is_ascii() => format!("{sign}{number}"),
        Language::En | Language::Nl => format!("{sign}{SPACE}{number}"),
        Language::Es | Language::Fr => format!("{number}{SPACE}{sign}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor: i64, currency: &str) -> Money {
        Money {
            minor,
            currency: currency.to_owned(),
        }
    }

    #[test]
    fn amounts_are_written_as_the_reader_does() {
        for (minor, currency, language, written) in [
            (3_400, "EUR", Language::En, "€34.00"),
            (3_400, "EUR", Language::Nl, "€\u{a0}34,00"),
            (5, "EUR", Language::Fr, "0,05\u{a0}€"),
            (500, "JPY", Language::En, "¥500"),
            (2_000, "CHF", Language::En, "CHF\u{a0}20.00"),
            (12_345, "KWD", Language::Es, "12,345\u{a0}KWD"),
            (-3_400, "USD", Language::En, "$-34.00"),
            (i64::MIN, "JPY", Language::En, "¥-9223372036854775808"),
        ] {
            assert_eq!(money(&amount(minor, currency), language), written);
        }
    }
}
