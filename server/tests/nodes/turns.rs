//! Work for all servers is done once, and whoever stood still finishes nothing that another has begun.

use std::collections::HashSet;

use model::{
    conversation::StageName, desk::WindowKind, event::EventKind, id::StoreId, language::Language, limits::LEASE_RENEW_MS,
    text::EmailAddress,
};
use service::{
    Services, conversation, desk, duty,
    mail_in::{self, Position},
    turns::{self, Job},
};
use storage::{Installation, MailJob, StorageError, StoreScope};
use uuid::Uuid;

use crate::duties::Pair;

async fn has(services: &Services, job: Job) -> bool {
    turns::take(services, job).await.expect("asks").is_some()
}

#[tokio::test]
async fn f14_a_turn_is_one_servers_and_passes_on_when_it_stands_still() {
    let Some(pair) = Pair::make().await else { return };
    let (a, b) = (&pair.a, &pair.b);
    assert!(has(a, Job::Time).await && !has(b, Job::Time).await);
    a.clock().advance_ms(6_000);
    assert!(has(a, Job::Time).await && !has(b, Job::Time).await, "it is prolonged");
    a.clock().advance_ms(11_000);
    assert!(has(b, Job::Time).await && !has(a, Job::Time).await, "it was silent for too long");
    // Politely.
    turns::give_back(b).await;
    assert!(has(a, Job::Time).await);
}

#[tokio::test]
async fn f14_whoever_lost_a_turn_writes_nothing_under_it() {
    let Some(pair) = Pair::make().await else { return };
    let (a, b) = (&pair.a, &pair.b);
    let place = |uid| Position { validity: 1, uid };
    let before = turns::take(a, Job::Mailbox).await.expect("asks").expect("has it");
    mail_in::set_position(a, before, "box", place(3)).await.expect("writes");
    a.clock().advance_ms(16 * 60_000);
    let after = turns::take(b, Job::Mailbox).await.expect("asks").expect("has it");
    mail_in::set_position(b, after, "box", place(9)).await.expect("writes");
    // Only now the first one comes to its end.
    assert!(mail_in::set_position(a, before, "box", place(4)).await.is_err());
    assert_eq!(mail_in::position(a, "box").await.expect("reads"), place(9));
}

#[tokio::test]
async fn f14_what_the_clock_makes_due_happens_once_although_two_servers_look() {
    let Some(pair) = Pair::make().await else { return };
    let (a, b, operator) = (&pair.a, &pair.b, pair.actor(false));
    duty::window_opened(a, &operator, WindowKind::Recap).await.expect("opens");
    duty::go_on(a, &operator, WindowKind::Recap).await.expect("goes on duty");
    let mut chats = Vec::new();
    for _ in 0..3 {
        chats.push(pair.chat().await);
    }
    // The operator stays on duty, and takes none of them.
    for _ in 0..3 {
        a.clock().advance_ms(LEASE_RENEW_MS);
        duty::tick(a).await.expect("ticks");
    }
    // A minute is over, and so is the turn of the one that kept the time so far.
    a.clock().advance_ms(20_000);
    for _ in 0..3 {
        let (one, other) = tokio::join!(duty::tick(a), duty::tick(b));
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        a.clock().advance_ms(1_000);
    }
    for id in chats {
        let kinds = pair.kinds(id).await;
        assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Missed).count(), 1, "{kinds:?}");
    }
}

#[tokio::test]
async fn i2_a_chat_is_taken_by_one_of_two_who_press_at_the_same_moment() {
    let Some(pair) = Pair::make().await else { return };
    let (one, two) = (pair.actor(true), pair.actor(false));
    duty::go_on(&pair.a, &one, WindowKind::Recap).await.expect("goes on duty");
    duty::go_on(&pair.b, &two, WindowKind::Recap).await.expect("goes on duty");
    for _ in 0..10 {
        let id = pair.chat().await;
        let (first, second) = tokio::join!(conversation::take(&pair.a, &one, id), conversation::take(&pair.b, &two, id));
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let kinds = pair.kinds(id).await;
        assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Taken).count(), 1, "{kinds:?}");
        // And ended once, by whichever side was first.
        let (first, second) = tokio::join!(conversation::end(&pair.a, &one, id), conversation::end(&pair.b, &two, id));
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        let kinds = pair.kinds(id).await;
        assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Closed).count(), 1, "{kinds:?}");
        let recap = desk::recap(&pair.b, &two).await.expect("sees");
        let over = recap.finished.iter().find(|row| row.id == id).map(|row| row.stage);
        assert!(over.is_none_or(|stage| stage == StageName::Closed));
    }
}

/// A letter that must go.
async fn enqueue(services: &Services, store: StoreId, n: usize) {
    let job = MailJob::TestMail {
        store,
        to: EmailAddress::parse("owner@alpha.example").expect("fine"),
        language: Language::En,
    };
    let now = services.clock().now();
    services
        .storage()
        .write(move |tx| Box::pin(async move { tx.enqueue_mail(Some(StoreScope(store)), &job, &format!("test:{n}"), now).await }))
        .await
        .expect("writes");
}

/// Takes letters until there are none.
async fn claim_all(services: &Services, worker: u128) -> Vec<Uuid> {
    let (now, mut taken, mut empty) = (services.clock().now(), Vec::new(), 0);
    while empty < 3 {
        let token = Uuid::from_u128(worker);
        let claimed = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.claim_mails(Installation, now, now.plus_ms(120_000), token).await }))
            .await
            .expect("claims");
        // None may also mean that the other one was quicker.
        empty = if claimed.is_empty() { empty + 1 } else { 0 };
        taken.extend(claimed.into_iter().map(|mail| mail.id));
    }
    taken
}

#[tokio::test]
async fn f2_each_letter_is_one_servers_and_another_takes_it_over_after_two_minutes() {
    let Some(pair) = Pair::make().await else { return };
    for n in 0..40 {
        enqueue(&pair.a, pair.world.alpha.id, n).await;
    }
    let (one, other) = tokio::join!(claim_all(&pair.a, 1), claim_all(&pair.b, 2));
    let all: HashSet<Uuid> = one.iter().chain(&other).copied().collect();
    assert_eq!((one.len() + other.len(), all.len()), (40, 40), "each once");
    // The first one dies with all that it has in hand.
    pair.a.clock().advance_ms(120_000);
    let again: HashSet<Uuid> = claim_all(&pair.b, 3).await.into_iter().collect();
    assert_eq!(again, all);
    // It was only slow: what it says of them now means nothing.
    let letter = one.first().or(other.first()).copied().expect("there are some");
    let now = pair.a.clock().now();
    pair.a
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                tx.mail_sent(Installation, letter, Uuid::from_u128(1), "250 late", None, now)
                    .await?;
                tx.mail_sent(Installation, letter, Uuid::from_u128(2), "250 late", None, now).await
            })
        })
        .await
        .expect("writes nothing");
    let store = StoreScope(pair.world.alpha.id);
    let rows = pair.b.storage().read(|s| Box::pin(async move { s.mails(store, None).await })).await;
    let rows: Result<_, StorageError> = rows;
    assert!(rows.expect("reads").iter().all(|row| row.state == "queued"));
}
