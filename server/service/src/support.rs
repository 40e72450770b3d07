//! Tickets, from the side of whoever needs help: somebody at a store's desk, for the store or for themselves, or a shopper. A ticket is a
//! conversation of the marketplace's own desk (decision 0012); once it is known to be theirs, its requester acts in it as its visitor, and
//! everything that can be done in a room can be done in it. What the team does is in `queue`; how a chat or thread becomes one in `escalate`.

mod escalate;
mod queue;
mod requester;
mod transcript;

use model::{
    case::{CaseClock, CaseStatus, Priority, Topic},
    conversation::{About, Kind, Stage},
    desk::Contact,
    event::{Audience, EventKind},
    id::{AttachmentId, ClientId, ConversationId, CustomerId, StoreId},
    language::Language,
    party::{Author, Side},
    refusal::Refusal,
    text::{Body, Name},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use storage::{
    CASE_ROWS_MAX, CaseCursor, CaseRow, ConversationScope, Installation, MemberReach, MemberScope, NewCase, NewConversation, NewEvent,
    Requester, Session, StorageError, StoreScope, TicketsOf, Tx, VisitorScope,
};

use crate::{Actor, Fault, Party, Services, cases, clock::new_id, safety};

pub use escalate::{escalate, escalated_from};
pub use queue::{Deed, Queue, TeamTicket, change, merge, opened, queue, staff, team_party};

/// Who asks the marketplace's team for something.
#[derive(Clone, Debug)]
pub enum Asking {
    /// Somebody at a store's desk, for the store: its staff sees it.
    Store(Actor),
    /// The same person for themselves, "as a buyer": nobody else of the store sees it (B11).
    Person(Actor),
    /// A shopper, in the member centre of a store.
    Shopper(MemberScope),
}

impl Asking {
    /// Whose tickets are theirs.
    pub fn of(&self) -> TicketsOf {
        match self {
            Self::Store(actor) => TicketsOf::Store(actor.store),
            Self::Person(actor) => TicketsOf::Person(actor.account),
            Self::Shopper(scope) => TicketsOf::Shopper(scope.store, scope.customer),
        }
    }

    fn requester(&self) -> Requester {
        let account = |actor: &Actor, on_behalf| Requester::Account {
            account: actor.account,
            store: actor.store,
            on_behalf,
        };
        match self {
            Self::Store(actor) => account(actor, true),
            Self::Person(actor) => account(actor, false),
            Self::Shopper(scope) => Requester::Shopper {
                store: scope.store,
                customer: scope.customer,
            },
        }
    }

    /// Whoever came by a letter about one thing has no tickets here.
    fn must_be_whole(&self) -> Result<(), Refusal> {
        match self {
            Self::Shopper(scope) if scope.reach != MemberReach::All => Err(Refusal::NotFound),
            _ => Ok(()),
        }
    }
}

/// A new ticket.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// The same twice begins one.
    pub cid: ClientId,
    /// In one line.
    pub subject: Name,
    /// About what.
    pub topic: Topic,
    /// How soon they need an answer.
    pub priority: Priority,
    /// The first words.
    pub body: Body,
    /// The language they write in.
    pub language: Language,
}

/// A page of tickets.
#[derive(Clone, Debug, Default)]
pub struct Tickets {
    /// The last change first.
    pub rows: Vec<CaseRow>,
    /// Whether there are older ones.
    pub more: bool,
}

/// A ticket that is the asker's.
#[derive(Clone, Debug)]
pub struct Mine {
    /// What it is.
    pub row: CaseRow,
    /// As whom they act in it.
    pub party: Party,
    /// The number of the ticket in which it goes on.
    pub merged_into: Option<i64>,
    /// What it came out of, if that is a conversation of the asker's own store.
    pub from: Option<(Kind, ConversationId)>,
}

/// One page of somebody's tickets.
pub async fn list(services: &Services, asking: &Asking, after: Option<CaseCursor>) -> Result<Tickets, Fault> {
    asking.must_be_whole()?;
    let of = asking.of();
    let mut rows = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                match s.team_store(Installation).await? {
                    Some(team) => s.tickets_of(team, of, after).await,
                    None => Ok(Vec::new()),
                }
            })
        })
        .await?;
    let more = shorten(&mut rows);
    Ok(Tickets { rows, more })
}

/// Cuts a page to its length; answers whether there was more.
fn shorten(rows: &mut Vec<CaseRow>) -> bool {
    let page = usize::try_from(CASE_ROWS_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    more
}

/// A ticket, if it is the asker's; anybody else's answers as if it did not exist.
pub async fn mine(services: &Services, asking: &Asking, id: ConversationId) -> Result<Mine, Fault> {
    asking.must_be_whole()?;
    let of = asking.of();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let nobodys = || Fault::Refused(Refusal::NotFound);
                let team = s.team_store(Installation).await?.ok_or_else(nobodys)?;
                let row = s.case(team, id).await?.filter(|row| of.holds(row)).ok_or_else(nobodys)?;
                let conversation = s.conversation(ConversationScope::Desk(team), id).await?.ok_or_else(nobodys)?;
                let party = Party::Visitor(VisitorScope {
                    store: team.0,
                    visitor: conversation.visitor.ok_or_else(nobodys)?,
                    only: Some(id),
                });
                let merged_into = number_of(s, team, row.merged_into).await?;
                let from = match (of, row.from) {
                    (TicketsOf::Store(store), Some((at, id))) if at == store => {
                        s.conversation(ConversationScope::Desk(StoreScope(store)), id).await?
                    }
                    _ => None,
                };
                Ok(Mine {
                    row,
                    party,
                    merged_into,
                    from: from.map(|found| (found.kind, found.id)),
                })
            })
        })
        .await
}

async fn number_of(s: &mut Session, team: StoreScope, id: Option<ConversationId>) -> Result<Option<i64>, StorageError> {
    Ok(match id {
        Some(id) => s.case(team, id).await?.map(|other| other.number),
        None => None,
    })
}

/// The requester says that it is done. Whoever writes again reopens it (A-i3).
pub async fn resolve(services: &Services, asking: &Asking, id: ConversationId) -> Result<(), Fault> {
    let party = mine(services, asking, id).await?.party;
    cases::set_status(services, &party, id, CaseStatus::Resolved).await
}

/// Begins a ticket.
pub async fn begin(services: &Services, asking: &Asking, new: NewTicket) -> Result<ConversationId, Fault> {
    let new = looked_at(services, asking, new).await?;
    Ok(begin_once_or_again(services, asking, new, None).await?.conversation)
}

/// The same ticket, with its subject and its first words as they may be said.
async fn looked_at(services: &Services, asking: &Asking, new: NewTicket) -> Result<NewTicket, Fault> {
    let (store, author) = match asking {
        Asking::Store(actor) | Asking::Person(actor) => (actor.scope(), actor.account.0),
        Asking::Shopper(scope) => (StoreScope(scope.store), scope.customer.0),
    };
    let lines = [Some(new.subject.clone())];
    let ([subject], body) = Box::pin(safety::opening(services, store, author, new.cid, lines, new.body)).await?;
    Ok(NewTicket {
        subject: subject.unwrap_or(new.subject),
        body,
        ..new
    })
}

/// A ticket that was begun, now or by the same form before.
#[derive(Clone, Copy, Debug)]
struct Begun {
    conversation: ConversationId,
    visitor: VisitorScope,
}

/// Where a ticket comes from: a conversation at a store, as the party who may open it there.
#[derive(Clone, Debug)]
struct Source {
    party: Party,
    conversation: ConversationId,
}

async fn begin_once_or_again(services: &Services, asking: &Asking, new: NewTicket, from: Option<Source>) -> Result<Begun, Fault> {
    asking.must_be_whole()?;
    if !Topic::OF_TICKETS.contains(&new.topic) {
        return Err(Refusal::Malformed.into());
    }
    match begin_once(services, asking, new.clone(), from.clone()).await {
        // On PostgreSQL two of the same can race: the loser was undone whole, and now finds the winner.
        Err(Fault::Broken(StorageError::Conflict(_))) => begin_once(services, asking, new, from).await,
        other => other,
    }
}

async fn begin_once(services: &Services, asking: &Asking, new: NewTicket, from: Option<Source>) -> Result<Begun, Fault> {
    let (asking, at) = (asking.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| Box::pin(async move { begin_in(tx, &asking, new, from, at).await }))
        .await
}

async fn begin_in(tx: &mut Tx, asking: &Asking, new: NewTicket, from: Option<Source>, at: Timestamp) -> Result<Begun, Fault> {
    let team = tx.team_store(Installation).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
    let who = requester::standing(tx, asking, team).await?;
    if let Some(earlier) = tx.conversation_of_start(team, new.cid).await? {
        let row = tx.case(team, earlier.id).await?.filter(|row| asking.of().holds(row));
        let theirs = row.and(earlier.visitor).ok_or(Fault::Refused(Refusal::NotFound))?;
        return Ok(begun(earlier.id, VisitorScope::all_of(team.0, theirs)));
    }
    let customer = requester::customer(tx, &who, team, at).await?;
    if tx.customer_blocked(team, customer).await? {
        return Err(Refusal::NotAllowed.into());
    }
    let visitor = VisitorScope::all_of(team.0, new_id());
    tx.insert_visitor(visitor, Some(customer), at).await?;
    let conversation = NewConversation {
        id: new_id(),
        kind: Kind::Ticket,
        start_cid: Some(new.cid),
        stage: Stage::Mail {
            awaiting: Side::Desk,
            since: at,
        },
        customer: Some(customer),
        guest_number: tx.next_guest(team).await?,
        contact: Contact {
            name: who.name,
            email: who.email,
            phone: who.phone,
        },
        first_name: None,
        last_name: None,
        about: About::Nothing,
        language: new.language,
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(visitor, &conversation, at).await?;
    let case = NewCase {
        conversation: conversation.id,
        kind: Kind::Ticket,
        subject: new.subject,
        topic: new.topic,
        priority: new.priority,
        status: CaseStatus::New,
        requester: asking.requester(),
        from: from.as_ref().map(|source| (source.party.store().0, source.conversation)),
        clock: Some(CaseClock::started(new.priority, at)),
    };
    let number = tx.insert_case(team, &case, at).await?;
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
    tx.record(team, event, at).await?;
    if let Some(source) = from {
        escalate::leave_word(tx, &source, number, at).await?;
    }
    Ok(begun(conversation.id, visitor))
}

fn begun(conversation: ConversationId, visitor: VisitorScope) -> Begun {
    Begun {
        conversation,
        visitor: VisitorScope {
            only: Some(conversation),
            ..visitor
        },
    }
}

/// Two records of a shopper turned out to be one person: their tickets stay theirs.
pub(crate) async fn customers_merged(tx: &mut Tx, store: StoreId, gone: CustomerId, left: CustomerId) -> Result<(), StorageError> {
    match tx.team_store(Installation).await? {
        Some(team) => tx.move_requester(team, store, gone, left).await,
        None => Ok(()),
    }
}

/// As whom somebody may have a file that was given in a ticket of theirs.
pub async fn party_of_file(services: &Services, asking: &Asking, file: AttachmentId) -> Result<Option<Party>, Fault> {
    let row = services
        .storage()
        .read(|s| Box::pin(async move { s.attachment(Installation, file).await }))
        .await?;
    let Some(row) = row else { return Ok(None) };
    match mine(services, asking, row.conversation).await {
        Ok(mine) => Ok(Some(mine.party)),
        Err(Fault::Refused(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}
