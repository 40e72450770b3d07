//! A store's people, as its owner manages them (D-02, D-03).

use crate::{
    id::{AccountId, InvitationId},
    party::Role,
    text::{EmailAddress, Name},
    time::Timestamp,
};

/// The page **Staff**.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// The first who came first; those who left are among them.
    pub people: Vec<StaffMember>,
    /// Invitations that are out, the last first.
    pub invitations: Vec<Invitation>,
}

/// Somebody who works for the store, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a cell of the table")]
pub struct StaffMember {
    /// Who.
    pub id: AccountId,
    /// As shown to shoppers.
    pub name: Name,
    /// What they sign in with.
    pub email: EmailAddress,
    /// As what.
    pub role: Role,
    /// Whether the store lets this person chat live (D-02).
    pub live_chat: bool,
    /// Whether they work here now.
    pub active: bool,
    /// Whether the marketplace has switched them off, which no store can undo.
    pub switched_off: bool,
    /// Whether they are on duty at this moment.
    pub on_duty: bool,
}

/// An invitation that is out. Its link is not among it: that is shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// Whom.
    pub email: EmailAddress,
    /// Until when its link is good.
    pub expires_at: Timestamp,
}

/// Somebody has been invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The page as it stands now.
    pub staff: Staff,
    /// The link, this once; it went by mail as well.
    pub link: String,
}
