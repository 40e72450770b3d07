//! Tickets, from the side of the marketplace's team: what is due first, who has it, how urgent it is, and two that are one.

use model::{
    case::{CaseStatus, Priority, Statement, Topic},
    conversation::{Kind, Stage},
    desk::Operator,
    event::Audience,
    id::{AccountId, ConversationId},
    party::Side,
    refusal::{Field, Refusal},
    text::Name,
    time::Timestamp,
};
use storage::{CaseRow, Installation, QueueCursor, QueueWanted, Requester, Session, StoreScope, Tx};

use super::{number_of, shorten};
use crate::{
    Fault, Party, Services, cases,
    conversation::find_held,
    team::{self, TeamMember},
};

/// A page of the queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// What is due first on top.
    pub rows: Vec<CaseRow>,
    /// Whether there are more.
    pub more: bool,
}

/// A ticket as the team sees it.
#[derive(Clone, Debug)]
pub struct TeamTicket {
    /// What it is.
    pub row: CaseRow,
    /// The store from which it was begun.
    pub store: Option<Name>,
    /// The number of the ticket in which it goes on.
    pub merged_into: Option<i64>,
}

/// What somebody of the team does with a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Somebody of the team has it from now on, or nobody.
    Assign(Option<AccountId>),
    /// It is as urgent as this.
    Prioritise(Priority),
    /// It is about this.
    Sort(Topic),
    /// It is done, not done after all, or over.
    Status(CaseStatus),
}

/// Somebody of the team, as a party to the tickets of its desk.
pub fn team_party(member: &TeamMember) -> Party {
    Party::Desk(member.actor().clone())
}

/// A page of the queue.
pub async fn queue(services: &Services, member: &TeamMember, wanted: QueueWanted, after: Option<QueueCursor>) -> Result<Queue, Fault> {
    let (scope, me) = (member.actor().scope(), member.actor().account);
    let mut rows = services
        .storage()
        .read(|s| Box::pin(async move { s.ticket_queue(scope, wanted, me, after).await }))
        .await?;
    let more = shorten(&mut rows);
    Ok(Queue { rows, more })
}

/// One ticket.
pub async fn opened(services: &Services, member: &TeamMember, id: ConversationId) -> Result<TeamTicket, Fault> {
    let scope = member.actor().scope();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let row = ticket(s, scope, id).await?;
                let merged_into = number_of(s, scope, row.merged_into).await?;
                let store = match row.requester {
                    Requester::Account { store, .. } | Requester::Shopper { store, .. } => s.store(StoreScope(store)).await?,
                    Requester::Customer => None,
                };
                Ok(TeamTicket {
                    row,
                    store: store.map(|store| store.name),
                    merged_into,
                })
            })
        })
        .await
}

/// Everybody of the team, by name: those who can have a ticket.
pub async fn staff(services: &Services, member: &TeamMember) -> Result<Vec<Operator>, Fault> {
    let (scope, now) = (member.actor().scope(), services.clock().now());
    let rows = services
        .storage()
        .read(|s| Box::pin(async move { s.staff(scope, now).await }))
        .await?;
    let there = rows.into_iter().filter(|one| one.active).map(|one| Operator {
        id: one.account,
        name: one.name,
    });
    let mut there: Vec<Operator> = there.collect();
    there.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
    Ok(there)
}

async fn ticket(s: &mut Session, scope: StoreScope, id: ConversationId) -> Result<CaseRow, Fault> {
    let row = s.case(scope, id).await?.filter(|row| row.kind == Kind::Ticket);
    row.ok_or(Fault::Refused(Refusal::NotFound))
}

/// Does something with a ticket. Doing it twice changes nothing; what is over stays as it is.
pub async fn change(services: &Services, member: &TeamMember, id: ConversationId, deed: Deed) -> Result<(), Fault> {
    let (member, at) = (member.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = team::still(tx, &member).await?;
                change_in(tx, &team_party(&member), id, deed, at).await
            })
        })
        .await
}

async fn change_in(tx: &mut Tx, party: &Party, id: ConversationId, deed: Deed, at: Timestamp) -> Result<(), Fault> {
    let scope = party.store();
    let conversation = find_held(tx, party, id).await?;
    let mut row = ticket(tx, scope, id).await?;
    let said = match deed {
        Deed::Status(to) => return cases::move_to(tx, party, &conversation, row, to, at).await,
        _ if row.status == CaseStatus::Closed => return Err(Refusal::Closed.into()),
        Deed::Assign(to) if to == row.assignee.as_ref().map(|(who, _)| *who) => return Ok(()),
        Deed::Assign(None) => {
            row.assignee = None;
            Some(Statement::Assigned { to: None })
        }
        Deed::Assign(Some(who)) => {
            let memberships = tx.memberships(Installation, who).await?;
            let there = memberships.into_iter().find(|m| m.store == scope.0);
            let name = there.ok_or(Fault::Refused(Refusal::NotFound))?.name;
            row.assignee = Some((who, name.clone()));
            let to = Operator { id: who, name };
            Some(Statement::Assigned { to: Some(to) })
        }
        Deed::Prioritise(to) if to == row.priority => return Ok(()),
        Deed::Prioritise(to) => {
            row.clock = row.clock.map(|clock| clock.with_priority(row.priority, to));
            row.priority = to;
            Some(Statement::Prioritised { to })
        }
        Deed::Sort(to) if !Topic::OF_TICKETS.contains(&to) => return Err(Refusal::Malformed.into()),
        Deed::Sort(to) => {
            row.topic = to;
            None
        }
    };
    tx.set_case(scope, &row, at).await?;
    match said {
        Some(what) => cases::state(tx, party, id, Audience::Desk, what, at).await,
        None => Ok(()),
    }
}

/// A ticket goes on in another one of the same requester, which stays readable as this one does.
pub async fn merge(services: &Services, member: &TeamMember, id: ConversationId, into: i64) -> Result<ConversationId, Fault> {
    let (member, at) = (member.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = team::still(tx, &member).await?;
                merge_in(tx, &team_party(&member), id, into, at).await
            })
        })
        .await
}

async fn merge_in(tx: &mut Tx, party: &Party, id: ConversationId, into: i64, at: Timestamp) -> Result<ConversationId, Fault> {
    let scope = party.store();
    ticket(tx, scope, id).await?;
    let left = tx.case_of_number(scope, Kind::Ticket, into).await?;
    let left = left.ok_or(Fault::Refused(Refusal::Invalid(Field::Number)))?.conversation;
    // Held in the order of all who hold several, and then looked at.
    for one in [id.min(left), id.max(left)] {
        find_held(tx, party, one).await?;
    }
    let mut gone = ticket(tx, scope, id).await?;
    let mut left = ticket(tx, scope, left).await?;
    if gone.merged_into == Some(left.conversation) {
        return Ok(left.conversation);
    }
    // What is over goes nowhere, and nothing goes into it.
    if gone.status == CaseStatus::Closed || left.status == CaseStatus::Closed {
        return Err(Refusal::Closed.into());
    }
    if left.conversation == id || !is_same(gone.requester, left.requester) {
        return Err(Refusal::Invalid(Field::Number).into());
    }
    // Whoever waited for an answer in one waits in the other.
    if gone.status.is_open() && gone.awaiting == Some(Side::Desk) {
        if left.awaiting != Some(Side::Desk) || left.status == CaseStatus::Resolved {
            left.status = left.status.written(Side::Shopper)?;
            left.clock = left.clock.map(|clock| clock.written(Side::Shopper, at));
            let waits = Stage::Mail {
                awaiting: Side::Desk,
                since: at,
            };
            tx.set_stage(scope, left.conversation, &waits).await?;
        }
        if let (Some(earlier), Some(clock)) = (gone.clock, left.clock.as_mut()) {
            clock.answer_due = clock.answer_due.min(earlier.answer_due);
            clock.resolution_due = clock.resolution_due.min(earlier.resolution_due);
        }
        tx.set_case(scope, &left, at).await?;
    }
    gone.status = CaseStatus::Closed;
    gone.clock = gone.clock.map(|clock| clock.resolved(at));
    gone.merged_into = Some(left.conversation);
    tx.set_case(scope, &gone, at).await?;
    tx.set_stage(scope, id, &Stage::Closed { at, by: party.voice() }).await?;
    cases::state(tx, party, id, Audience::All, Statement::Merged { into }, at).await?;
    Ok(left.conversation)
}

/// Whether two tickets have one requester: what anybody of a store asked for it is the store's.
fn is_same(one: Requester, other: Requester) -> bool {
    match (one, other) {
        (
            Requester::Account {
                store, on_behalf: true, ..
            },
            Requester::Account {
                store: theirs,
                on_behalf: true,
                ..
            },
        ) => store == theirs,
        (
            Requester::Account {
                account, on_behalf: false, ..
            },
            Requester::Account {
                account: theirs,
                on_behalf: false,
                ..
            },
        ) => account == theirs,
        (Requester::Shopper { .. }, Requester::Shopper { .. }) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use model::id::StoreId;

    use super::*;
    use crate::clock::new_id;

    #[test]
    fn b_11_what_is_a_persons_own_never_joins_what_is_their_stores() {
        let (account, colleague, store): (AccountId, AccountId, StoreId) = (new_id(), new_id(), new_id());
        let of = |account, on_behalf| Requester::Account { account, store, on_behalf };
        assert!(is_same(of(account, true), of(colleague, true)));
        assert!(is_same(of(account, false), of(account, false)));
        assert!(!is_same(of(account, false), of(colleague, false)));
        assert!(!is_same(of(account, false), of(account, true)));
        let shopper = |customer| Requester::Shopper { store, customer };
        assert!(!is_same(shopper(new_id()), shopper(new_id())));
        assert!(!is_same(Requester::Customer, Requester::Customer));
    }
}
