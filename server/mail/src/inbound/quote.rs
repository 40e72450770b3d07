//! What somebody wrote anew, without the letter they answer to: as Outlook, Gmail, Apple Mail, Thunderbird and their like mark it, in the
//! four languages of the product and in German.
//!
//! A guess that may only err to one side: where it is not plain what is quoted, all of it stays. The whole letter is kept beside it.

/// Lines over which "On … wrote:" may be broken.
const ATTRIBUTION_LINES: usize = 4;
/// Characters of one.
const ATTRIBUTION_CHARS_MAX: usize = 400;

/// "-----Original Message-----".
const ORIGINAL: [&str; 8] = [
    "original message",
    "oorspronkelijk bericht",
    "mensaje original",
    "message d'origine",
    "message d’origine",
    "message original",
    "ursprüngliche nachricht",
    "original-nachricht",
];
/// How the head of the quoted letter begins …
const FROM: [&str; 6] = ["from:", "van:", "de:", "de :", "von:", "from :"];
/// … and what else is in it: at least two of these.
const REST: [&[&str]; 3] = [
    &[
        "sent:",
        "date:",
        "verzonden:",
        "datum:",
        "enviado:",
        "enviado el:",
        "fecha:",
        "envoyé :",
        "envoyé:",
        "date :",
        "gesendet:",
    ],
    &["to:", "aan:", "para:", "à :", "à:", "an:"],
    &["subject:", "onderwerp:", "asunto:", "objet :", "objet:", "betreff:"],
];
/// What telephones add.
const MOBILE: [&str; 15] = [
    "sent from my ",
    "sent from outlook",
    "sent from yahoo",
    "get outlook for ",
    "verstuurd vanaf mijn ",
    "verzonden vanaf mijn ",
    "verzonden vanuit outlook",
    "outlook voor ",
    "enviado desde mi ",
    "obtener outlook para ",
    "envoyé de mon ",
    "envoyé depuis mon ",
    "obtenir outlook pour ",
    "télécharger outlook",
    "von meinem ",
];

/// The words of a letter that its sender wrote anew; all of them where nothing else is left.
pub(super) fn own_words(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " ");
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let mut own = without_quotation(&lines);
    own = without_signature(own);
    let kept = own.join("\n").trim().to_owned();
    if kept.is_empty() { text.trim().to_owned() } else { kept }
}

fn without_quotation<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut written = false;
    for at in 0..lines.len() {
        let line = lines[at];
        if written && (is_original(line) || is_head(lines, at)) {
            return lines[..at].to_vec();
        }
        if let Some(end) = attribution(lines, at)
            && let Some(own) = around(&lines[..at], &lines[end..])
        {
            return own;
        }
        // Asked once where a quotation begins: asked at each of its lines, a long one would take for ever.
        let begins = line.starts_with('>') && (at == 0 || !lines[at - 1].starts_with('>'));
        if begins && let Some(own) = around(&lines[..at], &lines[at..]) {
            return own;
        }
        written = written || has_words(line);
    }
    lines.to_vec()
}

/// The answer above the quotation, or below it. Words on both sides answer it point by point: then it stays.
fn around<'a>(before: &[&'a str], quotation: &[&'a str]) -> Option<Vec<&'a str>> {
    let above = before.iter().any(|line| has_words(line));
    let end = quotation
        .iter()
        .position(|line| has_words(line) && !line.starts_with('>'))
        .unwrap_or(quotation.len());
    let below = &quotation[end..];
    let speaks = below
        .iter()
        .take_while(|line| !is_signature(line))
        .any(|line| has_words(line) && !is_mobile(line));
    match (above, speaks) {
        (true, false) => Some(before.to_vec()),
        (false, true) if end > 0 && !below.iter().any(|line| line.starts_with('>')) => Some(below.to_vec()),
        _ => None,
    }
}

fn has_words(line: &str) -> bool {
    !line.trim().is_empty()
}

fn is_original(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("--") && ORIGINAL.contains(&line.trim_matches(['-', ' ']).to_lowercase().as_str())
}

/// The head of a quoted letter, as Outlook writes it: with or without a rule above, with or without stars around its words.
fn is_head(lines: &[&str], at: usize) -> bool {
    let plain = |line: &str| line.trim().trim_start_matches(['*', '>', ' ']).replace('*', "").to_lowercase();
    let rule = |line: &str| line.trim().len() >= 10 && line.trim().chars().all(|c| matches!(c, '_' | '-'));
    let mut at = at;
    if rule(lines[at]) {
        let next = lines[at + 1..].iter().position(|line| has_words(line));
        let Some(next) = next else { return false };
        at += next + 1;
    }
    let starts = |line: &str, with: &[&str]| with.iter().any(|word| line.starts_with(word));
    if !starts(&plain(lines[at]), &FROM) {
        return false;
    }
    let rest: Vec<String> = lines[at + 1..]
        .iter()
        .filter(|line| has_words(line))
        .take(6)
        .map(|line| plain(line))
        .collect();
    REST.iter().filter(|words| rest.iter().any(|line| starts(line, words))).count() >= 2
}

/// "On Monday, Jane wrote:", over a few lines: answers the line behind it. What follows must be quoted, or nothing.
fn attribution(lines: &[&str], at: usize) -> Option<usize> {
    if !has_words(lines[at]) || lines[at].starts_with('>') {
        return None;
    }
    let mut joined = String::new();
    for end in at..lines.len().min(at + ATTRIBUTION_LINES) {
        joined.push_str(lines[end].trim());
        if joined.chars().count() > ATTRIBUTION_CHARS_MAX {
            return None;
        }
        if attributes(&joined) {
            let next = lines[end + 1..].iter().find(|line| has_words(line));
            return next.is_none_or(|line| line.starts_with('>')).then_some(end + 1);
        }
        joined.push(' ');
    }
    None
}

fn attributes(line: &str) -> bool {
    let line = line.to_lowercase();
    if !line.ends_with(':') {
        return false;
    }
    let between = |begin: &str, word: &str| line.starts_with(begin) && line.contains(word);
    between("on ", "wrote")
        || between("op ", "schreef")
        || between("op ", "geschreven")
        || between("el ", "escribió")
        || between("le ", "a écrit")
        || between("am ", "schrieb")
        || line.ends_with("> wrote:")
        || line.ends_with("> schreef:")
        // An older Gmail: "2026-03-01 10:00 GMT+01:00 Jane <jane@customer.example>:".
        || (line.starts_with(|c: char| c.is_ascii_digit()) && line.ends_with(">:") && line.contains('@'))
}

/// RFC 3676, 4.3, and what telephones add.
fn without_signature(lines: Vec<&str>) -> Vec<&str> {
    let mut lines = lines;
    if let Some(at) = lines.iter().position(|line| is_signature(line))
        && lines[..at].iter().any(|line| has_words(line))
    {
        lines.truncate(at);
    }
    while lines.last().is_some_and(|line| !has_words(line) || is_mobile(line)) && lines.len() > 1 {
        lines.pop();
    }
    lines
}

/// The space at its end is lost on many ways.
fn is_signature(line: &str) -> bool {
    line == "--"
}

fn is_mobile(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    MOBILE.iter().any(|begin| line.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_programs_quote_is_cut_in_every_language() {
        for quoting in [
            "Yes, the blue one.\n\nOn Mon, 1 Mar 2027 at 10:00, Delft <shop@delft.example> wrote:\n> Which one?\n> Delft\n",
            "Yes, the blue one.\n\nOp ma 1 mrt 2027 om 10:00 schreef Delft <shop@delft.example>:\n\n> Which one?",
            "Yes, the blue one.\n\nOp 1 mrt. 2027 om 10:00 heeft Delft <shop@delft.example> het\nvolgende geschreven:\n\n> Which one?",
            "Yes, the blue one.\n\nEl lun, 1 mar 2027 a las 10:00, Delft (<shop@delft.example>)\nescribió:\n\n> Which one?",
            "Yes, the blue one.\n\nLe lun. 1 mars 2027 à 10:00, Delft <shop@delft.example> a écrit :\n> Which one?",
            "Yes, the blue one.\n\n2027-03-01 10:00 GMT+01:00 Delft <shop@delft.example>:\n\n> Which one?",
            "Yes, the blue one.\n\n-----Original Message-----\nFrom: Delft\nWhich one?",
            "Yes, the blue one.\n-----Oorspronkelijk bericht-----\nVan: Delft",
            "Yes, the blue one.\n\n-----Mensaje original-----\nDe: Delft",
            "Yes, the blue one.\n\n-----Message d'origine-----\nDe : Delft",
            "Yes, the blue one.\n\nFrom: Delft <shop@delft.example>\nSent: Monday, March 1, 2027 10:00\nTo: Jane\nSubject: Order\n\nWhich one?",
            "Yes, the blue one.\n________________________________\nVan: Delft\nVerzonden: maandag 1 maart\nAan: Jane\nOnderwerp: Order\n\nWelke?",
            "Yes, the blue one.\n\nDe : Delft\nEnvoyé : lundi 1 mars\nÀ : Jane\nObjet : Order\n\nLequel ?",
            "Yes, the blue one.\n\n*De:* Delft\n*Enviado el:* lunes\n*Para:* Jane\n*Asunto:* Order\n\n¿Cuál?",
            "Yes, the blue one.\n\n> Which one?\n> Delft",
            "Yes, the blue one.\n\nOn Mon, 1 Mar 2027, Delft wrote:",
            "> Which one?\n\nYes, the blue one.",
            "On Mon, 1 Mar 2027 at 10:00, Delft wrote:\n> Which one?\n\nYes, the blue one.",
            "Yes, the blue one.\n\n-- \nJane Doe\nWeaver",
            "Yes, the blue one.\n\nSent from my iPhone",
            "Yes, the blue one.\n\nVerstuurd vanaf mijn iPhone\n\n> Op 1 mrt. 2027 om 10:00 heeft Delft het volgende geschreven:\n> \n> Welke?",
        ] {
            assert_eq!(own_words(quoting), "Yes, the blue one.", "{quoting}");
        }
    }

    #[test]
    fn where_it_is_not_plain_all_of_it_stays() {
        for plain in [
            "Hello,\n\n> Which one?\n\nThe blue one.\n\n> How many?\n\nTwo.",
            "From: the heart\nThank you",
            "On Monday I wrote:\nhello\nand nobody answered",
            "> only a quotation",
            "-- \nJane",
            "a\n--\u{2014}\nb",
        ] {
            assert_eq!(
                own_words(plain),
                plain.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"),
                "{plain}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_is_ever_lost_whole(text in "(?s)([>a\n: *_-]|On |wrote:|From:|To:|Sent:|é){0,80}") {
            let own = own_words(&text);
            prop_assert_eq!(own.is_empty(), text.trim().is_empty());
        }
    }
}
