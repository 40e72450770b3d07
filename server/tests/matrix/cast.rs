//! Who asks, and about whose things: sixteen persons and five objects (hardening, isolation matrix); and a third store that was suspended,
//! with four persons and one object more. Pure.

/// One of the stores, or the marketplace's own desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Desk {
    Alpha,
    Beta,
    /// Suspended: for everybody but the team it is not there.
    Gamma,
    Team,
}

/// What somebody may do at their desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    OperatorWithoutChat,
    Operator,
    Owner,
}

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Person {
    Anonymous,
    VisitorSelf,
    VisitorOther,
    VisitorOfBeta,
    MemberSelf,
    MemberOther,
    MemberOfBeta,
    Operator,
    OperatorChatOff,
    Owner,
    OperatorOfBeta,
    OwnerOfBeta,
    Deactivated,
    Expired,
    Support,
    Administrator,
    VisitorOfGamma,
    MemberOfGamma,
    OperatorOfGamma,
    OwnerOfGamma,
}

impl Person {
    /// Those who were somebody at the suspended store, and have what they had of it: sessions and cookies.
    pub(crate) const OF_GAMMA: [Self; 4] = [Self::VisitorOfGamma, Self::MemberOfGamma, Self::OperatorOfGamma, Self::OwnerOfGamma];

    /// The sixteen, and those.
    pub(crate) fn everybody() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(Self::OF_GAMMA)
    }

    pub(crate) const ALL: [Self; 16] = [
        Self::Anonymous,
        Self::VisitorSelf,
        Self::VisitorOther,
        Self::VisitorOfBeta,
        Self::MemberSelf,
        Self::MemberOther,
        Self::MemberOfBeta,
        Self::Operator,
        Self::OperatorChatOff,
        Self::Owner,
        Self::OperatorOfBeta,
        Self::OwnerOfBeta,
        Self::Deactivated,
        Self::Expired,
        Self::Support,
        Self::Administrator,
    ];

    /// At which desk they are signed in, and as what. Who was switched off, or whose session is over, is nowhere.
    pub(crate) fn at_desk(self) -> Option<(Desk, Rank)> {
        match self {
            Self::Operator => Some((Desk::Alpha, Rank::Operator)),
            Self::OperatorChatOff => Some((Desk::Alpha, Rank::OperatorWithoutChat)),
            Self::Owner => Some((Desk::Alpha, Rank::Owner)),
            Self::OperatorOfBeta => Some((Desk::Beta, Rank::Operator)),
            Self::OwnerOfBeta => Some((Desk::Beta, Rank::Owner)),
            Self::Support => Some((Desk::Team, Rank::Operator)),
            Self::Administrator => Some((Desk::Team, Rank::Owner)),
            _ => None,
        }
    }

    /// In whose panel they have a session.
    pub(crate) fn visits(self) -> Option<Desk> {
        match self {
            Self::VisitorSelf | Self::VisitorOther => Some(Desk::Alpha),
            Self::VisitorOfBeta => Some(Desk::Beta),
            _ => None,
        }
    }

    /// In whose member centre they are.
    pub(crate) fn member_at(self) -> Option<Desk> {
        match self {
            Self::MemberSelf | Self::MemberOther => Some(Desk::Alpha),
            Self::MemberOfBeta => Some(Desk::Beta),
            _ => None,
        }
    }
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Object {
    /// Alpha's, of the visitor and the member who are called self.
    Own,
    /// Alpha's, of the other visitor and member.
    Neighbour,
    /// Beta's.
    OtherStore,
    /// Gamma's, which is suspended.
    Suspended,
    /// Was alpha's.
    Deleted,
    /// Never was anybody's.
    Never,
}

impl Object {
    pub(crate) const ALL: [Self; 6] = [
        Self::Own,
        Self::Neighbour,
        Self::OtherStore,
        Self::Suspended,
        Self::Deleted,
        Self::Never,
    ];

    /// The store that its address names.
    pub(crate) fn at(self) -> Desk {
        match self {
            Self::OtherStore => Desk::Beta,
            Self::Suspended => Desk::Gamma,
            _ => Desk::Alpha,
        }
    }

    /// Whether its store is not there any more for those whose it is.
    pub(crate) fn is_closed(self) -> bool {
        self == Self::Suspended
    }

    /// Whether there is such a thing.
    pub(crate) fn exists(self) -> bool {
        !matches!(self, Self::Deleted | Self::Never)
    }

    /// Whose it is: the visitor of its chat.
    pub(crate) fn visitor(self) -> Option<Person> {
        match self {
            Self::Own => Some(Person::VisitorSelf),
            Self::Neighbour => Some(Person::VisitorOther),
            Self::OtherStore => Some(Person::VisitorOfBeta),
            Self::Suspended => Some(Person::VisitorOfGamma),
            Self::Deleted | Self::Never => None,
        }
    }

    /// Whose it is: the member of its thread, order, dispute and ticket.
    pub(crate) fn member(self) -> Option<Person> {
        match self {
            Self::Own => Some(Person::MemberSelf),
            Self::Neighbour => Some(Person::MemberOther),
            Self::OtherStore => Some(Person::MemberOfBeta),
            Self::Suspended => Some(Person::MemberOfGamma),
            Self::Deleted | Self::Never => None,
        }
    }

    /// Who began its ticket as a buyer, for themselves.
    pub(crate) fn buyer(self) -> Option<Person> {
        match self {
            Self::Own => Some(Person::Owner),
            Self::Neighbour => Some(Person::Operator),
            Self::OtherStore => Some(Person::OwnerOfBeta),
            Self::Suspended => Some(Person::OwnerOfGamma),
            Self::Deleted | Self::Never => None,
        }
    }

    /// In its words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Neighbour => "neighbour",
            Self::OtherStore => "beta",
            Self::Suspended => "gamma",
            Self::Deleted => "deleted",
            Self::Never => "never",
        }
    }
}

/// A thing that says something which not everybody may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    Chat,
    Message,
    Thread,
    Order,
    Dispute,
    Ticket,
    BuyersTicket,
    MembersTicket,
}

impl Secret {
    pub(crate) const ALL: [Self; 8] = [
        Self::Chat,
        Self::Message,
        Self::Thread,
        Self::Order,
        Self::Dispute,
        Self::Ticket,
        Self::BuyersTicket,
        Self::MembersTicket,
    ];

    /// Its words. They stand nowhere else.
    pub(crate) fn of(self, object: Object) -> String {
        format!("canary {} {self:?}", object.name())
    }

    /// Whether somebody may read them: the two who talk, and the team where it is asked.
    pub(crate) fn is_open_to(self, person: Person, object: Object) -> bool {
        let staff = object.exists() && person.at_desk().is_some_and(|(desk, _)| desk == object.at());
        let team = object.exists() && person.at_desk().is_some_and(|(desk, _)| desk == Desk::Team);
        let open = |whose: Option<Person>| !object.is_closed() && whose == Some(person);
        let member = open(object.member());
        match self {
            Self::Chat => staff || open(object.visitor()),
            Self::Message | Self::Thread => staff || member,
            Self::Order | Self::Dispute => staff || member || team,
            Self::Ticket => staff || team,
            Self::BuyersTicket => team || open(object.buyer()),
            Self::MembersTicket => team || member,
        }
    }

    /// Everything that somebody must never read.
    pub(crate) fn closed_to(person: Person) -> Vec<String> {
        let all = Object::ALL.into_iter().flat_map(|object| Self::ALL.map(|secret| (secret, object)));
        all.filter(|(secret, object)| !secret.is_open_to(person, *object))
            .map(|(secret, object)| secret.of(object))
            .collect()
    }
}
