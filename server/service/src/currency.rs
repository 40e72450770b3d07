//! Currencies: the codes of ISO 4217 (list one of its maintenance agency, SIX Group, as of January 2026, and the two that ended in the year
//! before it), and how many digits of each stand behind the point.

/// Without any digits behind the point.
const WHOLE: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
];
/// With three.
const THREE: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
/// With two.
const TWO: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND", "BOB", "BRL", "BSD",
    "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB",
    "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD",
    "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU",
    "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR",
    "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB",
    "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VES", "WST", "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG",
];

/// How many digits stand behind the point; `None`: there is no such currency.
pub fn digits(code: &str) -> Option<u32> {
    if TWO.contains(&code) {
        Some(2)
    } else if WHOLE.contains(&code) {
        Some(0)
    } else if THREE.contains(&code) {
        Some(3)
    } else {
        None
    }
}

/// All codes, in their order.
pub fn codes() -> Vec<&'static str> {
    let mut codes = [WHOLE, TWO, THREE].concat();
    codes.sort_unstable();
    codes
}

/// An amount as people write it (`64.80`) in the currency's smallest unit. More digits than the currency has are refused, not rounded.
pub fn minor(amount: &str, digits: u32) -> Option<i64> {
    let (sign, amount) = amount.strip_prefix('-').map_or((1, amount), |rest| (-1, rest));
    let (whole, rest) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = usize::try_from(digits).ok()?;
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let empty = whole.is_empty() || amount.ends_with('.');
    if empty || rest.len() > digits || !is_number(whole) || !is_number(rest) {
        return None;
    }
    let padding = "0".repeat(digits - rest.len());
    [whole, rest, &padding].concat().parse::<i64>().ok().map(|minor| sign * minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_three_capitals_and_each_stands_once() {
        let codes = codes();
        assert!(codes.len() > 150 && codes.iter().all(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase())));
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(
            (digits("EUR"), digits("JPY"), digits("KWD"), digits("eur"), digits("BTC")),
            (Some(2), Some(0), Some(3), None, None)
        );
    }

    #[test]
    fn amounts_are_read_as_they_are_written_and_never_rounded() {
        for (text, digits, expected) in [
            ("64.80", 2, Some(6_480)),
            ("64.8", 2, Some(6_480)),
            ("64", 2, Some(6_400)),
            ("-0.05", 2, Some(-5)),
            ("1200", 0, Some(1_200)),
            ("1.250", 3, Some(1_250)),
            ("1.5", 0, None),
            ("64.805", 2, None),
            ("64,80", 2, None),
            ("64.", 2, None),
            (".5", 2, None),
            ("", 2, None),
            ("-", 2, None),
            ("1e3", 2, None),
            ("+1", 2, None),
            ("99999999999999999999", 2, None),
        ] {
            assert_eq!(minor(text, digits), expected, "{text}");
        }
    }
}
