//! What has a subject and a status: threads and tickets, from their first words to how they stand now.

use model::{
    case::{CaseClock, CaseStatus, Priority, Statement, Topic},
    conversation::{About, Kind, ProductSnapshot, Stage},
    desk::{Contact, Operator},
    event::{Audience, EventKind},
    id::{AccountId, ConversationId, CustomerId, Seq},
    party::{Author, Side},
    refusal::Refusal,
    text::Name,
    time::Timestamp,
};
use service::{Fault, clock::new_id};
use storage::{NewCase, NewCustomer, Requester, StoreScope, Tx};

use super::{AFTERWARDS_S, Begun, Room, Scene};
use crate::data::{Asker, Said, Speaker, Staff, Thread, Ticket};

/// How a case stands in the end.
struct End {
    status: CaseStatus,
    assignee: Option<(AccountId, Name)>,
    merged_into: Option<ConversationId>,
}

impl Scene<'_> {
    pub(super) async fn put_thread(self, tx: &mut Tx, thread: &Thread) -> Result<(), Fault> {
        let desk = StoreScope(self.store(thread.store.as_str())?);
        let (customer, contact) = self.customer(desk.0, &thread.with)?;
        let store = self.market.store(thread.store.as_str());
        let about = thread.product.as_ref().map_or(About::Nothing, |sku| {
            let product = store.and_then(|store| store.product(sku.as_str()));
            About::Product(ProductSnapshot {
                sku: sku.clone(),
                name: product.and_then(|p| Name::parse(p.name.get(thread.language)).ok()),
                price: product.map(|p| p.price.clone()),
                variant: None,
                picture: None,
            })
        });
        let begun = Begun {
            desk,
            kind: Kind::Thread,
            customer,
            contact,
            about,
            language: thread.language,
            opened: self.ago(thread.minutes_ago),
        };
        let room = Room::begin(tx, begun).await?;
        let by_desk = thread.said.first().is_some_and(|first| first.by.side() == Side::Desk);
        let new = NewCase {
            conversation: room.id,
            kind: Kind::Thread,
            subject: thread.subject.clone(),
            topic: if thread.product.is_some() { Topic::Presale } else { Topic::Support },
            priority: Priority::Normal,
            status: if by_desk { CaseStatus::Pending } else { CaseStatus::New },
            requester: Requester::Customer,
            from: None,
            clock: None,
        };
        tx.insert_case(desk, &new, room.opened).await?;
        let end = End {
            status: thread.status,
            assignee: None,
            merged_into: None,
        };
        self.tell(tx, room, &thread.said, end).await
    }

    pub(super) async fn put_ticket(self, tx: &mut Tx, ticket: &Ticket, put: &[(Name, ConversationId)]) -> Result<ConversationId, Fault> {
        let opened = self.ago(ticket.minutes_ago);
        let (requester, customer, contact) = self.asker(tx, ticket, opened).await?;
        let begun = Begun {
            desk: self.team,
            kind: Kind::Ticket,
            customer,
            contact,
            about: About::Nothing,
            language: ticket.language,
            opened,
        };
        let room = Room::begin(tx, begun).await?;
        let new = NewCase {
            conversation: room.id,
            kind: Kind::Ticket,
            subject: ticket.subject.clone(),
            topic: ticket.topic,
            priority: ticket.priority,
            status: CaseStatus::New,
            requester,
            from: None,
            clock: Some(CaseClock::started(ticket.priority, opened)),
        };
        tx.insert_case(self.team, &new, opened).await?;
        for note in &ticket.notes {
            let kind = EventKind::Posted { body: note.body.clone() };
            let by = self.voice(&note.by, room)?;
            room.record(tx, Audience::Desk, by, kind, room.at(note.after_s)).await?;
        }
        let assignee = ticket.assignee.as_ref().map(|email| self.staff(email)).transpose()?;
        let into = ticket.merged_into.as_ref();
        let end = End {
            status: ticket.status,
            assignee,
            merged_into: into
                .and_then(|subject| put.iter().find(|(known, _)| known == subject))
                .map(|(_, id)| *id),
        };
        self.tell(tx, room, &ticket.said, end).await?;
        Ok(room.id)
    }

    /// Whoever asks the team is a customer of its desk, under a name that no shop can give.
    async fn asker(self, tx: &mut Tx, ticket: &Ticket, at: Timestamp) -> Result<(Requester, CustomerId, Contact), Fault> {
        let (requester, external_id, contact, language) = match &ticket.by {
            Asker::Store(email) | Asker::Person(email) => {
                let (account, name) = self.staff(email)?;
                let works = |staff: &[Staff]| staff.iter().find(|one| one.email == *email).map(|one| one.language);
                let mut stores = self.market.stores.iter().filter_map(|store| Some((store, works(&store.staff)?)));
                let (store, language) = stores.next().ok_or(Refusal::NotFound)?;
                let requester = Requester::Account {
                    account,
                    store: self.store(store.slug.as_str())?,
                    on_behalf: matches!(ticket.by, Asker::Store(_)),
                };
                let contact = Contact {
                    name: Some(name),
                    email: Some(email.clone()),
                    phone: None,
                };
                (requester, format!("account:{account}"), contact, language)
            }
            Asker::Shopper { store, number } => {
                let store = self.store(store.as_str())?;
                let (customer, contact) = self.customer(store, number)?;
                let requester = Requester::Shopper { store, customer };
                (requester, format!("shop:{store}:{customer}"), contact, ticket.language)
            }
        };
        let new = NewCustomer {
            id: new_id(),
            external_id,
            name: contact.name.clone(),
            email: contact.email.clone(),
            language: Some(language),
        };
        let customer = tx.upsert_customer(self.team, &new, at).await?;
        Ok((requester, customer, contact))
    }

    /// What was said, and how it ended.
    async fn tell(self, tx: &mut Tx, room: Room, said: &[Said], end: End) -> Result<(), Fault> {
        let mut row = tx.case(room.desk, room.id).await?.ok_or(Refusal::NotFound)?;
        let (mut last, mut answered, mut head) = (Side::Shopper, None, Seq::ZERO);
        let (mut at, mut speaker) = (room.opened, None);
        for (n, words) in said.iter().enumerate() {
            (at, last) = (room.at(words.after_s), words.by.side());
            let by = self.voice(&words.by, room)?;
            let event = room
                .record(tx, Audience::All, by.clone(), EventKind::Posted { body: words.body.clone() }, at)
                .await?;
            head = event.seq;
            if let Speaker::Staff(email) = &words.by {
                answered = Some((self.staff(email)?.0, head));
                speaker = Some(by);
            }
            if n > 0 || last == Side::Desk {
                row.clock = row.clock.map(|clock| clock.written(last, at));
            }
        }
        if let Some((id, name)) = &end.assignee {
            let who = Operator {
                id: *id,
                name: name.clone(),
            };
            let by = (
                Author::Operator {
                    id: *id,
                    name: name.clone(),
                },
                id.0,
            );
            let assigned = Statement::Assigned { to: Some(who) };
            room.record(tx, Audience::Desk, by.clone(), EventKind::Stated { what: assigned }, at)
                .await?;
            speaker = speaker.or(Some(by));
        }
        let over = matches!(end.status, CaseStatus::Resolved | CaseStatus::Closed);
        if let (true, Some(by)) = (over, &speaker) {
            at = at.plus_ms(AFTERWARDS_S * 1_000);
            row.clock = row.clock.map(|clock| clock.resolved(at));
            let into = match end.merged_into {
                Some(id) => tx.case(room.desk, id).await?.map(|other| other.number),
                None => None,
            };
            let what = into.map_or(Statement::Status { to: end.status }, |into| Statement::Merged { into });
            head = room
                .record(tx, Audience::All, by.clone(), EventKind::Stated { what }, at)
                .await?
                .seq;
            answered = answered.map(|(account, _)| (account, head));
        }
        (row.status, row.assignee, row.merged_into) = (end.status, end.assignee, end.merged_into);
        tx.set_case(room.desk, &row, at).await?;
        let stage = match (end.status, speaker) {
            (CaseStatus::Closed, Some((by, _))) => Stage::Closed { at, by },
            (CaseStatus::Resolved, _) => Stage::Mail {
                awaiting: Side::Shopper,
                since: at,
            },
            _ => Stage::Mail {
                awaiting: last.other(),
                since: at,
            },
        };
        tx.set_stage(room.desk, room.id, &stage).await?;
        if over {
            tx.waits_no_more(room.desk, room.id, None).await?;
        }
        Ok(room.mark(tx, answered, head).await?)
    }
}
