//! Settings, Privacy: how long things are kept, all that is known of one person, and who is blocked.

use crate::{id::ConversationId, settings::Retention, time::Timestamp};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivacyPage {
    /// How long things are kept.
    pub retention: Retention,
    /// Who may not write, the last one first.
    pub blocked: Vec<Blocked>,
    /// How often the store's settings had been saved when this was read.
    pub rev: i64,
}

/// What retention would delete at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the kinds of `Retention`")]
pub struct Overdue {
    pub chats: u32,
    pub messages: u32,
    pub connections: u32,
    pub mails: u32,
}

/// A visitor who may not write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// Their last conversation, by which they are let in again.
    pub conversation: ConversationId,
    /// As they are called in lists.
    pub customer: crate::party::Customer,
    /// Since when.
    pub since: Timestamp,
}

/// What a person is looked for by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PersonBy {
    /// The address that they typed, or that the shop told.
    #[default]
    Email,
    /// The shop's own number of a customer.
    Customer,
    /// The number of a guest.
    Guest,
}

impl PersonBy {
    /// As it stands in a form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Customer => "customer",
            Self::Guest => "guest",
        }
    }

    /// The reverse of [`PersonBy::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Email, Self::Customer, Self::Guest].into_iter().find(|by| by.code() == code)
    }
}

/// All that is known of a person, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFound {
    /// What they were called, each name once.
    pub names: Vec<String>,
    /// Their conversations.
    pub conversations: u32,
    /// Of those, how many a legal hold keeps.
    pub held: u32,
    /// Messages in them, of both sides.
    pub messages: u32,
    /// When the last of them was touched.
    pub last: Option<Timestamp>,
}

/// What became of an erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasedPerson {
    /// Conversations whose words are gone.
    pub conversations: u32,
    /// Conversations that a legal hold keeps.
    pub held: u32,
    /// Whether the person's words were looked for afterwards.
    pub searched: Searched,
}

/// What a search of the database's files for a person's words found after their erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    /// Nothing.
    Nothing,
    /// Some: the same words stand in other conversations.
    Elsewhere,
    /// The files are a database server's own: they cannot be searched from here.
    NotOurs,
}
