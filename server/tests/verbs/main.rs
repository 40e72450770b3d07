//! What the verbs promise, on SQLite and on PostgreSQL alike.

mod after_chat;
mod answers;
mod api;
mod at_once;
mod attachments;
mod attacks_accounts;
mod attacks_doors;
mod capacity;
mod clocks;
mod configuration;
mod customers;
mod demo;
mod disputes;
mod halfway;
mod help;
mod history;
mod mail_in;
mod mail_in_doors;
mod marketplace;
mod members;
mod messages;
mod nth;
mod order_status;
mod post;
mod post_smtp;
mod privacy;
mod safety;
mod safety_doors;
mod senders;
mod served;
mod staff;
mod team_tickets;
mod threads;
mod together;
mod vendor_news;
mod waiting;
mod webhooks;
mod windows;

use model::{
    availability::Availability,
    conversation::StageName,
    desk::{Folder, WindowKind},
    event::{Audience, EventKind, Mark},
    id::{ClientId, ConversationId, Seq},
    limits::{BODY_CHARS_MAX, LEASE_MS, LOST_GRACE_MS, ORIGINS_MAX, SILENT_START_MS},
    panel::{Begun, LeaveMessage, StartChat, Whence},
    party::{Author, Customer, Role},
    refusal::{Field, Refusal},
    settings::{OfflineMode, StoreSettings},
    text::{Body, EmailAddress, Name, Sku},
    time::Timestamp,
};
use service::{
    Actor, Clock, Fault, Party, Services, accounts, clock::new_id, conversation, desk, duty, stores, tickets, visitor, your_site,
};
use storage::{StoreRow, StoreScope, VisitorScope, VisitorSession};
use testkit::{Database, World, both};

struct Scene {
    services: Services,
    world: World,
    name: &'static str,
    _database: Database,
}

async fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for database in both().await {
        let services = Services::new(
            database.storage.clone(),
            Clock::manual(Timestamp(1_800_000_000_000)),
            "http://127.0.0.1".to_owned(),
        );
        let world = World::make(&services).await;
        scenes.push(Scene {
            services,
            world,
            name: database.name,
            _database: database,
        });
    }
    scenes
}

impl Scene {
    async fn store(&self) -> StoreRow {
        stores::by_slug(&self.services, "alpha").await.expect("alpha")
    }

    fn actor(&self, owner: bool) -> Actor {
        let (account, role) = if owner {
            (self.world.alpha.owner.1, Role::Owner)
        } else {
            (self.world.alpha.operator.1, Role::Operator)
        };
        let name = Name::parse(if owner { "owner of alpha" } else { "operator of alpha" }).expect("fine");
        Actor {
            account,
            store: self.world.alpha.id,
            role,
            live_chat: true,
            name,
            operator_name: None,
        }
    }

    async fn online(&self) -> Actor {
        let actor = self.actor(false);
        duty::go_on(&self.services, &actor, WindowKind::Recap).await.expect("goes on duty");
        actor
    }

    async fn start(&self, start: StartChat) -> Result<Begun, Fault> {
        visitor::start_chat(&self.services, &self.store().await, None, start, visitor::Browser::default()).await
    }

    async fn chat(&self) -> (ConversationId, Party) {
        let begun = self.start(start()).await.expect("starts");
        let party = self.party_of(&begun).await;
        (begun.conversation.id, party)
    }

    async fn party_of(&self, begun: &Begun) -> Party {
        Party::Visitor(self.session_of(begun).await.scope)
    }

    async fn session_of(&self, begun: &Begun) -> VisitorSession {
        visitor::recognise(&self.services, &self.store().await, &begun.pass.token)
            .await
            .expect("asks")
            .expect("knows")
    }

    async fn say(&self, party: &Party, to: ConversationId, cid: ClientId, text: &str) -> Result<(i64, bool), Refusal> {
        let posted = conversation::post(&self.services, party, to, Audience::All, cid, body(text)).await;
        posted
            .map(|p| (p.seq.0, p.dup))
            .map_err(|f| f.refusal().unwrap_or_else(|| panic!("{f}")))
    }

    async fn log(&self, id: ConversationId) -> Vec<(i64, EventKind)> {
        let store = StoreScope(self.world.alpha.id);
        let events = self
            .services
            .storage()
            .read(|s| Box::pin(async move { s.events_after(store, id, Audience::All, Seq::ZERO, 100).await }))
            .await;
        events.expect("reads").into_iter().map(|e| (e.seq.0, e.kind)).collect()
    }
}

fn body(text: &str) -> Body {
    Body::parse(text).expect("fine")
}

fn start() -> StartChat {
    StartChat {
        cid: new_id(),
        name: Name::parse("Jane").ok(),
        email: None,
        identity: None,
        origin: Whence::default(),
    }
}

fn message(text: &str) -> LeaveMessage {
    LeaveMessage {
        cid: new_id(),
        first_name: Name::parse("Jane").ok(),
        last_name: Name::parse("Doe").ok(),
        email: EmailAddress::parse("jane@customer.example").ok(),
        phone: None,
        message: body(text),
        identity: None,
        origin: Whence::default(),
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, Fault>) -> Refusal {
    match result {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_same_message_twice_is_one_message_and_other_words_under_its_id_are_refused() {
    for scene in scenes().await {
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cid = new_id();
        assert_eq!(scene.say(&shopper, id, cid, "Hello").await, Ok((1, false)), "{}", scene.name);
        assert_eq!(scene.say(&shopper, id, cid, "Hello").await, Ok((1, true)));
        assert_eq!(scene.say(&shopper, id, cid, "Something else").await, Err(Refusal::ClientIdReused));
        // The same id of somebody else is somebody else's message.
        let operator = Party::Desk(scene.actor(false));
        let (seq, dup) = scene.say(&operator, id, cid, "Hello").await.expect("posts");
        assert_eq!((seq, dup), (3, false), "taken is 2");
        assert_eq!(scene.log(id).await.len(), 3);
    }
}

#[tokio::test]
async fn racing_duplicates_become_one_message_without_a_gap() {
    for scene in scenes().await {
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cids: Vec<ClientId> = (0..5).map(|_| new_id()).collect();
        let sends = cids
            .iter()
            .flat_map(|cid| (0..6).map(|_| scene.say(&shopper, id, *cid, "again")))
            .collect::<Vec<_>>();
        let answers = futures::future::join_all(sends).await;
        assert!(answers.iter().all(Result::is_ok), "{}: {answers:?}", scene.name);
        let log = scene.log(id).await;
        assert_eq!(
            log.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5],
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn p_32_d_16_answering_takes_the_conversation_and_colleagues_see_who_has_it() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Is the blue one in stock?").await.expect("posts");
        scene
            .say(&Party::Desk(operator.clone()), id, new_id(), "It is.")
            .await
            .expect("posts");
        let colleague = scene.actor(true);
        let seen = desk::conversation(&scene.services, &colleague, id).await.expect("sees");
        assert_eq!(seen.row.stage, StageName::Live);
        assert_eq!(seen.row.operator.map(|o| o.id), Some(operator.account));
        assert_eq!(seen.row.waiting_since, None, "the desk spoke last");
        assert_eq!(
            refused(conversation::take(&scene.services, &colleague, id).await),
            Refusal::NotAllowed
        );
        let kinds: Vec<_> = scene.log(id).await.into_iter().map(|(_, kind)| kind.code()).collect();
        assert_eq!(kinds, ["posted", "taken", "posted"]);
    }
}

#[tokio::test]
async fn p_09_p_13_the_last_place_goes_to_one_of_many_who_want_it() {
    for scene in scenes().await {
        scene.online().await;
        let store = StoreScope(scene.world.alpha.id);
        let settings = StoreSettings {
            places: 1,
            ..StoreSettings::default()
        };
        scene
            .services
            .storage()
            .write(move |tx| Box::pin(async move { tx.set_settings(store, &settings).await }))
            .await
            .expect("sets");
        let tries = futures::future::join_all((0..30).map(|_| scene.start(start()))).await;
        let chats = tries.iter().filter(|t| t.is_ok()).count();
        let full = tries
            .iter()
            .filter(|t| matches!(t, Err(Fault::Refused(Refusal::StoreFull))))
            .count();
        assert_eq!((chats, full), (1, 29), "{}", scene.name);
        let availability = stores::availability(&scene.services, &scene.store().await).await.expect("asks");
        assert_eq!(availability, Availability::Full);
    }
}

#[tokio::test]
async fn a_start_that_is_sent_twice_begins_one_chat() {
    for scene in scenes().await {
        scene.online().await;
        let twice = start();
        let first = scene.start(twice.clone()).await.expect("starts");
        let again = scene.start(twice).await.expect("starts");
        assert_eq!(first.conversation.id, again.conversation.id);
        assert_eq!(
            scene.session_of(&first).await.scope,
            scene.session_of(&again).await.scope,
            "the same visitor, with a new way in"
        );
    }
}

#[tokio::test]
async fn a_silent_chat_gives_its_place_back_and_a_word_reopens_it() {
    for scene in scenes().await {
        let store = StoreScope(scene.world.alpha.id);
        // This store lets its chats wait for as long as they want to.
        let settings = StoreSettings {
            missed_after_s: 0,
            ..StoreSettings::default()
        };
        scene
            .services
            .storage()
            .write(move |tx| Box::pin(async move { tx.set_settings(store, &settings).await }))
            .await
            .expect("sets");
        scene.online().await;
        let (silent, shopper) = scene.chat().await;
        let (spoken, other) = scene.chat().await;
        scene.say(&other, spoken, new_id(), "Hello").await.expect("posts");
        scene.services.clock().advance_ms(SILENT_START_MS + 1);
        // The vendor is still there: the lease was renewed meanwhile.
        scene.online().await;
        duty::tick(&scene.services).await.expect("ticks");
        let (services, colleague) = (&scene.services, &Party::Desk(scene.actor(true)));
        let stage = |id| async move { conversation::view(services, colleague, id).await.expect("sees").stage };
        assert_eq!(stage(silent).await, StageName::Closed, "{}", scene.name);
        assert_eq!(stage(spoken).await, StageName::Queued);
        scene.say(&shopper, silent, new_id(), "Sorry, I was reading").await.expect("posts");
        assert_eq!(stage(silent).await, StageName::Queued);
    }
}

#[tokio::test]
async fn p_46_p_37_a_finished_chat_ends_once_and_reopens_by_itself() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Thanks").await.expect("posts");
        for _ in 0..3 {
            conversation::end(&scene.services, &operator, id).await.expect("ends");
        }
        let recap = desk::recap(&scene.services, &operator).await.expect("sees");
        assert!(
            recap.ongoing.is_empty() && recap.finished.iter().any(|r| r.id == id),
            "{}",
            scene.name
        );
        assert_eq!(scene.log(id).await.iter().filter(|(_, k)| *k == EventKind::Closed).count(), 1);
        scene.say(&shopper, id, new_id(), "One more thing").await.expect("posts");
        let recap = desk::recap(&scene.services, &operator).await.expect("sees");
        assert!(recap.finished.is_empty() && recap.ongoing.iter().any(|r| r.id == id && r.stage == StageName::Queued));
    }
}

#[tokio::test]
async fn when_the_last_one_leaves_chats_go_on_as_messages_and_finished_ones_become_history() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (open, shopper) = scene.chat().await;
        scene.say(&shopper, open, new_id(), "Hello?").await.expect("posts");
        let (over, _) = scene.chat().await;
        conversation::end(&scene.services, &operator, over).await.expect("ends");
        let recap = duty::leave(&scene.services, &operator).await.expect("leaves");
        assert!(!recap.on_duty && recap.finished.is_empty(), "P-49, {}", scene.name);
        let view = conversation::view(&scene.services, &shopper, open).await.expect("sees");
        assert_eq!(view.stage, StageName::Mail);
        assert_eq!(
            view.events.last().map(|e| (&e.kind, &e.author)),
            Some((&EventKind::DeskLeft, &Author::System))
        );
        let history = desk::inbox(&scene.services, &operator, Folder::Finished, None).await.expect("sees");
        assert!(history.rows.iter().any(|r| r.id == over));
        // Somebody is there again, and the shopper writes: it is live again.
        scene.online().await;
        scene.say(&shopper, open, new_id(), "Still here").await.expect("posts");
        assert_eq!(
            conversation::view(&scene.services, &shopper, open).await.expect("sees").stage,
            StageName::Queued
        );
    }
}

#[tokio::test]
async fn a_duty_ends_when_its_windows_are_gone_and_survives_a_tunnel() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let online = || async {
            stores::availability(&scene.services, &scene.store().await)
                .await
                .expect("asks")
                .is_online()
        };
        duty::window_opened(&scene.services, &operator, WindowKind::Recap)
            .await
            .expect("opens");
        for _ in 0..6 {
            scene.services.clock().advance_ms(LEASE_MS / 3);
            duty::tick(&scene.services).await.expect("ticks");
            assert!(online().await, "the lease is renewed while a window is open");
        }
        duty::window_closed(&scene.services, operator.account, operator.store, WindowKind::Recap, false);
        scene.services.clock().advance_ms(LOST_GRACE_MS - 1_000);
        duty::tick(&scene.services).await.expect("ticks");
        assert!(online().await, "{}: a tunnel", scene.name);
        scene.services.clock().advance_ms(2_000);
        duty::tick(&scene.services).await.expect("ticks");
        assert!(!online().await, "{}: gone", scene.name);
    }
}

#[tokio::test]
async fn d_26_d_27_p_51_a_message_is_stored_whoever_is_there_and_listed_unread() {
    for scene in scenes().await {
        let store = scene.store().await;
        let begun = visitor::leave_message(
            &scene.services,
            &store,
            None,
            message("Do you ship to Texel?"),
            visitor::Browser::default(),
        )
        .await;
        let begun = begun.expect("is stored");
        let owner = scene.actor(true);
        let page = desk::inbox(&scene.services, &owner, Folder::Offline, None).await.expect("sees");
        assert_eq!(page.rows.len(), 1, "{}", scene.name);
        assert_eq!((page.rows[0].preview.as_str(), page.rows[0].unread), ("Do you ship to Texel?", 1));
        assert!(matches!(&page.rows[0].customer, Customer::Guest { name: Some(name), .. } if name.as_str() == "Jane Doe"));
        assert_eq!(desk::recap(&scene.services, &owner).await.expect("sees").offline_unread, 1);
        let opened = desk::conversation(&scene.services, &owner, begun.conversation.id)
            .await
            .expect("opens");
        assert_eq!(
            opened.contact.email.map(|e| e.to_string()).as_deref(),
            Some("jane@customer.example")
        );
        let mark = Mark { got: Seq(1), read: Seq(1) };
        conversation::mark(&scene.services, &Party::Desk(owner.clone()), begun.conversation.id, mark)
            .await
            .expect("marks");
        assert_eq!(desk::recap(&scene.services, &owner).await.expect("sees").offline_unread, 0);
    }
}

#[tokio::test]
async fn d_i7_required_fields_are_required_and_what_was_not_asked_is_not_kept() {
    for scene in scenes().await {
        let store = scene.store().await;
        let leave = |m| visitor::leave_message(&scene.services, &store, None, m, visitor::Browser::default());
        let without = LeaveMessage {
            email: None,
            ..message("Hi")
        };
        assert_eq!(refused(leave(without).await), Refusal::Missing(Field::Email));
        let phone = model::text::Phone::parse("+31 20 123").ok();
        let begun = leave(LeaveMessage { phone, ..message("Hi") }).await.expect("is stored");
        let opened = desk::conversation(&scene.services, &scene.actor(true), begun.conversation.id)
            .await
            .expect("opens");
        assert_eq!(opened.contact.phone, None, "{}: the telephone was not asked", scene.name);
    }
}

#[tokio::test]
async fn p_12_p_14_nobody_there_is_a_form_or_nothing() {
    for scene in scenes().await {
        assert_eq!(refused(scene.start(start()).await), Refusal::StoreAway);
        let availability = || async { stores::availability(&scene.services, &scene.store().await).await.expect("asks") };
        assert_eq!(availability().await, Availability::Away);
        let store = StoreScope(scene.world.alpha.id);
        let hidden = StoreSettings {
            offline: OfflineMode::Hidden,
            ..StoreSettings::default()
        };
        scene
            .services
            .storage()
            .write(move |tx| Box::pin(async move { tx.set_settings(store, &hidden).await }))
            .await
            .expect("sets");
        assert_eq!(availability().await, Availability::Hidden);
    }
}

#[tokio::test]
async fn p_64_guests_have_a_new_number_for_each_conversation() {
    for scene in scenes().await {
        scene.online().await;
        let mut numbers = Vec::new();
        for _ in 0..3 {
            let (id, _) = scene.chat().await;
            let row = desk::conversation(&scene.services, &scene.actor(true), id).await.expect("sees").row;
            let Customer::Guest { number, .. } = row.customer else {
                panic!("a guest")
            };
            numbers.push(number);
        }
        assert_eq!(numbers, [1, 2, 3], "{}", scene.name);
    }
}

#[tokio::test]
async fn marks_only_grow_and_never_pass_the_end() {
    for scene in scenes().await {
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "one").await.expect("posts");
        scene.say(&shopper, id, new_id(), "two").await.expect("posts");
        let desk = Party::Desk(scene.actor(false));
        for (got, read) in [(1, 1), (9, 0), (-5, 99), (1, 1)] {
            conversation::mark(
                &scene.services,
                &desk,
                id,
                Mark {
                    got: Seq(got),
                    read: Seq(read),
                },
            )
            .await
            .expect("marks");
        }
        let theirs = conversation::view(&scene.services, &shopper, id).await.expect("sees").theirs;
        assert_eq!(theirs, Mark { got: Seq(2), read: Seq(2) }, "I11, {}", scene.name);
    }
}

#[tokio::test]
async fn ha_7_whoever_was_switched_off_a_moment_ago_does_nothing_any_more() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        accounts::deactivate(&scene.services, operator.account).await.expect("deactivates");
        let party = Party::Desk(operator.clone());
        assert_eq!(scene.say(&party, id, new_id(), "still me").await, Err(Refusal::NotSignedIn));
        assert_eq!(
            refused(conversation::end(&scene.services, &operator, id).await),
            Refusal::NotSignedIn
        );
        assert_eq!(
            refused(duty::go_on(&scene.services, &operator, WindowKind::Recap).await),
            Refusal::NotSignedIn
        );
        let availability = stores::availability(&scene.services, &scene.store().await).await.expect("asks");
        assert_eq!(availability, Availability::Away, "{}: their duty counts no longer", scene.name);
    }
}

#[tokio::test]
async fn d_02_whoever_may_not_chat_live_cannot_go_on_duty() {
    for scene in scenes().await {
        let (store, account) = (StoreScope(scene.world.alpha.id), scene.world.alpha.operator.1);
        scene
            .services
            .storage()
            .write(move |tx| Box::pin(async move { tx.set_live_chat(store, account, None).await }))
            .await
            .expect("sets");
        assert_eq!(
            refused(duty::go_on(&scene.services, &scene.actor(false), WindowKind::Recap).await),
            Refusal::NotAllowed
        );
    }
}

#[tokio::test]
async fn a_handle_opens_the_door_once() {
    for scene in scenes().await {
        scene.online().await;
        let begun = scene.start(start()).await.expect("starts");
        let store = scene.store().await;
        let handle = begun.pass.handle.clone().expect("a handle");
        let (session, pass) = visitor::resume(&scene.services, &store, &handle)
            .await
            .expect("asks")
            .expect("opens");
        assert_eq!(session.scope, scene.session_of(&begun).await.scope);
        assert_ne!(pass.handle, begun.pass.handle, "rotated");
        assert!(
            visitor::resume(&scene.services, &store, &handle).await.expect("asks").is_none(),
            "used up"
        );
        let beta = stores::by_slug(&scene.services, "beta").await.expect("beta");
        let next = pass.handle.expect("a handle");
        assert!(
            visitor::resume(&scene.services, &beta, &next).await.expect("asks").is_none(),
            "HB-16, {}: another store's",
            scene.name
        );
    }
}

#[tokio::test]
async fn a_session_or_ticket_of_one_store_is_nothing_at_another() {
    for scene in scenes().await {
        scene.online().await;
        let begun = scene.start(start()).await.expect("starts");
        let beta = stores::by_slug(&scene.services, "beta").await.expect("beta");
        assert!(
            visitor::recognise(&scene.services, &beta, &begun.pass.token)
                .await
                .expect("asks")
                .is_none()
        );
        let foreign = Party::Visitor(VisitorScope {
            store: beta.id,
            visitor: scene.session_of(&begun).await.scope.visitor,
            only: None,
        });
        assert_eq!(
            refused(conversation::view(&scene.services, &foreign, begun.conversation.id).await),
            Refusal::NotFound
        );
    }
}

#[tokio::test]
async fn hf_3_a_ticket_is_good_once_and_for_thirty_seconds() {
    for scene in scenes().await {
        let party = Party::Desk(scene.actor(true));
        let signed_in = accounts::sign_in(&scene.services, "owner@alpha.example", testkit::PASSWORD.to_owned(), "test").await;
        let session = signed_in.expect("signs in").token.hash();
        let issue = async || {
            tickets::issue(&scene.services, party.clone(), session.clone())
                .await
                .expect("a ticket")
        };
        let redeem = async |ticket: &service::secret::Secret| tickets::redeem(&scene.services, ticket.reveal()).await.expect("asks");
        let ticket = issue().await;
        assert!(
            redeem(&ticket).await.is_some_and(|admitted| admitted.party.id() == party.id()),
            "{}",
            scene.name
        );
        assert!(redeem(&ticket).await.is_none(), "used");
        let late = issue().await;
        scene.services.clock().advance_ms(30_000);
        assert!(redeem(&late).await.is_none(), "old");
    }
}

#[tokio::test]
async fn your_site_is_the_owners_and_a_site_that_cannot_be_read_changes_nothing() {
    for scene in scenes().await {
        assert_eq!(
            refused(your_site::read(&scene.services, &scene.actor(false)).await),
            Refusal::NotAllowed
        );
        let owner = scene.actor(true);
        let origins = async || your_site::read(&scene.services, &owner).await.expect("reads").origins;
        your_site::remove_origin(&scene.services, &owner, "https://alpha.example")
            .await
            .expect("removes");
        for again in ["https://Shop.example/", "https://shop.example"] {
            your_site::add_origin(&scene.services, &owner, again).await.expect("adds");
        }
        assert_eq!(origins().await, ["https://shop.example"], "{}", scene.name);
        assert_eq!(
            refused(your_site::add_origin(&scene.services, &owner, "javascript:alert(1)").await),
            Refusal::Invalid(Field::Origin)
        );
        for stranger in ["https://other.example", ""] {
            your_site::remove_origin(&scene.services, &owner, stranger).await.expect("nothing");
        }
        for n in 1..ORIGINS_MAX {
            let typed = format!("https://shop-{n}.example");
            your_site::add_origin(&scene.services, &owner, &typed).await.expect("adds");
        }
        assert_eq!(
            refused(your_site::add_origin(&scene.services, &owner, "https://one-more.example").await).field(),
            Some(Field::Origin)
        );
        assert_eq!(origins().await.len(), ORIGINS_MAX);
        assert_eq!(
            refused(your_site::add_origin(&scene.services, &scene.actor(false), "https://mine.example").await),
            Refusal::NotAllowed
        );
    }
}

#[tokio::test]
async fn limits_hold_at_n_and_not_at_n_plus_one() {
    for scene in scenes().await {
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let longest = "x".repeat(BODY_CHARS_MAX);
        assert_eq!(scene.say(&shopper, id, new_id(), &longest).await, Ok((1, false)));
        assert!(Body::parse(&format!("{longest}x")).is_err());
        // What is told of the page is not worth refusing anybody for: it is cut.
        let whence = Whence {
            product: Sku::parse("DB-TEAPOT").ok(),
            page: Some("https://shop.example/".repeat(100)),
            ..Whence::default()
        };
        let begun = scene.start(StartChat { origin: whence, ..start() }).await.expect("starts");
        let seen = desk::conversation(&scene.services, &scene.actor(true), begun.conversation.id)
            .await
            .expect("sees");
        assert_eq!(seen.connection.page.map(|p| p.chars().count()), Some(model::limits::PAGE_CHARS_MAX));
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_does_not_reorder_a_conversation() {
    for scene in scenes().await {
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "one").await.expect("posts");
        scene.services.clock().advance_ms(-3_600_000);
        scene.say(&shopper, id, new_id(), "two").await.expect("posts");
        let events = conversation::view(&scene.services, &shopper, id).await.expect("sees").events;
        assert!(events.windows(2).all(|w| w[0].at <= w[1].at), "{}", scene.name);
    }
}
