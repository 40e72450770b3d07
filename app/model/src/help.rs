//! The help page: what is done of the beginning, and which articles helped.

use serde::{Deserialize, Serialize};

use crate::text::{EmailAddress, Name};

/// What the page shows besides its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpPage {
    /// The checklist, in the order in which one does it.
    pub steps: Vec<StepState>,
    /// How articles were found; those that nobody judged are not among them.
    pub votes: Vec<ArticleVotes>,
    /// Whom to ask at the store.
    pub owners: Vec<Helper>,
    /// The version of the program.
    pub version: String,
}

/// A step of the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A web site may embed the chat.
    SiteListed,
    /// The snippet was seen on one of them.
    SnippetSeen,
    /// The configuration was saved: texts and colours are the store's own.
    ConfigurationSaved,
    /// A test mail arrived at its server.
    MailTested,
    /// Somebody else works here, or was asked to.
    StaffInvited,
    /// A shopper has talked with the store.
    FirstChat,
}

impl Step {
    /// In the order in which one does them.
    pub const ALL: [Self; 6] = [
        Self::SiteListed,
        Self::SnippetSeen,
        Self::ConfigurationSaved,
        Self::MailTested,
        Self::StaffInvited,
        Self::FirstChat,
    ];
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepState {
    /// Which.
    pub step: Step,
    /// Whether it is done.
    pub done: bool,
}

/// How an article was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleVotes {
    /// The article's name.
    pub article: String,
    /// Whom it helped.
    pub helpful: u32,
    /// Whom it did not.
    pub unhelpful: u32,
    /// What the reader said.
    pub mine: Option<bool>,
}

/// Somebody who can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// Their name.
    pub name: Name,
    /// Their address.
    pub email: EmailAddress,
}

crate::read_struct! {
    HelpPage { steps, votes, owners, version }
    StepState { step, done }
    ArticleVotes { article, helpful, unhelpful, mine }
    Helper { name, email }
}

crate::json::read_codes! {
    Step {
        SiteListed = "site_listed",
        SnippetSeen = "snippet_seen",
        ConfigurationSaved = "configuration_saved",
        MailTested = "mail_tested",
        StaffInvited = "staff_invited",
        FirstChat = "first_chat",
    }
}

/// The names of the articles, in the order in which they are shown. Their words are in the catalogue, under `desk.faq.`.
pub const ARTICLES: [&str; 14] = [
    "go_online",
    "offline",
    "embed",
    "colours",
    "texts",
    "capacity",
    "hours",
    "staff",
    "windows",
    "history",
    "mail",
    "privacy",
    "channels",
    "careful",
];
