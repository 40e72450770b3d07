//! The digits of a text, however they are written: as digits, as words, as an `O` or an `l` among them, and in as many pieces as somebody
//! cut them into. What stands between them may be anything that says nothing.

use super::{
    fold::{Glyph, at, lower, word},
    numbers::{plural, tens, times, turned, unit},
    one_of,
};

/// Words that say nothing between digits.
const FILLERS: &str = "and then followed by the with plus dash space next finally first last again now number slash dot comma part parts
    partie parte deel half helft moitie mitad second third fourth eerste tweede derde vierde laatste premier premiere deuxieme seconde
    troisieme quatrieme derniere primero primera segundo segunda tercero tercera cuarto cuarta ultimo ultima goes on from there en dan
    gevolgd door met streepje spatie daarna tot slot nog y luego despues seguido de con guion espacio mas punto et puis suivi tiret espace
    apres enfin avec point punt barra keer a x ensuite ok ends in al final e hyphen underscore";
/// Articles, too.
const MAYBE: &str = "un een une una one";
/// Signs that may stand between two pieces.
pub(super) const GAP: usize = 12;
/// Fillers and all, this far apart they are two things.
const FAR: usize = 40;

/// Letters, or digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) letters: bool,
    /// In small letters.
    pub(super) text: String,
}

/// Some digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) digits: String,
    /// From this sign …
    pub(super) a: usize,
    /// … to before that one.
    pub(super) b: usize,
    /// Letters that look like digits.
    pub(super) soft: bool,
    /// Said in words.
    pub(super) word: bool,
    /// It may be an article.
    pub(super) maybe: bool,
}

/// Whether a word says nothing between digits.
pub(super) fn is_filler(text: &str) -> bool {
    one_of(FILLERS, text)
}

/// The runs of letters and of digits.
pub(super) fn parts(gs: &[Glyph]) -> Vec<Part> {
    let mut out = Vec::new();
    let mut i = 0;
    while let Some(glyph) = at(gs, i) {
        if !glyph.is_word() {
            i += 1;
            continue;
        }
        let letters = glyph.is_letter();
        let same = |g: &Glyph| if letters { g.is_letter() } else { g.is_digit() };
        let b = i + gs[i..].iter().take_while(|g| same(g)).count();
        let text = lower(gs, i, b);
        out.push(Part { a: i, b, letters, text });
        i = b;
    }
    out
}

/// The word right behind another; nothing if something else is there.
fn next(parts: &[Part], m: usize) -> &str {
    match (parts.get(m), m.checked_sub(1).and_then(|before| parts.get(before))) {
        (Some(part), Some(before)) if part.letters && part.a - before.b <= 2 => &part.text,
        _ => "",
    }
}

/// The pieces, and `None` for each word over which digits do not go on.
pub(super) fn pieces(gs: &[Glyph], parts: &[Part]) -> Vec<Option<Piece>> {
    let mut out: Vec<Option<Piece>> = Vec::new();
    let mut n = 0;
    while let Some(part) = parts.get(n) {
        let piece = |digits: String, b: usize, word: bool| Piece {
            digits,
            a: part.a,
            b,
            soft: false,
            word,
            maybe: false,
        };
        if !part.letters {
            out.push(Some(piece(part.text.clone(), part.b, false)));
            n += 1;
            continue;
        }
        if let Some((digits, taken)) = said(parts, n) {
            let mut piece = piece(digits, parts[n + taken - 1].b, true);
            piece.maybe = taken == 1 && one_of(MAYBE, &part.text);
            out.push(Some(piece));
            n += taken;
            continue;
        }
        if several(parts, n, &mut out) {
            n += 1;
            continue;
        }
        let raw = word(gs, part.a, part.b);
        if let Some(digits) = raw.chars().map(soft).collect::<Option<String>>() {
            let mut piece = piece(digits, part.b, false);
            piece.soft = true;
            out.push(Some(piece));
        } else if part.text.len() > 1 && !is_filler(&part.text) {
            out.push(None);
        }
        n += 1;
    }
    out
}

/// The digit that a letter is taken for.
fn soft(c: char) -> Option<char> {
    match c {
        'o' | 'O' | 'Q' => Some('0'),
        'l' | 'I' | 'i' | 'L' => Some('1'),
        _ => None,
    }
}

/// A number in words, and of how many.
fn said(parts: &[Part], n: usize) -> Option<(String, usize)> {
    let text = parts[n].text.as_str();
    if let Some((value, taken)) = with_tens(parts, n) {
        return Some((value.to_string(), taken));
    }
    if let Some(value) = unit(text) {
        if text == "dix"
            && let Some(more @ 7..=9) = unit(next(parts, n + 1))
        {
            return Some(((10 + more).to_string(), 2));
        }
        if (2..20).contains(&value)
            && let Some(digit) = plural(next(parts, n + 1))
        {
            return Some((digit.to_string().repeat(usize::try_from(value).ok()?), 2));
        }
        return Some((value.to_string(), 1));
    }
    if let Some(value) = turned(text) {
        return Some((value.to_string(), 1));
    }
    let times = times(text)?;
    let following = parts.get(n + 1)?;
    let digit = if following.letters {
        unit(&following.text).filter(|digit| *digit < 10)?.to_string()
    } else {
        following.text.clone()
    };
    (digit.len() == 1).then(|| (digit.repeat(times), 2))
}

/// Forty-one, noventa y uno, quatre-vingt-dix-huit.
fn with_tens(parts: &[Part], n: usize) -> Option<(u32, usize)> {
    let first = parts[n].text.as_str();
    let (mut value, mut m) = if first == "quatre" && one_of("vingt vingts", next(parts, n + 1)) {
        (80, n + 1)
    } else {
        (tens(first)?, n)
    };
    let after = next(parts, m + 1);
    if one_of("y et and en", after) {
        if let Some(one) = unit(next(parts, m + 2))
            && ((1..10).contains(&one) || (one == 11 && value == 60))
        {
            value += one;
            m += 2;
        }
    } else if let Some(one) = unit(after) {
        let french = (10..20).contains(&one) && matches!(first, "soixante" | "quatre");
        if (1..10).contains(&one) || french {
            value += one;
            m += 1;
            if one == 10
                && let Some(more @ 7..=9) = unit(next(parts, m + 1))
            {
                value += more;
                m += 1;
            }
        }
    }
    Some((value, m + 1 - n))
}

/// Fifteen ones, with the fifteen in digits.
fn several(parts: &[Part], n: usize, out: &mut [Option<Piece>]) -> bool {
    let Some(digit) = plural(&parts[n].text) else { return false };
    let near = n > 0 && !parts[n - 1].letters && parts[n].a - parts[n - 1].b <= 2;
    let Some(Some(last)) = out.last_mut() else { return false };
    match last.digits.parse::<usize>() {
        Ok(count @ 2..=19) if near && last.digits.len() <= 2 => {
            last.digits = digit.to_string().repeat(count);
            last.b = parts[n].b;
            last.word = true;
            true
        }
        _ => false,
    }
}

/// The pieces that belong together.
pub(super) fn runs<'p>(gs: &[Glyph], pieces: &'p [Option<Piece>]) -> Vec<Vec<&'p Piece>> {
    let mut out = Vec::new();
    let mut run: Vec<&Piece> = Vec::new();
    for piece in pieces {
        let near = match (piece, run.last()) {
            (Some(piece), Some(last)) => {
                let between = gs.get(last.b..piece.a).unwrap_or_default();
                between.len() <= GAP || (between.len() <= FAR && between.iter().filter(|g| !g.is_letter()).count() <= GAP)
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !near && !run.is_empty() {
            out.push(std::mem::take(&mut run));
        }
        run.extend(piece);
    }
    if !run.is_empty() {
        out.push(run);
    }
    out
}

/// Whether they are a list of sizes rather than one number: each a little more than the one before.
pub(super) fn is_list(run: &[&Piece]) -> bool {
    let values: Vec<u32> = run
        .iter()
        .filter(|piece| piece.digits.len() <= 3)
        .filter_map(|piece| piece.digits.parse().ok())
        .collect();
    values.len() == run.len() && values.len() >= 4 && values.windows(2).all(|two| two[0] < two[1] && two[1] - two[0] <= 10)
}

/// The last words before a sign.
pub(super) fn before<'w>(words: &'w [&'w Part], a: usize, count: usize) -> &'w [&'w Part] {
    let end = words.partition_point(|word| word.b <= a);
    &words[end.saturating_sub(count)..end]
}

#[cfg(test)]
mod tests {
    use super::{super::fold::glyphs, *};

    fn digits(text: &str) -> Vec<String> {
        let gs = glyphs(text);
        let parts = parts(&gs);
        let pieces = pieces(&gs, &parts);
        runs(&gs, &pieces)
            .iter()
            .map(|run| run.iter().map(|piece| piece.digits.as_str()).collect())
            .collect()
    }

    #[test]
    fn digits_are_drawn_together_however_they_are_written() {
        for (text, read) in [
            ("41 eleven, 11 twenty-one", "41111121"),
            ("4OOO llll", "40001111"),
            ("un 41 y luego trece ceros", "1410000000000000"),
            ("a four followed by 15 ones", "4111111111111111"),
            ("zéro six trente-neuf quatre-vingt-dix-huit", "063998"),
            ("double seven", "77"),
            ("5x1x2x3", "5123"),
        ] {
            assert_eq!(digits(text).concat(), read, "{text}");
        }
        assert_eq!(digits("12 chairs and 4 tables"), ["12", "4"]);
    }

    #[test]
    fn sizes_are_a_list() {
        let list = |text: &str| {
            let gs = glyphs(text);
            let parts = parts(&gs);
            let pieces = pieces(&gs, &parts);
            runs(&gs, &pieces).first().is_some_and(|run| is_list(run))
        };
        assert!(list("38 39 40 41 42") && list("10, 20, 30, 40"));
        assert!(!list("4111 1111 1111 1111") && !list("06 12 34 56 78"));
    }
}
