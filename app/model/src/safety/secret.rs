//! Passwords that somebody announces: "my password is …", in four languages, before or behind the word itself. Whoever has trouble with a
//! password says the word too, and a good deal more often; so what is said of it must be able to be one.

use super::{
    chunks::{Chunk, chunks},
    fold::Glyph,
    one_of, starts_with,
    vocabulary::{
        CASUAL, COPULAS, ENDINGS, EXACT, FOLLOWING, LOGINS, ODD, ODD_STARTS, OWNERS, PINS, PREPOSITIONS, PUTS, PUTS_TO, SECRETS, STARTS,
        STATES, STATES_TOO,
    },
};

/// What announces a password.
#[derive(Clone, Copy)]
struct Announced {
    /// How many chunks it takes.
    chunks: usize,
    /// It is written as nobody writes it who only speaks of one.
    odd: bool,
    /// Four to eight digits.
    pin: bool,
}

/// The passwords in a text, as the signs from and to.
pub(super) fn secrets(gs: &[Glyph]) -> Vec<(usize, usize)> {
    let ks = chunks(gs);
    let mut out: Vec<usize> = (0..ks.len())
        .filter_map(|i| announced(&ks, i).and_then(|what| told(&ks, i, what)))
        .collect();
    out.extend(logins(&ks));
    out.into_iter().map(|i| (ks[i].a, ks[i].b)).collect()
}

fn low(ks: &[Chunk], i: usize) -> &str {
    ks.get(i).map_or("", |k| k.low.as_str())
}

/// Digits and signs that are written for letters.
fn unleet(text: &str) -> String {
    let plain = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' | '€' => 'e',
        '$' | '5' => 's',
        c => c,
    };
    text.chars().map(plain).collect()
}

fn announced(ks: &[Chunk], i: usize) -> Option<Announced> {
    let (k, second) = (&ks[i], low(ks, i + 1));
    let first = k.low.as_str();
    let is = |chunks, odd, pin| Some(Announced { chunks, odd, pin });
    if k.mark {
        return None;
    }
    if matches!(first, "mot" | "mots" | "mo") {
        if matches!(second, "de" | "d" | "2") && low(ks, i + 2).starts_with("pass") {
            return is(3, k.spaced, false);
        }
        if first != "mots" && matches!(second, "depasse" | "2passe" | "2pass") {
            return is(2, true, false);
        }
    }
    if is_secret(first, second) {
        return is(2, matches!(first, "wacht" | "pass"), false);
    }
    if (matches!(first, "code" | "codigo") && second == "pin") || (first == "pin" && second == "code") {
        return is(2, false, true);
    }
    if one_of(PINS, first) {
        return is(1, false, true);
    }
    let bare: String = first.chars().filter(char::is_ascii_alphabetic).collect();
    if bare.len() >= 8 && first.chars().count() + 1 >= 2 * bare.len() && starts_with(STARTS, &bare) {
        return is(1, true, false);
    }
    let joined: String = first
        .chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .map(|c| if c == '*' { 'o' } else { c })
        .collect();
    for form in [first, &unleet(first), &joined] {
        if one_of(EXACT, form) {
            return is(1, k.spaced || one_of(ODD, form), false);
        }
        if starts_with(STARTS, form) {
            return is(1, k.spaced || form != first || starts_with(ODD_STARTS, form), false);
        }
    }
    None
}

fn is_secret(first: &str, second: &str) -> bool {
    !second.is_empty()
        && SECRETS
            .split_ascii_whitespace()
            .any(|pair| pair.split_once('+') == Some((first, second)))
}

/// The chunk that is the password, if one is.
fn told(ks: &[Chunk], i: usize, what: Announced) -> Option<usize> {
    let end = i + what.chunks - 1;
    let last = ks.get(end)?;
    if let Some(value) = opened(ks, end, what) {
        return Some(value);
    }
    if last.open || !last.punct {
        let found = copula(ks, i, end + 1);
        let value = match found {
            Some((place, is)) => said(ks, end, place, is, what),
            None => behind(ks, end + 1, what),
        };
        if let Some(value) = value.or_else(|| promised(ks, i, end)) {
            return Some(value);
        }
    }
    if what.pin { None } else { in_front(ks, i) }
}

fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether anything is asked from here on.
fn asks(ks: &[Chunk], from: usize) -> bool {
    ks.iter().skip(from).any(|k| k.asks)
}

/// Behind a colon, an equals sign, an arrow.
fn opened(ks: &[Chunk], end: usize, what: Announced) -> Option<usize> {
    let next = ks.get(end + 1)?;
    let arrow = next.mark && next.raw.contains([':', '=', '>', '→']);
    let dash = next.mark && matches!(next.raw.as_str(), "-" | "--") && ks.get(end + 2).is_some_and(|k| is_strong(&k.text));
    let mut value = match (ks[end].open, arrow || dash) {
        (true, _) => end + 1,
        (false, true) => end + 2,
        (false, false) => return None,
    };
    if ks.get(value)?.mark && value + 1 < ks.len() {
        value += 1;
    }
    let k = &ks[value];
    if k.mark || k.text.chars().count() < 3 {
        return None;
    }
    let fits = if what.pin {
        is_pin(&k.text)
    } else {
        is_strong(&k.text) || !(is_state(&k.text) || (asks(ks, end + 1) && ks.len() - value > 3))
    };
    fits.then_some(value)
}

/// Where what it is begins, behind words that only say whose it is or what for; and whether "is" was said rather than "put it to".
fn copula(ks: &[Chunk], i: usize, from: usize) -> Option<(usize, bool)> {
    let puts = ks[i.saturating_sub(4)..i].iter().any(|k| one_of(PUTS, &k.low));
    let mut free = 0;
    for (n, k) in ks.iter().enumerate().skip(from).take(9) {
        let word = k.low.as_str();
        let owner = one_of(OWNERS, word);
        let is = one_of(COPULAS, word);
        let opened = k.open && !k.mark && (is || owner || free > 0);
        if is || opened || (k.mark && k.raw.contains([':', '='])) {
            return Some((n + 1, true));
        }
        if puts && one_of(PUTS_TO, word) {
            return Some((n + 1, false));
        }
        if matches!(word, "maar" | "even" | "dan" | "just") {
            continue;
        }
        if one_of(PREPOSITIONS, word) {
            free = 3;
        } else if !owner {
            if free == 0 {
                return None;
            }
            free -= 1;
        }
        if k.punct {
            return None;
        }
    }
    None
}

/// Behind "is".
fn said(ks: &[Chunk], end: usize, place: usize, is: bool, what: Announced) -> Option<usize> {
    let mut value = place;
    while value < place + 3 && ks.get(value).is_some_and(|k| !k.punct && one_of(FOLLOWING, &k.low)) {
        value += 1;
    }
    let k = ks.get(value).filter(|k| !k.mark)?;
    let text = k.text.as_str();
    if what.pin {
        return is_pin(text).then_some(value);
    }
    if is_state(text) {
        return None;
    }
    let digits = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_strong(text) || (is && digits) {
        return Some(value);
    }
    if !is {
        return None;
    }
    let next = ks.get(value + 1).filter(|_| !k.ends);
    let stands_alone = k.punct || next.is_none_or(|next| next.mark || one_of(CASUAL, &next.low));
    let quoted = k.lead.ends_with(['"', '\'', '«', '“', '‘']);
    let keyword = ks[end].low == "clave" && next.is_some() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let word = text.chars().count() >= 5 && stands_alone && !keyword && !asks(ks, end + 1);
    (word || quoted).then_some(value)
}

/// Right behind the word, without any other.
fn behind(ks: &[Chunk], value: usize, what: Announced) -> Option<usize> {
    let k = ks.get(value).filter(|k| !k.mark && !what.pin)?;
    let text = k.text.as_str();
    let has = |test: fn(&u8) -> bool| text.bytes().any(|byte| test(&byte));
    let mixed = has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit) && text.len() >= 5;
    let strong = is_strong(text) && {
        let plain = !is_state(text) && (what.odd || !text.starts_with(|c: char| c.is_ascii_digit()));
        plain || has(u8::is_ascii_uppercase)
    };
    let alone = k.ends || k.punct || ks.get(value + 1).is_none_or(|next| next.mark);
    let spoken = one_of(PREPOSITIONS, &k.low) || one_of(OWNERS, &k.low);
    let odd = what.odd && text.chars().count() >= 5 && alone && !spoken && !is_state(text) && !asks(ks, value);
    let quoted = k.lead.ends_with(['"', '\'', '«', '“', '‘']) && text.chars().count() >= 4 && !is_state(text);
    (strong || mixed || odd || quoted).then_some(value)
}

/// A secret word for something of mine: what stands at the end, or behind a colon.
fn promised(ks: &[Chunk], i: usize, end: usize) -> Option<usize> {
    if end != i + 1 || !is_secret(low(ks, i), low(ks, end)) {
        return None;
    }
    let last = ks.len() - 1;
    if last > end && !asks(ks, end + 1) && is_strong(&ks[last].text) {
        return Some(last);
    }
    let open = (end..ks.len().min(end + 7)).find(|n| ks[*n].open)?;
    ks.get(open + 1).filter(|k| !is_state(&k.text)).map(|_| open + 1)
}

/// In front of it: "Amsterdam1 is my password".
fn in_front(ks: &[Chunk], i: usize) -> Option<usize> {
    let mut link = i.checked_sub(1)?;
    while low(ks, link) != "de" && one_of(OWNERS, low(ks, link)) {
        link = link.checked_sub(1)?;
    }
    let far = match low(ks, link) {
        "de" | "for" | "voor" | "para" | "pour" => 1,
        "als" | "as" | "comme" | "como" | "con" | "c'est" | "cest" | "est" | "is" | "es" => 4,
        _ => 0,
    };
    (link.saturating_sub(far)..link).rev().find(|n| {
        let text = ks[*n].text.as_str();
        let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
        let sign = |c: &char| "_#$%&*".contains(*c);
        let made = has(char::is_ascii_digit) || has(sign) || text.trim_matches('!').contains('!');
        let near = *n + 1 == link || has(char::is_ascii_uppercase) || has(sign);
        text.chars().count() >= 5 && has(char::is_ascii_alphabetic) && made && near
    })
}

/// `login somebody / secret1`.
fn logins(ks: &[Chunk]) -> Vec<usize> {
    let mut out = Vec::new();
    for (i, _) in ks.iter().enumerate().filter(|(_, k)| one_of(LOGINS, &k.low)) {
        let slash = (i + 1..ks.len().min(i + 6)).find(|n| ks[*n].raw == "/");
        let value = slash.and_then(|n| ks.get(n + 1).map(|k| (n + 1, k)));
        out.extend(
            value
                .filter(|(_, k)| is_strong(&k.text) && k.text.contains(|c: char| c.is_ascii_digit()))
                .map(|(n, _)| n),
        );
    }
    out
}

/// How a password is, rather than what it is: wrong, too short, forgotten.
fn is_state(text: &str) -> bool {
    let low = text.to_lowercase();
    let low = low.trim_matches(['\'', '"']);
    if one_of(STATES, low) || one_of(STATES_TOO, low) {
        return true;
    }
    if !low.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let head = low.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let known = one_of(STATES, head) || one_of(STATES_TOO, head);
        return known && !low.contains(|c: char| c.is_ascii_digit());
    }
    // Forgotten, changed, expired: verlopen, geblokkeerd; blocked; bloqueada; oubliée.
    let dutch = ["ge", "ver", "ont", "her"].iter().any(|start| low.starts_with(start))
        && ["d", "t", "en"].iter().any(|end| low.ends_with(end))
        && low.len() >= 6
        && low == text;
    dutch
        || ENDINGS
            .split_ascii_whitespace()
            .any(|end| low.ends_with(end) && low.len() > end.len() + 2)
}

/// Whether it looks like a password whatever is said of it.
fn is_strong(text: &str) -> bool {
    let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    if text.chars().count() < 4 || letters == 0 {
        return false;
    }
    if has(char::is_ascii_digit) || text.trim_matches('-').matches('-').count() > 1 {
        return true;
    }
    let core = text.trim_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '(', ')']);
    if core.contains(|c: char| "_#$%&*+@!^~|\\/=<>".contains(c)) {
        return true;
    }
    if core.contains('.') && core.split('.').all(|part| part.chars().count() >= 3) {
        return true;
    }
    let inner = core.chars().skip(1).any(char::is_uppercase);
    letters >= 4 && !core.contains('\'') && inner && core.contains(char::is_lowercase)
}
