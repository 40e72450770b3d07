//! F7: the n-th thing that is asked of the database fails, for every n. Whoever is told so finds nothing done, and the same once more, when
//! nothing fails, does it whole. What takes several transactions is in `halfway`.

use std::collections::BTreeMap;

use model::{
    canned::CannedDraft,
    desk::WindowKind,
    event::{Audience, Mark},
    id::Seq,
    language::Language,
};
use service::{
    Fault, Party, canned,
    clock::new_id,
    configuration, conversation, duty, privacy,
    rating::{self, Rating},
    staff, visitor,
};

use storage::Met;

use super::{Scene, body, message, scenes, start};

/// No verb of these asks more often.
const ASKED_MAX: u32 = 200;

type Everything = BTreeMap<String, Vec<String>>;

async fn everything(scene: &Scene) -> Everything {
    scene.services.storage().everything().await.expect("reads").expect("is SQLite")
}

/// Lets a verb fail at everything it asks, one after the other, until it goes through. Nothing where it did without an answer: where what
/// failed was only read afterwards, all of it is done.
async fn nth<T>(scene: &Scene, name: &str, verb: impl AsyncFn() -> Result<T, Fault>) -> Option<T> {
    let storage = scene.services.storage();
    let before = everything(scene).await;
    for n in 1..=ASKED_MAX {
        storage.fail_at(n);
        let done = verb().await;
        let met = storage.fail_at(0);
        match done {
            Ok(value) => {
                assert_eq!(met, Met::Nowhere, "{name}: the {n}th failed, and it is said that all is well");
                assert!(n > 1, "{name} asks nothing");
                return Some(value);
            }
            Err(why) => {
                assert_ne!(met, Met::Nowhere, "{name}: {why}");
                let after = everything(scene).await;
                let done: Vec<&String> = before.keys().filter(|table| before[*table] != after[*table]).collect();
                if met == Met::Reading && !done.is_empty() {
                    return None;
                }
                assert!(done.is_empty(), "{name}: the {n}th failed, and this was done: {done:?}");
            }
        }
    }
    panic!("{name} never goes through");
}

#[tokio::test]
async fn f7_whatever_fails_in_a_verb_nothing_of_it_is_done() {
    let Some(scene) = scenes().await.into_iter().find(|scene| scene.name == "SQLite") else {
        panic!("SQLite is always there");
    };
    let (services, owner, operator) = (&scene.services, scene.actor(true), scene.actor(false));
    nth(&scene, "go on duty", async || {
        duty::go_on(services, &operator, WindowKind::Recap).await
    })
    .await;
    let store = scene.store().await;
    let begun = nth(&scene, "start a chat", async || {
        visitor::start_chat(services, &store, None, start(), visitor::Browser::default()).await
    })
    .await
    .expect("is answered");
    let id = begun.conversation.id;
    let (shopper, desk) = (scene.party_of(&begun).await, Party::Desk(operator.clone()));
    nth(&scene, "take it", async || conversation::take(services, &operator, id).await).await;
    for (name, party, audience) in [
        ("say something", &shopper, Audience::All),
        ("answer", &desk, Audience::All),
        ("note something", &desk, Audience::Desk),
    ] {
        nth(&scene, name, async || {
            conversation::post(services, party, id, audience, new_id(), body("a word")).await
        })
        .await;
    }
    let mark = Mark { got: Seq(2), read: Seq(2) };
    nth(&scene, "read", async || conversation::mark(services, &shopper, id, mark).await).await;
    nth(&scene, "save it", async || conversation::save(services, &operator, id, true).await).await;
    nth(&scene, "end it", async || conversation::end(services, &operator, id).await).await;
    nth(&scene, "reopen it", async || conversation::reopen(services, &operator, id).await).await;
    nth(&scene, "end it as a shopper", async || {
        conversation::end_by(services, &shopper, id).await
    })
    .await;
    let four = || Rating {
        stars: Some(4),
        ..Rating::default()
    };
    nth(&scene, "rate it", async || rating::rate(services, &shopper, id, four()).await).await;
    nth(&scene, "leave a message", async || {
        visitor::leave_message(services, &store, None, message("Is it blue?"), visitor::Browser::default()).await
    })
    .await;
    nth(&scene, "go off duty", async || duty::leave(services, &operator).await).await;
    let answer = || CannedDraft {
        id: None,
        own: false,
        shortcut: "hours".to_owned(),
        texts: vec![(Language::En, "Until five".to_owned())],
    };
    nth(&scene, "write an answer", async || canned::save(services, &owner, answer()).await).await;
    let answers = canned::list(services, &owner).await.expect("reads");
    nth(&scene, "remove it", async || canned::remove(services, &owner, answers[0].id).await).await;
    nth(&scene, "invite", async || {
        staff::invite(services, &owner, "noor@alpha.example").await
    })
    .await;
    nth(&scene, "take the live chat from somebody", async || {
        staff::set_live_chat(services, &owner, operator.account, false).await
    })
    .await;
    nth(&scene, "deactivate them", async || {
        staff::deactivate(services, &owner, operator.account).await
    })
    .await;
    nth(&scene, "reactivate them", async || {
        staff::reactivate(services, &owner, operator.account).await
    })
    .await;
    let page = privacy::read(services, &owner).await.expect("reads");
    nth(&scene, "set how long is kept", async || {
        privacy::save_retention(services, &owner, page.retention, page.rev).await
    })
    .await;
    let settings = configuration::read(services, &owner).await.expect("reads");
    nth(&scene, "save the settings", async || {
        configuration::save(services, &owner, settings.clone()).await
    })
    .await;
}
