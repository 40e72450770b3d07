//! What servers tell each other, and how it stands on the wire. Everything here is a hint where to look: none of it is believed for more than
//! that, and nothing of what people wrote is in it.

use model::{
    event::{Audience, Mark},
    id::{AccountId, ConversationId, Seq, StoreId, VisitorId},
    party::Side,
    text::Name,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::{Notice, Revocation};

/// Another number means something else; what has one is not read. A word that is not known is left out.
const VERSION: u32 = 1;

/// One thing that happened at a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    /// A log has come so far.
    Log { conv: ConversationId, aud: Audience, head: Seq },
    /// A side has come further in a log.
    Marks { conv: ConversationId, side: Side, mark: Mark },
    /// The lists of a store's desk have changed.
    Inbox { store: StoreId },
    /// What an account may do has changed, or its sessions ended.
    Account { account: AccountId },
    /// A store was closed.
    Closed { store: StoreId },
    /// A visitor's sessions ended.
    Visitor { store: StoreId, visitor: VisitorId },
    /// Somebody is typing, or stopped.
    Typing {
        conv: ConversationId,
        side: Side,
        on: bool,
        name: Option<Name>,
    },
    /// A side has a window open here, or no longer. `ask`: whoever has the other one says so, too.
    Here {
        conv: ConversationId,
        side: Side,
        on: bool,
        ask: bool,
    },
}

impl Word {
    /// What a commit tells the other servers.
    pub(crate) fn of(notice: &Notice) -> Self {
        match notice {
            Notice::Log {
                conversation,
                audience,
                event,
            } => Self::Log {
                conv: *conversation,
                aud: *audience,
                head: event.seq,
            },
            Notice::Marks { conversation, side, mark } => Self::Marks {
                conv: *conversation,
                side: *side,
                mark: *mark,
            },
            Notice::Inbox(store) => Self::Inbox { store: *store },
            Notice::Account(account) => Self::Account { account: *account },
            Notice::Closed(store) => Self::Closed { store: *store },
            Notice::Visitor { store, visitor } => Self::Visitor {
                store: *store,
                visitor: *visitor,
            },
        }
    }
}

impl From<Revocation> for Word {
    fn from(revocation: Revocation) -> Self {
        match revocation {
            Revocation::Account(account) => Self::Account { account },
            Revocation::Store(store) => Self::Closed { store },
            Revocation::Visitor { store, visitor } => Self::Visitor { store, visitor },
        }
    }
}

#[derive(Deserialize)]
struct Envelope {
    v: u32,
    from: String,
    #[serde(default)]
    words: Vec<Value>,
}

/// Puts words into as many envelopes as needed, none of them longer than `bytes_max`. No words are one empty envelope: a sign of life.
pub(crate) fn write(from: &str, words: &[Word], bytes_max: usize) -> Vec<String> {
    let head = format!(r#"{{"v":{VERSION},"from":"{from}","words":["#);
    let mut envelopes = Vec::new();
    let mut open = head.clone();
    for word in words {
        // A word holds nothing that could not be written.
        let Ok(text) = serde_json::to_string(word) else { continue };
        if open.len() + text.len() + 3 > bytes_max && open.len() > head.len() {
            envelopes.push(std::mem::replace(&mut open, head.clone()) + "]}");
        }
        if open.len() > head.len() {
            open.push(',');
        }
        open.push_str(&text);
    }
    envelopes.push(open + "]}");
    envelopes
}

/// Who says what; `None` when it means nothing here.
pub(crate) fn read(envelope: &str) -> Option<(String, Vec<Word>)> {
    let Envelope { v, from, words } = serde_json::from_str(envelope).ok()?;
    let known = words.into_iter().filter_map(|word| serde_json::from_value(word).ok());
    (v == VERSION).then(|| (from, known.collect()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn log(n: u128) -> Word {
        Word::Log {
            conv: ConversationId(Uuid::from_u128(n)),
            aud: Audience::All,
            head: Seq(7),
        }
    }

    #[test]
    fn words_read_back() {
        let (conv, store) = (ConversationId(Uuid::from_u128(1)), StoreId(Uuid::from_u128(2)));
        let words = [
            log(1),
            Word::Marks {
                conv,
                side: Side::Desk,
                mark: Mark { got: Seq(2), read: Seq(1) },
            },
            Word::Inbox { store },
            Word::Account {
                account: AccountId(Uuid::from_u128(3)),
            },
            Word::Closed { store },
            Word::Visitor {
                store,
                visitor: VisitorId(Uuid::from_u128(4)),
            },
            Word::Typing {
                conv,
                side: Side::Desk,
                on: true,
                name: Name::parse("Zoë \"the\" Jones").ok(),
            },
            Word::Here {
                conv,
                side: Side::Shopper,
                on: true,
                ask: true,
            },
        ];
        let envelopes = write("me", &words, 7_900);
        assert_eq!(envelopes.len(), 1);
        assert_eq!(read(&envelopes[0]), Some(("me".to_owned(), words.to_vec())));
    }

    #[test]
    fn many_words_are_several_envelopes_that_all_fit() {
        let words: Vec<Word> = (0..1_000).map(log).collect();
        let envelopes = write("me", &words, 7_900);
        assert!(envelopes.len() > 5 && envelopes.iter().all(|e| e.len() <= 7_900));
        let back: Vec<Word> = envelopes.iter().flat_map(|e| read(e).expect("reads").1).collect();
        assert_eq!(back, words);
    }

    #[test]
    fn a_sign_of_life_has_no_words_and_what_is_strange_is_left_out() {
        let alive = write("me", &[], 7_900);
        assert_eq!(alive.len(), 1);
        assert_eq!(read(&alive[0]), Some(("me".to_owned(), Vec::new())));
        let newer =
            r#"{"v":1,"from":"new","words":[{"dance":{"conv":1}},{"inbox":{"store":"00000000-0000-0000-0000-000000000002"}}],"more":1}"#;
        let store = StoreId(Uuid::from_u128(2));
        assert_eq!(read(newer), Some(("new".to_owned(), vec![Word::Inbox { store }])));
        for strange in ["", "{}", "[]", "null", r#"{"v":2,"from":"x","words":[]}"#, "\u{0}"] {
            assert_eq!(read(strange), None, "{strange:?}");
        }
    }
}
