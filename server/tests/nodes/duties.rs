//! Who is on duty, through windows at several servers; and what becomes of it when one of them dies. By a clock of the test's own.

use model::{
    availability::Availability,
    desk::WindowKind,
    event::{Audience, EventKind},
    id::{ConversationId, Seq},
    limits::{AWAY_GRACE_MS, LEASE_MS, LEASE_RENEW_MS},
    panel::{StartChat, Whence},
    party::Role,
    settings::PresenceRule,
    text::Name,
    time::Timestamp,
};
use service::{
    Actor, Clock, Services,
    clock::new_id,
    conversation, duty, stores,
    visitor::{self, Browser},
};
use storage::StoreScope;
use testkit::{Database, SharedDatabase, World};

/// Two servers without sockets: the verbs of each.
pub(crate) struct Pair {
    pub(crate) a: Services,
    pub(crate) b: Services,
    pub(crate) world: World,
    _databases: [Database; 2],
}

impl Pair {
    /// On a database of their own; `None` where there is none.
    pub(crate) async fn make() -> Option<Self> {
        let shared = SharedDatabase::make().await?;
        let (one, other) = (shared.open().await, shared.open().await);
        let clock = Clock::manual(Timestamp(1_800_000_000_000));
        let services = |database: &Database| Services::new(database.storage.clone(), clock.clone(), "http://127.0.0.1".to_owned());
        let (a, b) = (services(&one), services(&other));
        Some(Self {
            world: World::make(&a).await,
            a,
            b,
            _databases: [one, other],
        })
    }

    /// Somebody of the store, as a server recognises them.
    pub(crate) fn actor(&self, owner: bool) -> Actor {
        let alpha = &self.world.alpha;
        let (account, role, name) = if owner {
            (alpha.owner.1, Role::Owner, "owner of alpha")
        } else {
            (alpha.operator.1, Role::Operator, "operator of alpha")
        };
        Actor {
            account,
            store: alpha.id,
            role,
            live_chat: true,
            name: Name::parse(name).expect("fine"),
            operator_name: None,
        }
    }

    /// A chat that nobody has taken, with a word in it.
    pub(crate) async fn chat(&self) -> ConversationId {
        let store = stores::by_slug(&self.a, "alpha").await.expect("alpha");
        let start = StartChat {
            cid: new_id(),
            name: Name::parse("Jane").ok(),
            email: None,
            identity: None,
            origin: Whence::default(),
        };
        let begun = visitor::start_chat(&self.a, &store, None, start, Browser::default())
            .await
            .expect("starts");
        let known = visitor::recognise(&self.a, &store, &begun.pass.token)
            .await
            .expect("asks")
            .expect("knows");
        let party = service::Party::Visitor(known.scope);
        let words = model::text::Body::parse("Hello?").expect("fine");
        conversation::post(&self.a, &party, begun.conversation.id, Audience::All, new_id(), words)
            .await
            .expect("posts");
        begun.conversation.id
    }

    /// What happened in a conversation.
    pub(crate) async fn kinds(&self, id: ConversationId) -> Vec<EventKind> {
        let store = StoreScope(self.world.alpha.id);
        let events = self
            .b
            .storage()
            .read(|s| Box::pin(async move { s.events_after(store, id, Audience::All, Seq::ZERO, 100).await }))
            .await;
        events.expect("reads").into_iter().map(|event| event.kind).collect()
    }

    /// The store says from now on what a duty needs.
    async fn rule(&self, presence: PresenceRule) {
        let store = stores::by_slug(&self.a, "alpha").await.expect("alpha");
        let (scope, mut settings) = (StoreScope(store.id), store.settings);
        settings.presence = presence;
        self.a
            .storage()
            .write(move |tx| Box::pin(async move { tx.set_settings(scope, &settings).await }))
            .await
            .expect("saves");
    }

    async fn online(&self) -> bool {
        let store = stores::by_slug(&self.b, "alpha").await.expect("alpha");
        stores::availability(&self.b, &store).await.expect("asks") == Availability::Online
    }

    /// Time passes at both; those that still live notice.
    async fn pass(&self, ms: i64, living: &[&Services]) {
        self.a.clock().advance_ms(ms);
        for services in living {
            duty::tick(services).await.expect("ticks");
        }
    }
}

const RECAP: WindowKind = WindowKind::Recap;

#[tokio::test]
async fn f2_windows_at_two_servers_hold_one_duty_until_both_are_gone() {
    let Some(pair) = Pair::make().await else { return };
    let (a, b, operator) = (&pair.a, &pair.b, pair.actor(false));
    duty::window_opened(a, &operator, RECAP).await.expect("opens");
    duty::go_on(a, &operator, RECAP).await.expect("goes on duty");
    duty::window_opened(b, &operator, RECAP).await.expect("opens");
    duty::window_closed(a, operator.account, operator.store, RECAP, true);
    pair.pass(AWAY_GRACE_MS + 1, &[a, b]).await;
    assert!(pair.online().await, "the window at the other server holds it");
    for _ in 0..6 {
        pair.pass(LEASE_RENEW_MS, &[a, b]).await;
        assert!(pair.online().await);
    }
    duty::window_closed(b, operator.account, operator.store, RECAP, true);
    pair.pass(AWAY_GRACE_MS + 1, &[a, b]).await;
    assert!(!pair.online().await, "none is left");
}

#[tokio::test]
async fn f2_a_window_that_was_there_before_takes_the_duty_over() {
    let Some(pair) = Pair::make().await else { return };
    let (a, b, operator) = (&pair.a, &pair.b, pair.actor(false));
    duty::window_opened(b, &operator, RECAP).await.expect("opens");
    duty::window_opened(a, &operator, RECAP).await.expect("opens");
    duty::go_on(a, &operator, RECAP).await.expect("goes on duty");
    pair.pass(LEASE_RENEW_MS, &[a, b]).await;
    // The server where the switch was pressed dies. Nobody notices.
    for _ in 0..8 {
        pair.pass(LEASE_RENEW_MS, &[b]).await;
        assert!(pair.online().await);
    }
    // Switched off at one server is off at all, whatever windows there are.
    duty::leave(b, &operator).await.expect("leaves");
    assert!(!pair.online().await);
    pair.pass(LEASE_RENEW_MS, &[a, b]).await;
    pair.pass(LEASE_RENEW_MS, &[a, b]).await;
    assert!(!pair.online().await, "no window brings it back");
}

#[tokio::test]
async fn f2_when_a_server_dies_with_all_windows_its_duties_end_with_their_leases_and_once() {
    let Some(pair) = Pair::make().await else { return };
    let (a, b, operator) = (&pair.a, &pair.b, pair.actor(false));
    duty::window_opened(a, &operator, RECAP).await.expect("opens");
    duty::go_on(a, &operator, RECAP).await.expect("goes on duty");
    let id = pair.chat().await;
    conversation::take(a, &operator, id).await.expect("takes");
    duty::tick(a).await.expect("ticks");
    // It stands still for longer than its leases, the other one takes over, and then it wakes up and does what it thinks is its.
    pair.pass(LEASE_MS - 1, &[b]).await;
    assert!(pair.online().await, "until then it may come back");
    pair.pass(20_000, &[b]).await;
    assert!(!pair.online().await);
    for _ in 0..3 {
        pair.pass(LEASE_RENEW_MS, &[a, b]).await;
        let (one, other) = tokio::join!(duty::tick(a), duty::tick(b));
        assert!(one.is_ok() && other.is_ok());
    }
    assert!(!pair.online().await, "a lease that was lost is not renewed");
    let left = pair.kinds(id).await.into_iter().filter(|kind| *kind == EventKind::DeskLeft);
    assert_eq!(left.count(), 1, "said once");
}

#[tokio::test]
async fn f2_on_duty_at_one_store_at_a_time_wherever_the_switch_was_pressed() {
    let Some(pair) = Pair::make().await else { return };
    let operator = pair.actor(false);
    duty::go_on(&pair.a, &operator, RECAP).await.expect("goes on duty");
    let elsewhere = StoreScope(pair.world.beta.id);
    let account = operator.account;
    let now = pair.a.clock().now();
    pair.a
        .storage()
        .write(move |tx| Box::pin(async move { tx.insert_membership(elsewhere, account, Role::Operator, now).await }))
        .await
        .expect("works there, too");
    let there = Actor {
        store: pair.world.beta.id,
        ..operator
    };
    duty::go_on(&pair.b, &there, RECAP).await.expect("goes on duty");
    assert!(!pair.online().await, "not at the first any more");
}

#[tokio::test]
async fn f2_of_two_who_leave_at_once_one_is_the_last() {
    let Some(pair) = Pair::make().await else { return };
    let (operator, owner) = (pair.actor(false), pair.actor(true));
    for round in 0..20 {
        duty::go_on(&pair.a, &operator, RECAP).await.expect("goes on duty");
        duty::go_on(&pair.b, &owner, RECAP).await.expect("goes on duty");
        let id = pair.chat().await;
        let (one, other) = tokio::join!(duty::leave(&pair.a, &operator), duty::leave(&pair.b, &owner));
        assert!(one.is_ok() && other.is_ok());
        let left = pair.kinds(id).await.into_iter().filter(|kind| *kind == EventKind::DeskLeft);
        assert_eq!(left.count(), 1, "round {round}");
    }
}

#[tokio::test]
async fn f2_a_duty_that_may_stand_by_itself_no_longer_goes_on_with_a_window_at_another_server() {
    let Some(pair) = Pair::make().await else { return };
    let (a, b, operator) = (&pair.a, &pair.b, pair.actor(false));
    pair.rule(PresenceRule::UntilSwitchedOff).await;
    duty::window_opened(a, &operator, RECAP).await.expect("opens");
    duty::go_on(a, &operator, RECAP).await.expect("goes on duty");
    duty::window_opened(b, &operator, RECAP).await.expect("opens");
    // At the first server it stands by itself from now on, and at the other a window holds it.
    duty::window_closed(a, operator.account, operator.store, RECAP, true);
    pair.pass(AWAY_GRACE_MS + 1, &[a, b]).await;
    pair.rule(PresenceRule::WhileAWindowLives).await;
    pair.pass(1_000, &[a, b]).await;
    assert!(pair.online().await, "they sit at a window");
    duty::window_closed(b, operator.account, operator.store, RECAP, true);
    pair.pass(AWAY_GRACE_MS + 1, &[a, b]).await;
    assert!(!pair.online().await, "none is left");
}
