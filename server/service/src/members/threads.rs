//! What a member does: reads their messages and orders, begins a conversation with the store or about an order, and opens one.
//!
//! A conversation that is begun here has a visitor of its own, so that everything the panel can do works in it; the session of its panel
//! is good for that conversation only.

use model::{
    conversation::{About, Kind, Stage},
    desk::Contact,
    event::{Audience, EventKind, Mark},
    id::{AttachmentId, ClientId, ConversationId},
    language::Language,
    limits::THREAD_SESSION_MS,
    order::{OrderRow, OrderView},
    party::{Author, Side},
    refusal::Refusal,
    text::{Body, EmailAddress},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{
    Conversation, Installation, MEMBER_ROWS_MAX, MemberConversation, MemberReach, MemberScope, NewConversation, NewEvent,
    NewVisitorSession, Session, StorageError, StoreScope, Tx, VisitorScope, VisitorSession,
};

use crate::{Fault, Party, Services, clock::new_id, conversation as talk, mail_address, safety, secret::Secret};

/// A page of a member's conversations.
#[derive(Clone, Debug)]
pub struct Messages {
    /// The newest first.
    pub rows: Vec<MemberConversation>,
    /// Whether there are older ones.
    pub more: bool,
}

/// An order, opened by its customer.
#[derive(Clone, Debug)]
pub struct OrderPage {
    /// The order.
    pub view: OrderView,
    /// Its thread, once somebody wrote about it.
    pub thread: Option<ConversationId>,
    /// The address whose mail joins that thread, where mail reaches us.
    pub address: Option<EmailAddress>,
}

/// A thread that is open in the member centre.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The visitor of the conversation, who sees nothing but it.
    pub session: VisitorSession,
    /// For the panel of the thread.
    pub token: Secret,
}

/// All conversations of a member, of every kind (S-22).
pub async fn messages(services: &Services, scope: MemberScope, after: Option<(Timestamp, ConversationId)>) -> Result<Messages, Fault> {
    let page = usize::try_from(MEMBER_ROWS_MAX).unwrap_or(usize::MAX);
    let mut rows = services
        .storage()
        .read(|s| Box::pin(async move { shown(s, scope, after, page).await }))
        .await?;
    let more = rows.len() > page;
    rows.truncate(page);
    Ok(Messages { rows, more })
}

/// A page of what is theirs, and one row more where there is another.
async fn shown(
    s: &mut Session,
    scope: MemberScope,
    mut after: Option<(Timestamp, ConversationId)>,
    page: usize,
) -> Result<Vec<MemberConversation>, StorageError> {
    let mut rows = Vec::new();
    loop {
        let some = s.member_conversations(scope, after).await?;
        let is_last = some.len() <= page;
        after = some.last().map(|row| (row.at, row.id));
        for row in some {
            if row.kind != Kind::Ticket || !s.requester_left(Installation, row.id).await? {
                rows.push(row);
            }
        }
        if is_last || rows.len() > page {
            return Ok(rows);
        }
    }
}

/// A conversation of a member's. A ticket whose requester works no longer where they asked for it does not exist for them any more.
pub(crate) async fn theirs(s: &mut Session, scope: MemberScope, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
    let found = s.conversation_of_member(scope, id).await?;
    if found.as_ref().is_some_and(|found| found.kind == Kind::Ticket) && s.requester_left(Installation, id).await? {
        return Ok(None);
    }
    Ok(found)
}

/// All orders of a member, with what is new in their threads (S-35).
pub async fn orders(services: &Services, scope: MemberScope) -> Result<Vec<(OrderRow, u32)>, Fault> {
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.member_orders(scope).await }))
        .await?)
}

/// One order, by its number.
pub async fn order(services: &Services, scope: MemberScope, number: &str) -> Result<OrderPage, Fault> {
    let number = number.to_owned();
    let (view, thread) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let view = s.member_order(scope, &number).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let thread = match s.thread_of_order(StoreScope(scope.store), view.row.id).await? {
                    Some(id) => s.conversation_of_member(scope, id).await?.map(|found| found.id),
                    None => None,
                };
                Ok::<_, Fault>((view, thread))
            })
        })
        .await?;
    let address = mail_address::of_order(services, view.row.id).await?;
    Ok(OrderPage { view, thread, address })
}

/// Begins a conversation with the store (S-02). The same client id twice begins one.
pub async fn write(
    services: &Services,
    scope: MemberScope,
    cid: ClientId,
    body: Body,
    language: Language,
) -> Result<ConversationId, Fault> {
    if scope.reach != MemberReach::All {
        return Err(Refusal::NotFound.into());
    }
    let body = Box::pin(safety::first(services, StoreScope(scope.store), scope.customer.0, Some(cid), body)).await?;
    let new = Beginning {
        kind: Kind::Shop,
        about: About::Nothing,
        cid,
        body,
        language,
    };
    begin(services, scope, new).await
}

/// Writes about an order: in its one thread, which begins with the first words (S-23).
pub async fn write_about(
    services: &Services,
    scope: MemberScope,
    number: &str,
    cid: ClientId,
    body: Body,
    language: Language,
) -> Result<ConversationId, Fault> {
    let found = order(services, scope, number).await?;
    // In a thread that is there already, `post` looks at them.
    let body = match found.thread {
        Some(_) => body,
        None => Box::pin(safety::first(services, StoreScope(scope.store), scope.customer.0, Some(cid), body)).await?,
    };
    let new = Beginning {
        kind: Kind::Order,
        about: About::Order {
            id: found.view.row.id,
            number: found.view.row.number.clone(),
        },
        cid,
        body: body.clone(),
        language,
    };
    let thread = match found.thread {
        Some(thread) => thread,
        None => match begin(services, scope, new).await {
            Err(Fault::Broken(StorageError::Conflict(_))) => {
                // Two letters at once: the other one began the thread. One that is not theirs does not exist for them.
                let again = order(services, scope, number).await?;
                again.thread.ok_or(Fault::Refused(Refusal::NotFound))?
            }
            other => return other,
        },
    };
    let opened = services
        .storage()
        .read(|s| Box::pin(async move { s.conversation_of_member(scope, thread).await }))
        .await?;
    let visitor = opened.and_then(|found| found.visitor).ok_or(Refusal::NotFound)?;
    let party = Party::Visitor(VisitorScope {
        store: scope.store,
        visitor,
        only: Some(thread),
    });
    talk::post(services, &party, thread, Audience::All, cid, body).await?;
    Ok(thread)
}

/// A conversation that begins with its first words.
struct Beginning {
    kind: Kind,
    about: About,
    cid: ClientId,
    body: Body,
    language: Language,
}

async fn begin(services: &Services, scope: MemberScope, new: Beginning) -> Result<ConversationId, Fault> {
    let at = services.clock().now();
    services
        .storage()
        .write(move |tx| Box::pin(async move { begin_in(tx, scope, new, at).await }))
        .await
}

async fn begin_in(tx: &mut Tx, scope: MemberScope, new: Beginning, at: Timestamp) -> Result<ConversationId, Fault> {
    let desk = StoreScope(scope.store);
    if tx.customer_blocked(desk, scope.customer).await? {
        return Err(Refusal::NotAllowed.into());
    }
    if let Some(earlier) = tx.conversation_of_start(desk, new.cid).await? {
        let theirs = tx.conversation_of_member(scope, earlier.id).await?;
        return theirs.map(|found| found.id).ok_or(Fault::Refused(Refusal::NotFound));
    }
    let member = tx.member(scope).await?.ok_or(Refusal::NotFound)?;
    let visitor = VisitorScope::all_of(scope.store, new_id());
    tx.insert_visitor(visitor, Some(scope.customer), at).await?;
    let conversation = NewConversation {
        id: new_id(),
        kind: new.kind,
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
        about: new.about,
        language: new.language,
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(visitor, &conversation, at).await?;
    let hash = Sha256::digest(new.body.as_str().as_bytes()).to_vec();
    let event = NewEvent {
        conversation: conversation.id,
        audience: Audience::All,
        author: Author::Shopper,
        author_id: Some(visitor.visitor.0),
        client: Some((new.cid, hash)),
        kind: EventKind::Posted { body: new.body },
        via: None,
    };
    tx.record(desk, event, at).await?;
    Ok(conversation.id)
}

/// Whether a conversation is the member's to open, and the number of the order that it is about.
pub async fn conversation(services: &Services, scope: MemberScope, id: ConversationId) -> Result<Option<String>, Fault> {
    let found = services
        .storage()
        .read(|s| Box::pin(async move { theirs(s, scope, id).await }))
        .await?;
    Ok(match found.ok_or(Refusal::NotFound)?.about {
        About::Order { number, .. } => Some(number),
        About::Nothing | About::Product(_) => None,
    })
}

/// A chat that a member began from inside is theirs: it stands among their messages.
pub async fn take_along(services: &Services, scope: MemberScope, id: ConversationId) -> Result<(), Fault> {
    Ok(services
        .storage()
        .write(move |tx| Box::pin(async move { tx.give_to_customer(StoreScope(scope.store), id, scope.customer).await }))
        .await?)
}

/// Whether the store wants nothing more to do with a member.
pub async fn is_blocked(services: &Services, scope: MemberScope) -> Result<bool, Fault> {
    Ok(services
        .storage()
        .read(move |s| Box::pin(async move { s.customer_blocked(StoreScope(scope.store), scope.customer).await }))
        .await?)
}

/// Opens a conversation: a session for its panel. Who opens it has it before them, so all of it is read.
pub async fn thread(services: &Services, scope: MemberScope, id: ConversationId) -> Result<Thread, Fault> {
    let (at, token) = (services.clock().now(), Secret::new());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let desk = StoreScope(scope.store);
                let found = theirs(tx, scope, id).await?;
                let found = found.ok_or(Fault::Refused(Refusal::NotFound))?;
                let only = VisitorScope {
                    store: scope.store,
                    visitor: found.visitor.ok_or(Refusal::NotFound)?,
                    only: Some(id),
                };
                if !tx.visitor_stands(only).await? {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                tx.forget_old_threads(desk, only.visitor, at).await?;
                let new = NewVisitorSession {
                    token_sha256: token.hash(),
                    handle: None,
                    at,
                    expires_at: at.plus_ms(THREAD_SESSION_MS),
                };
                tx.insert_visitor_session(only, &new).await?;
                let mark = Mark {
                    got: found.head_all,
                    read: found.head_all,
                };
                tx.set_mark(desk, id, Side::Shopper, only.visitor.0, mark).await?;
                let session = VisitorSession {
                    scope: only,
                    customer: Some(scope.customer),
                };
                Ok(Thread { session, token })
            })
        })
        .await
}

/// As whom a member may have a file, if it was given in a conversation of theirs.
pub async fn party_of_file(services: &Services, scope: MemberScope, file: AttachmentId) -> Result<Option<Party>, Fault> {
    let found = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(row) = s.attachment(Installation, file).await? else {
                    return Ok(None);
                };
                theirs(s, scope, row.conversation).await
            })
        })
        .await?;
    Ok(found.and_then(|found| {
        Some(Party::Visitor(VisitorScope {
            store: scope.store,
            visitor: found.visitor?,
            only: Some(found.id),
        }))
    }))
}
