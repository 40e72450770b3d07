//! What each kind of letter says. Words come from the catalogue, in the reader's language; what people typed is quoted, never woven in.

use model::{language::Language, words::Words};

use crate::sheet::{Block, Said, Sheet};

/// A letter's words, before anybody knows how it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// One line.
    pub subject: String,
    /// The rest.
    pub sheet: Sheet,
}

/// Something that a shopper wrote and nobody answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What the shopper is called: a name, or a guest's number.
    pub who: String,
    /// The store's name.
    pub store: String,
    /// Whether a live chat was missed; otherwise it was left in the form.
    pub missed: bool,
    /// What they said of themselves, with its labels.
    pub facts: Vec<(String, String)>,
    /// Their words.
    pub said: Vec<Said>,
    /// Whether an answer to this letter reaches them.
    pub answerable: bool,
    /// Where it is in the back office.
    pub address: String,
}

/// To the store: somebody wrote (P-52, P-53).
pub fn note(words: &Words, note: &Note) -> Draft {
    let values = [("name", note.who.as_str()), ("store", note.store.as_str())];
    let (subject, text) = if note.missed {
        ("mail.missed.subject", "mail.missed.text")
    } else {
        ("mail.offline.subject", "mail.offline.text")
    };
    let answer = if note.answerable {
        "mail.offline.answer"
    } else {
        "mail.offline.no_address"
    };
    let title = words.with(subject, &values);
    draft(
        words.language(),
        title,
        vec![
            Block::Text(words.with(text, &values)),
            Block::Facts(note.facts.clone()),
            Block::Said(note.said.clone()),
            Block::Text(words.get(answer)),
            Block::Link {
                label: words.get("mail.offline.open"),
                address: note.address.clone(),
            },
        ],
    )
}

/// Many notes in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// How many.
    pub count: u64,
    /// The store's name.
    pub store: String,
    /// Where they are in the back office.
    pub address: String,
}

/// To the store: more came than is mailed one by one.
pub fn digest(words: &Words, digest: &Digest) -> Draft {
    let title = words.count("mail.digest.subject", digest.count);
    draft(
        words.language(),
        title,
        vec![
            Block::Text(words.with("mail.digest.text", &[("store", &digest.store)])),
            Block::Link {
                label: words.get("mail.digest.open"),
                address: digest.address.clone(),
            },
        ],
    )
}

/// A conversation as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The store's name.
    pub store: String,
    /// Everybody's words, the earliest first.
    pub said: Vec<Said>,
    /// Whether there were more than fit.
    pub shortened: bool,
    /// The store's public page, to write again.
    pub address: String,
}

/// To the shopper: the copy they asked for (D-25).
pub fn transcript(words: &Words, transcript: &Transcript) -> Draft {
    let values = [("store", transcript.store.as_str())];
    let mut blocks = vec![Block::Text(words.with("mail.transcript.text", &values))];
    if transcript.shortened {
        blocks.push(Block::Text(words.get("mail.transcript.shortened")));
    }
    blocks.push(Block::Said(transcript.said.clone()));
    blocks.push(Block::Link {
        label: words.with("mail.transcript.write", &values),
        address: transcript.address.clone(),
    });
    blocks.push(Block::Small(words.get("mail.not_read")));
    draft(words.language(), words.with("mail.transcript.subject", &values), blocks)
}

/// To an address that nobody has proved to be theirs: a question, with no word that a visitor wrote.
pub fn confirm_copy(words: &Words, store: &str, address: &str) -> Draft {
    let values = [("store", store)];
    draft(
        words.language(),
        words.with("mail.confirm.subject", &values),
        vec![
            Block::Text(words.with("mail.confirm.text", &values)),
            Block::Link {
                label: words.get("mail.confirm.open"),
                address: address.to_owned(),
            },
            Block::Small(words.get("mail.confirm.not_you")),
        ],
    )
}

/// To somebody who is to join a store's staff.
pub fn invite(words: &Words, store: &str, address: &str) -> Draft {
    let values = [("store", store)];
    draft(
        words.language(),
        words.with("mail.invite.subject", &values),
        vec![
            Block::Text(words.with("mail.invite.text", &values)),
            Block::Link {
                label: words.get("mail.invite.open"),
                address: address.to_owned(),
            },
            Block::Small(words.get("mail.invite.not_you")),
        ],
    )
}

/// To the owner: mail arrives.
pub fn test_letter(words: &Words, store: &str, address: &str) -> Draft {
    let values = [("store", store)];
    draft(
        words.language(),
        words.with("mail.test.subject", &values),
        vec![
            Block::Text(words.with("mail.test.text", &values)),
            Block::Link {
                label: words.get("mail.test.open"),
                address: address.to_owned(),
            },
        ],
    )
}

pub(crate) fn draft(language: Language, title: String, blocks: Vec<Block>) -> Draft {
    Draft {
        subject: title.clone(),
        sheet: Sheet { language, title, blocks },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn words() -> Words {
        let texts = [
            ("mail.offline.subject", "Message from %{name} for %{store}"),
            ("mail.confirm.text", "Somebody asked %{store} for a copy."),
        ];
        let texts: BTreeMap<String, String> = texts.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        Words::new(Language::En, texts)
    }

    #[test]
    fn p_53_what_was_asked_and_what_was_written_is_in_it() {
        let note = Note {
            who: "Jane %{store}".to_owned(),
            store: "Atelier".to_owned(),
            missed: false,
            facts: vec![("Phone".to_owned(), "+31 15 123".to_owned())],
            said: vec![Said {
                who: "Jane".to_owned(),
                text: "Is the vase\nstill there?".to_owned(),
            }],
            answerable: true,
            address: "https://chat.example/desk/offline-messages/1".to_owned(),
        };
        let draft = super::note(&words(), &note);
        assert_eq!(draft.subject, "Message from Jane %{store} for Atelier");
        let text = draft.sheet.text();
        for part in [
            "Phone: +31 15 123",
            "> Is the vase\n> still there?",
            "https://chat.example/desk/offline-messages/1",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn he_13_a_question_to_a_strangers_address_has_no_place_for_a_visitors_words() {
        let draft = confirm_copy(&words(), "Atelier", "https://chat.example/m/token");
        assert!(
            draft
                .sheet
                .blocks
                .iter()
                .all(|block| !matches!(block, Block::Said(_) | Block::Facts(_)))
        );
        assert!(draft.sheet.text().contains("https://chat.example/m/token"));
    }
}
