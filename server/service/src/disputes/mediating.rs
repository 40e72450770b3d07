//! The marketplace's part in disputes: all of them in a list, taking one, and what the one who mediates may read. Both sides are told who
//! reads along, before the first word is read (A-i5).

use model::{
    case::Statement,
    conversation::{About, Kind},
    event::{Audience, EventKind},
    id::{AttachmentId, ConversationId},
    refusal::Refusal,
};
use storage::{ConversationScope, DisputeCursor, DisputeRow, DisputesWanted, Installation, NewEvent, Session, StoreScope};

use super::reading::{DisputePage, Seen, seen};
use crate::{Actor, Fault, Mediator, Party, Services, team, team::TeamMember};

/// A dispute as the team sees it.
#[derive(Clone, Debug)]
pub struct Mediated {
    /// All that is known of it. Without the room, whoever does not mediate sees no file either.
    pub seen: Seen,
    /// For the one who mediates: as whom they take part.
    pub party: Option<Party>,
    /// For the same: the conversation about the order, which is read along as long as the dispute is not over.
    pub beside: Option<(Party, ConversationId)>,
    /// Whether whoever asks may take it.
    pub can_take: bool,
}

/// A page of everybody's.
pub async fn list_all(
    services: &Services,
    _: &TeamMember,
    wanted: DisputesWanted,
    after: Option<DisputeCursor>,
) -> Result<DisputePage, Fault> {
    let rows = services
        .storage()
        .read(|s| Box::pin(async move { s.disputes_anywhere(Installation, wanted, after).await }))
        .await?;
    Ok(DisputePage::cut(rows))
}

/// One, for somebody of the team.
pub async fn mediated(services: &Services, member: &TeamMember, id: ConversationId) -> Result<Mediated, Fault> {
    let actor = member.actor().clone();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let row = s
                    .dispute_anywhere(Installation, id)
                    .await?
                    .ok_or(Fault::Refused(Refusal::NotFound))?;
                let scope = StoreScope(row.store);
                let mediates = row.mediator.as_ref().is_some_and(|(mediator, _)| *mediator == actor.account);
                let can_take = !mediates && row.state.is_mediated() && !works_for(s, &actor, scope).await?;
                let as_mediator = |conversation| {
                    Party::Mediator(Mediator {
                        team: actor.clone(),
                        store: scope.0,
                        conversation,
                    })
                };
                let thread = if mediates && !row.state.is_closed() {
                    s.thread_of_order(scope, row.order).await?
                } else {
                    None
                };
                let mut seen = seen(s, scope, row).await?;
                if !mediates {
                    seen.evidence.clear();
                }
                Ok(Mediated {
                    seen,
                    party: mediates.then(|| as_mediator(id)),
                    beside: thread.map(|thread| (as_mediator(thread), thread)),
                    can_take,
                })
            })
        })
        .await
}

/// Whether somebody of the team also works for a vendor: then they are a party to its disputes.
async fn works_for(s: &mut Session, actor: &Actor, vendor: StoreScope) -> Result<bool, Fault> {
    let memberships = s.memberships(Installation, actor.account).await?;
    Ok(memberships.into_iter().any(|membership| membership.store == vendor.0))
}

/// Takes a dispute, to mediate in it: from now on they read the room and what was said about the order, and everybody there reads that.
/// Taking one's own again changes nothing.
pub async fn take(services: &Services, member: &TeamMember, id: ConversationId) -> Result<(), Fault> {
    let (member, at) = (member.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = team::still(tx, &member).await?;
                let found = tx
                    .dispute_anywhere(Installation, id)
                    .await?
                    .ok_or(Fault::Refused(Refusal::NotFound))?;
                let scope = StoreScope(found.store);
                let rooms = [Some(id), tx.thread_of_order(scope, found.order).await?];
                // Both are written in: held in the order of all who hold several, and then looked at.
                let mut held: Vec<ConversationId> = rooms.into_iter().flatten().collect();
                held.sort_unstable();
                for room in held {
                    tx.hold_conversation(ConversationScope::Desk(scope), room).await?;
                }
                let row = tx.dispute(scope, id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let actor = member.actor().clone();
                if row.mediator.as_ref().is_some_and(|(mediator, _)| *mediator == actor.account) {
                    return Ok(());
                }
                if !row.state.is_mediated() || works_for(tx, &actor, scope).await? {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                tx.set_mediator(scope, id, actor.account).await?;
                let store = tx.store(scope).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let reason = reason(&row, store.default_language);
                for conversation in rooms.into_iter().flatten() {
                    let by = Mediator {
                        team: actor.clone(),
                        store: scope.0,
                        conversation,
                    };
                    let event = NewEvent {
                        conversation,
                        audience: Audience::All,
                        author: by.voice(),
                        author_id: Some(actor.account.0),
                        client: None,
                        kind: EventKind::Stated {
                            what: Statement::Overseen {
                                by: actor.name.clone(),
                                reason: reason.clone(),
                            },
                        },
                        via: None,
                    };
                    tx.record(scope, event, at).await?;
                }
                Ok(tx.told_of_dispute(scope, id, true, true).await?)
            })
        })
        .await
}

/// Why somebody reads along, in the language of the place.
fn reason(row: &DisputeRow, language: model::language::Language) -> String {
    let number = row.number.to_string();
    catalogue::site(language).with("site.dispute.reason", &[("number", &number), ("order", &row.order_number)])
}

/// As whom somebody of the team may have a file: it was given in a dispute that they mediate, or about its order while it is not over.
pub async fn party_of_file(services: &Services, member: &TeamMember, file: AttachmentId) -> Result<Option<Party>, Fault> {
    let actor = member.actor().clone();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(row) = s.attachment(Installation, file).await? else {
                    return Ok(None);
                };
                let (scope, conversation) = (StoreScope(row.store), row.conversation);
                let found = s.conversation(ConversationScope::Room(scope, conversation), conversation).await?;
                let Some(found) = found else { return Ok(None) };
                let about = match found.about {
                    About::Order { id, .. } => s.disputes_of_order(scope, id).await?,
                    About::Nothing | About::Product(_) => Vec::new(),
                };
                let beside = found.kind == Kind::Order;
                let mediates = |row: &DisputeRow| {
                    let theirs = row.mediator.as_ref().is_some_and(|(mediator, _)| *mediator == actor.account);
                    theirs && (row.conversation == conversation || (beside && row.closed_at.is_none()))
                };
                Ok::<_, Fault>(about.iter().any(mediates).then(|| {
                    Party::Mediator(Mediator {
                        team: actor.clone(),
                        store: scope.0,
                        conversation,
                    })
                }))
            })
        })
        .await
}
