//! What has a subject and a status: threads between buyer and seller, and tickets to the marketplace's team. Disputes have steps of their
//! own (`dispute`); what all of them say in the log is a [`Statement`].
//!
//! Pure: statuses move by the methods here only, and times are given.

use serde::{Deserialize, Serialize};

use crate::{conversation::coded, desk::Operator, party::Side, refusal::Refusal, text::Name, time::Timestamp};

/// How far a thread or ticket is. Whose turn it is while it is pending is said by where the conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// The desk has not answered yet.
    New,
    /// Somebody is to answer.
    Pending,
    /// One side says that it is done. Whoever writes again reopens it (A-i3).
    Resolved,
    /// Done for good: a new matter is a new case.
    Closed,
}

coded!(CaseStatus { New = "new", Pending = "pending", Resolved = "resolved", Closed = "closed" });

impl CaseStatus {
    /// After somebody of a side wrote. The desk's first words make a new one pending.
    pub fn written(self, by: Side) -> Result<Self, Refusal> {
        match (self, by) {
            (Self::New, Side::Shopper) => Ok(Self::New),
            (Self::New, Side::Desk) | (Self::Pending | Self::Resolved, _) => Ok(Self::Pending),
            (Self::Closed, _) => Err(Refusal::Closed),
        }
    }

    /// One side says that it is done. Saying it twice changes nothing.
    pub fn resolved(self) -> Result<Self, Refusal> {
        match self {
            Self::New | Self::Pending | Self::Resolved => Ok(Self::Resolved),
            Self::Closed => Err(Refusal::Closed),
        }
    }

    /// Whether somebody is still to do something about it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Pending)
    }
}

/// What a thread (the first two) or a ticket (the others) is about: the column Type, the category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A thread about a product, before anything was bought.
    Presale,
    /// A thread about anything else.
    Support,
    /// A ticket: signing in, names, payouts.
    Account,
    /// A ticket: something does not work.
    Technical,
    /// A ticket: buyer and seller do not agree.
    Dispute,
    /// A ticket: an order.
    Order,
    /// A ticket: anything else.
    Other,
}

coded!(Topic {
    Presale = "presale",
    Support = "support",
    Account = "account",
    Technical = "technical",
    Dispute = "dispute",
    Order = "order",
    Other = "other",
});

impl Topic {
    /// What a ticket can be about, in the order in which it is offered.
    pub const OF_TICKETS: [Self; 5] = [Self::Account, Self::Technical, Self::Order, Self::Dispute, Self::Other];
}

/// How soon a ticket is to be answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

coded!(Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" });

impl Priority {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Urgent, Self::High, Self::Normal, Self::Low];

    /// Milliseconds until the first answer, and until it is solved.
    pub fn promise(self) -> (i64, i64) {
        const HOUR: i64 = 3_600_000;
        match self {
            Self::Urgent => (HOUR, 8 * HOUR),
            Self::High => (4 * HOUR, 24 * HOUR),
            Self::Normal => (8 * HOUR, 72 * HOUR),
            Self::Low => (24 * HOUR, 168 * HOUR),
        }
    }
}

/// The clock of a ticket. It stands still while the requester is to answer: only the desk's time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseClock {
    /// When it was begun.
    pub opened_at: Timestamp,
    /// When the desk first answered.
    pub answered_at: Option<Timestamp>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// By when the desk answers.
    pub answer_due: Timestamp,
    /// By when it is solved.
    pub resolution_due: Timestamp,
    /// Since when it stands still.
    pub paused_at: Option<Timestamp>,
}

impl CaseClock {
    /// Of a new ticket.
    pub fn started(priority: Priority, at: Timestamp) -> Self {
        let (answer, resolution) = priority.promise();
        Self {
            opened_at: at,
            answered_at: None,
            resolved_at: None,
            answer_due: at.plus_ms(answer),
            resolution_due: at.plus_ms(resolution),
            paused_at: None,
        }
    }

    /// After somebody wrote: the desk's words stop it, the requester's let it run on, later by as long as it stood.
    pub fn written(mut self, by: Side, at: Timestamp) -> Self {
        self.resolved_at = None;
        match by {
            Side::Desk => {
                self.answered_at = self.answered_at.or(Some(at));
                self.paused_at = self.paused_at.or(Some(at));
            }
            Side::Shopper => {
                if let Some(paused) = self.paused_at.take() {
                    self.resolution_due = self.resolution_due.plus_ms(at.since_ms(paused).max(0));
                }
            }
        }
        self
    }

    /// Resolved: it stands still until somebody writes again.
    pub fn resolved(mut self, at: Timestamp) -> Self {
        self.resolved_at = self.resolved_at.or(Some(at));
        self.paused_at = self.paused_at.or(Some(at));
        self
    }

    /// With another priority: what was promised is counted anew from the beginning, and what it stood still stays counted.
    pub fn with_priority(mut self, before: Priority, now: Priority) -> Self {
        let ((answer_was, resolution_was), (answer, resolution)) = (before.promise(), now.promise());
        self.answer_due = self.answer_due.plus_ms(answer - answer_was);
        self.resolution_due = self.resolution_due.plus_ms(resolution - resolution_was);
        self
    }

    /// What is due next, if the desk is to do something.
    pub fn due(&self) -> Option<Timestamp> {
        if self.paused_at.is_some() || self.resolved_at.is_some() {
            None
        } else if self.answered_at.is_none() {
            Some(self.answer_due.min(self.resolution_due))
        } else {
            Some(self.resolution_due)
        }
    }
}

/// What two who do not agree can agree on, or what is decided for them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Money back, in the order's currency.
    Refund {
        /// Its smallest unit, never more than the order's total.
        minor: i64,
        /// ISO 4217.
        currency: String,
    },
    /// The same thing again.
    Replace,
    /// The thing back, and then the money.
    Return,
    /// Nothing.
    Decline,
}

/// Something that is said about a case, in the log of everyone or of the desk. Programs in browsers say only that there is news; the pages
/// that tell what are drawn by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// It has this status now.
    Status {
        /// Which.
        to: CaseStatus,
    },
    /// Somebody of the desk has it now, or nobody. (The desk's log.)
    Assigned {
        /// Who.
        to: Option<Operator>,
    },
    /// It is as urgent as this now. (The desk's log.)
    Prioritised {
        /// How urgent.
        to: Priority,
    },
    /// It goes on in another case.
    Merged {
        /// The number of that one.
        into: i64,
    },
    /// It became a ticket.
    Escalated {
        /// The ticket's number.
        number: i64,
    },
    /// Somebody of the marketplace's team reads along from now on.
    Overseen {
        /// Who.
        by: Name,
        /// Why, in their own words.
        reason: String,
    },
    /// An offer, by the author.
    Offered {
        /// Of what.
        remedy: Remedy,
    },
    /// The author accepted the last offer.
    Accepted,
    /// The author declined the last offer.
    Refused,
    /// The author asks the marketplace to mediate.
    MediatorAsked,
    /// The marketplace decided.
    Decided {
        /// What.
        remedy: Remedy,
        /// Why.
        reason: String,
    },
    /// The author does not accept the decision.
    Appealed {
        /// Why.
        reason: String,
    },
    /// What was agreed or decided was done.
    CarriedOut,
    /// The buyer no longer has a problem.
    Withdrawn,
    /// Somebody did nothing in time, and it went on.
    TimedOut,
}

crate::read_enum! {
    Remedy { Refund { minor, currency } = "refund", Replace = "replace", Return = "return", Decline = "decline" }
    Statement {
        Status { to } = "status",
        Assigned { to } = "assigned",
        Prioritised { to } = "prioritised",
        Merged { into } = "merged",
        Escalated { number } = "escalated",
        Overseen { by, reason } = "overseen",
        Offered { remedy } = "offered",
        Accepted = "accepted",
        Refused = "refused",
        MediatorAsked = "mediator_asked",
        Decided { remedy, reason } = "decided",
        Appealed { reason } = "appealed",
        CarriedOut = "carried_out",
        Withdrawn = "withdrawn",
        TimedOut = "timed_out",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_i3_whoever_writes_into_a_resolved_one_reopens_it_and_nobody_writes_into_a_closed_one() {
        assert_eq!(CaseStatus::Resolved.written(Side::Shopper), Ok(CaseStatus::Pending));
        assert_eq!(CaseStatus::New.written(Side::Shopper), Ok(CaseStatus::New));
        assert_eq!(CaseStatus::New.written(Side::Desk), Ok(CaseStatus::Pending));
        assert_eq!(CaseStatus::Closed.written(Side::Desk), Err(Refusal::Closed));
        assert_eq!(CaseStatus::Closed.resolved(), Err(Refusal::Closed));
    }

    #[test]
    fn the_clock_counts_only_the_time_of_the_desk() {
        let clock = CaseClock::started(Priority::Normal, Timestamp(0));
        assert_eq!(clock.due(), Some(clock.answer_due));
        let answered = clock.written(Side::Desk, Timestamp(1_000));
        assert_eq!(answered.due(), None);
        let again = answered.written(Side::Shopper, Timestamp(61_000));
        assert_eq!(again.due(), Some(clock.resolution_due.plus_ms(60_000)));
        assert_eq!(again.resolved(Timestamp(62_000)).due(), None);
    }
}
