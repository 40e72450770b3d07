//! Threads, tickets and disputes of the demo, and the team that answers for the marketplace: written as they would have been, step by step.
//! Where a dispute stands is never written down in the data: it follows from what was done, by the machine that rules all disputes.

mod disputes;
mod threads;

use model::{
    conversation::{About, Kind, Stage},
    desk::Contact,
    event::{Audience, Event, EventKind, Mark},
    id::{AccountId, ClientId, ConversationId, CustomerId, Seq, StoreId, VisitorId},
    language::Language,
    party::{Author, Side},
    refusal::Refusal,
    text::{EmailAddress, Name},
    time::Timestamp,
};
use service::{Actor, Fault, Mediator, clock::new_id, team};
use storage::{Installation, NewAccount, NewConversation, NewEvent, StorageError, StoreScope, Tx, VisitorScope};
use uuid::Uuid;

use super::People;
use crate::data::{Dispute, Marketplace, Speaker, Team, Thread, Ticket};

/// How long after the last words somebody says that it is done.
const AFTERWARDS_S: i64 = 300;

/// The team's desk, and whoever works at it.
pub(super) async fn put_team(
    tx: &mut Tx,
    team: &Team,
    password_hash: &str,
    people: &mut People,
    now: Timestamp,
) -> Result<StoreScope, Fault> {
    let desk = team::ensure(tx, team.name.clone(), Language::En, now).await?;
    for person in &team.staff {
        let account = new_id();
        let new = NewAccount {
            id: account,
            email: person.email.clone(),
            name: person.name.clone(),
            password_hash: password_hash.to_owned(),
            language: person.language,
        };
        tx.insert_account(Installation, &new, now).await?;
        tx.insert_membership(desk, account, person.role, now).await?;
        people.staff.insert(person.email.clone(), (account, person.name.clone()));
    }
    Ok(desk)
}

/// All of them, each kind from the oldest on.
pub(super) async fn put(tx: &mut Tx, market: &Marketplace, people: &People, team: StoreScope, now: Timestamp) -> Result<(), Fault> {
    let scene = Scene { market, people, team, now };
    let mut threads: Vec<&Thread> = market.threads.iter().collect();
    threads.sort_by_key(|thread| -thread.minutes_ago);
    for thread in threads {
        scene.put_thread(tx, thread).await?;
    }
    let mut tickets: Vec<&Ticket> = market.tickets.iter().collect();
    tickets.sort_by_key(|ticket| -ticket.minutes_ago);
    let mut put: Vec<(Name, ConversationId)> = Vec::new();
    for ticket in tickets {
        let id = scene.put_ticket(tx, ticket, &put).await?;
        put.push((ticket.subject.clone(), id));
    }
    let mut disputes: Vec<&Dispute> = market.disputes.iter().collect();
    disputes.sort_by_key(|dispute| -dispute.minutes_ago);
    for dispute in disputes {
        scene.put_dispute(tx, dispute).await?;
    }
    Ok(())
}

/// What everything is put into.
#[derive(Clone, Copy)]
struct Scene<'a> {
    market: &'a Marketplace,
    people: &'a People,
    team: StoreScope,
    now: Timestamp,
}

/// Whose room it is.
struct Begun {
    desk: StoreScope,
    kind: Kind,
    customer: CustomerId,
    contact: Contact,
    about: About,
    language: Language,
    opened: Timestamp,
}

/// A room that was put.
#[derive(Clone, Copy)]
struct Room {
    id: ConversationId,
    scope: VisitorScope,
    desk: StoreScope,
    opened: Timestamp,
}

impl Room {
    fn at(self, after_s: i64) -> Timestamp {
        self.opened.plus_ms(after_s * 1_000)
    }

    async fn begin(tx: &mut Tx, begun: Begun) -> Result<Self, StorageError> {
        let scope = VisitorScope::all_of(begun.desk.0, new_id::<VisitorId>());
        tx.insert_visitor(scope, Some(begun.customer), begun.opened).await?;
        let new = NewConversation {
            id: new_id(),
            kind: begun.kind,
            start_cid: None,
            stage: Stage::Mail {
                awaiting: Side::Desk,
                since: begun.opened,
            },
            customer: Some(begun.customer),
            guest_number: tx.next_guest(begun.desk).await?,
            contact: begun.contact,
            first_name: None,
            last_name: None,
            about: begun.about,
            language: begun.language,
            page: None,
            browser: None,
            address: None,
            referrer: None,
        };
        tx.insert_conversation(scope, &new, begun.opened).await?;
        Ok(Self {
            id: new.id,
            scope,
            desk: begun.desk,
            opened: begun.opened,
        })
    }

    async fn record(
        self,
        tx: &mut Tx,
        audience: Audience,
        by: (Author, Uuid),
        kind: EventKind,
        at: Timestamp,
    ) -> Result<Event, StorageError> {
        tx.record(self.desk, self.event(audience, by, kind), at).await
    }

    fn event(self, audience: Audience, by: (Author, Uuid), kind: EventKind) -> NewEvent {
        let client = matches!(kind, EventKind::Posted { .. }).then(|| (new_id::<ClientId>(), Vec::new()));
        NewEvent {
            conversation: self.id,
            audience,
            author: by.0,
            author_id: Some(by.1),
            client,
            kind,
            via: None,
        }
    }

    /// Whoever answered has read what there was; the other side has read everything.
    async fn mark(self, tx: &mut Tx, answered: Option<(AccountId, Seq)>, head: Seq) -> Result<(), StorageError> {
        if let Some((account, seq)) = answered {
            tx.set_mark(self.desk, self.id, Side::Desk, account.0, Mark { got: seq, read: seq })
                .await?;
        }
        let all = Mark { got: head, read: head };
        tx.set_mark(self.desk, self.id, Side::Shopper, self.scope.visitor.0, all).await
    }
}

impl Scene<'_> {
    fn ago(self, minutes: i64) -> Timestamp {
        self.now.plus_ms(-minutes * 60_000)
    }

    fn staff(self, email: &EmailAddress) -> Result<(AccountId, Name), Fault> {
        self.people.staff.get(email).cloned().ok_or(Fault::Refused(Refusal::NotFound))
    }

    /// Somebody at the desk of a room.
    fn operator(self, email: &EmailAddress) -> Result<(Author, Uuid), Fault> {
        let (id, name) = self.staff(email)?;
        Ok((Author::Operator { id, name }, id.0))
    }

    /// Somebody of the team in a room of a store, as everybody there knows them.
    fn mediator(self, email: &EmailAddress, room: Room) -> Result<(Author, Uuid), Fault> {
        let (account, name) = self.staff(email)?;
        let role = self
            .market
            .team
            .staff
            .iter()
            .find(|person| person.email == *email)
            .map(|person| person.role);
        let mediator = Mediator {
            team: Actor {
                account,
                store: self.team.0,
                role: role.ok_or(Refusal::NotFound)?,
                live_chat: true,
                name,
                operator_name: None,
            },
            store: room.desk.0,
            conversation: room.id,
        };
        Ok((mediator.voice(), account.0))
    }

    /// Whether somebody of the staff is of the team, in a room of a store.
    fn mediates(self, email: &EmailAddress, room: Room) -> bool {
        room.desk != self.team && self.market.team.staff.iter().any(|one| one.email == *email)
    }

    fn voice(self, by: &Speaker, room: Room) -> Result<(Author, Uuid), Fault> {
        match by {
            Speaker::Shopper => Ok((Author::Shopper, room.scope.visitor.0)),
            Speaker::Staff(email) if self.mediates(email, room) => self.mediator(email, room),
            Speaker::Staff(email) => self.operator(email),
        }
    }

    /// A shopper as a store's customer.
    fn customer(self, store: StoreId, number: &str) -> Result<(CustomerId, Contact), Fault> {
        let shopper = self.market.shopper(number).ok_or(Refusal::NotFound)?;
        let id = self.people.customers.get(&(store, number.to_owned()));
        let contact = Contact {
            name: Some(shopper.name.clone()),
            email: Some(shopper.email.clone()),
            phone: None,
        };
        Ok((*id.ok_or(Refusal::NotFound)?, contact))
    }

    fn store(self, slug: &str) -> Result<StoreId, Fault> {
        self.people.stores.get(slug).copied().ok_or(Fault::Refused(Refusal::NotFound))
    }
}
