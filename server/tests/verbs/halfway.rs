//! F18: the process ends between any two steps of what takes several. Wherever a step is waited for it is given up, as a crash leaves it: what
//! was handed to the disk or the database by then may still happen, and nothing after it does. Then people do what they do when they got no
//! answer, the same once more, and an hour passes.

use std::{future::Future, pin::pin, task::Poll};

use model::{
    language::Language,
    limits::FILE_QUOTA_MS,
    panel::{LeaveMessage, StartChat},
    privacy::PersonBy,
    refusal::Refusal,
    text::EmailAddress,
};
use service::{
    Fault, Party,
    api_keys::{self, ApiCaller, Scopes},
    clock::new_id,
    files, members, orders, privacy,
    told::{CustomerInput, OrderInput},
    visitor,
};
use storage::StorageError;

use super::{
    Scene,
    after_chat::{files_in, grow_old},
    message, scenes, start,
};

/// Nothing of these waits more often.
const WAITS_MAX: usize = 2_000;

/// Lives through `work` until it has waited so often, and gives it up there. What it answered, if it was done before. How often it waits is
/// not the same each time: what a quick disk or database has answered already is not waited for.
async fn until_it_waited<T>(times: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut waited = 0;
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if waited == times => Poll::Ready(None),
        Poll::Pending => {
            waited += 1;
            Poll::Pending
        }
    })
    .await
}

/// Whether the next attempt is the last one: it was whole so often, one after another, that it waits no more often than that.
struct Attempts(usize);

impl Attempts {
    /// Of what is not always as quick as it was once.
    const WHOLE: usize = 4;

    fn is_enough(&mut self, whole: bool) -> bool {
        self.0 = if whole { self.0 + 1 } else { 0 };
        self.0 == Self::WHOLE
    }
}

/// What was handed to the database before has happened.
async fn at_rest(scene: &Scene) {
    let nothing: Result<(), StorageError> = scene.services.storage().write(|_| Box::pin(async { Ok(()) })).await;
    nothing.expect("writes");
}

/// An hour later.
async fn swept(scene: &Scene, folder: &std::path::Path) {
    grow_old(folder);
    for _ in 0..=256 {
        scene.services.clock().advance_ms(10_000);
        files::tick(&scene.services).await.expect("sweeps");
    }
}

#[tokio::test]
async fn f18_an_upload_that_breaks_off_anywhere_is_one_file_when_it_is_given_again_and_nothing_stays_of_it() {
    for scene in scenes().await {
        let folder = scene.with_files();
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let (mut attempts, mut given_up) = (Attempts(0), 0);
        for times in 0.. {
            assert!(times < WAITS_MAX, "{}: an upload never ends", scene.name);
            let (cid, text) = (new_id(), format!("text {times}").into_bytes());
            let give = || files::share(&scene.services, &shopper, id, cid, "a.txt", text.clone());
            let whole = until_it_waited(times, give()).await;
            at_rest(&scene).await;
            let again = give().await.expect("gives");
            assert_eq!(scene.given(id).await.len(), times + 1, "{}: given up after {times}", scene.name);
            // Not all at once: there is a limit for each hour.
            scene.services.clock().advance_ms(FILE_QUOTA_MS / 8);
            let is_enough = attempts.is_enough(whole.is_some());
            match whole {
                Some(whole) => assert_eq!((again.seq, again.dup), (whole.expect("gives").seq, true)),
                None => given_up += 1,
            }
            if is_enough {
                break;
            }
        }
        assert!(given_up > 0, "{}: it waits for the disk and for the database", scene.name);
        swept(&scene, folder.path()).await;
        assert_eq!(files_in(folder.path()), scene.given(id).await.len(), "{}", scene.name);
    }
}

impl Scene {
    /// Somebody of whom there is something everywhere: a chat with a file, a message, a record of the shop's, an order.
    async fn somebody(&self, shop: &ApiCaller, number: usize, email: &str, words: &str) {
        let (services, store) = (&self.services, self.store().await);
        let address = EmailAddress::parse(email).ok();
        let chat = StartChat {
            email: address.clone(),
            ..start()
        };
        let begun = self.start(chat).await.expect("starts");
        let shopper: Party = self.party_of(&begun).await;
        self.say(&shopper, begun.conversation.id, new_id(), words).await.expect("posts");
        files::share(services, &shopper, begun.conversation.id, new_id(), "a.txt", words.into())
            .await
            .expect("gives");
        let left = LeaveMessage {
            email: address,
            ..message(words)
        };
        visitor::leave_message(services, &store, None, left, visitor::Browser::default())
            .await
            .expect("is stored");
        let record = CustomerInput {
            name: Some(words.to_owned()),
            email: Some(email.to_owned()),
            email_verified: true,
            ..CustomerInput::default()
        };
        orders::put_customer(services, shop, record.read(&format!("C-{number}")).expect("is read"))
            .await
            .expect("puts");
        let order = OrderInput {
            state: "shipped".to_owned(),
            currency: "EUR".to_owned(),
            total_minor: 6_480,
            placed_at: "2026-07-01T10:00:00Z".to_owned(),
            email: Some(email.to_owned()),
            ..OrderInput::default()
        };
        orders::put_order(services, shop, order.read(&format!("O-{number}")).expect("is read"))
            .await
            .expect("puts");
        // A letter about none of it.
        let to = EmailAddress::parse(email).expect("fine");
        members::ask_for_link(services, &store, &to, Language::En).await.expect("asks");
    }
}

#[tokio::test]
async fn f18_an_erasure_that_breaks_off_anywhere_is_whole_when_it_is_asked_for_again() {
    for scene in scenes().await {
        let (folder, owner) = (scene.with_files(), scene.actor(true));
        scene.online().await;
        let key = api_keys::make(&scene.services, &owner, "Shop", Scopes { write: true, notes: false }).await;
        let shop = api_keys::recognise(&scene.services, &key.expect("makes"))
            .await
            .expect("asks")
            .expect("knows");
        let (mut attempts, mut given_up) = (Attempts(0), 0);
        for times in 0.. {
            assert!(times < WAITS_MAX, "{}: an erasure never ends", scene.name);
            // Nobody else's begins so.
            let (email, words) = (format!("zeegroen{times}z@customer.example"), format!("kruidnagel{times}z"));
            scene.somebody(&shop, times, &email, &words).await;
            let erase = || privacy::erase(&scene.services, &owner, PersonBy::Email, &email);
            let whole = until_it_waited(times, erase()).await;
            at_rest(&scene).await;
            match erase().await {
                Ok(_) | Err(Fault::Refused(Refusal::NotFound)) => {}
                Err(why) => panic!("{}: given up after {times}: {why}", scene.name),
            }
            let sought = vec![email.clone().into_bytes(), words.clone().into_bytes()];
            let left = scene.services.storage().words_left(sought).await.expect("searches");
            assert_ne!(left, Some(true), "{}: given up after {times}", scene.name);
            given_up += usize::from(whole.is_none());
            if attempts.is_enough(whole.is_some()) {
                break;
            }
        }
        assert!(given_up > 0, "{}: it waits for the disk and for the database", scene.name);
        swept(&scene, folder.path()).await;
        assert_eq!(files_in(folder.path()), 0, "{}", scene.name);
    }
}
