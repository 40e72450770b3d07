//! What each door answers to whom about what: one table, derived from the policy that the door was registered with. Pure.

use server::policy::{Need, Policy, TeamNeed};

use crate::cast::{Desk, Object, Person, Rank};

/// How an answer is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// It is theirs: it opens, and says something else than about what does not exist.
    Opens,
    /// Anybody may ask, and reads nothing of others.
    Anybody,
    /// To the letter as about something that never existed.
    Nothing,
    /// Who are you?
    SignIn,
    /// That is not for you to do; the same whatever it is asked about.
    NotAllowed,
}

impl Expected {
    /// Whether nothing may come of it.
    pub(crate) fn is_denial(self) -> bool {
        matches!(self, Self::Nothing | Self::SignIn | Self::NotAllowed)
    }
}

/// A door, and whether what it is asked depends on a thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door<'a> {
    pub(crate) policy: Policy,
    pub(crate) path: &'a str,
    /// Whether it changes something.
    pub(crate) changes: bool,
    pub(crate) about: bool,
}

impl Door<'_> {
    /// What it answers.
    pub(crate) fn answers(self, person: Person, object: Object) -> Expected {
        let closed = object.is_closed() && self.path.contains("{store}");
        match self.policy {
            Policy::OwnConversation | Policy::Member if closed => Expected::Nothing,
            Policy::Public | Policy::Visitor | Policy::Ticket | Policy::Connection => Expected::Anybody,
            // The installation is set up, and no link was guessed.
            Policy::Setup | Policy::Link => Expected::Nothing,
            Policy::ApiKey(_) | Policy::Signed => Expected::SignIn,
            Policy::OwnConversation => self.to_visitor(person, object),
            Policy::Participant => Self::to_participant(person, object),
            Policy::Member => self.to_member(person, object),
            Policy::Operator(need) => self.to_staff(need, person, object),
            Policy::ServerFunction => self.to_staff(Need::Staff, person, object),
            Policy::Team(need) => self.to_team(need, person, object),
        }
    }

    fn to_visitor(self, person: Person, object: Object) -> Expected {
        let known = person.visits() == Some(object.at());
        opens_if(known && (!self.about || object.visitor() == Some(person)))
    }

    /// Files, and commands of sockets.
    fn to_participant(person: Person, object: Object) -> Expected {
        let staff = object.exists() && person.at_desk().is_some_and(|(desk, _)| desk == object.at());
        opens_if(staff || !object.is_closed() && object.visitor() == Some(person))
    }

    fn to_member(self, person: Person, object: Object) -> Expected {
        if !self.path.contains("{store}") {
            // Which stores this browser is a member at.
            return Expected::Anybody;
        }
        if person.member_at() != Some(object.at()) {
            return Expected::SignIn;
        }
        opens_if(!self.about || object.member() == Some(person))
    }

    fn to_staff(self, need: Need, person: Person, object: Object) -> Expected {
        let Some((desk, rank)) = person.at_desk() else {
            return Expected::SignIn;
        };
        let there = !self.about || self.is_theirs(desk, person, object);
        let may = match need {
            Need::Staff => true,
            Need::LiveChat => rank != Rank::OperatorWithoutChat,
            Need::Owner => rank == Rank::Owner,
        };
        match (there, may) {
            (false, _) => Expected::Nothing,
            (true, false) => Expected::NotAllowed,
            (true, true) => Expected::Opens,
        }
    }

    fn is_theirs(self, desk: Desk, person: Person, object: Object) -> bool {
        if self.path.starts_with("/buyer") {
            // Their own, whoever they work with (B11).
            return object.buyer() == Some(person);
        }
        object.exists() && desk == object.at()
    }

    fn to_team(self, need: TeamNeed, person: Person, object: Object) -> Expected {
        let Some((desk, rank)) = person.at_desk() else {
            return Expected::SignIn;
        };
        if desk != Desk::Team {
            return Expected::Nothing;
        }
        if need == TeamNeed::Administrator && rank != Rank::Owner {
            return Expected::NotAllowed;
        }
        if self.is_for_mediators() && object.exists() {
            // Of the team as well, and this dispute is not theirs.
            return Expected::NotAllowed;
        }
        opens_if(!self.about || object.exists())
    }

    /// What only the one of the team does who took the dispute.
    fn is_for_mediators(self) -> bool {
        let one = self.path.strip_prefix("/team/disputes/{conversation}");
        one.is_some_and(|rest| rest == "/print" || self.changes && rest != "/take")
    }
}

fn opens_if(open: bool) -> Expected {
    if open { Expected::Opens } else { Expected::Nothing }
}
