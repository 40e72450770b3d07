//! What a letter to a vendor says about a thread with a buyer, or about a dispute. What people typed is quoted, never woven in.

use model::words::Words;

use crate::{
    compose::{Draft, draft},
    sheet::{Block, Said},
};

/// What nobody at a store's desk has read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What the buyer is called.
    pub who: String,
    /// The store's name.
    pub store: String,
    /// Of a dispute: its number, and that of the order; otherwise it is a thread.
    pub dispute: Option<(String, String)>,
    /// What it is about, with its labels.
    pub facts: Vec<(String, String)>,
    /// The buyer's words.
    pub said: Vec<Said>,
    /// Where it is in the back office.
    pub address: String,
}

/// To the store: something waits for it in a thread or a dispute.
pub fn news(words: &Words, news: &News) -> Draft {
    let (number, order) = news.dispute.clone().unwrap_or_default();
    let values = [
        ("name", news.who.as_str()),
        ("store", news.store.as_str()),
        ("number", number.as_str()),
        ("order", order.as_str()),
    ];
    let (subject, text, open) = if news.dispute.is_some() {
        ("mail.news.dispute_subject", "mail.news.dispute_text", "mail.news.dispute_open")
    } else {
        ("mail.news.thread_subject", "mail.news.thread_text", "mail.news.thread_open")
    };
    let mut blocks = vec![Block::Text(words.with(text, &values)), Block::Facts(news.facts.clone())];
    if !news.said.is_empty() {
        blocks.push(Block::Said(news.said.clone()));
    }
    blocks.push(Block::Link {
        label: words.get(open),
        address: news.address.clone(),
    });
    blocks.push(Block::Small(words.get("mail.news.answer_there")));
    draft(words.language(), words.with(subject, &values), blocks)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn a_thread_is_called_after_its_buyer_and_a_dispute_after_its_order() {
        let texts = [
            ("mail.news.thread_subject", "%{name} wrote to %{store}"),
            ("mail.news.dispute_subject", "Dispute %{number} about %{order}"),
        ];
        let texts: BTreeMap<String, String> = texts.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let words = Words::new(Language::En, texts);
        let thread = News {
            who: "Jane %{order}".to_owned(),
            store: "Atelier".to_owned(),
            dispute: None,
            facts: vec![("Subject".to_owned(), "The blue cups".to_owned())],
            said: vec![Said {
                who: "Jane".to_owned(),
                text: "Are they\nblue?".to_owned(),
            }],
            address: "https://chat.example/desk/communication/1".to_owned(),
        };
        let draft = news(&words, &thread);
        assert_eq!(draft.subject, "Jane %{order} wrote to Atelier");
        let text = draft.sheet.text();
        for part in [
            "Subject: The blue cups",
            "> Are they\n> blue?",
            "https://chat.example/desk/communication/1",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let dispute = News {
            dispute: Some(("3".to_owned(), "M-1".to_owned())),
            said: Vec::new(),
            ..thread
        };
        assert_eq!(news(&words, &dispute).subject, "Dispute 3 about M-1");
    }
}
