//! The shopper's way in: recognised by a cookie or a handle, beginning a chat, or leaving a message.

use std::net::IpAddr;

use model::{
    availability::Availability,
    conversation::{About, Kind, ProductSnapshot, Stage, StageName},
    desk::Contact,
    event::{Audience, EventKind},
    id::{ClientId, ConversationId, CustomerId},
    language::Language,
    limits::{HANDLE_MS, PAGE_CHARS_MAX, VISITOR_SESSION_MS},
    panel::{Begun, ConversationView, LeaveMessage, Pass, StartChat, Whence},
    party::{Author, Side},
    refusal::{Field, Refusal},
    settings::{Asked, StartBy},
    text::{Body, Name, Origin, Sku},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{
    Conversation, Installation, MailJob, NewConversation, NewCustomer, NewEvent, NewVisitorSession, Session, StorageError, StoreRow,
    StoreScope, Tx, VisitorScope, VisitorSession,
};
use uuid::Uuid;

use crate::{
    Fault, Party, Services, address,
    clock::new_id,
    conversation::view_of,
    identity::{self, Identity},
    safety,
    secret::{self, Secret},
    stores::availability_in,
};

/// What the request says of the browser.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The language of the panel.
    pub language: Language,
    /// As it calls itself; cut.
    pub agent: Option<String>,
    /// Where the request came from. How much of it is kept is the store's decision.
    pub address: Option<IpAddr>,
}

/// The visitor whose token this is, at this store; nobody's otherwise.
pub async fn recognise(services: &Services, store: &StoreRow, token: &str) -> Result<Option<VisitorSession>, Fault> {
    let (scope, hash, now) = (StoreScope(store.id), secret::hash(token), services.clock().now());
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { of_token(s, scope, &hash, now).await }))
        .await?)
}

/// Whose session it is, if it opens anything still.
async fn of_token(s: &mut Session, scope: StoreScope, hash: &[u8], now: Timestamp) -> Result<Option<VisitorSession>, StorageError> {
    let session = s.visitor_of_token(scope, hash, now).await?;
    // The panel of a ticket is nobody's once its requester left.
    if let Some(only) = session.and_then(|session| session.scope.only)
        && s.requester_left(Installation, only).await?
    {
        return Ok(None);
    }
    Ok(session)
}

/// Whether a visitor's session is still good for them, and they for the store: for a socket that was opened with it.
pub async fn stands(services: &Services, scope: VisitorScope, session: Vec<u8>) -> Result<bool, Fault> {
    let now = services.clock().now();
    Ok(services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let found = of_token(s, StoreScope(scope.store), &session, now).await?;
                let same = found.is_some_and(|found| found.scope.visitor == scope.visitor);
                Ok::<_, StorageError>(same && s.visitor_stands(scope).await?)
            })
        })
        .await?)
}

/// Uses a handle up and opens a new session with a new handle; `None` when it was used, is too old, or belongs to another store.
pub async fn resume(services: &Services, store: &StoreRow, handle: &str) -> Result<Option<(VisitorSession, Pass)>, Fault> {
    if !store.settings.resume_handle {
        return Ok(None);
    }
    let (store, hash, now) = (store.clone(), secret::hash(handle), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let Some(session) = tx.take_handle(StoreScope(store.id), &hash, now).await? else {
                    return Ok::<_, Fault>(None);
                };
                let pass = open_session(tx, &store, session.scope, now).await?;
                Ok(Some((session, pass)))
            })
        })
        .await
}

/// A new handle for a session that came by its cookie, so that the next page of the shop has one.
pub async fn renew_handle(services: &Services, store: &StoreRow, token: &str) -> Result<Pass, Fault> {
    let pass = |handle| Pass {
        token: token.to_owned(),
        handle,
    };
    if !store.settings.resume_handle {
        return Ok(pass(None));
    }
    let handle = Secret::new();
    let (scope, token_hash, hash, now) = (StoreScope(store.id), secret::hash(token), handle.hash(), services.clock().now());
    services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_handle(scope, &token_hash, &hash, now.plus_ms(HANDLE_MS)).await }))
        .await?;
    Ok(pass(Some(handle.reveal().to_owned())))
}

/// The shop says who a visitor is who came as a guest: what they have going carries their name from now on (P-i7). Somebody who is
/// known already, or somebody else, stays who they are. What the shop's page shows them now stands beside what they have going.
pub async fn signed_in(services: &Services, store: &StoreRow, session: VisitorSession, identity: Identity) -> Result<(), Fault> {
    if session.customer.is_some() && identity.page.is_none() {
        return Ok(());
    }
    let (desk, at) = (StoreScope(store.id), services.clock().now());
    Ok(services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                match session.customer {
                    None => {
                        let customer = remember(tx, desk, &identity, at).await?;
                        name_the_guest(tx, session, customer, &identity).await?;
                    }
                    // Somebody else on the same device: what they are shown is not about this one.
                    Some(known) if tx.customer_of_external(desk, &identity.subject).await? != Some(known) => return Ok(()),
                    Some(_) => {}
                }
                let going = tx.latest_conversation(session.scope).await?;
                if let Some(going) = going.filter(|c| c.stage.name() != StageName::Closed) {
                    keep_page(tx, desk, going.id, Some(&identity), at).await?;
                }
                Ok::<_, StorageError>(())
            })
        })
        .await?)
}

/// Keeps what the shop's page said, beside a conversation.
async fn keep_page(
    tx: &mut Tx,
    desk: StoreScope,
    conversation: ConversationId,
    who: Option<&Identity>,
    at: Timestamp,
) -> Result<(), StorageError> {
    match who.and_then(|who| who.page.as_ref()) {
        Some(page) => tx.set_shop_context(desk, conversation, &page.context, at).await,
        None => Ok(()),
    }
}

/// What a conversation is about that is begun on a product's page: the product as the shop's token shows it this minute; of a product that
/// it does not speak of, only its key is known.
async fn asked_about(tx: &mut Tx, desk: StoreScope, sku: Option<Sku>, who: Option<&Identity>) -> Result<About, StorageError> {
    let shown = who.and_then(|who| who.page.as_ref()).and_then(|page| page.product.clone());
    let Some(mut product) = shown.filter(|shown| sku.as_ref().is_none_or(|sku| *sku == shown.sku)) else {
        return Ok(sku.map_or(About::Nothing, |sku| {
            About::Product(ProductSnapshot {
                sku,
                name: None,
                price: None,
                variant: None,
                picture: None,
            })
        }));
    };
    // Without TLS, a picture may stand on the shop's own pages only.
    if let Some(picture) = product.picture.as_deref().filter(|picture| !picture.starts_with("https://")) {
        let origins = tx.origins(desk).await?;
        let own = |origin: &Origin| picture.strip_prefix(origin.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if !origins.iter().any(own) {
            product.picture = None;
        }
    }
    Ok(About::Product(product))
}

async fn name_the_guest(tx: &mut Tx, session: VisitorSession, customer: CustomerId, identity: &Identity) -> Result<(), StorageError> {
    tx.set_visitors_customer(session.scope, customer).await?;
    let known = &identity.known;
    tx.set_customer_of_open_conversations(session.scope, customer, known.name.as_ref(), known.email.as_ref())
        .await
}

/// The conversation a visitor has going, as they may see it.
pub async fn current(services: &Services, scope: VisitorScope) -> Result<Option<ConversationView>, Fault> {
    let epoch = services.storage().epoch();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                match s.latest_conversation(scope).await? {
                    Some(conversation) => Ok(Some(view_of(s, &Party::Visitor(scope), &conversation, epoch).await?)),
                    None => Ok(None),
                }
            })
        })
        .await
}

/// Begins a live chat, if there is a place this very moment. The same client id twice begins one chat.
pub async fn start_chat(
    services: &Services,
    store: &StoreRow,
    known: Option<VisitorSession>,
    start: StartChat,
    browser: Browser,
) -> Result<Begun, Fault> {
    let who = who(services, store, start.identity.as_deref())?;
    // What the shop calls them needs no asking; what they call themselves does.
    let given = start.name.filter(|_| who.as_ref().is_none_or(|i| i.known.name.is_none()));
    let author = known.map_or(Uuid::nil(), |session| session.scope.visitor.0);
    let named = Box::pin(safety::name(services, StoreScope(store.id), author, start.cid, given)).await?;
    let contact = Contact {
        name: who.as_ref().and_then(|i| i.known.name.clone()).or(named),
        email: who.as_ref().and_then(|i| i.known.email.clone()).or(start.email),
        phone: who.as_ref().and_then(|i| i.phone.clone()),
    };
    let door = Door {
        kind: Kind::Live,
        cid: start.cid,
        contact,
        first_name: None,
        last_name: None,
        whence: start.origin,
        message: None,
    };
    begin(services, store, known, who, door, browser).await
}

/// Leaves a message, whether somebody is there or not: whoever wrote to us is never turned away.
pub async fn leave_message(
    services: &Services,
    store: &StoreRow,
    known: Option<VisitorSession>,
    message: LeaveMessage,
    browser: Browser,
) -> Result<Begun, Fault> {
    let who = who(services, store, message.identity.as_deref())?;
    // The one exception to "whoever wrote to us is never turned away": the store wants words of its members only (D-30).
    if store.settings.offline_for == StartBy::Members && who.is_none() {
        return Err(Refusal::MembersOnly.into());
    }
    let given = |field: Field| match field {
        Field::FirstName => message.first_name.is_some(),
        Field::LastName => message.last_name.is_some(),
        Field::Email => message.email.is_some(),
        Field::Phone => message.phone.is_some(),
        _ => true,
    };
    for (field, asked) in store.settings.offline_fields.in_order() {
        if asked == Asked::Required && !given(field) {
            return Err(Refusal::Missing(field).into());
        }
    }
    // Only what the store asks for is kept.
    let asked = store.settings.offline_fields;
    let keep = |wanted: Asked| wanted != Asked::No;
    let names = [
        message.first_name.filter(|_| keep(asked.first_name)),
        message.last_name.filter(|_| keep(asked.last_name)),
    ];
    let author = known.map_or(Uuid::nil(), |session| session.scope.visitor.0);
    let ([first_name, last_name], words) = Box::pin(safety::opening(
        services,
        StoreScope(store.id),
        author,
        message.cid,
        names,
        message.message,
    ))
    .await?;
    let full = [first_name.as_ref(), last_name.as_ref()]
        .into_iter()
        .flatten()
        .map(Name::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    let contact = Contact {
        name: who
            .as_ref()
            .and_then(|i| i.known.name.clone())
            .or_else(|| Name::parse(&full).ok())
            .or_else(|| first_name.clone()),
        email: message.email.filter(|_| keep(asked.email)),
        phone: message
            .phone
            .filter(|_| keep(asked.phone))
            .or_else(|| who.as_ref().and_then(|i| i.phone.clone())),
    };
    let door = Door {
        kind: Kind::Offline,
        cid: message.cid,
        contact,
        first_name,
        last_name,
        whence: message.origin,
        message: Some(words),
    };
    begin(services, store, known, who, door, browser).await
}

fn who(services: &Services, store: &StoreRow, token: Option<&str>) -> Result<Option<Identity>, Refusal> {
    token.map(|t| identity::verify(store, t, services.clock().now())).transpose()
}

/// A beginning of either kind.
struct Door {
    kind: Kind,
    cid: ClientId,
    contact: Contact,
    first_name: Option<Name>,
    last_name: Option<Name>,
    whence: Whence,
    message: Option<Body>,
}

async fn begin(
    services: &Services,
    store: &StoreRow,
    known: Option<VisitorSession>,
    who: Option<Identity>,
    door: Door,
    browser: Browser,
) -> Result<Begun, Fault> {
    let (store, epoch, at) = (store.clone(), services.storage().epoch(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let desk = StoreScope(store.id);
                // Serialises all starts of the store: the last place goes to one, and a start sent twice meets the first.
                tx.lock_places(desk).await?;
                if let Some(earlier) = tx.conversation_of_start(desk, door.cid).await? {
                    return rejoin(tx, &store, &earlier, epoch, at).await;
                }
                let customer = match &who {
                    Some(identity) => Some(remember(tx, desk, identity, at).await?),
                    None => None,
                };
                if let Some(customer) = customer
                    && tx.customer_blocked(desk, customer).await?
                {
                    // As if nobody was there: why is not theirs to know.
                    return Err(Fault::Refused(Refusal::StoreAway));
                }
                if let (Some(session), Some(customer), Some(identity)) = (known, customer, &who)
                    && session.customer.is_none()
                {
                    name_the_guest(tx, session, customer, identity).await?;
                }
                let (visitor, pass) = visitor(tx, &store, known, customer, at).await?;
                if door.kind == Kind::Live {
                    let going = tx.latest_conversation(visitor).await?.filter(|c| c.stage.name().takes_a_place());
                    if let Some(going) = going {
                        let conversation = view_of(tx, &Party::Visitor(visitor), &going, epoch).await?;
                        return Ok(Begun { conversation, pass });
                    }
                    let member = customer.is_some();
                    match availability_in(tx, &store, at).await?.for_visitor(store.settings.live_for, member) {
                        Availability::Online => {}
                        Availability::Members => return Err(Fault::Refused(Refusal::MembersOnly)),
                        Availability::Full => return Err(Fault::Refused(Refusal::StoreFull)),
                        Availability::Away | Availability::Hidden => return Err(Fault::Refused(Refusal::StoreAway)),
                    }
                }
                let new = NewConversation {
                    id: new_id(),
                    kind: door.kind,
                    start_cid: Some(door.cid),
                    stage: match door.kind {
                        Kind::Live => Stage::Queued { since: at },
                        _ => Stage::Mail {
                            awaiting: Side::Desk,
                            since: at,
                        },
                    },
                    customer,
                    guest_number: tx.next_guest(desk).await?,
                    contact: door.contact,
                    first_name: door.first_name,
                    last_name: door.last_name,
                    about: asked_about(tx, desk, door.whence.product, who.as_ref()).await?,
                    language: browser.language,
                    page: door.whence.page.map(|p| cut(&p)),
                    browser: browser.agent.map(|a| cut(&a)),
                    address: browser.address.map(|a| address::keep(a, store.settings.addresses)),
                    referrer: door.whence.referrer.map(|r| cut(&r)),
                };
                tx.insert_conversation(visitor, &new, at).await?;
                keep_page(tx, desk, new.id, who.as_ref(), at).await?;
                if let Some(body) = door.message {
                    let hash = Sha256::digest(body.as_str().as_bytes()).to_vec();
                    let event = NewEvent {
                        conversation: new.id,
                        audience: Audience::All,
                        author: Author::Shopper,
                        author_id: Some(visitor.visitor.0),
                        client: Some((door.cid, hash)),
                        kind: EventKind::Posted { body },
                        via: None,
                    };
                    tx.record(desk, event, at).await?;
                    // In the same transaction: what was left here is mailed, whatever happens to us in between (P-52).
                    let job = MailJob::OfflineMessage { conversation: new.id };
                    tx.enqueue_mail(Some(desk), &job, &format!("offline:{}", new.id), at).await?;
                }
                let party = Party::Visitor(visitor);
                let conversation = crate::conversation::find(tx, &party, new.id).await?;
                let conversation = view_of(tx, &party, &conversation, epoch).await?;
                Ok(Begun { conversation, pass })
            })
        })
        .await
}

/// The start came twice (its answer was lost): whoever knows its client id is the one who made it.
async fn rejoin(tx: &mut Tx, store: &StoreRow, earlier: &Conversation, epoch: model::id::Epoch, at: Timestamp) -> Result<Begun, Fault> {
    let visitor = earlier.visitor.ok_or(Fault::Refused(Refusal::NotFound))?;
    let scope = VisitorScope {
        store: store.id,
        visitor,
        only: None,
    };
    let pass = open_session(tx, store, scope, at).await?;
    let conversation = view_of(tx, &Party::Visitor(scope), earlier, epoch).await?;
    Ok(Begun { conversation, pass })
}

/// The visitor who begins: the one that was recognised, unless somebody else is signed in at the shop now.
async fn visitor(
    tx: &mut Tx,
    store: &StoreRow,
    known: Option<VisitorSession>,
    customer: Option<CustomerId>,
    at: Timestamp,
) -> Result<(VisitorScope, Pass), StorageError> {
    let scope = match known {
        Some(session) if session.customer == customer || session.customer.is_none() => {
            // A guest who signed in at the shop is the same person, with a name by now (P-i7).
            session.scope
        }
        _ => {
            let scope = VisitorScope {
                store: store.id,
                visitor: new_id(),
                only: None,
            };
            tx.insert_visitor(scope, customer, at).await?;
            scope
        }
    };
    let pass = open_session(tx, store, scope, at).await?;
    Ok((scope, pass))
}

async fn open_session(tx: &mut Tx, store: &StoreRow, scope: VisitorScope, at: Timestamp) -> Result<Pass, StorageError> {
    let token = Secret::new();
    let handle = store.settings.resume_handle.then(Secret::new);
    let new = NewVisitorSession {
        token_sha256: token.hash(),
        handle: handle.as_ref().map(|h| (h.hash(), at.plus_ms(HANDLE_MS))),
        at,
        expires_at: at.plus_ms(VISITOR_SESSION_MS),
    };
    tx.insert_visitor_session(scope, &new).await?;
    Ok(Pass {
        token: token.reveal().to_owned(),
        handle: handle.map(|h| h.reveal().to_owned()),
    })
}

pub(crate) async fn remember(tx: &mut Tx, desk: StoreScope, identity: &Identity, at: Timestamp) -> Result<CustomerId, StorageError> {
    let new = NewCustomer {
        id: new_id(),
        external_id: identity.subject.clone(),
        name: identity.known.name.clone(),
        email: identity.known.email.clone(),
        language: identity.language,
    };
    tx.upsert_customer(desk, &new, at).await
}

/// Connection data is not worth refusing anybody for: too long is cut, control characters go.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(PAGE_CHARS_MAX).collect()
}
