//! Telephone numbers: with a country in front, or as long and as cut as those of the countries whose languages we speak; and digits that
//! somebody took the trouble to write out. Numbers of orders, parcels and firms look much the same, so what is said before them counts.

use super::{
    fold::{Glyph, at},
    one_of,
    pieces::{Part, Piece, before, is_list},
    starts_with,
};

/// What else is numbered.
const REFERENCES: &str = "order orders bestelling bestelnummer bestelnr pedido pedidos commande ref reference referencia article artikel
    articulo art sku klantnummer klantnr kvk siret siren adherent client cliente customer lot lote lotnr serie serienummer serial imei ean
    isbn upc gtin tracking track trace dhl ups mrw dpd gls postnl colis paquete pakket package parcel factuur factuurnummer invoice factura
    facture btw vat iva tva cif nif case ticket dossier incidencia reclamation reclamacion voucher gift cadeaubon polis polisnr postcode zip
    relay mpn modelo model modele pieza part kenteken matricula chassis bastidor code codigo kleurcode seguimiento suivi envio rma claim
    schade zaaknummer lidnummer membership member decimo streepjescode barcode barre serienr typenummer onderdeel onderdeelnummer
    pakketnummer zendingnummer bon meter reading meterstand contador compteur ral dmc";
/// What one does with a telephone.
const CALLS: &str = "call phone tel ring text whats wasap wapp app sms mobile movil mobiel gsm bel llam appel joign numero nummer number
    dial signal telegram portable apunta marca escrib mail contact viber reach cell";
/// What is measured.
const MEASURES: &str = "watt w ml mm cm g gr gram kg euro euros eur v volt l cl pagina paginas pages are ral dmc";

/// The telephone numbers in the runs of digits, as the signs from and to. What `is_taken` is not looked at again.
pub(super) fn phones(gs: &[Glyph], runs: &[Vec<&Piece>], words: &[&Part], is_taken: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for run in runs {
        let mut whole: Vec<&[&Piece]> = tight(gs, run);
        if whole.len() > 1 {
            whole.push(run);
        }
        let found = whole.into_iter().map(trimmed).find(|number| {
            let (Some(first), Some(last)) = (number.first(), number.last()) else {
                return false;
            };
            !number.iter().all(|piece| piece.soft) && !is_taken(first.a, last.b) && is_phone(gs, number, words)
        });
        if let Some(number) = found
            && let (Some(first), Some(last)) = (number.first(), number.last())
        {
            out.push((first.a, last.b));
        }
    }
    out
}

/// The parts of a run between which only such signs stand as stand in a telephone number.
fn tight<'r, 'p>(gs: &[Glyph], run: &'r [&'p Piece]) -> Vec<&'r [&'p Piece]> {
    let mut out = Vec::new();
    let mut start = 0;
    for n in 1..run.len() {
        let between = gs.get(run[n - 1].b..run[n].a).unwrap_or_default();
        let near = between.len() <= 4 && between.iter().all(|g| " .-/()_·".contains(g.c));
        if !near {
            out.push(&run[start..n]);
            start = n;
        }
    }
    out.push(&run[start..]);
    out
}

/// Without an "I" in front.
fn trimmed<'r, 'p>(mut number: &'r [&'p Piece]) -> &'r [&'p Piece] {
    while let [first, rest @ ..] = number {
        if rest.is_empty() || !first.soft || !first.digits.starts_with('1') {
            break;
        }
        number = rest;
    }
    number
}

fn is_phone(gs: &[Glyph], number: &[&Piece], words: &[&Part]) -> bool {
    let (Some(first), Some(last)) = (number.first(), number.last()) else {
        return false;
    };
    if number.len() > 1 && first.digits.len() > 5 {
        return false;
    }
    let digits: String = number.iter().map(|piece| piece.digits.as_str()).collect();
    let count = digits.len();
    if !(9..=15).contains(&count) || is_date(number) || is_list(number) {
        return false;
    }
    let nth = |n: usize| digits.as_bytes().get(n).copied().unwrap_or_default();
    if (first.a.saturating_sub(3)..first.a).any(|i| at(gs, i).is_some_and(|g| g.c == '+')) {
        return nth(0) != b'0' || count >= 10;
    }
    if before(words, first.a, 4).iter().any(|word| one_of(REFERENCES, &word.text)) {
        return false;
    }
    let calls = |word: &Part| starts_with(CALLS, &word.text);
    let called = before(words, first.a, 6)
        .iter()
        .any(|word| calls(word) || word.text.starts_with("dm"))
        || words.iter().any(|word| word.a >= last.b && calls(word));
    if number.iter().all(|piece| piece.word) {
        return number.len() >= 5 && !counts(number);
    }
    if digits.starts_with("00") {
        return nth(2) != b'0' && (11..=15).contains(&count);
    }
    if nth(0) == b'0' {
        return match count {
            10 => true,
            11 => matches!(nth(1), b'1' | b'2' | b'3' | b'7'),
            _ => count == 9 && called,
        };
    }
    if !called && is_several(number, words, last.b) {
        return false;
    }
    let cut: Vec<usize> = number.iter().map(|piece| piece.digits.len()).collect();
    match count {
        9 if nth(0) >= b'6' => cut == [3, 3, 3] || cut == [3, 2, 2, 2] || number.len() >= 8 || called,
        10 if nth(0) >= b'2' && nth(3) >= b'2' => {
            let bracket = first.a > 0 && at(gs, first.a - 1).is_some_and(|g| g.c == '(');
            (cut == [3, 3, 4] && (bracket || called)) || (cut == [10] && called)
        }
        _ => false,
    }
}

/// One, two, three, four, five …
fn counts(number: &[&Piece]) -> bool {
    let values: Vec<u32> = number.iter().filter_map(|piece| piece.digits.parse().ok()).take(5).collect();
    values.windows(2).all(|two| two[1] == two[0] + 1)
}

/// Begins as a day does.
fn is_date(number: &[&Piece]) -> bool {
    let [first, second, third, ..] = number else { return false };
    let at_most = |piece: &Piece, most: u32| piece.digits.parse::<u32>().is_ok_and(|value| value <= most);
    let year = |piece: &Piece| piece.digits.len() == 4 && (piece.digits.starts_with("19") || piece.digits.starts_with("20"));
    let two = |piece: &Piece| piece.digits.len() == 2;
    (two(first) && two(second) && year(third) && at_most(first, 31) && at_most(second, 31))
        || (year(first) && two(second) && two(third) && at_most(second, 12))
}

/// Three numbers beside each other rather than one in three pieces: measures, round numbers, or neighbours.
fn is_several(number: &[&Piece], words: &[&Part], end: usize) -> bool {
    if number.len() > 3 {
        return false;
    }
    let measure = words
        .iter()
        .find(|word| word.a >= end)
        .is_some_and(|word| word.a - end <= 2 && one_of(MEASURES, &word.text));
    let values: Vec<u32> = number.iter().filter_map(|piece| piece.digits.parse().ok()).collect();
    let near = values.windows(2).all(|two| two[0] < two[1] && two[1] - two[0] < 60);
    measure || (values.len() == 3 && (near || values.iter().all(|value| value.is_multiple_of(50))))
}
