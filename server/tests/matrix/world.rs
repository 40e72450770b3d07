//! The world of the matrix: three stores, one of them suspended, and the marketplace's desk, everybody with a browser of their own, and
//! everything that can be asked about, each with words that stand nowhere else.

use std::collections::BTreeMap;

use model::{
    case::{CaseClock, CaseStatus, Priority, Topic},
    conversation::{About, Kind, Money, Stage},
    desk::Contact,
    dispute::{DisputeState, Problem, Step, Who},
    event::{Audience, EventKind},
    id::{AccountId, ConversationId, CustomerId, OrderId, Seq, StoreId, VisitorId},
    language::Language,
    order::{OrderLine, OrderState},
    party::{Author, Role, Side},
    text::{Body, EmailAddress, Name, Sku},
    time::Timestamp,
};
use reqwest::Method;
use service::{Clock, Fault, accounts, clock::new_id, secret, team};
use storage::{
    Installation, MemberReach, MemberScope, NewAccount, NewCase, NewConversation, NewCustomer, NewDispute, NewEvent, NewSession, Requester,
    StorageError, StoreScope, ToldOrder, Tx, VisitorScope,
};
use testkit::{Browser, StoreOf, TestServer, World, sqlite};

use crate::{
    cast::{Desk, Object, Person, Secret},
    outside,
    support::Thing,
};

const HOUR_MS: i64 = 3_600_000;

/// All of it.
pub(crate) struct Matrix {
    pub(crate) server: TestServer,
    gamma: StoreOf,
    things: BTreeMap<Object, Thing>,
    browsers: BTreeMap<Person, Browser>,
}

impl Matrix {
    /// Made anew, at a time that stands still: whatever changes, somebody did it.
    pub(crate) async fn make() -> Self {
        let database = sqlite().await;
        let server = TestServer::start_set(
            database,
            Clock::manual(Timestamp(1_800_000_000_000)),
            &[("VITRINE_RATE_FACTOR", "1000000")],
        )
        .await;
        outside::listen();
        let gamma = World::one_more(&server.state.services, "gamma").await;
        let mut matrix = Self {
            gamma,
            things: BTreeMap::new(),
            browsers: BTreeMap::new(),
            server,
        };
        let team = matrix.people().await;
        for object in Object::ALL {
            let thing = matrix.put(object, team).await;
            matrix.things.insert(object, thing);
        }
        matrix.suspend().await;
        matrix
    }

    /// Gamma had all that the others have; now the team closes it.
    async fn suspend(&self) {
        let form = [("reason", "It sells what it must not.")];
        let administrator = self.browser(Person::Administrator);
        let asked = administrator.request(Method::POST, "/team/stores/gamma/suspend").form(&form);
        let answer = asked.send().await.expect("an answer");
        assert!(answer.status().as_u16() < 400, "is suspended: {}", answer.status());
    }

    /// Somebody's browser.
    pub(crate) fn browser(&self, person: Person) -> &Browser {
        &self.browsers[&person]
    }

    /// What an object is called.
    pub(crate) fn thing(&self, object: Object) -> &Thing {
        &self.things[&object]
    }

    /// What never was, asked for at a store.
    pub(crate) fn nothing_at(&self, desk: Desk) -> Thing {
        Thing {
            store: slug(desk),
            ..self.thing(Object::Never).clone()
        }
    }

    /// Everything that is kept.
    pub(crate) async fn kept(&self) -> BTreeMap<String, Vec<String>> {
        let kept = self.server.state.services.storage().everything().await;
        kept.expect("reads").expect("a file")
    }

    fn store(&self, desk: Desk) -> &StoreOf {
        match desk {
            Desk::Beta => &self.server.world.beta,
            Desk::Gamma => &self.gamma,
            Desk::Alpha | Desk::Team => &self.server.world.alpha,
        }
    }

    fn account(&self, person: Person) -> AccountId {
        let world = &self.server.world;
        match person {
            Person::Operator => world.alpha.operator.1,
            Person::OwnerOfBeta => world.beta.owner.1,
            Person::OperatorOfBeta => world.beta.operator.1,
            Person::OwnerOfGamma => self.gamma.owner.1,
            Person::OperatorOfGamma => self.gamma.operator.1,
            Person::Deactivated => world.alpha.deactivated.1,
            _ => world.alpha.owner.1,
        }
    }

    /// Everybody who signs in, and nobody. Visitors and members come with their things.
    async fn people(&mut self) -> StoreScope {
        let (services, alpha) = (self.server.state.services.clone(), StoreScope(self.server.world.alpha.id));
        let at = services.clock().now();
        let new = [
            (Person::OperatorChatOff, Role::Operator),
            (Person::Support, Role::Operator),
            (Person::Administrator, Role::Owner),
        ]
        .map(|(person, role)| (person, role, new_id::<AccountId>()));
        let written = services.storage().write(move |tx| {
            Box::pin(async move {
                let desk = team::ensure(tx, name("Marketplace"), Language::En, at).await?;
                for (person, role, id) in new {
                    let account = NewAccount {
                        id,
                        email: EmailAddress::parse(&format!("{person:?}@market.example")).expect("fine"),
                        name: name(&format!("{person:?}")),
                        password_hash: "nobody's".to_owned(),
                        language: Language::En,
                    };
                    tx.insert_account(Installation, &account, at).await?;
                    let works_at = if person == Person::OperatorChatOff { alpha } else { desk };
                    tx.insert_membership(works_at, id, role, at).await?;
                    if person == Person::OperatorChatOff {
                        tx.set_live_chat(alpha, id, None).await?;
                    }
                }
                Ok::<_, Fault>(desk)
            })
        });
        let desk = written.await.expect("is put");
        accounts::deactivate(&services, self.account(Person::Deactivated))
            .await
            .expect("deactivates");
        for (person, _, id) in new {
            self.sign_in(person, id, HOUR_MS).await;
        }
        for person in [
            Person::Operator,
            Person::Owner,
            Person::OperatorOfBeta,
            Person::OwnerOfBeta,
            Person::OperatorOfGamma,
            Person::OwnerOfGamma,
            Person::Deactivated,
        ] {
            self.sign_in(person, self.account(person), HOUR_MS).await;
        }
        self.sign_in(Person::Expired, self.account(Person::Owner), -1).await;
        self.browsers.insert(Person::Anonymous, self.server.nobody());
        desk
    }

    async fn sign_in(&mut self, person: Person, account: AccountId, for_ms: i64) {
        let (services, token) = (&self.server.state.services, secret::Secret::new());
        let at = services.clock().now();
        let session = NewSession {
            token_sha256: token.hash(),
            account,
            at,
            idle_expires_at: at.plus_ms(for_ms),
            absolute_expires_at: at.plus_ms(for_ms),
        };
        let written = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.insert_session(Installation, &session).await }));
        written.await.expect("is put");
        self.comes_with(person, &format!("vitrine={}", token.reveal()));
    }

    fn comes_with(&mut self, person: Person, cookie: &str) {
        let browser = self.server.nobody().with_header("cookie", cookie);
        self.browsers.insert(person, browser);
    }

    /// All things of an object, and the visitor and the member whose they are.
    async fn put(&mut self, object: Object, team: StoreScope) -> Thing {
        let nowhere = Thing {
            number: format!("N-{}", object.name()),
            customer: format!("C-{}", object.name()),
            ..Thing::known_by(slug(object.at()), new_id())
        };
        if object == Object::Never {
            return nowhere;
        }
        let chat = match object.visitor() {
            Some(person) => Some(self.visits(person, object).await),
            None => None,
        };
        let services = self.server.state.services.clone();
        let (at, token) = (services.clock().now(), secret::Secret::new());
        let author = self.account(object.buyer().unwrap_or(Person::Owner));
        let plan = Plan {
            object,
            store: self.store(object.at()).id,
            team,
            author,
            at,
        };
        let (thing, hash) = (nowhere, token.hash());
        let written = services
            .storage()
            .write(move |tx| Box::pin(async move { plan.write(tx, thing, hash).await }));
        let mut thing = written.await.expect("is put");
        if let Some((conversation, file)) = chat {
            (thing.conversation, thing.file) = (conversation, file);
        }
        if let Some(person) = object.member() {
            self.comes_with(person, &format!("lcm-{}={}", thing.store, token.reveal()));
        }
        thing
    }

    /// A visitor leaves a message and a file.
    async fn visits(&mut self, person: Person, object: Object) -> (ConversationId, String) {
        let store = self.store(object.at()).clone();
        let desk = StoreScope(store.id);
        let visitor = self.server.visitor(&store);
        let begun = visitor.leave(&Secret::Chat.of(object)).await.expect("leaves a message");
        let id = begun.conversation.id;
        visitor
            .give(id, "facts.txt", Secret::Chat.of(object).as_bytes())
            .await
            .expect("gives a file");
        let storage = self.server.state.services.storage();
        let events = storage.read(|s| Box::pin(async move { s.events_after(desk, id, Audience::All, Seq::ZERO, 100).await }));
        let file = events.await.expect("reads").into_iter().find_map(|event| match event.kind {
            EventKind::Shared { file } => Some(file.id.to_string()),
            _ => None,
        });
        self.comes_with(person, &format!("lcv-{}={}", store.slug, begun.pass.token));
        (id, file.expect("is in the log"))
    }
}

/// In addresses.
pub(crate) fn slug(desk: Desk) -> &'static str {
    match desk {
        Desk::Alpha => "alpha",
        Desk::Beta => "beta",
        Desk::Gamma => "gamma",
        Desk::Team => team::TEAM_SLUG,
    }
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("fine")
}

/// Where the things of an object are put.
#[derive(Clone, Copy)]
struct Plan {
    object: Object,
    store: StoreId,
    team: StoreScope,
    /// Who of the store writes to the team.
    author: AccountId,
    at: Timestamp,
}

impl Plan {
    async fn write(self, tx: &mut Tx, mut thing: Thing, session: Vec<u8>) -> Result<Thing, StorageError> {
        let store = StoreScope(self.store);
        let customer = self.customer(tx, store, &thing.customer).await?;
        let member = MemberScope {
            store: self.store,
            customer,
            reach: MemberReach::All,
        };
        tx.insert_member_session(member, &session, self.at, self.at.plus_ms(HOUR_MS))
            .await?;
        thing.conversation = self.room(tx, store, Kind::Offline, None, About::Nothing, Secret::Chat).await?;
        thing.message = self
            .room(tx, store, Kind::Shop, Some(customer), About::Nothing, Secret::Message)
            .await?;
        thing.thread = self
            .room(tx, store, Kind::Thread, Some(customer), About::Nothing, Secret::Thread)
            .await?;
        self.case(tx, store, thing.thread, Requester::Customer, Secret::Thread).await?;
        if self.object != Object::Deleted {
            self.disputed(tx, store, customer, &mut thing).await?;
        }
        let account = |on_behalf| Requester::Account {
            account: self.author,
            store: self.store,
            on_behalf,
        };
        thing.ticket = self.ticket(tx, account(true), Secret::Ticket).await?;
        thing.buyers_ticket = self.ticket(tx, account(false), Secret::BuyersTicket).await?;
        let shopper = Requester::Shopper {
            store: self.store,
            customer,
        };
        thing.members_ticket = self.ticket(tx, shopper, Secret::MembersTicket).await?;
        if self.object == Object::Deleted {
            for id in [thing.conversation, thing.message, thing.thread] {
                tx.erase_conversation(store, id, self.at).await?;
            }
            for id in [thing.ticket, thing.buyers_ticket, thing.members_ticket] {
                tx.erase_conversation(self.team, id, self.at).await?;
            }
            tx.erase_customer(store, customer, self.at).await?;
        }
        Ok(thing)
    }

    /// An order, and what is wrong with it.
    async fn disputed(self, tx: &mut Tx, store: StoreScope, customer: CustomerId, thing: &mut Thing) -> Result<(), StorageError> {
        let (order, told) = (new_id::<OrderId>(), self.order(thing));
        tx.tell_order(store, order, customer, &told, self.at).await?;
        // Somebody of the team may take it, and nobody has.
        let state = DisputeState::opened(self.at).step(Who::Buyer, Step::AskMediator, &told.total, self.at);
        let about = About::Order {
            id: order,
            number: thing.number.clone(),
        };
        thing.order = order.to_string();
        thing.dispute = self.room(tx, store, Kind::Dispute, Some(customer), about, Secret::Dispute).await?;
        let dispute = NewDispute {
            conversation: thing.dispute,
            order,
            total: told.total.clone(),
            problem: Problem::Damaged,
            state: state.expect("may be asked"),
        };
        tx.insert_dispute(store, &dispute, self.at).await?;
        Ok(())
    }

    fn order(self, thing: &Thing) -> ToldOrder {
        let euro = |minor| Money {
            minor,
            currency: "EUR".to_owned(),
        };
        ToldOrder {
            number: thing.number.clone(),
            state: OrderState::Shipped,
            total: euro(9_590),
            placed_at: self.at.plus_ms(-HOUR_MS),
            lines: vec![OrderLine {
                sku: Sku::parse("DB-TEAPOT").expect("fine"),
                name: Secret::Order.of(self.object),
                quantity: 1,
                price: euro(8_900),
            }],
            customer: Some(thing.customer.clone()),
            email: None,
            postcode: None,
            ship_to: None,
            tracking: None,
        }
    }

    async fn customer(self, tx: &mut Tx, scope: StoreScope, external_id: &str) -> Result<CustomerId, StorageError> {
        let new = NewCustomer {
            id: new_id(),
            external_id: external_id.to_owned(),
            name: None,
            email: None,
            language: None,
        };
        tx.upsert_customer(scope, &new, self.at).await
    }

    async fn ticket(self, tx: &mut Tx, requester: Requester, secret: Secret) -> Result<ConversationId, StorageError> {
        let customer = self
            .customer(tx, self.team, &format!("requester:{}:{secret:?}", self.object.name()))
            .await?;
        let id = self
            .room(tx, self.team, Kind::Ticket, Some(customer), About::Nothing, secret)
            .await?;
        self.case(tx, self.team, id, requester, secret).await?;
        Ok(id)
    }

    async fn case(
        self,
        tx: &mut Tx,
        scope: StoreScope,
        conversation: ConversationId,
        requester: Requester,
        secret: Secret,
    ) -> Result<(), StorageError> {
        let ticket = requester != Requester::Customer;
        let new = NewCase {
            conversation,
            kind: if ticket { Kind::Ticket } else { Kind::Thread },
            subject: name(&secret.of(self.object)),
            topic: if ticket { Topic::Technical } else { Topic::Support },
            priority: Priority::Normal,
            status: CaseStatus::New,
            requester,
            from: None,
            clock: ticket.then(|| CaseClock::started(Priority::Normal, self.at)),
        };
        tx.insert_case(scope, &new, self.at).await.map(|_| ())
    }

    async fn room(
        self,
        tx: &mut Tx,
        desk: StoreScope,
        kind: Kind,
        customer: Option<CustomerId>,
        about: About,
        secret: Secret,
    ) -> Result<ConversationId, StorageError> {
        let scope = VisitorScope::all_of(desk.0, new_id::<VisitorId>());
        tx.insert_visitor(scope, customer, self.at).await?;
        let new = NewConversation {
            id: new_id(),
            kind,
            start_cid: None,
            stage: Stage::Mail {
                awaiting: Side::Desk,
                since: self.at,
            },
            customer,
            guest_number: tx.next_guest(desk).await?,
            contact: Contact::default(),
            first_name: None,
            last_name: None,
            about,
            language: Language::En,
            page: None,
            browser: None,
            address: None,
            referrer: None,
        };
        tx.insert_conversation(scope, &new, self.at).await?;
        let event = NewEvent {
            conversation: new.id,
            audience: Audience::All,
            author: Author::Shopper,
            author_id: Some(scope.visitor.0),
            client: Some((new_id(), Vec::new())),
            kind: EventKind::Posted {
                body: Body::parse(&secret.of(self.object)).expect("fine"),
            },
            via: None,
        };
        tx.record(desk, event, self.at).await?;
        Ok(new.id)
    }
}
