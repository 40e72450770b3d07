//! From text to the words of the search index: the same on both engines, because neither of them is asked to read any language.
//!
//! Small letters, without the accents of the Latin script, so that "cafe" finds "Café". Scripts that are written without spaces are
//! split into their characters. Pure.

use std::collections::BTreeSet;

use model::id::StoreId;

/// Characters of a word that count; longer words are the same beyond that.
const WORD_CHARS_MAX: usize = 32;
/// Words of one search.
const QUERY_WORDS_MAX: usize = 8;

/// The words of a text, in its order.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = 0;
    for c in text.chars().flat_map(char::to_lowercase) {
        if is_combining(c) {
            continue;
        }
        if stands_alone(c) {
            take(&mut word, &mut words);
            words.push(c.to_string());
            chars = 0;
        } else if c.is_alphanumeric() {
            if chars < WORD_CHARS_MAX {
                fold(c, &mut word);
                chars += 1;
            }
        } else {
            take(&mut word, &mut words);
            chars = 0;
        }
    }
    take(&mut word, &mut words);
    words
}

fn take(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// The entry of a text in a store's part of the index: each word once, with the store's id in front. Empty when there are none.
pub(super) fn entry(store: StoreId, text: &str) -> String {
    let store = store.0.simple().to_string();
    let words: BTreeSet<String> = words(text).into_iter().collect();
    words.iter().map(|word| format!("{store}{word}")).collect::<Vec<_>>().join(" ")
}

/// A search, as each engine wants it. The last word may be the beginning of one, because it is still being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    words: Vec<String>,
    open: bool,
}

impl Query {
    /// `None` when there is no word in it.
    pub(crate) fn parse(store: StoreId, text: &str) -> Option<Self> {
        let mut words = words(text);
        words.truncate(QUERY_WORDS_MAX);
        // One letter begins too many words, and where each character is a word it is whole.
        let open = words.last()?.chars().nth(1).is_some();
        let store = store.0.simple().to_string();
        let words = words.into_iter().map(|word| format!("{store}{word}")).collect();
        Some(Self { words, open })
    }

    /// The word that is still being typed, as the index begins it.
    pub(super) fn begun(&self) -> Option<&str> {
        self.words.last().filter(|_| self.open).map(String::as_str)
    }

    /// For `MATCH`. Words hold letters and digits only, so quoting them is all there is to do.
    pub(super) fn fts5(&self) -> String {
        self.written("\"", "\"*", " ")
    }

    /// For `MATCH`: one of these words in place of the one that is still being typed.
    pub(super) fn fts5_with(&self, endings: &[String]) -> String {
        let whole = self.words.iter().take(self.words.len().saturating_sub(1));
        let mut parts: Vec<String> = whole.map(|word| format!("\"{word}\"")).collect();
        let endings: Vec<String> = endings.iter().map(|word| format!("\"{word}\"")).collect();
        parts.push(format!("({})", endings.join(" OR ")));
        parts.join(" AND ")
    }

    /// For `tsquery`.
    pub(crate) fn tsquery(&self) -> String {
        self.written("'", "':*", " & ")
    }

    fn written(&self, quote: &str, open_end: &str, and: &str) -> String {
        let last = self.words.len().saturating_sub(1);
        let each = self.words.iter().enumerate().map(|(n, word)| {
            let end = if n == last && self.open { open_end } else { quote };
            format!("{quote}{word}{end}")
        });
        each.collect::<Vec<_>>().join(and)
    }
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Thai, Japanese and Chinese: a run of them is a sentence, not a word.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

fn fold(c: char, into: &mut String) {
    let plain = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        other => {
            into.push(other);
            return;
        }
    };
    into.push_str(plain);
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn store() -> StoreId {
        StoreId(Uuid::from_u128(7))
    }

    fn at_store(word: &str) -> String {
        format!("00000000000000000000000000000007{word}")
    }

    #[test]
    fn accents_capitals_and_signs_do_not_count() {
        assert_eq!(words("Café, CAFE\u{301}! (façade)"), ["cafe", "cafe", "facade"]);
        assert_eq!(words("jane@customer.example"), ["jane", "customer", "example"]);
        assert_eq!(words("%%%% -- ''"), Vec::<String>::new());
    }

    #[test]
    fn scripts_without_spaces_are_found_by_their_characters() {
        assert_eq!(words("茶壶 teapot"), ["茶", "壶", "teapot"]);
        assert_eq!(words("привет мир"), ["привет", "мир"]);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(words(&"é".repeat(5_000)), ["e".repeat(WORD_CHARS_MAX)]);
    }

    #[test]
    fn an_entry_holds_each_word_once_with_its_store() {
        assert_eq!(entry(store(), "Tea or tea?"), format!("{} {}", at_store("or"), at_store("tea")));
        assert_eq!(entry(store(), "?!"), "");
    }

    #[test]
    fn the_last_word_of_a_search_is_open_and_nothing_of_it_is_syntax() {
        let query = Query::parse(store(), "blue \"tea* OR x'").expect("words");
        assert_eq!(
            query.fts5(),
            format!(
                "\"{}\" \"{}\" \"{}\" \"{}\"",
                at_store("blue"),
                at_store("tea"),
                at_store("or"),
                at_store("x")
            )
        );
        let query = Query::parse(store(), "blue te").expect("words");
        assert_eq!(query.tsquery(), format!("'{}' & '{}':*", at_store("blue"), at_store("te")));
        assert_eq!(query.begun(), Some(at_store("te").as_str()));
        assert_eq!(
            query.fts5_with(&[at_store("tea"), at_store("ten")]),
            format!("\"{}\" AND (\"{}\" OR \"{}\")", at_store("blue"), at_store("tea"), at_store("ten"))
        );
        assert_eq!(Query::parse(store(), "* %"), None);
    }
}
