//! F9: the mail server in every bad mood, on both databases. Every letter ends as sent or as failed with the server's words; none is lost,
//! and a letter goes twice only where nobody can know whether it went.

use std::time::Duration;

use mail::{Post, SmtpServer};
use model::{
    panel::{LeaveMessage, Whence},
    party::Role,
    post::PostView,
    text::{Body, EmailAddress, Name},
    time::Timestamp,
};
use service::{Actor, Clock, Services, clock::new_id, post_office, stores, visitor};
use storage::{MailJob, StorageError, StoreScope};
use testkit::{Database, Deed, Letter, Manners, Sink, World, both};
use tokio::time::{Instant, sleep};

use crate::tools::{alone, repetitions, within};

const MINUTE_MS: i64 = 60_000;
/// To whom everything here goes.
const OWNER: &str = "owner@alpha.example";

/// A store whose letters go to a mail server of ours.
struct Scene {
    services: Services,
    world: World,
    name: &'static str,
    database: Database,
}

async fn scenes() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for database in both().await {
        let services = services(&database, Clock::manual(Timestamp(1_800_000_000_000)));
        let world = World::make(&services).await;
        scenes.push(Scene {
            services,
            world,
            name: database.name,
            database,
        });
    }
    scenes
}

fn services(database: &Database, clock: Clock) -> Services {
    Services::new(database.storage.clone(), clock, "http://127.0.0.1".to_owned())
}

fn send_through(services: &Services, url: &str) {
    let ours = EmailAddress::parse("chat@vitrine.example").expect("fine");
    let server = SmtpServer::parse(url).expect("an address");
    services.open_post(Post::smtp(&server, ours).expect("a way"));
}

impl Scene {
    /// Somebody leaves a message: a letter to the owner.
    async fn leave(&self, text: &str) {
        let store = stores::by_slug(&self.services, "alpha").await.expect("alpha");
        let message = LeaveMessage {
            cid: new_id(),
            first_name: Name::parse("Jane").ok(),
            last_name: Name::parse("Doe").ok(),
            email: EmailAddress::parse("jane@customer.example").ok(),
            phone: None,
            message: Body::parse(text).expect("fine"),
            identity: None,
            origin: Whence::default(),
        };
        let left = visitor::leave_message(&self.services, &store, None, message, visitor::Browser::default()).await;
        left.expect("whoever wrote to us is never turned away");
    }

    async fn carry(&self) {
        while post_office::round(&self.services).await.expect("a round") > 0 {}
    }

    async fn seen(&self) -> PostView {
        let owner = Actor {
            account: self.world.alpha.owner.1,
            store: self.world.alpha.id,
            role: Role::Owner,
            live_chat: true,
            name: Name::parse("owner of alpha").expect("fine"),
            operator_name: None,
        };
        post_office::read(&self.services, &owner, None).await.expect("an owner may")
    }

    /// Time goes by, and the post with it, until no letter waits: in how many minutes.
    async fn until_none_waits(&self, most_minutes: i64) -> i64 {
        let mut minutes = 0;
        loop {
            self.carry().await;
            if self.seen().await.waiting == 0 {
                return minutes;
            }
            assert!(minutes < most_minutes, "{}: {:#?}", self.name, self.seen().await);
            self.services.clock().advance_ms(MINUTE_MS);
            minutes += 1;
        }
    }
}

fn message_ids(letters: &[Letter]) -> Vec<String> {
    letters.iter().map(|letter| letter.header("Message-ID").expect("has one")).collect()
}

#[tokio::test]
async fn f9_i12_a_mail_server_that_is_down_for_six_hours_gets_everything_once_and_holds_nobody_up() {
    let _alone = alone().await;
    for scene in scenes().await {
        let mut sink = Sink::start().await;
        send_through(&scene.services, &sink.url());
        sink.go_away().await;
        for n in 0..10 {
            let begun = Instant::now();
            scene.leave(&format!("number {n}")).await;
            assert!(
                begun.elapsed() < within(Duration::from_secs(1)),
                "whoever writes waits for no mail server"
            );
        }
        scene.carry().await;
        assert!(scene.seen().await.paused.is_some(), "the owner is told");
        for _ in 0..6 * 60 {
            scene.services.clock().advance_ms(MINUTE_MS);
            scene.carry().await;
        }
        let view = scene.seen().await;
        assert_eq!((view.waiting, view.sent, view.failed), (10, 0, 0), "{}", scene.name);
        sink.come_back().await;
        // The last wait before it came back may have been of six hours, and a fifth.
        let minutes = scene.until_none_waits(8 * 60).await;
        println!("{}: {minutes} minutes after it came back", scene.name);
        let letters = sink.letters();
        let mut ids = message_ids(&letters);
        ids.sort();
        ids.dedup();
        assert_eq!((letters.len(), ids.len()), (10, 10), "{}: each once", scene.name);
        let view = scene.seen().await;
        assert_eq!((view.sent, view.failed, view.paused), (10, 0, None));
    }
}

/// What a letter meets, whether it goes in the end, and how many copies of it there are then.
const MOODS: &[(&[Deed], bool, usize)] = &[
    (
        &[Deed::AtRecipient("450 4.2.0 greylisted"), Deed::AtRecipient("450 4.2.0 greylisted")],
        true,
        1,
    ),
    (&[Deed::AtRecipient("451 4.3.0 try again")], true, 1),
    (&[Deed::AtEnd("452 4.2.2 mailbox full")], true, 1),
    (&[Deed::AtEnd("451 4.7.1 later"), Deed::AtRecipient("450 4.2.1 busy")], true, 1),
    (
        &[
            Deed::AtRecipient("421 4.7.0 too many"),
            Deed::AtRecipient("421 4.7.0 too many"),
            Deed::AtEnd("421 4.3.2 closing"),
        ],
        true,
        1,
    ),
    (&[Deed::DropAtData], true, 1),
    // It has the letter and did not say so: it gets it again, once for each such moment and under the same name.
    (&[Deed::DropAtEnd], true, 2),
    (&[Deed::AtRecipient("550 5.1.1 no such user")], false, 0),
    (&[Deed::AtEnd("552 5.3.4 too large")], false, 0),
    (&[Deed::AtEnd("554 5.7.1 looks like junk")], false, 0),
];

#[tokio::test]
async fn f9_every_bad_mood_ends_as_sent_or_as_failed_with_the_servers_words() {
    let _alone = alone().await;
    for scene in scenes().await {
        let sink = Sink::start().await;
        send_through(&scene.services, &sink.url());
        for (deeds, goes, copies) in MOODS {
            // Letters of one hour are counted; this is another one.
            scene.services.clock().advance_ms(61 * MINUTE_MS);
            let before = (scene.seen().await, sink.letters().len());
            sink.plan(OWNER, deeds);
            scene.leave("how does it go?").await;
            scene.until_none_waits(4 * 60).await;
            let (view, letters) = (scene.seen().await, sink.letters());
            let went = (view.sent - before.0.sent, view.failed - before.0.failed);
            assert_eq!(went, if *goes { (1, 0) } else { (0, 1) }, "{}: {deeds:?}", scene.name);
            let mut ids = message_ids(&letters[before.1..]);
            assert_eq!(ids.len(), *copies, "{}: {deeds:?}", scene.name);
            ids.dedup();
            assert!(ids.len() <= 1, "all copies have one name: {ids:?}");
            if let ([Deed::AtRecipient(words) | Deed::AtEnd(words)], false) = (*deeds, *goes) {
                let reply = view.rows[0].reply.clone().unwrap_or_default();
                assert!(reply.contains(&words[4..]), "{reply}: {words}");
            }
        }
    }
}

#[tokio::test]
async fn f9_a_server_without_manners_pauses_the_post_and_loses_nothing() {
    let _alone = alone().await;
    let slow = Manners {
        greets_after: Duration::from_secs(2),
        ..Manners::default()
    };
    let storm = Manners {
        greeting: Some("421 4.3.2 too many connections"),
        ..Manners::default()
    };
    let stranger = Manners {
        password: Some("535 5.7.8 who are you?"),
        ..Manners::default()
    };
    let broken = Manners {
        broken_tls: true,
        ..Manners::default()
    };
    for scene in scenes().await {
        let sink = Sink::start().await;
        send_through(&scene.services, &sink.url());
        sink.behave(slow);
        scene.leave("to somebody slow").await;
        scene.until_none_waits(1).await;
        sink.behave(storm);
        scene.leave("into a storm").await;
        scene.leave("and another").await;
        scene.carry().await;
        let view = scene.seen().await;
        assert_eq!((view.waiting, view.failed), (2, 0), "{}", scene.name);
        assert!(view.paused.is_some_and(|why| why.contains("421")), "{}", scene.name);
        let visits = sink.visits();
        scene.carry().await;
        assert_eq!(sink.visits(), visits, "a door that is closed is left alone");
        sink.behave(Manners::default());
        scene.until_none_waits(30).await;
        assert_eq!(sink.letters().len(), 3, "{}", scene.name);
    }
    for (manners, url, why) in [
        (stranger, "smtp://post:geheim@127.0.0.1:PORT?tls=none", Some("535")),
        (broken, "smtp://127.0.0.1:PORT", None),
    ] {
        for scene in scenes().await {
            let sink = Sink::start().await;
            sink.behave(manners);
            send_through(&scene.services, &url.replace("PORT", &sink.port().to_string()));
            scene.leave("for its eyes only").await;
            scene.carry().await;
            let view = scene.seen().await;
            assert_eq!((view.waiting, view.sent, view.failed), (1, 0, 0), "{}: {manners:?}", scene.name);
            let paused = view.paused.unwrap_or_default();
            assert!(!paused.is_empty() && !paused.contains("geheim"), "{}: {paused}", scene.name);
            assert!(why.is_none_or(|why| paused.contains(why)), "{paused}");
            assert!(sink.letters().is_empty());
        }
    }
}

/// F14 and F9 together: a worker that stood still while it had a letter in hand, longer than its lease, changes nothing when it wakes.
#[tokio::test]
async fn f9_f14_a_worker_that_lost_its_lease_cannot_undo_what_another_one_did() {
    let _alone = alone().await;
    for scene in scenes().await {
        let sink = Sink::start().await;
        send_through(&scene.services, &sink.url());
        let second = services(&scene.database, scene.services.clock().clone());
        send_through(&second, &sink.url());
        sink.plan(OWNER, &[Deed::HangAtEnd]);
        scene.leave("once or twice").await;
        let first = scene.services.clone();
        let stuck = tokio::spawn(async move { post_office::round(&first).await });
        let begun = Instant::now();
        while sink.letters().is_empty() {
            assert!(begun.elapsed() < within(Duration::from_secs(10)), "the letter came");
            sleep(Duration::from_millis(10)).await;
        }
        // Nobody else takes it while the lease holds.
        assert_eq!(post_office::round(&second).await.expect("a round"), 0, "{}", scene.name);
        scene.services.clock().advance_ms(121_000);
        assert_eq!(post_office::round(&second).await.expect("a round"), 1, "{}", scene.name);
        let before = scene.seen().await;
        assert_eq!((before.waiting, before.sent), (0, 1), "{}", scene.name);
        sink.let_go();
        let _ = stuck.await.expect("did not panic");
        let after = scene.seen().await;
        assert_eq!((after.waiting, after.sent, after.failed), (0, 1, 0), "{}", scene.name);
        assert_eq!(
            after.rows[0].reply, before.rows[0].reply,
            "the words are those of the one that sent it"
        );
        let ids = message_ids(&sink.letters());
        assert_eq!(
            (ids.len(), &ids[0]),
            (2, &ids[1]),
            "{}: one repeat, under the same name",
            scene.name
        );
    }
}

#[tokio::test]
async fn f9_a_long_queue_drains_at_a_thousand_a_minute() {
    let _alone = alone().await;
    let letters = repetitions(200, 10_000);
    // Ten minutes for ten thousand.
    let bar = within(Duration::from_millis(60) * letters);
    for scene in scenes().await {
        let sink = Sink::start().await;
        send_through(&scene.services, &sink.url());
        let (store, now) = (scene.world.alpha.id, scene.services.clock().now());
        let to = EmailAddress::parse(OWNER).expect("fine");
        scene
            .services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    for n in 0..letters {
                        let job = MailJob::TestMail {
                            store,
                            to: to.clone(),
                            language: model::language::Language::En,
                        };
                        tx.enqueue_mail(Some(StoreScope(store)), &job, &format!("test {n}"), now).await?;
                    }
                    Ok::<_, StorageError>(())
                })
            })
            .await
            .expect("queues");
        let begun = Instant::now();
        scene.carry().await;
        let took = begun.elapsed();
        println!("{}: {letters} letters in {took:?}", scene.name);
        assert_eq!(sink.letters().len(), usize::try_from(letters).expect("a number"), "{}", scene.name);
        assert!(took <= bar, "{}: {took:?}", scene.name);
    }
}
