//! The member centre's doors: by the shop's signed token, or by a link in a letter. Shoppers have no password here.
//!
//! Whoever comes by a letter about one conversation or one order sees that and nothing else. What can be done inside is in `threads`.

mod threads;

use model::{
    id::{ConversationId, CustomerId},
    language::Language,
    limits::{DOOR_LINK_MS, MEMBER_SESSION_MS},
    refusal::Refusal,
    text::EmailAddress,
    time::Timestamp,
};
use storage::{
    DoorLink, Installation, MailJob, MemberReach, MemberRow, MemberScope, NewDoorLink, Purpose, Session, StorageError, StoreRow,
    StoreScope, Tx,
};

use crate::{
    Fault, Services, customers, identity,
    secret::{self, Secret},
    visitor::remember,
};

pub(crate) use threads::theirs;
pub use threads::{
    Messages, OrderPage, Thread, conversation, is_blocked, messages, order, orders, party_of_file, take_along, thread, write, write_about,
};

/// Letters with a way in to one address within an hour, over the whole installation (hardening A10).
const LETTERS_PER_HOUR: i64 = 3;
const HOUR_MS: i64 = 3_600_000;

/// Somebody in the member centre of a store.
#[derive(Clone, Debug)]
pub struct Member {
    /// Whose things, and which of them.
    pub scope: MemberScope,
    /// Who.
    pub row: MemberRow,
    /// Answers that they have not seen: in conversations about no order, and in those about one.
    pub unread: (u32, u32),
}

/// What a link in a letter leads to.
#[derive(Clone, Debug)]
pub struct Door {
    /// The store.
    pub store: StoreRow,
    /// The language of the letter.
    pub language: Language,
    /// What it opens.
    pub to: Room,
    /// Whether it was used already.
    pub used: bool,
}

/// Where somebody arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Room {
    /// Among all of their messages.
    Messages,
    /// In one conversation.
    Conversation(ConversationId),
    /// At one order, by its number.
    Order(String),
}

/// Somebody who came in just now.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The store.
    pub store: StoreRow,
    /// What they came for.
    pub to: Room,
    /// What the new session may open.
    pub scope: MemberScope,
    /// For the cookie.
    pub token: Secret,
}

/// The member whose token this is, at this store. At one that is suspended there is nobody.
pub async fn recognise(services: &Services, store: &StoreRow, token: &str) -> Result<Option<Member>, Fault> {
    if store.suspended {
        return Ok(None);
    }
    let (scope, hash, now) = (StoreScope(store.id), secret::hash(token), services.clock().now());
    Ok(services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(scope) = s.member_of_token(scope, &hash, now).await? else {
                    return Ok(None);
                };
                let Some(row) = s.member(scope).await? else { return Ok(None) };
                let (others, orders) = s.member_unread(scope).await?;
                let left = if others > 0 {
                    s.unread_of_left(Installation, scope.store, scope.customer).await?
                } else {
                    0
                };
                let unread = (others.saturating_sub(left), orders);
                Ok::<_, StorageError>(Some(Member { scope, row, unread }))
            })
        })
        .await?)
}

/// Whether the shop's token would let somebody in, and whom. Looking changes nothing.
pub fn announced(services: &Services, store: &StoreRow, token: &str) -> Result<identity::Identity, Refusal> {
    identity::verify(store, token, services.clock().now())
}

/// Comes in by the shop's token.
pub async fn enter(services: &Services, store: &StoreRow, token: &str) -> Result<Secret, Fault> {
    let who = announced(services, store, token)?;
    let (desk, at, session) = (StoreScope(store.id), services.clock().now(), Secret::new());
    let hash = session.hash();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let customer = remember(tx, desk, &who, at).await?;
                if let Some(email) = &who.known.email {
                    // The shop says whose address it is.
                    customers::prove_email_of(tx, desk, customer, email, at).await?;
                }
                let scope = MemberScope {
                    store: desk.0,
                    customer,
                    reach: MemberReach::All,
                };
                tx.insert_member_session(scope, &hash, at, at.plus_ms(MEMBER_SESSION_MS)).await?;
                Ok::<_, Fault>(())
            })
        })
        .await?;
    Ok(session)
}

/// What a link in a letter leads to, if it is good. Looking changes nothing: machines that examine mail open every link.
pub async fn door(services: &Services, token: &str) -> Result<Option<Door>, Fault> {
    let (hash, now) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(link) = s.door_link(Installation, &hash, now).await? else {
                    return Ok(None);
                };
                let Some((store, to)) = room(s, &link).await? else {
                    return Ok(None);
                };
                Ok::<_, Fault>(Some(Door {
                    store,
                    language: link.language,
                    to,
                    used: link.used,
                }))
            })
        })
        .await
}

/// Comes in by a link. It is good once: `None` when it was used, is too old, or never was.
pub async fn open_door(services: &Services, token: &str) -> Result<Option<Entered>, Fault> {
    let (hash, at, session) = (secret::hash(token), services.clock().now(), Secret::new());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let Some(link) = tx.use_door_link(Installation, &hash, at).await? else {
                    return Ok(None);
                };
                let Some((store, to)) = room(tx, &link).await? else {
                    return Ok(None);
                };
                let scope = MemberScope {
                    store: link.store,
                    customer: holder(tx, &link, at).await?,
                    reach: link.purpose.reach(),
                };
                tx.insert_member_session(scope, &session.hash(), at, at.plus_ms(MEMBER_SESSION_MS))
                    .await?;
                Ok::<_, Fault>(Some(Entered {
                    store,
                    to,
                    scope,
                    token: session,
                }))
            })
        })
        .await
}

/// The store of a link and what it opens, unless that is gone.
async fn room(session: &mut Session, link: &DoorLink) -> Result<Option<(StoreRow, Room)>, Fault> {
    let desk = StoreScope(link.store);
    let Some(store) = session.store(desk).await?.filter(|store| !store.suspended) else {
        return Ok(None);
    };
    let room = match link.purpose {
        Purpose::SignIn => Some(Room::Messages),
        Purpose::Conversation(id) => {
            let there = session.customer_of_conversation(desk, id).await?.is_some();
            (there && !session.requester_left(Installation, id).await?).then_some(Room::Conversation(id))
        }
        Purpose::Order(id) => session.owner_of_order(desk, id).await?.map(|(_, number)| Room::Order(number)),
    };
    Ok(room.map(|room| (store, room)))
}

/// Who holds a link: the letter reached them, so the address is theirs. What it is about tells whose it is, where that is known.
async fn holder(tx: &mut Tx, link: &DoorLink, at: Timestamp) -> Result<CustomerId, Fault> {
    let desk = StoreScope(link.store);
    let by_address = customers::prove_email(tx, desk, &link.email, at).await?;
    match link.purpose {
        Purpose::SignIn => Ok(by_address),
        Purpose::Conversation(id) => {
            if let Some(customer) = tx.customer_of_conversation(desk, id).await?.flatten() {
                return Ok(customer);
            }
            tx.give_to_customer(desk, id, by_address).await?;
            Ok(by_address)
        }
        Purpose::Order(id) => {
            let owner = tx.owner_of_order(desk, id).await?;
            owner.map(|(customer, _)| customer).ok_or(Fault::Refused(Refusal::NotFound))
        }
    }
}

/// Where somebody inside belongs: among all of theirs, or at what their letter was about.
pub async fn arrival(services: &Services, scope: MemberScope) -> Result<Room, Fault> {
    match scope.reach {
        MemberReach::All => Ok(Room::Messages),
        MemberReach::Conversation(id) => Ok(Room::Conversation(id)),
        MemberReach::Order(id) => {
            let owner = services
                .storage()
                .read(|s| Box::pin(async move { s.owner_of_order(StoreScope(scope.store), id).await }))
                .await?;
            owner
                .map(|(_, number)| Room::Order(number))
                .ok_or(Fault::Refused(Refusal::NotFound))
        }
    }
}

/// Mails a way in to whoever asks for one, if the store knows the address. Whether it does is told to nobody.
pub async fn ask_for_link(services: &Services, store: &StoreRow, to: &EmailAddress, language: Language) -> Result<(), Fault> {
    let (desk, at) = (StoreScope(store.id), services.clock().now());
    // One mailbox however it is spelled: a budget that capital letters get around is none.
    let to = EmailAddress::parse(&to.as_str().to_lowercase())?;
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let known = tx.knows_address(desk, &to).await?;
                if known { letter(tx, desk, to, language, at).await } else { Ok(()) }
            })
        })
        .await
}

/// Mails a new way in to where a link went that was used already.
pub async fn ask_again(services: &Services, token: &str) -> Result<(), Fault> {
    let (hash, at) = (secret::hash(token), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let Some(link) = tx.door_link(Installation, &hash, at).await? else {
                    return Ok(());
                };
                let to = EmailAddress::parse(&link.email.as_str().to_lowercase())?;
                letter(tx, StoreScope(link.store), to, link.language, at).await
            })
        })
        .await
}

/// Within the address's budget, and not to whoever asked to be left alone; the asker learns nothing of either.
async fn letter(tx: &mut Tx, desk: StoreScope, to: EmailAddress, language: Language, at: Timestamp) -> Result<(), Fault> {
    let sent = tx.sign_in_letters_to(Installation, &to, at.plus_ms(-HOUR_MS)).await?;
    if sent >= LETTERS_PER_HOUR || tx.suppressed(Installation, &to).await? {
        return Ok(());
    }
    let token = Secret::new();
    let link = NewDoorLink {
        token_sha256: token.hash(),
        store: desk.0,
        purpose: Purpose::SignIn,
        customer: None,
        email: to.clone(),
        language,
        expires_at: at.plus_ms(DOOR_LINK_MS),
    };
    tx.insert_door_link(&link, at).await?;
    // Pressing twice mails once.
    let once = format!("sign_in:{}:{to}:{}", desk.0, at.0.div_euclid(60_000));
    let job = MailJob::SignIn {
        store: desk.0,
        to,
        language,
        token: token.reveal().to_owned(),
    };
    Ok(tx.enqueue_mail(Some(desk), &job, &once, at).await?)
}

/// Leaves the member centre: here, and in every thread that is open.
pub async fn leave(services: &Services, store: &StoreRow, token: &str) -> Result<(), Fault> {
    let Some(member) = recognise(services, store, token).await? else {
        return Ok(());
    };
    let (hash, at) = (secret::hash(token), services.clock().now());
    Ok(services
        .storage()
        .write(move |tx| Box::pin(async move { tx.end_member_session(member.scope, &hash, at).await }))
        .await?)
}
