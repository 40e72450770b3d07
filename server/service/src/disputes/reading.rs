//! Reading disputes: one with its evidence, for whoever takes part; a vendor's list; and those about one order of a member's.

use model::{
    conversation::Kind,
    id::ConversationId,
    order::{OrderState, OrderView},
    party::Side,
    refusal::Refusal,
};
use storage::{
    DISPUTE_ROWS_MAX, DisputeCursor, DisputeRow, DisputesWanted, EvidenceRow, Installation, MemberReach, MemberScope, Session, StoreScope,
    VisitorScope,
};

use crate::{Actor, Fault, Party, Services, conversation::find};

/// A dispute as whoever takes part sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where it stands.
    pub row: DisputeRow,
    /// The order, as the shop tells it today; without an address.
    pub order: Option<OrderView>,
    /// What was given to prove something.
    pub evidence: Vec<EvidenceRow>,
}

/// A page of disputes.
#[derive(Clone, Debug)]
pub struct DisputePage {
    /// Those.
    pub rows: Vec<DisputeRow>,
    /// Whether there are more.
    pub more: bool,
}

impl DisputePage {
    /// One row too many tells that there is another page.
    pub(super) fn cut(mut rows: Vec<DisputeRow>) -> Self {
        let page = usize::try_from(DISPUTE_ROWS_MAX).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        rows.truncate(page);
        Self { rows, more }
    }
}

/// The disputes about an order, as its buyer sees them.
#[derive(Clone, Debug, Default)]
pub struct OfOrder {
    /// The last one first.
    pub rows: Vec<DisputeRow>,
    /// Whether another can be begun.
    pub can_open: bool,
}

/// Everything about one, but its log.
pub(super) async fn seen(s: &mut Session, scope: StoreScope, row: DisputeRow) -> Result<Seen, Fault> {
    let evidence = s.evidence(scope, row.conversation).await?;
    let order = s.order(scope, row.order).await?.map(|view| OrderView { ship_to: None, ..view });
    Ok(Seen { row, order, evidence })
}

/// One, for whoever takes part.
pub async fn view(services: &Services, party: &Party, id: ConversationId) -> Result<Seen, Fault> {
    let party = party.clone();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                find(s, &party, id).await?;
                let row = s.dispute(party.store(), id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                seen(s, party.store(), row).await
            })
        })
        .await
}

/// As whom a member takes part in a dispute of theirs.
pub async fn mine(services: &Services, scope: MemberScope, id: ConversationId) -> Result<Party, Fault> {
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.conversation_of_member(scope, id).await }))
        .await?;
    let found = found.filter(|c| c.kind == Kind::Dispute).ok_or(Refusal::NotFound)?;
    Ok(Party::Visitor(VisitorScope {
        store: scope.store,
        visitor: found.visitor.ok_or(Refusal::NotFound)?,
        only: Some(id),
    }))
}

/// Whether a conversation of a member's is a dispute: it has a page of its own.
pub async fn is_one(services: &Services, scope: MemberScope, id: ConversationId) -> Result<bool, Fault> {
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.conversation_of_member(scope, id).await }))
        .await?;
    Ok(found.is_some_and(|c| c.kind == Kind::Dispute))
}

/// The disputes about an order of a member's.
pub async fn of_order(services: &Services, scope: MemberScope, number: &str) -> Result<OfOrder, Fault> {
    let number = number.to_owned();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let order = s.member_order(scope, &number).await?.ok_or(Fault::Refused(Refusal::NotFound))?.row;
                let desk = StoreScope(scope.store);
                let known = s.disputes_of_order(desk, order.id).await?;
                let team = s.team_store(Installation).await?;
                let nothing_owed = order.state == OrderState::Cancelled || order.total.minor < 1;
                let is_open = known.iter().any(|row| row.closed_at.is_none());
                // Orders that were made by somebody else before they became one person may have disputes of that time.
                let reached = |row: &DisputeRow| match scope.reach {
                    MemberReach::All | MemberReach::Order(_) => row.customer == Some(scope.customer),
                    MemberReach::Conversation(only) => row.conversation == only,
                };
                Ok(OfOrder {
                    can_open: !is_open && !nothing_owed && team.is_some_and(|team| team != desk),
                    rows: known.into_iter().filter(reached).collect(),
                })
            })
        })
        .await
}

/// A page of a vendor's own.
pub async fn list(services: &Services, actor: &Actor, wanted: DisputesWanted, after: Option<DisputeCursor>) -> Result<DisputePage, Fault> {
    let scope = actor.scope();
    let rows = services
        .storage()
        .read(|s| Box::pin(async move { s.disputes(scope, wanted, after).await }))
        .await?;
    Ok(DisputePage::cut(rows))
}

impl Seen {
    /// Who gave a file: the buyer, the seller, or (`None`) the mediator.
    pub fn giver(&self, file: &EvidenceRow) -> Option<Side> {
        let mediator = self.row.mediator.as_ref().map(|(id, _)| id.0);
        if mediator == Some(file.uploader) { None } else { file.side }
    }
}
