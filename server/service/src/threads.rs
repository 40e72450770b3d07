//! Threads between buyer and seller: conversations at the store's desk with a subject and a status (A-09…A-15). Either side begins one, about
//! a product or about anything else; what is said in it, and how its status moves, is in `conversation`, `rooms` and `cases`.

use model::{
    case::{CaseStatus, Priority, Topic},
    conversation::{About, Kind, ProductSnapshot, Stage},
    desk::Contact,
    event::{Audience, EventKind},
    id::{ClientId, ConversationId, CustomerId, Seq},
    language::Language,
    party::Side,
    refusal::Refusal,
    text::{Body, Name},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{
    CASE_ROWS_MAX, CaseCursor, CaseRow, Conversation, ConversationScope, MemberReach, MemberRow, MemberScope, NewCase, NewConversation,
    NewEvent, Requester, StoreScope, ThreadFilter, Tx, VisitorScope,
};
use uuid::Uuid;

use crate::{Actor, Fault, Party, Services, accounts::still, answers, clock::new_id, safety, vendor_news};

/// A thread that begins.
#[derive(Clone, Debug)]
pub struct NewThread {
    /// The same twice begins one thread.
    pub cid: ClientId,
    /// In one line.
    pub subject: Name,
    /// The product it is about: then it is one before buying.
    pub product: Option<ProductSnapshot>,
    /// Its first words.
    pub body: Body,
    /// The language it is begun in.
    pub language: Language,
}

impl NewThread {
    fn topic(&self) -> Topic {
        if self.product.is_some() { Topic::Presale } else { Topic::Support }
    }
}

/// A page of threads.
#[derive(Clone, Debug)]
pub struct Threads {
    /// The newest first.
    pub rows: Vec<CaseRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<CaseCursor>,
}

fn paged(mut rows: Vec<CaseRow>) -> Threads {
    let page = usize::try_from(CASE_ROWS_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| more).map(|row| (row.changed_at, row.conversation));
    Threads { rows, next }
}

/// A page of the store's threads.
pub async fn of_desk(services: &Services, actor: &Actor, filter: ThreadFilter, after: Option<CaseCursor>) -> Result<Threads, Fault> {
    let scope = actor.scope();
    let rows = services
        .storage()
        .read(move |s| Box::pin(async move { s.threads(scope, filter, after).await }))
        .await?;
    Ok(paged(rows))
}

/// A page of a member's own threads. Whoever came by a letter has what it was about, and no list.
pub async fn of_member(services: &Services, scope: MemberScope, filter: ThreadFilter, after: Option<CaseCursor>) -> Result<Threads, Fault> {
    if scope.reach != MemberReach::All {
        return Err(Refusal::NotFound.into());
    }
    let rows = services
        .storage()
        .read(move |s| Box::pin(async move { s.threads_of_customer(StoreScope(scope.store), scope.customer, filter, after).await }))
        .await?;
    Ok(paged(rows))
}

/// As whom a member takes part in a thread of theirs.
pub async fn party_of(services: &Services, scope: MemberScope, id: ConversationId) -> Result<Party, Fault> {
    let found = services
        .storage()
        .read(move |s| Box::pin(async move { s.conversation_of_member(scope, id).await }))
        .await?;
    let found = found.filter(|found| found.kind == Kind::Thread).ok_or(Refusal::NotFound)?;
    Ok(Party::Visitor(VisitorScope {
        store: scope.store,
        visitor: found.visitor.ok_or(Refusal::NotFound)?,
        only: Some(id),
    }))
}

/// The thread that a conversation is, at the desk. Every other kind of conversation is somewhere else.
pub async fn at_desk(services: &Services, actor: &Actor, id: ConversationId) -> Result<CaseRow, Fault> {
    let case = crate::cases::case(services, &Party::Desk(actor.clone()), id).await?;
    if case.kind == Kind::Thread {
        Ok(case)
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// Who a customer of the store is, before somebody there writes to them.
pub async fn addressee(services: &Services, actor: &Actor, customer: CustomerId) -> Result<MemberRow, Fault> {
    let scope = whole(actor.scope(), customer);
    let found = services
        .storage()
        .read(move |s| Box::pin(async move { s.member(scope).await }))
        .await?;
    found.ok_or(Fault::Refused(Refusal::NotFound))
}

/// The customer whom a conversation of the store is with, if that is known: a thread with them can begin where they are met.
pub async fn customer_of(services: &Services, actor: &Actor, conversation: ConversationId) -> Result<CustomerId, Fault> {
    let scope = actor.scope();
    let found = services
        .storage()
        .read(move |s| Box::pin(async move { s.customer_of_conversation(scope, conversation).await }))
        .await?;
    found.flatten().ok_or(Fault::Refused(Refusal::NotFound))
}

/// A member begins a thread with the store (A-i1).
pub async fn begin(services: &Services, scope: MemberScope, new: NewThread) -> Result<ConversationId, Fault> {
    if scope.reach != MemberReach::All {
        return Err(Refusal::NotFound.into());
    }
    let new = looked_at(services, StoreScope(scope.store), scope.customer.0, new).await?;
    let at = services.clock().now();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                if tx.customer_blocked(StoreScope(scope.store), scope.customer).await? {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                begin_in(tx, scope, None, new, at).await
            })
        })
        .await
}

/// Somebody at the desk begins one with a customer of the store (A-i2).
pub async fn begin_with(services: &Services, actor: &Actor, customer: CustomerId, new: NewThread) -> Result<ConversationId, Fault> {
    let new = looked_at(services, actor.scope(), actor.account.0, new).await?;
    let (actor, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let actor = still(tx, &actor).await?;
                begin_in(tx, whole(actor.scope(), customer), Some(actor), new, at).await
            })
        })
        .await
}

/// The same thread, with its subject, what its product is called, and its first words as they may be said.
async fn looked_at(services: &Services, store: StoreScope, author: Uuid, mut new: NewThread) -> Result<NewThread, Fault> {
    let named = new.product.as_ref().and_then(|product| product.name.clone());
    let lines = [Some(new.subject.clone()), named];
    let ([subject, named], body) = Box::pin(safety::opening(services, store, author, new.cid, lines, new.body)).await?;
    if let Some(product) = &mut new.product {
        product.name = named;
    }
    Ok(NewThread {
        subject: subject.unwrap_or(new.subject),
        body,
        ..new
    })
}

/// Everything of a customer's.
fn whole(scope: StoreScope, customer: CustomerId) -> MemberScope {
    MemberScope {
        store: scope.0,
        customer,
        reach: MemberReach::All,
    }
}

/// `by`: who of the desk begins it; nobody: the customer does.
async fn begin_in(tx: &mut Tx, scope: MemberScope, by: Option<Actor>, new: NewThread, at: Timestamp) -> Result<ConversationId, Fault> {
    let desk = StoreScope(scope.store);
    if let Some(earlier) = tx.conversation_of_start(desk, new.cid).await? {
        let theirs = tx.conversation_of_member(scope, earlier.id).await?;
        return theirs.map(|found| found.id).ok_or(Fault::Refused(Refusal::NotFound));
    }
    let member = tx.member(scope).await?.ok_or(Refusal::NotFound)?;
    let visitor = VisitorScope::all_of(scope.store, new_id());
    tx.insert_visitor(visitor, Some(scope.customer), at).await?;
    let side = if by.is_some() { Side::Desk } else { Side::Shopper };
    let topic = new.topic();
    let conversation = NewConversation {
        id: new_id(),
        kind: Kind::Thread,
        start_cid: Some(new.cid),
        stage: Stage::Mail {
            awaiting: side.other(),
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
        about: new.product.map_or(About::Nothing, About::Product),
        language: member.language.filter(|_| by.is_some()).unwrap_or(new.language),
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(visitor, &conversation, at).await?;
    let case = NewCase {
        conversation: conversation.id,
        kind: Kind::Thread,
        subject: new.subject,
        topic,
        priority: Priority::Normal,
        // The desk's first words are its answer already.
        status: if by.is_some() { CaseStatus::Pending } else { CaseStatus::New },
        requester: Requester::Customer,
        from: None,
        clock: None,
    };
    tx.insert_case(desk, &case, at).await?;
    say_first(tx, visitor, by, conversation.id, (new.cid, new.body), at).await?;
    if side == Side::Shopper {
        vendor_news::queue(tx, desk, conversation.id, Seq::ZERO, at).await?;
    }
    Ok(conversation.id)
}

async fn say_first(
    tx: &mut Tx,
    visitor: VisitorScope,
    by: Option<Actor>,
    id: ConversationId,
    (cid, body): (ClientId, Body),
    at: Timestamp,
) -> Result<(), Fault> {
    let desk = StoreScope(visitor.store);
    let party = by.map_or(Party::Visitor(visitor), Party::Desk);
    let event = NewEvent {
        conversation: id,
        audience: Audience::All,
        author: party.voice(),
        author_id: Some(party.id()),
        client: Some((cid, Sha256::digest(body.as_str().as_bytes()).to_vec())),
        kind: EventKind::Posted { body },
        via: None,
    };
    let event = tx.record(desk, event, at).await?;
    if party.side() == Side::Desk {
        let begun: Option<Conversation> = tx.conversation(ConversationScope::Desk(desk), id).await?;
        if let Some(begun) = begun {
            answers::queue(tx, desk, &begun, &event).await?;
        }
    }
    Ok(())
}
