//! Disputes: a buyer has a problem with an order, and buyer, seller and, when asked or when somebody is silent, the marketplace come to an
//! end with it. What may be done when is `model::dispute`'s to say; here it is done, told to everybody, and kept.
//!
//! What is said and given in the room goes the way of all conversations (`rooms`). Who reads which is in `reading`, the marketplace's part
//! in `mediating`.

mod mediating;
mod reading;

use model::{
    case::{Remedy, Statement},
    conversation::{About, Kind, Money, Stage},
    desk::Contact,
    dispute::{DisputeState, Problem, REOPENED_MS, Step, Turn, Who},
    event::{Audience, Event, EventKind},
    id::{ClientId, ConversationId, Seq},
    language::Language,
    party::{Author, Side},
    refusal::{Field, Refusal},
    text::{Body, Comment},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{
    Conversation, DisputeRow, Installation, MemberScope, NewConversation, NewDispute, NewEvent, StorageError, StoreScope, Tx, VisitorScope,
};

use crate::{Fault, Party, Services, answers, clock::new_id, conversation::standing_in, currency, orders, safety, vendor_news};

pub use mediating::{Mediated, list_all, mediated, party_of_file, take};
pub use reading::{DisputePage, OfOrder, Seen, is_one, list, mine, of_order, view};

/// What somebody wants done, as a form says it: which of the four, and the amount of a refund as people write it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// `refund`, `replace`, `return` or `decline`.
    pub what: String,
    /// In the order's currency.
    pub amount: String,
}

impl Wish {
    /// What that is, for an order that cost this much. Whether it is too much is for the dispute to say.
    fn remedy(&self, total: &Money) -> Result<Remedy, Refusal> {
        match self.what.as_str() {
            "refund" => {
                let written: String = self.amount.chars().filter(|c| !c.is_whitespace()).collect();
                if written.is_empty() {
                    return Err(Refusal::Missing(Field::Number));
                }
                let digits = currency::digits(&total.currency).ok_or(Refusal::Invalid(Field::Number))?;
                let minor = currency::minor(&written.replace(',', "."), digits).ok_or(Refusal::Invalid(Field::Number))?;
                Ok(Remedy::Refund {
                    minor,
                    currency: total.currency.clone(),
                })
            }
            "replace" => Ok(Remedy::Replace),
            "return" => Ok(Remedy::Return),
            "decline" => Ok(Remedy::Decline),
            _ => Err(Refusal::Malformed),
        }
    }
}

/// A problem, told for the first time.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Of the form.
    pub cid: ClientId,
    /// What is wrong.
    pub problem: Problem,
    /// What the buyer would like, if they know it already.
    pub wish: Option<Wish>,
    /// In their own words.
    pub body: Body,
    /// What they read.
    pub language: Language,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Offers something.
    Offer(Wish),
    /// Takes the offer.
    Accept,
    /// Does not take it.
    Refuse,
    /// Asks the marketplace.
    AskMediator,
    /// Decides, and says why.
    Decide(Wish, Comment),
    /// Does not accept the decision, and says why.
    Appeal(Comment),
    /// It was done.
    CarriedOut,
    /// There is no problem any more.
    Withdraw,
}

impl Deed {
    /// As a step, and as what is told of it.
    fn read(&self, total: &Money) -> Result<(Step, Statement), Refusal> {
        Ok(match self {
            Self::Offer(wish) => {
                let remedy = wish.remedy(total)?;
                (Step::Offer(remedy.clone()), Statement::Offered { remedy })
            }
            Self::Accept => (Step::Accept, Statement::Accepted),
            Self::Refuse => (Step::Refuse, Statement::Refused),
            Self::AskMediator => (Step::AskMediator, Statement::MediatorAsked),
            Self::Decide(wish, why) => {
                let (remedy, reason) = (wish.remedy(total)?, why.as_str().to_owned());
                (Step::Decide(remedy.clone()), Statement::Decided { remedy, reason })
            }
            Self::Appeal(why) => {
                let reason = why.as_str().to_owned();
                (Step::Appeal, Statement::Appealed { reason })
            }
            Self::CarriedOut => (Step::CarriedOut, Statement::CarriedOut),
            Self::Withdraw => (Step::Withdraw, Statement::Withdrawn),
        })
    }
}

/// As whom somebody takes part.
pub fn who(party: &Party) -> Who {
    match party {
        Party::Visitor(_) => Who::Buyer,
        Party::Desk(_) => Who::Seller,
        Party::Mediator(_) => Who::Team,
    }
}

/// Begins a dispute about an order of the member's. The same client id twice begins one; there is one open dispute for each order.
///
/// Nobody is turned away here whom the store has turned away elsewhere: it is a party to it.
pub async fn open(services: &Services, scope: MemberScope, number: &str, new: Opening) -> Result<ConversationId, Fault> {
    let body = Box::pin(safety::first(
        services,
        StoreScope(scope.store),
        scope.customer.0,
        Some(new.cid),
        new.body,
    ))
    .await?;
    let new = Opening { body, ..new };
    let (at, number) = (services.clock().now(), number.to_owned());
    let once = || {
        let (number, new) = (number.clone(), new.clone());
        services
            .storage()
            .write(move |tx| Box::pin(async move { open_in(tx, scope, &number, new, at).await }))
    };
    let first = once().await;
    // On PostgreSQL two of the same can race: the loser was undone whole, and now finds the winner.
    if orders::met(&first) { once().await } else { first }
}

async fn open_in(tx: &mut Tx, scope: MemberScope, number: &str, new: Opening, at: Timestamp) -> Result<ConversationId, Fault> {
    let desk = StoreScope(scope.store);
    if let Some(earlier) = tx.conversation_of_start(desk, new.cid).await? {
        let theirs = tx.conversation_of_member(scope, earlier.id).await?;
        return theirs.map(|found| found.id).ok_or(Fault::Refused(Refusal::NotFound));
    }
    let order = tx.member_order(scope, number).await?.ok_or(Refusal::NotFound)?.row;
    // Without a team there is nobody who mediates, and no dispute could come to its end.
    if tx.team_store(Installation).await?.is_none_or(|team| team == desk) {
        return Err(Refusal::NotAllowed.into());
    }
    if tx
        .disputes_of_order(desk, order.id)
        .await?
        .iter()
        .any(|known| known.closed_at.is_none())
    {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let member = tx.member(scope).await?.ok_or(Refusal::NotFound)?;
    let wish = new.wish.map(|wish| wish.remedy(&order.total)).transpose()?;
    let state = DisputeState::opened(at);
    let state = match &wish {
        Some(wish) => state.step(Who::Buyer, Step::Offer(wish.clone()), &order.total, at)?,
        None => state,
    };
    let visitor = VisitorScope::all_of(scope.store, new_id());
    tx.insert_visitor(visitor, Some(scope.customer), at).await?;
    let conversation = NewConversation {
        id: new_id(),
        kind: Kind::Dispute,
        start_cid: Some(new.cid),
        stage: Stage::Mail {
            awaiting: Side::Desk,
            since: at,
        },
        customer: Some(scope.customer),
        guest_number: tx.next_guest(desk).await?,
        contact: Contact {
            name: member.name,
            email: member.email,
            phone: member.phone,
        },
        first_name: None,
        last_name: None,
        about: About::Order {
            id: order.id,
            number: order.number,
        },
        language: new.language,
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(visitor, &conversation, at).await?;
    let dispute = NewDispute {
        conversation: conversation.id,
        order: order.id,
        total: order.total,
        problem: new.problem,
        state,
    };
    tx.insert_dispute(desk, &dispute, at).await?;
    // Nothing of it goes before it is over, however short things are kept here.
    tx.set_legal_hold(desk, conversation.id, Some(at)).await?;
    let hash = Sha256::digest(new.body.as_str().as_bytes()).to_vec();
    let said = NewEvent {
        conversation: conversation.id,
        audience: Audience::All,
        author: Author::Shopper,
        author_id: Some(visitor.visitor.0),
        client: Some((new.cid, hash)),
        kind: EventKind::Posted { body: new.body },
        via: None,
    };
    tx.record(desk, said, at).await?;
    if let Some(remedy) = wish {
        let party = Party::Visitor(visitor);
        tell(tx, &party, conversation.id, None, Statement::Offered { remedy }, at).await?;
    }
    vendor_news::queue(tx, desk, conversation.id, Seq::ZERO, at).await?;
    Ok(conversation.id)
}

/// Somebody does something. `seen` is how many steps had been taken when they looked: what changed meanwhile is read first. The same client
/// id twice is one step.
pub async fn act(services: &Services, party: &Party, id: ConversationId, cid: ClientId, seen: i64, deed: Deed) -> Result<(), Fault> {
    // What was typed says whether it is the same step.
    let hash = Sha256::digest(format!("{deed:?}").as_bytes()).to_vec();
    let deed = match deed {
        Deed::Decide(wish, why) => Deed::Decide(wish, Box::pin(safety::stated(services, party, id, cid, &why)).await?),
        Deed::Appeal(why) => Deed::Appeal(Box::pin(safety::stated(services, party, id, cid, &why)).await?),
        other => other,
    };
    let (party, at) = (party.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| Box::pin(async move { act_in(tx, &party, id, (cid, hash), seen, &deed, at).await }))
        .await
}

async fn act_in(
    tx: &mut Tx,
    party: &Party,
    id: ConversationId,
    (cid, hash): (ClientId, Vec<u8>),
    seen: i64,
    deed: &Deed,
    at: Timestamp,
) -> Result<(), Fault> {
    let (party, conversation) = standing_in(tx, party, id).await?;
    let scope = party.store();
    let row = tx.dispute(scope, id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
    if let Some(earlier) = tx.earlier(scope, id, party.side(), party.id(), cid).await? {
        return if earlier.body_hash == hash {
            Ok(())
        } else {
            Err(Refusal::ClientIdReused.into())
        };
    }
    if row.state.is_closed() {
        return Err(Refusal::Closed.into());
    }
    if row.steps != seen {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let (step, statement) = deed.read(&row.total)?;
    let next = row.state.clone().step(who(&party), step, &row.total, at)?;
    let event = tell(tx, &party, id, Some((cid, hash)), statement, at).await?;
    let me = who(&party);
    if me == Who::Seller {
        // What they do answers whoever waited for them, as words would.
        tx.waits_no_more(scope, id, Some(event.at)).await?;
    }
    go_on(tx, &row, &conversation, &next, party.voice(), at).await?;
    tx.told_of_dispute(scope, id, me != Who::Seller, me != Who::Buyer).await?;
    if me != Who::Buyer {
        answers::queue(tx, scope, &conversation, &event).await?;
    }
    if me != Who::Seller {
        vendor_news::queue(tx, scope, id, conversation.head_all, at).await?;
    }
    Ok(())
}

/// Says in everyone's log what somebody did.
async fn tell(
    tx: &mut Tx,
    party: &Party,
    id: ConversationId,
    client: Option<(ClientId, Vec<u8>)>,
    what: Statement,
    at: Timestamp,
) -> Result<Event, StorageError> {
    let event = NewEvent {
        conversation: id,
        audience: Audience::All,
        author: party.voice(),
        author_id: Some(party.id()),
        client,
        kind: EventKind::Stated { what },
        via: None,
    };
    tx.record(party.store(), event, at).await
}

/// Where the dispute stands from now on, and its conversation with it: whose turn it is, or over.
async fn go_on(
    tx: &mut Tx,
    row: &DisputeRow,
    conversation: &Conversation,
    next: &DisputeState,
    by: Author,
    at: Timestamp,
) -> Result<(), Fault> {
    let scope = conversation.desk();
    if !tx.set_dispute(scope, row.conversation, row.steps, next, at).await? {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    let mail = |awaiting| Stage::Mail { awaiting, since: at };
    let stage = match next.responsible() {
        Some(Turn::Buyer) => Some(mail(Side::Shopper)),
        Some(Turn::Seller) => Some(mail(Side::Desk)),
        // Neither of the two who talk here: it stays as it is.
        Some(Turn::Both | Turn::Team) => None,
        None => Some(Stage::Closed { at, by }),
    };
    if let Some(stage) = stage {
        tx.set_stage(scope, row.conversation, &stage).await?;
    }
    if next.is_closed() {
        tx.leave_owners_hold(scope, row.conversation).await?;
    }
    Ok(())
}

/// Somebody is about to say something in a conversation, in the transaction that keeps it and holds the conversation: a dispute that is
/// over takes no more words, and what a mediator says is news for both sides.
pub(crate) async fn written(tx: &mut Tx, party: &Party, conversation: &Conversation, at: Timestamp) -> Result<(), Fault> {
    if conversation.kind != Kind::Dispute {
        return Ok(());
    }
    let scope = party.store();
    still_open(tx, conversation).await?;
    if matches!(party, Party::Mediator(_)) {
        // The buyer is told as of all that the desk says.
        tx.told_of_dispute(scope, conversation.id, true, false).await?;
    }
    if !matches!(party, Party::Desk(_)) {
        vendor_news::queue(tx, scope, conversation.id, conversation.head_all, at).await?;
    }
    Ok(())
}

/// A dispute that is over takes no more words, of nobody.
pub(crate) async fn still_open(tx: &mut Tx, conversation: &Conversation) -> Result<(), Fault> {
    let row = tx.dispute(conversation.desk(), conversation.id).await?.ok_or(Refusal::NotFound)?;
    if row.state.is_closed() {
        return Err(Refusal::Closed.into());
    }
    Ok(())
}

/// What time brings; called every second. A dispute whose deadline has passed goes on without whoever was silent.
pub(crate) async fn tick(services: &Services, now: Timestamp) -> Result<(), Fault> {
    let due = services
        .storage()
        .read(|s| Box::pin(async move { s.due_disputes(Installation, now).await }))
        .await?;
    for (scope, id) in due {
        let went_on = services
            .storage()
            .write(move |tx| Box::pin(async move { time_out(tx, scope, id, now).await }))
            .await;
        // Whatever goes wrong with one does not keep the others waiting.
        if let Err(fault) = went_on {
            tracing::warn!(error = %fault, "A dispute was left for the next second");
        }
    }
    Ok(())
}

/// A store that was suspended is open again: nobody there finds their time over, because nobody could come in to use it.
pub(crate) async fn reopened(tx: &mut Tx, scope: StoreScope, now: Timestamp) -> Result<(), StorageError> {
    let (earliest, mut after) = (now.plus_ms(REOPENED_MS), None);
    loop {
        let some = tx.short_disputes(scope, earliest, after).await?;
        let Some(last) = some.last().copied() else { return Ok(()) };
        for id in some {
            tx.hold_conversation(storage::ConversationScope::Desk(scope), id).await?;
            if let Some(row) = tx.dispute(scope, id).await? {
                tx.set_deadline(scope, id, &row.state.not_before(earliest)).await?;
            }
        }
        after = Some(last);
    }
}

async fn time_out(tx: &mut Tx, scope: StoreScope, id: ConversationId, now: Timestamp) -> Result<(), Fault> {
    let Some(conversation) = tx.hold_conversation(storage::ConversationScope::Desk(scope), id).await? else {
        return Ok(());
    };
    let Some(row) = tx.dispute(scope, id).await? else { return Ok(()) };
    let Some(vendor) = tx.vendor(Installation, &row.store_slug).await? else {
        return Ok(());
    };
    let state = row.state.clone();
    let next = match (vendor.suspended_at, vendor.off_boarded_at) {
        (_, Some(_)) => state.timed_out_at_left(now),
        // It may have been suspended a moment ago.
        (Some(_), None) => None,
        (None, None) => state.timed_out(now),
    };
    // Somebody may have done something a moment ago.
    let Some(next) = next else { return Ok(()) };
    go_on(tx, &row, &conversation, &next, Author::System, now).await?;
    let event = NewEvent {
        conversation: id,
        audience: Audience::All,
        author: Author::System,
        author_id: None,
        client: None,
        kind: EventKind::Stated { what: Statement::TimedOut },
        via: None,
    };
    let event = tx.record(scope, event, now).await?;
    answers::queue(tx, scope, &conversation, &event).await?;
    vendor_news::queue(tx, scope, id, conversation.head_all, now).await?;
    Ok(tx.told_of_dispute(scope, id, true, true).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(what: &str, amount: &str) -> Result<Remedy, Refusal> {
        let total = Money {
            minor: 3_400,
            currency: "EUR".to_owned(),
        };
        let wish = Wish {
            what: what.to_owned(),
            amount: amount.to_owned(),
        };
        wish.remedy(&total)
    }

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        for amount in ["12.50", "12,50", " 12,5 ", "12.5"] {
            let refund = Remedy::Refund {
                minor: 1_250,
                currency: "EUR".to_owned(),
            };
            assert_eq!(wish("refund", amount), Ok(refund), "{amount}");
        }
        assert_eq!(wish("refund", " "), Err(Refusal::Missing(Field::Number)));
        for amount in ["twelve", "1.2.3", "12.505", "€12", "1e9", "99999999999999999999"] {
            assert_eq!(wish("refund", amount), Err(Refusal::Invalid(Field::Number)), "{amount}");
        }
        assert_eq!(wish("replace", "12"), Ok(Remedy::Replace));
        assert_eq!(wish("everything", ""), Err(Refusal::Malformed));
    }
}
