//! Where else somebody can be found: addresses of mail, however their signs are spelled, pages on the web, and names in other chats.

use super::{
    fold::{Glyph, at, lower, word},
    one_of,
    pieces::Part,
};

/// Ends of domains that people know: without one, words around a spelled sign are only words.
const ENDS: &str =
    "com net org info biz eu nl be fr es de uk it pt at ch ie lu us ca io me co tv app dev shop store site online web page link
    xyz club gmail hotmail example test cat gal mx ar";
const AT: &str = "at arroba arrobas apenstaartje apestaartje arobase arobas aroba aapje chiocciola";
const DOT: &str = "dot punt punto point stip puntje period";
const SLASH: &str = "slash barra schuine forward";
/// Other places to talk.
const PLACES: &str = "telegram signal whatsapp insta instagram snap snapchat skype wechat discord facebook messenger ig tiktok viber line
    threema fb tele twitter pinterest wapp";
/// What stands around a sign that is spelled.
const AROUND: &str = " ()[]{}<>_\"'*|-,:";
/// How far behind its place a name stands, and how far before it.
const NEAR: usize = 45;
const BEFORE: usize = 40;

/// From one sign to before another.
type Stretch = (usize, usize);

fn is(gs: &[Glyph], i: usize, sign: char) -> bool {
    at(gs, i).is_some_and(|g| g.c == sign)
}

fn is_word(gs: &[Glyph], i: usize) -> bool {
    at(gs, i).is_some_and(Glyph::is_word)
}

/// A word that begins here, in small letters, and its end.
fn spelled(gs: &[Glyph], i: usize) -> (String, usize) {
    let end = i + gs.get(i..).unwrap_or_default().iter().take_while(|g| g.is_letter()).count();
    (lower(gs, i, end), end)
}

/// Behind a label of a domain that begins here.
fn label(gs: &[Glyph], i: usize) -> usize {
    let mut end = i;
    while is_word(gs, end) || (end > i && is(gs, end, '-')) {
        end += 1;
    }
    end
}

/// Behind a few signs that stand around a spelled one.
fn skip(gs: &[Glyph], i: usize) -> usize {
    let signs = gs.get(i..).unwrap_or_default().iter();
    i + signs.take(4).take_while(|g| AROUND.contains(g.c)).count()
}

/// A domain, as far as it was read.
#[derive(Default)]
struct Domain {
    end: usize,
    labels: usize,
    /// A dot in it was a word.
    said: bool,
    last: String,
}

impl Domain {
    fn is_known(&self) -> bool {
        self.labels >= 2 && one_of(ENDS, &self.last)
    }
}

/// The domain that begins here; `loose`: spaces may stand around its dots.
fn domain(gs: &[Glyph], start: usize, loose: bool) -> Domain {
    let mut out = Domain::default();
    let mut i = start;
    loop {
        let end = label(gs, i);
        if end == i || (end - i < 2 && out.labels == 0) {
            break;
        }
        out.labels += 1;
        out.end = end;
        out.last = lower(gs, i, end);
        if is(gs, end, '.') && is_word(gs, end + 1) {
            i = end + 1;
            continue;
        }
        let next = skip(gs, end);
        if loose && is(gs, next, '.') {
            let after = skip(gs, next + 1);
            if is_word(gs, after) && one_of(ENDS, &lower(gs, after, label(gs, after))) {
                i = after;
                continue;
            }
        }
        let (dot, behind) = spelled(gs, next);
        let after = skip(gs, behind);
        if one_of(DOT, &dot) && is_word(gs, after) {
            out.said = true;
            i = after;
            continue;
        }
        break;
    }
    out
}

/// Addresses of mail.
pub(super) fn mails(gs: &[Glyph]) -> Vec<Stretch> {
    let mut out = Vec::new();
    let mut i = 0;
    while let Some(glyph) = at(gs, i) {
        let (sign, end) = if glyph.c == '@' {
            ("@".to_owned(), i + 1)
        } else if glyph.is_letter() && !(i > 0 && is_word(gs, i - 1)) {
            spelled(gs, i)
        } else {
            (String::new(), i + 1)
        };
        let is_sign = sign == "@" || (one_of(AT, &sign) && !at(gs, end).is_some_and(Glyph::is_digit));
        match is_sign.then(|| mail(gs, i, end, &sign)).flatten() {
            Some(stretch) => {
                i = stretch.1;
                out.push(stretch);
            }
            None => i = end,
        }
    }
    out
}

/// The address around its sign.
fn mail(gs: &[Glyph], sign: usize, end: usize, said: &str) -> Option<Stretch> {
    let around = gs.get(..sign)?.iter().rev().take(4).take_while(|g| AROUND.contains(g.c)).count();
    let name_end = sign - around;
    let bracket = around > 0 && at(gs, sign - 1).is_some_and(|g| "([{<_*-|".contains(g.c));
    let start = skip(gs, end);
    if name_end == 0 || !is_word(gs, name_end - 1) || !is_word(gs, start) {
        return None;
    }
    let domain = domain(gs, start, true);
    let plain = said == "@" && around == 0 && start == end;
    let sure = if plain {
        domain.labels >= 2 && domain.last.len() >= 2 && domain.last.bytes().all(|byte| byte.is_ascii_alphabetic())
    } else {
        // The English word is in every second sentence.
        domain.is_known() && (said != "at" || domain.said || bracket)
    };
    let name = gs[..name_end]
        .iter()
        .rev()
        .take_while(|g| g.is_word() || "._+-".contains(g.c))
        .count();
    sure.then_some((name_end - name, domain.end))
}

/// Pages on the web, as far as they are meant to be gone to: with a scheme, `www.`, or a path.
pub(super) fn pages(gs: &[Glyph]) -> Vec<Stretch> {
    let begins = |i: usize, with: &str| {
        with.chars()
            .enumerate()
            .all(|(n, c)| at(gs, i + n).is_some_and(|g| g.c.eq_ignore_ascii_case(&c)))
    };
    let mut out = Vec::new();
    let mut i = 0;
    while i < gs.len() {
        if !is_word(gs, i) || (i > 0 && (is_word(gs, i - 1) || is(gs, i - 1, '@') || is(gs, i - 1, '.'))) {
            i += 1;
            continue;
        }
        let whole = begins(i, "http://") || begins(i, "https://") || (begins(i, "www.") && is_word(gs, i + 4));
        let end = if begins(i, "t.me/") || whole {
            Some(i + gs[i..].iter().take_while(|g| !g.c.is_whitespace()).count())
        } else {
            with_path(gs, i)
        };
        i = match end {
            Some(end) => {
                out.push((i, end));
                end
            }
            None => label(gs, i).max(i + 1),
        };
    }
    out
}

/// The end of a domain and the beginning of its path.
fn with_path(gs: &[Glyph], i: usize) -> Option<usize> {
    let domain = domain(gs, i, false);
    if !domain.is_known() {
        return None;
    }
    if is(gs, domain.end, '/') && is_word(gs, domain.end + 1) {
        return Some(domain.end + 2);
    }
    let (slash, end) = spelled(gs, skip(gs, domain.end));
    (domain.said && one_of(SLASH, &slash)).then_some(end)
}

/// Names in other places, near what the place is called.
pub(super) fn names(gs: &[Glyph], words: &[&Part]) -> Vec<Stretch> {
    let mut out = Vec::new();
    for (n, place) in words.iter().enumerate() {
        let half = place.text == "tele" && words.get(n + 1).is_none_or(|next| next.text != "gram");
        if !one_of(PLACES, &place.text) || half {
            continue;
        }
        let marked = |i: &usize| is(gs, *i, '@') && is_word(gs, i + 1) && is_word(gs, i + 2);
        let before = (place.a.saturating_sub(BEFORE)..place.a).find(|i| marked(i) && !(*i > 0 && is_word(gs, i - 1)));
        match before {
            Some(i) => out.push((i, name_end(gs, i + 1))),
            None => out.extend(name_behind(gs, place.b)),
        }
    }
    out
}

fn name_behind(gs: &[Glyph], from: usize) -> Option<Stretch> {
    let mut i = from;
    while i < gs.len().min(from + NEAR) && !is(gs, i, '?') && !is(gs, i, '\n') {
        if is(gs, i, '@') && is_word(gs, i + 1) && is_word(gs, i + 2) {
            return Some((i, name_end(gs, i + 1)));
        }
        if is_word(gs, i) && !(i > 0 && is_word(gs, i - 1)) {
            let end = name_end(gs, i);
            if is_name(&word(gs, i, end)) {
                return Some((i, end));
            }
            i = end.max(i + 1);
        } else {
            i += 1;
        }
    }
    None
}

fn name_end(gs: &[Glyph], i: usize) -> usize {
    let count = gs.get(i..).unwrap_or_default().iter();
    let mut end = i + count.take_while(|g| g.is_word() || "._-#".contains(g.c)).count();
    while end > i && !is_word(gs, end - 1) {
        end -= 1;
    }
    end
}

/// Whether it is a name as programs want them rather than a word.
fn is_name(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    if text.len() < 5 || !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    if text.contains('.') && !text.contains('_') && !digits {
        // Two sentences without a space between them are none.
        return text.split('.').all(|part| part.len() >= 2) && text.split('.').any(|part| part.len() > 3);
    }
    text.contains(['.', '_', '#']) || (digits && letters >= 3)
}

/// Without the spaces between signs that stand alone: `j a n e @ …`.
pub(super) fn drawn_together(gs: &[Glyph]) -> Vec<Glyph> {
    let space = |i: usize| at(gs, i).is_none_or(|g| matches!(g.c, ' ' | '\n'));
    let alone = |i: usize| !space(i) && (i == 0 || space(i - 1)) && space(i + 1);
    let kept = |i: usize| !(is(gs, i, ' ') && i > 0 && alone(i - 1) && alone(i + 1));
    gs.iter().enumerate().filter(|(i, _)| kept(*i)).map(|(_, g)| *g).collect()
}
