//! The words for numbers in the four languages, as people use them to write digits that a program should not see. Accents are gone by
//! then. It knows no hundreds: nobody reads a card aloud in hundreds.

use super::one_of;

const UNITS: &[&str] = &[
    "zero oh nul nil cero nought naught",
    "one een un uno una une eentje ein",
    "two twee dos deux",
    "three drie tres trois",
    "four vier cuatro quatre",
    "five vijf cinco cinq",
    "six zes seis",
    "seven zeven siete sept",
    "eight acht ocho huit",
    "nine negen nueve neuf",
    "ten tien diez dix",
    "eleven elf once onze",
    "twelve twaalf doce douze",
    "thirteen dertien trece treize",
    "fourteen veertien catorce quatorze",
    "fifteen vijftien quince quinze",
    "sixteen zestien dieciseis seize",
    "seventeen zeventien diecisiete",
    "eighteen achttien dieciocho",
    "nineteen negentien diecinueve",
];
/// From twenty on.
const TENS: &[&str] = &[
    "twenty twintig veinte vingt vingts",
    "thirty dertig treinta trente",
    "forty fourty veertig cuarenta quarante",
    "fifty vijftig cincuenta cinquante",
    "sixty zestig sesenta soixante",
    "seventy zeventig setenta septante",
    "eighty tachtig ochenta huitante",
    "ninety negentig noventa nonante",
];
/// Several of a digit.
const PLURALS: &[&str] = &[
    "zeros zeroes nullen ceros noughts",
    "ones enen unos uns eens",
    "twos tweeen twees doses",
    "threes drieen dries treses",
    "fours vieren cuatros",
    "fives vijven cincos",
    "sixes zessen seises",
    "sevens zevens sietes",
    "eights achten ochos",
    "nines negens nueves",
];

fn place(lists: &[&str], word: &str) -> Option<u32> {
    lists
        .iter()
        .position(|names| one_of(names, word))
        .and_then(|n| u32::try_from(n).ok())
}

/// Zero to nineteen, and the Spanish twenties, which are one word.
pub(super) fn unit(word: &str) -> Option<u32> {
    place(UNITS, word).or_else(|| {
        let rest = word.strip_prefix("veinti")?;
        place(UNITS, rest).filter(|n| (1..10).contains(n)).map(|n| n + 20)
    })
}

/// Twenty to ninety.
pub(super) fn tens(word: &str) -> Option<u32> {
    place(TENS, word).map(|n| 20 + 10 * n)
}

/// The digit of which there are several.
pub(super) fn plural(word: &str) -> Option<u32> {
    place(PLURALS, word)
}

/// How often what follows is meant.
pub(super) fn times(word: &str) -> Option<usize> {
    match word {
        "double" | "dubbel" | "dubbele" | "doble" => Some(2),
        "triple" | "treble" | "driedubbel" => Some(3),
        _ => None,
    }
}

/// Dutch turns them around, in one word: eenenveertig.
pub(super) fn turned(word: &str) -> Option<u32> {
    let (ten, rest) = TENS.iter().enumerate().find_map(|(n, names)| {
        let rest = names.split_ascii_whitespace().find_map(|name| word.strip_suffix(name))?;
        Some((20 + 10 * u32::try_from(n).ok()?, rest))
    })?;
    let one = rest.strip_suffix("en")?;
    place(UNITS, one).filter(|n| (1..10).contains(n)).map(|n| ten + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_four_languages() {
        assert_eq!(
            (unit("zeven"), unit("once"), unit("veintidos"), unit("cent")),
            (Some(7), Some(11), Some(22), None)
        );
        assert_eq!((tens("quarante"), tens("noventa"), tens("four")), (Some(40), Some(90), None));
        assert_eq!(
            (turned("eenenveertig"), turned("vierentachtig"), turned("veertig")),
            (Some(41), Some(84), None)
        );
        assert_eq!((plural("ceros"), times("double")), (Some(0), Some(2)));
    }
}
