//! A shopper and somebody of the desk in the middle of a conversation, from its first word to the verdict.

use std::time::Duration;

use model::{
    id::ConversationId,
    panel::{Begin, Begun, StartChat, Whence},
    text::Name,
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use service::clock::new_id;
use testkit::PASSWORD;
use tokio::time::{Instant, sleep};

use crate::{
    checker::{Book, End, findings},
    house::House,
    relay::Relay,
    talk::{Door, Talk},
    tools::within,
};

/// After the last fault, everything is well again within this time.
const PEACE: Duration = Duration::from_secs(20);

/// A conversation that goes on.
pub(crate) struct Room {
    pub(crate) conversation: ConversationId,
    pub(crate) shopper: Talk,
    pub(crate) desk: Talk,
    book: Book,
    /// The way in of the one at the desk …
    pub(crate) office: Door,
    /// … and of the shopper.
    pub(crate) panel: Door,
}

impl Room {
    /// Both talk at this pace, at this server.
    pub(crate) async fn open(house: &House, pace: Duration) -> Self {
        Self::open_at(&[house], pace).await
    }

    /// The shopper begins at the first server, the desk at the last; both know all.
    pub(crate) async fn open_at(houses: &[&House], pace: Duration) -> Self {
        let bases: Vec<String> = houses.iter().map(|house| house.base.clone()).collect();
        let turned: Vec<String> = bases.iter().rev().cloned().collect();
        Self::begin(&bases, &turned, pace, &houses[0].world.alpha.operator.0).await
    }

    /// Both talk to this server behind a wire.
    pub(crate) async fn open_through(house: &House, relay: &Relay, pace: Duration) -> Self {
        Self::open_as(relay, pace, &house.world.alpha.operator.0).await
    }

    /// Both talk to this server behind a wire; the one at the desk signs in with this address.
    pub(crate) async fn open_as(relay: &Relay, pace: Duration, email: &str) -> Self {
        let base = std::slice::from_ref(&relay.base);
        Self::begin(base, base, pace, email).await
    }

    async fn begin(bases: &[String], turned: &[String], pace: Duration, email: &str) -> Self {
        let office = Door::new(turned, "/desk/ticket");
        sign_in(&office, email).await;
        let duty = office
            .request(Method::POST, "/fn/go_on_duty")
            .json(&json!({"window": "recap"}))
            .send()
            .await;
        assert_eq!(duty.expect("an answer").status(), StatusCode::OK, "goes on duty");
        let mut panel = Door::new(bases, "/w/alpha/ticket");
        let start = Begin::Chat(StartChat {
            cid: new_id(),
            name: Name::parse("Jane").ok(),
            email: None,
            identity: None,
            origin: Whence::default(),
        });
        let begun = panel.request(Method::POST, "/w/alpha/start").json(&start).send().await;
        let begun: Begun = begun.expect("an answer").json().await.expect("a chat");
        panel.session = Some(begun.pass.token);
        let conversation = begun.conversation.id;
        let book = Book::default();
        let room = Self {
            conversation,
            shopper: Talk::begin("Jane", panel.clone(), conversation, pace, book.clone()),
            desk: Talk::begin("Anna", office.clone(), conversation, pace, book.clone()),
            book,
            office,
            panel,
        };
        room.goes_on(PEACE).await;
        room
    }

    fn talks(&self) -> [&Talk; 2] {
        [&self.shopper, &self.desk]
    }

    /// Messages that were kept until now.
    pub(crate) fn kept(&self) -> u64 {
        self.talks().map(|talk| talk.standing().kept).iter().sum()
    }

    /// Times that somebody was asked for patience until now.
    pub(crate) fn put_off(&self) -> u64 {
        self.talks().map(|talk| talk.standing().put_off).iter().sum()
    }

    /// Waits until each of both has said something that was kept: how long it took.
    pub(crate) async fn goes_on(&self, bar: Duration) -> Duration {
        let begun = Instant::now();
        let bar = within(bar);
        while self.talks().iter().any(|talk| talk.standing().last <= begun) {
            assert!(
                begun.elapsed() < bar,
                "nobody is answered within {bar:?}: {:?}",
                self.talks().map(Talk::standing)
            );
            sleep(Duration::from_millis(10)).await;
        }
        begun.elapsed()
    }

    /// Nobody says anything new, everything is answered, and all know the same.
    pub(crate) async fn rest(&self) {
        let begun = Instant::now();
        let bar = within(PEACE);
        for talk in self.talks() {
            talk.hush();
        }
        let mut agreed = 0;
        // They have to agree for a while: an event may still be on its way to both.
        while agreed < 10 {
            let [one, other] = self.talks().map(Talk::standing);
            let agree = !one.waits && !other.waits && one.known == other.known;
            agreed = if agree { agreed + 1 } else { 0 };
            assert!(begun.elapsed() < bar, "it does not come to rest: {one:?}, {other:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Everything comes to rest, the server ends, and the database says what is true.
    pub(crate) async fn verdict(self, house: &mut House) {
        self.rest().await;
        house.kill().await;
        self.judge(house).await;
    }

    /// What the database of a server that is still says of it. Nothing that was said may be found elsewhere than here.
    pub(crate) async fn judge(self, house: &House) {
        let ends = self.talks().map(|talk| End {
            who: talk.name.clone(),
            known: talk.standing().known,
            waits: talk.standing().waits,
        });
        let truth = house.truth(self.conversation).await;
        let found = findings(&self.book.entries(), &truth, &ends);
        assert!(found.is_empty(), "{found:#?}\n{}", house.log());
        let log = house.log();
        assert!(!log.contains("panicked"), "{log}");
        println!("{} messages kept, {} times put off", self.kept(), self.put_off());
    }
}

/// Signs in through the form; the cookie is kept.
pub(crate) async fn sign_in(door: &Door, email: &str) {
    let form = [("email", email), ("password", PASSWORD)];
    let answer = door.request(Method::POST, "/sign-in").form(&form).send().await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::SEE_OTHER, "{email} signs in");
}
