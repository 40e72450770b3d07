//! What a case is from now on: how a word moves its status and its clock, and what either side says about it. Threads and tickets alike;
//! disputes have steps of their own.

use model::{
    case::{CaseClock, CaseStatus, Statement},
    conversation::{Kind, Stage},
    event::{Audience, EventKind},
    id::ConversationId,
    party::{Author, Side},
    refusal::Refusal,
    time::Timestamp,
};
use storage::{CaseRow, Conversation, NewEvent, Tx};
use uuid::Uuid;

use crate::{
    Fault, Party, Services,
    conversation::{find, standing_in},
    disputes, vendor_news,
};

/// Somebody is about to say something, in the transaction that keeps it and holds the conversation: the case goes on, or refuses because
/// it is closed.
/// Disputes look after themselves; all other conversations are none of its business.
pub(crate) async fn written(tx: &mut Tx, party: &Party, conversation: &Conversation, at: Timestamp) -> Result<(), Fault> {
    if !matches!(conversation.kind, Kind::Thread | Kind::Ticket) {
        return disputes::written(tx, party, conversation, at).await;
    }
    let scope = party.store();
    let is_case = goes_on(tx, conversation, party.side(), (party.voice(), party.id()), at).await?;
    if is_case && conversation.kind == Kind::Thread && party.side() == Side::Shopper {
        vendor_news::queue(tx, scope, conversation.id, conversation.head_all, at).await?;
    }
    Ok(())
}

/// The same of one of the store's own programs: it speaks for the desk, and is nobody there.
pub(crate) async fn answered(tx: &mut Tx, conversation: &Conversation, program: (Author, Uuid), at: Timestamp) -> Result<(), Fault> {
    match conversation.kind {
        Kind::Thread | Kind::Ticket => goes_on(tx, conversation, Side::Desk, program, at).await.map(|_| ()),
        Kind::Dispute => disputes::still_open(tx, conversation).await,
        _ => Ok(()),
    }
}

/// A word of either side: the status and the clock go on with it, and whoever reopens it is heard to do so. `false`: there is no case.
async fn goes_on(tx: &mut Tx, conversation: &Conversation, side: Side, (voice, id): (Author, Uuid), at: Timestamp) -> Result<bool, Fault> {
    let scope = conversation.desk();
    let Some(mut case) = tx.case(scope, conversation.id).await? else {
        return Ok(false);
    };
    let before = case.status;
    case.status = before.written(side)?;
    case.clock = case.clock.map(|clock| clock.written(side, at));
    tx.set_case(scope, &case, at).await?;
    if before == CaseStatus::Resolved {
        let reopened = NewEvent {
            conversation: conversation.id,
            audience: Audience::All,
            author: voice,
            author_id: Some(id),
            client: None,
            kind: EventKind::Stated {
                what: Statement::Status { to: case.status },
            },
            via: None,
        };
        tx.record(scope, reopened, at).await?;
    }
    Ok(true)
}

/// Says something about a case, in one of its logs.
pub(crate) async fn state(
    tx: &mut Tx,
    party: &Party,
    conversation: ConversationId,
    audience: Audience,
    what: Statement,
    at: Timestamp,
) -> Result<(), Fault> {
    let event = NewEvent {
        conversation,
        audience,
        author: match audience {
            Audience::All => party.voice(),
            Audience::Desk => party.author(),
        },
        author_id: Some(party.id()),
        client: None,
        kind: EventKind::Stated { what },
        via: None,
    };
    tx.record(party.store(), event, at).await?;
    Ok(())
}

/// A case, for whoever may open its conversation.
pub async fn case(services: &Services, party: &Party, id: ConversationId) -> Result<CaseRow, Fault> {
    let party = party.clone();
    services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                find(s, &party, id).await?;
                s.case(party.store(), id).await?.ok_or(Fault::Refused(Refusal::NotFound))
            })
        })
        .await
}

/// One side says how far it is: resolved, or not resolved after all (pending); closed is for the desk to say. Saying it twice changes
/// nothing.
pub async fn set_status(services: &Services, party: &Party, id: ConversationId, to: CaseStatus) -> Result<(), Fault> {
    let (party, at) = (party.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let (party, conversation) = standing_in(tx, &party, id).await?;
                let case = tx.case(party.store(), id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                move_to(tx, &party, &conversation, case, to, at).await
            })
        })
        .await
}

/// The same inside a transaction that holds the conversation, for a case that was found since.
pub(crate) async fn move_to(
    tx: &mut Tx,
    party: &Party,
    conversation: &Conversation,
    mut case: CaseRow,
    to: CaseStatus,
    at: Timestamp,
) -> Result<(), Fault> {
    let status = next(case.status, party.side(), to)?;
    if status == case.status {
        return Ok(());
    }
    case.status = status;
    case.clock = case.clock.map(|clock| ticking(clock, status, at));
    let scope = party.store();
    tx.set_case(scope, &case, at).await?;
    // Nobody waits for an answer to what is done; what is not done after all waits for the desk.
    let stage = match status {
        CaseStatus::New | CaseStatus::Pending => Stage::Mail {
            awaiting: Side::Desk,
            since: at,
        },
        CaseStatus::Resolved => Stage::Mail {
            awaiting: Side::Shopper,
            since: at,
        },
        CaseStatus::Closed => Stage::Closed { at, by: party.voice() },
    };
    tx.set_stage(scope, conversation.id, &stage).await?;
    if status.is_open() {
        tx.waits_for_desk(scope, conversation.id, at).await?;
    } else {
        tx.waits_no_more(scope, conversation.id, None).await?;
    }
    state(tx, party, conversation.id, Audience::All, Statement::Status { to: status }, at).await
}

/// What becomes of a status when a side says that it is another.
fn next(from: CaseStatus, by: Side, to: CaseStatus) -> Result<CaseStatus, Refusal> {
    match (from, to) {
        (from, to) if from == to => Ok(to),
        (CaseStatus::Closed, _) => Err(Refusal::Closed),
        (_, CaseStatus::Resolved) => from.resolved(),
        (CaseStatus::Resolved, CaseStatus::Pending) => Ok(CaseStatus::Pending),
        (_, CaseStatus::Closed) if by == Side::Desk => Ok(CaseStatus::Closed),
        _ => Err(Refusal::NotAllowed),
    }
}

/// The clock of a ticket whose status somebody set: it runs again as if they had written, or stands still.
fn ticking(clock: CaseClock, status: CaseStatus, at: Timestamp) -> CaseClock {
    match status {
        CaseStatus::New | CaseStatus::Pending => clock.written(Side::Shopper, at),
        CaseStatus::Resolved | CaseStatus::Closed => clock.resolved(at),
    }
}

#[cfg(test)]
mod tests {
    use model::case::Priority;

    use super::*;

    #[test]
    fn a_15_a_i3_a_status_moves_only_where_the_rules_lead() {
        use CaseStatus::{Closed, New, Pending, Resolved};
        for side in [Side::Shopper, Side::Desk] {
            assert_eq!(next(New, side, Resolved), Ok(Resolved));
            assert_eq!(next(Pending, side, Resolved), Ok(Resolved));
            assert_eq!(next(Resolved, side, Pending), Ok(Pending));
            assert_eq!(next(New, side, Pending), Err(Refusal::NotAllowed));
            assert_eq!(next(Closed, side, Pending), Err(Refusal::Closed));
            assert_eq!(next(Closed, side, Closed), Ok(Closed));
        }
        assert_eq!(next(Pending, Side::Desk, Closed), Ok(Closed));
        assert_eq!(next(Pending, Side::Shopper, Closed), Err(Refusal::NotAllowed));
    }

    #[test]
    fn a_clock_stands_still_while_it_is_resolved() {
        let clock = CaseClock::started(Priority::Normal, Timestamp(0));
        let resolved = ticking(clock, CaseStatus::Resolved, Timestamp(1_000));
        assert_eq!(resolved.due(), None);
        assert!(ticking(resolved, CaseStatus::Pending, Timestamp(5_000)).due().is_some());
    }
}
