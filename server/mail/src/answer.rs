//! What letters to customers say: the desk's answers, a way in, codes. To an address that nobody has proved, no word that a visitor wrote
//! (hardening E13): [`Answer::question`] is for the others.

use model::words::Words;

use crate::{
    compose::{Draft, draft},
    sheet::{Block, Said},
};

/// Answers of the desk in a written conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The store's name.
    pub store: String,
    /// The order's number, if it is about one.
    pub order: Option<String>,
    /// What the desk said, the earliest first.
    pub said: Vec<Said>,
    /// What it answers, for those only whose words these are.
    pub question: Option<Said>,
    /// Whether an answer to the letter reaches the store.
    pub answerable: bool,
    /// Where it goes on: `/m/{token}`.
    pub address: String,
    /// Where such letters are ended: `/unsubscribe/{token}`.
    pub stop: String,
}

/// To the customer: the store answered (S-19, S-20, S-32, S-33).
pub fn answer(words: &Words, answer: &Answer) -> Draft {
    let number = answer.order.as_deref().unwrap_or_default();
    let values = [("store", answer.store.as_str()), ("number", number)];
    let (subject, text) = if answer.order.is_some() {
        ("mail.answer.order_subject", "mail.answer.order_text")
    } else {
        ("mail.answer.subject", "mail.answer.text")
    };
    let mut blocks = vec![
        Block::Text(words.with(text, &values)),
        Block::Said(answer.said.clone()),
        Block::Link {
            label: words.get("mail.answer.reply"),
            address: answer.address.clone(),
        },
    ];
    if let Some(question) = &answer.question {
        blocks.push(Block::Small(words.get("mail.answer.you_wrote")));
        blocks.push(Block::Said(vec![question.clone()]));
    }
    let hint = if answer.answerable {
        "mail.answer.or_by_mail"
    } else {
        "mail.not_read"
    };
    blocks.push(Block::Small(words.get(hint)));
    blocks.push(Block::SmallLink {
        label: words.with("mail.answer.stop", &values),
        address: answer.stop.clone(),
    });
    draft(words.language(), words.with(subject, &values), blocks)
}

/// To the holder of an address: a way into the member centre. Whoever asked for it may be somebody else.
pub fn sign_in(words: &Words, store: &str, address: &str) -> Draft {
    let values = [("store", store)];
    draft(
        words.language(),
        words.with("mail.sign_in.subject", &values),
        vec![
            Block::Text(words.with("mail.sign_in.text", &values)),
            Block::Link {
                label: words.get("mail.sign_in.open"),
                address: address.to_owned(),
            },
            Block::Small(words.get("mail.sign_in.not_you")),
        ],
    )
}

/// To the address that an order was made with: the code that shows where it is.
pub fn order_code(words: &Words, store: &str, number: &str, code: &str) -> Draft {
    let values = [("store", store), ("number", number)];
    draft(
        words.language(),
        words.with("mail.order_code.subject", &values),
        vec![
            Block::Text(words.with("mail.order_code.text", &values)),
            Block::Code(code.to_owned()),
            Block::Small(words.get("mail.order_code.not_you")),
        ],
    )
}

/// To an address that a store wants to send from: the code that says yes.
pub fn prove_sender(words: &Words, store: &str, code: &str) -> Draft {
    let values = [("store", store)];
    draft(
        words.language(),
        words.with("mail.prove_sender.subject", &values),
        vec![
            Block::Text(words.with("mail.prove_sender.text", &values)),
            Block::Code(code.to_owned()),
            Block::Small(words.get("mail.prove_sender.not_you")),
        ],
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    fn words() -> Words {
        let texts = [
            ("mail.answer.subject", "%{store} answered you"),
            ("mail.answer.order_subject", "%{store}: order %{number}"),
            ("mail.answer.reply", "Reply"),
            ("mail.answer.or_by_mail", "Or answer this email."),
        ];
        let texts: BTreeMap<String, String> = texts.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        Words::new(Language::En, texts)
    }

    fn sample() -> Answer {
        Answer {
            store: "Atelier".to_owned(),
            order: None,
            said: vec![Said {
                who: "Noor".to_owned(),
                text: "It is <b>blue</b>.".to_owned(),
            }],
            question: None,
            answerable: true,
            address: "https://chat.example/m/token".to_owned(),
            stop: "https://chat.example/unsubscribe/stop".to_owned(),
        }
    }

    #[test]
    fn s_19_s_20_he_15_the_letter_holds_the_reply_and_a_button_and_no_markup_of_anybodys() {
        let draft = answer(&words(), &sample());
        assert_eq!(draft.subject, "Atelier answered you");
        let (text, html) = (draft.sheet.text(), draft.sheet.html());
        for part in [
            "> It is <b>blue</b>.",
            "Reply:\nhttps://chat.example/m/token",
            "https://chat.example/unsubscribe/stop",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert!(
            html.contains("It is &lt;b&gt;blue&lt;/b&gt;.") && html.contains("href='https://chat.example/m/token'>Reply</a>"),
            "{html}"
        );
        assert!(!html.contains("src=") && !html.contains("url("), "{html}");
    }

    #[test]
    fn s_32_a_letter_about_an_order_names_it() {
        let of_order = Answer {
            order: Some("1007".to_owned()),
            ..sample()
        };
        assert_eq!(answer(&words(), &of_order).subject, "Atelier: order 1007");
    }
}
