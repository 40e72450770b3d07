//! What has a subject and a status: threads between buyer and seller, tickets to the marketplace's team, and disputes; and the team itself.

use model::{
    case::{CaseStatus, Priority, Remedy, Topic},
    dispute::Problem,
    language::Language,
    text::{EmailAddress, Name, Sku, Slug},
};
use serde::Deserialize;

use super::{Said, Staff};

/// The marketplace's own people, at a desk of their own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// What the desk is called.
    pub name: Name,
    /// Owners administer the marketplace; the others answer tickets.
    pub staff: Vec<Staff>,
}

/// A thread between a shopper and a store. Either may have begun it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    /// The store.
    pub store: Slug,
    /// The shopper's number.
    pub with: String,
    /// In which language.
    pub language: Language,
    /// In one line.
    pub subject: Name,
    /// The product it is about: then it was begun before buying.
    pub product: Option<Sku>,
    /// How many minutes ago it began.
    pub minutes_ago: i64,
    /// How far it is.
    pub status: CaseStatus,
    /// What was said, in order.
    pub said: Vec<Said>,
}

/// A ticket to the marketplace's team. Its requester speaks as [`super::Speaker::Shopper`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// Who began it.
    pub by: Asker,
    /// In which language.
    pub language: Language,
    /// In one line.
    pub subject: Name,
    /// About what.
    pub topic: Topic,
    /// How urgent it is.
    pub priority: Priority,
    /// How far it is.
    pub status: CaseStatus,
    /// Who of the team has it.
    pub assignee: Option<EmailAddress>,
    /// How many minutes ago it began.
    pub minutes_ago: i64,
    /// The subject of an older one in which it goes on.
    #[serde(default)]
    pub merged_into: Option<Name>,
    /// What was said, in order.
    pub said: Vec<Said>,
    /// What the team noted for itself.
    #[serde(default)]
    pub notes: Vec<Said>,
}

/// Who asks the team.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// One of a store's staff, for the store.
    Store(EmailAddress),
    /// One of a store's staff, for themselves, as a buyer.
    Person(EmailAddress),
    /// A shopper of a store.
    Shopper {
        /// The store.
        store: Slug,
        /// Their number.
        number: String,
    },
}

/// A problem with an order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// The order's number.
    pub order: String,
    /// What is wrong.
    pub problem: Problem,
    /// In which language.
    pub language: Language,
    /// How many minutes ago it began.
    pub minutes_ago: i64,
    /// What was said, in order; the first words are the buyer's.
    pub said: Vec<Said>,
    /// What was done, in order.
    pub steps: Vec<DisputeStep>,
}

/// Something that was done in a dispute.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeStep {
    /// Seconds after it began.
    pub after_s: i64,
    /// By whom.
    pub by: Mover,
    /// What.
    pub what: Move,
}

/// Who does something in a dispute.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mover {
    /// Whose order it is.
    Buyer,
    /// One of the store's staff.
    Seller(EmailAddress),
    /// One of the marketplace's team.
    Team(EmailAddress),
}

/// What somebody does in a dispute.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Begins to mediate, and says why they read along.
    Take {
        /// Why.
        reason: String,
    },
    /// Offers something.
    Offer(Remedy),
    /// Takes the offer.
    Accept,
    /// Asks the marketplace.
    AskMediator,
    /// Decides.
    Decide {
        /// What.
        remedy: Remedy,
        /// Why.
        reason: String,
    },
    /// Does not accept a decision.
    Appeal {
        /// Why.
        reason: String,
    },
    /// Has no problem any more.
    Withdraw,
}
