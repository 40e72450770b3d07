//! The post office: what is mailed to whom, how often, and what never is. Letters lie in the mail folder; the mail server's moods are in
//! `post_smtp`.

use std::path::PathBuf;

use mail::{Kept, Post};
use model::{
    event::Audience,
    id::ConversationId,
    panel::{Known, LeaveMessage},
    post::{PostKind, PostRow, PostState, PostView},
    refusal::Refusal,
    settings::{Asked, OfflineFields, StoreSettings},
    text::{EmailAddress, Name, Phone},
};
use reqwest::{Method, StatusCode};
use service::{
    Actor, Party, Services,
    clock::new_id,
    conversation,
    copies::{self, Copy},
    identity::Identity,
    post_office, visitor,
};
use storage::{ConversationScope, Installation, MailJob, StoreScope};
use tempfile::TempDir;
use testkit::{TestServer, sqlite};

use super::{Scene, body, message, refused, scenes};

const HOUR_MS: i64 = 3_600_000;

pub(super) fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

/// A mail folder of the scene's own.
pub(super) fn folder(scene: &Scene) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    scene
        .services
        .open_post(Post::folder(dir.path().to_owned(), email("chat@vitrine.example")));
    dir
}

/// Until nothing is due.
pub(super) async fn carry(services: &Services) {
    while post_office::round(services).await.expect("a round") > 0 {}
}

pub(super) async fn leave(scene: &Scene, message: LeaveMessage) -> ConversationId {
    let begun = visitor::leave_message(&scene.services, &scene.store().await, None, message, visitor::Browser::default()).await;
    begun.expect("leaves a message").conversation.id
}

pub(super) async fn settle(scene: &Scene, settings: StoreSettings) {
    let store = StoreScope(scene.world.alpha.id);
    scene
        .services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_settings(store, &settings).await }))
        .await
        .expect("sets");
}

pub(super) async fn seen(scene: &Scene) -> PostView {
    post_office::read(&scene.services, &scene.actor(true), None)
        .await
        .expect("an owner may")
}

/// The letters that went, of a kind, the newest first.
pub(super) async fn letters(scene: &Scene, kind: PostKind) -> Vec<(PostRow, Kept)> {
    let folder = scene.services.post().and_then(Post::kept).expect("there is a folder");
    let mut letters = Vec::new();
    for row in seen(scene)
        .await
        .rows
        .into_iter()
        .filter(|row| row.kind == kind && row.state == PostState::Sent)
    {
        let kept = folder.read(row.id.0).await.expect("is in the folder");
        letters.push((row, kept));
    }
    letters
}

/// The token of the last question, as only its letter has it.
fn token(scene: &Scene, text: &str) -> String {
    let start = format!("{}/m/", scene.services.public_url());
    let line = text.lines().find_map(|line| line.strip_prefix(&start));
    line.expect("a link").trim().to_owned()
}

#[tokio::test]
async fn p_23_p_52_p_53_an_offline_message_is_mailed_with_every_field_that_was_asked() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let offline_fields = OfflineFields {
            phone: Asked::Optional,
            ..OfflineFields::default()
        };
        settle(
            &scene,
            StoreSettings {
                offline_fields,
                ..StoreSettings::default()
            },
        )
        .await;
        let id = leave(
            &scene,
            LeaveMessage {
                phone: Phone::parse("+31 15 123 45 67").ok(),
                last_name: None,
                ..message("Is the tulip vase\nstill there?")
            },
        )
        .await;
        carry(&scene.services).await;
        let (row, kept) = letters(&scene, PostKind::OfflineMessage).await.remove(0);
        assert_eq!(
            row.to.as_deref(),
            Some("owner@alpha.example"),
            "{}: without an address, to the owner",
            scene.name
        );
        for part in [
            "First name: Jane",
            "Last name: not given",
            "Email: jane@customer.example",
            "Phone: +31 15 123 45 67",
            "> Is the tulip vase\n> still there?",
            &format!("http://127.0.0.1/desk/offline-messages/{id}"),
        ] {
            assert!(kept.text.contains(part), "{part} is not in\n{}", kept.text);
        }

        settle(
            &scene,
            StoreSettings {
                notify: Some(email("desk@alpha.example")),
                ..StoreSettings::default()
            },
        )
        .await;
        leave(&scene, message("And the bowl?")).await;
        carry(&scene.services).await;
        let newest = letters(&scene, PostKind::OfflineMessage).await;
        assert!(
            newest.iter().any(|(row, _)| row.to.as_deref() == Some("desk@alpha.example")),
            "{newest:?}"
        );
        carry(&scene.services).await;
        assert_eq!(letters(&scene, PostKind::OfflineMessage).await.len(), 2, "each goes once");
    }
}

#[tokio::test]
async fn p_54_p_55_p_i4_he_3_he_4_an_answer_goes_to_the_customer_or_to_the_store() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        leave(&scene, message("with an address")).await;
        carry(&scene.services).await;
        let (_, kept) = letters(&scene, PostKind::OfflineMessage).await.remove(0);
        assert_eq!(kept.from, "Jane Doe via alpha <chat@vitrine.example>");
        assert_eq!(kept.reply_to.as_deref(), Some("Jane Doe <jane@customer.example>"));

        let no_address = OfflineFields {
            email: Asked::No,
            ..OfflineFields::default()
        };
        let settings = StoreSettings {
            offline_fields: no_address,
            ..StoreSettings::default()
        };
        settle(&scene, settings.clone()).await;
        scene.services.clock().advance_ms(1_000);
        leave(&scene, message("without one")).await;
        carry(&scene.services).await;
        let (_, kept) = letters(&scene, PostKind::OfflineMessage).await.remove(0);
        assert_eq!(kept.from, "alpha <chat@vitrine.example>", "P-55: the store's default address");
        assert_eq!(kept.reply_to, None);
        assert!(!kept.text.contains("jane@customer.example"), "{}", kept.text);

        settle(
            &scene,
            StoreSettings {
                literal_from: true,
                ..StoreSettings::default()
            },
        )
        .await;
        scene.services.clock().advance_ms(1_000);
        leave(&scene, message("to the letter of the guide")).await;
        carry(&scene.services).await;
        let (_, kept) = letters(&scene, PostKind::OfflineMessage).await.remove(0);
        assert_eq!(kept.from, "Jane Doe <jane@customer.example>");
    }
}

#[tokio::test]
async fn he_1_names_and_words_of_any_kind_reach_the_folder() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let evil = [
            "Jane\r\nBcc: all@x.example",
            "=?utf-8?q?=0D=0ABcc:x?=",
            "\u{202E}enaJ",
            "名前 😀",
            "\"><img src=x>",
        ];
        for name in evil {
            let name = Name::parse(name).expect("a name");
            leave(
                &scene,
                LeaveMessage {
                    first_name: Some(name),
                    ..message("<script>alert(1)</script>\n.\n\u{FEFF}{{7*7}} %{store}")
                },
            )
            .await;
        }
        carry(&scene.services).await;
        let letters = letters(&scene, PostKind::OfflineMessage).await;
        assert_eq!(letters.len(), evil.len(), "{}: none of them stopped the post office", scene.name);
        for (_, kept) in letters {
            assert!(!kept.from.contains(['\r', '\n']), "{kept:?}");
            assert!(kept.text.contains("> <script>alert(1)</script>"), "{}", kept.text);
        }
    }
}

#[tokio::test]
async fn he_14_a_flood_of_forms_becomes_sixty_letters_and_a_digest_and_no_letter_to_a_victim() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        for n in 0..75 {
            leave(
                &scene,
                LeaveMessage {
                    email: EmailAddress::parse(&format!("victim{n}@elsewhere.example")).ok(),
                    ..message("junk")
                },
            )
            .await;
        }
        carry(&scene.services).await;
        let view = seen(&scene).await;
        assert_eq!(
            (view.sent, view.waiting, view.failed),
            (60, 1, 0),
            "{}: the digest waits",
            scene.name
        );
        scene.services.clock().advance_ms(HOUR_MS);
        carry(&scene.services).await;
        let (row, digest) = letters(&scene, PostKind::OfflineDigest).await.remove(0);
        assert_eq!(row.to.as_deref(), Some("owner@alpha.example"));
        assert!(digest.subject.starts_with("15 "), "{}", digest.subject);
        let view = seen(&scene).await;
        assert_eq!((view.sent, view.waiting, view.failed), (61, 0, 0));
        assert!(
            view.rows
                .iter()
                .all(|row| row.to.as_deref().is_none_or(|to| !to.contains("victim")))
        );

        // An hour later they are mailed one by one again.
        leave(&scene, message("a real one")).await;
        carry(&scene.services).await;
        assert_eq!(seen(&scene).await.sent, 62);
    }
}

#[tokio::test]
async fn d_25_somebody_whom_the_shop_knows_gets_the_copy_and_no_note_of_colleagues() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let operator = scene.online().await;
        let begun = scene.start(super::start()).await.expect("starts");
        let (party, id) = (scene.party_of(&begun).await, begun.conversation.id);
        let session = scene.session_of(&begun).await;
        let identity = Identity {
            subject: "C-1001".to_owned(),
            known: Known {
                name: Name::parse("Jane Doe").ok(),
                email: EmailAddress::parse("jane@customer.example").ok(),
            },
            language: None,
            phone: None,
            page: None,
        };
        visitor::signed_in(&scene.services, &scene.store().await, session, identity)
            .await
            .expect("is known");
        scene.say(&party, id, new_id(), "Is it <b>blue</b>?").await.expect("says");
        let desk = Party::Desk(operator);
        scene.say(&desk, id, new_id(), "It is.").await.expect("answers");
        conversation::post(&scene.services, &desk, id, Audience::Desk, new_id(), body("she always asks that"))
            .await
            .expect("notes");

        let asked = copies::ask(&scene.services, &party, id, email("Jane@Customer.example"))
            .await
            .expect("asks");
        assert_eq!(asked, Copy::OnItsWay, "{}", scene.name);
        copies::ask(&scene.services, &party, id, email("jane@customer.example"))
            .await
            .expect("asks twice");
        carry(&scene.services).await;
        let copies = letters(&scene, PostKind::Transcript).await;
        let (row, kept) = &copies[0];
        assert!(row.to.as_deref().is_some_and(|to| to.eq_ignore_ascii_case("jane@customer.example")));
        assert!(
            kept.text.contains("> Is it <b>blue</b>?") && kept.text.contains("> It is."),
            "{}",
            kept.text
        );
        assert!(
            !kept.text.contains("she always asks that"),
            "a note of colleagues in a copy:\n{}",
            kept.text
        );
        assert!(kept.text.contains("You, 2027-01-15"), "{}", kept.text);

        // Somebody else's conversation is nobody's.
        let other = Party::Desk(stranger(&scene));
        assert_eq!(
            refused(copies::ask(&scene.services, &other, id, email("x@y.example")).await),
            Refusal::NotFound
        );
    }
}

fn stranger(scene: &Scene) -> Actor {
    Actor {
        account: scene.world.beta.owner.1,
        store: scene.world.beta.id,
        ..scene.actor(true)
    }
}

#[tokio::test]
async fn d_25_he_13_a_strangers_address_is_asked_first_and_told_nothing() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        scene.online().await;
        let (id, party) = scene.chat().await;
        scene
            .say(&party, id, new_id(), "Buy at https://evil.example now")
            .await
            .expect("says");
        let victim = email("victim@elsewhere.example");
        let ask = async || copies::ask(&scene.services, &party, id, victim.clone()).await;
        assert_eq!(ask().await.expect("asks"), Copy::AskedFirst, "{}", scene.name);
        carry(&scene.services).await;
        let (_, question) = letters(&scene, PostKind::ConfirmCopy).await.remove(0);
        for theirs in ["evil.example", "Jane", "Buy"] {
            assert!(
                !question.text.contains(theirs) && !question.subject.contains(theirs),
                "{}",
                question.text
            );
        }
        assert_eq!(question.to, "victim@elsewhere.example");

        // Looking uses nothing up; the button does.
        let token = token(&scene, &question.text);
        for _ in 0..2 {
            let offer = copies::offer(&scene.services, &token).await.expect("asks").expect("is good");
            assert!(!offer.used);
        }
        assert!(letters(&scene, PostKind::Transcript).await.is_empty());
        assert!(copies::accept(&scene.services, &token).await.expect("accepts"));
        assert!(
            !copies::accept(&scene.services, &token).await.expect("accepts again"),
            "a link is good once"
        );
        carry(&scene.services).await;
        let copies = letters(&scene, PostKind::Transcript).await;
        assert_eq!(copies.len(), 1);
        assert!(copies[0].1.text.contains("Buy at https://evil.example now"));

        // Three letters a day to one address, whoever asks.
        scene.services.clock().advance_ms(60_000);
        ask().await.expect("the third");
        assert!(matches!(refused(ask().await), Refusal::TooFast { .. }), "the fourth");
        carry(&scene.services).await;
        let (_, question) = letters(&scene, PostKind::ConfirmCopy).await.remove(0);
        let token = self::token(&scene, &question.text);
        assert!(copies::refuse(&scene.services, &token).await.expect("refuses"));
        let before = seen(&scene).await.rows.len();
        scene.services.clock().advance_ms(48 * HOUR_MS);
        ask().await.expect("learns nothing of it");
        carry(&scene.services).await;
        assert_eq!(seen(&scene).await.rows.len(), before, "whoever wants to be left alone is");
        assert_eq!(copies::offer(&scene.services, "guessed").await.expect("asks"), None);
    }
}

#[tokio::test]
async fn he_13_a_link_ends_after_seven_days() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        scene.online().await;
        let (id, party) = scene.chat().await;
        copies::ask(&scene.services, &party, id, email("a@elsewhere.example"))
            .await
            .expect("asks");
        carry(&scene.services).await;
        let (_, question) = letters(&scene, PostKind::ConfirmCopy).await.remove(0);
        let token = token(&scene, &question.text);
        scene.services.clock().advance_ms(7 * 24 * HOUR_MS);
        assert_eq!(copies::offer(&scene.services, &token).await.expect("asks"), None);
        assert!(!copies::accept(&scene.services, &token).await.expect("accepts"));
    }
}

#[tokio::test]
async fn a_letter_about_something_that_was_erased_does_not_go_and_is_taken_out_of_the_folder() {
    for scene in scenes().await {
        let dir = folder(&scene);
        let id = leave(&scene, message("erase me")).await;
        carry(&scene.services).await;
        let files = |dir: &TempDir| -> Vec<PathBuf> {
            let entries = std::fs::read_dir(dir.path()).expect("a folder");
            entries.map(|entry| entry.expect("an entry").path()).collect()
        };
        assert_eq!(files(&dir).len(), 2);
        let store = StoreScope(scene.world.alpha.id);
        let gone = scene
            .services
            .storage()
            .write(move |tx| Box::pin(async move { tx.forget_mails(store, id).await }))
            .await
            .expect("forgets");
        let kept = scene.services.post().and_then(Post::kept).expect("there is a folder");
        kept.forget(&gone).await.expect("forgets");
        assert!(files(&dir).is_empty(), "{}", scene.name);
        assert!(seen(&scene).await.rows.is_empty());
    }
}

#[tokio::test]
async fn only_the_owner_sees_the_post_and_only_their_own() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        leave(&scene, message("for alpha")).await;
        carry(&scene.services).await;
        let services = &scene.services;
        assert_eq!(
            refused(post_office::read(services, &scene.actor(false), None).await),
            Refusal::NotAllowed
        );
        assert_eq!(
            refused(post_office::send_test(services, &scene.actor(false)).await),
            Refusal::NotAllowed
        );
        let row = seen(&scene).await.rows.remove(0);
        assert_eq!(
            refused(post_office::retry(services, &stranger(&scene), row.id).await),
            Refusal::NotFound
        );
        assert!(
            post_office::read(services, &stranger(&scene), None)
                .await
                .expect("their own")
                .rows
                .is_empty()
        );
        assert!(row.kept.is_some_and(|kept| kept.text.contains("for alpha")));

        post_office::send_test(services, &scene.actor(true)).await.expect("sends");
        post_office::send_test(services, &scene.actor(true)).await.expect("pressed twice");
        carry(services).await;
        let tests = letters(&scene, PostKind::TestMail).await;
        assert_eq!(tests.len(), 1);
        assert_eq!(tests[0].0.to.as_deref(), Some("owner@alpha.example"));
    }
}

/// The pages behind a link, over HTTP: the job is read instead of its letter, because this server has no folder of its own.
#[tokio::test]
async fn he_16_the_page_of_a_link_asks_and_only_the_button_sends() {
    let server = TestServer::start(sqlite().await).await;
    let shopper = server.visitor(&server.world.alpha);
    let left = shopper.leave("⟦my words⟧").await.expect("leaves a message");
    let services = server.state.services.clone();
    let store = StoreScope(server.world.alpha.id);
    let id = left.conversation.id;
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.conversation(ConversationScope::Desk(store), id).await }))
        .await
        .expect("reads")
        .expect("is there");
    let party = Party::Visitor(storage::VisitorScope {
        store: store.0,
        visitor: found.visitor.expect("a visitor"),
        only: None,
    });
    copies::ask(&services, &party, id, email("a@elsewhere.example"))
        .await
        .expect("asks");
    let now = services.clock().now();
    let jobs = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let worker = new_id();
                tx.claim_mails(Installation, now, now.plus_ms(HOUR_MS), worker).await
            })
        })
        .await
        .expect("claims");
    let token = jobs.into_iter().find_map(|mail| match mail.job {
        Some(MailJob::ConfirmCopy { token, .. }) => Some(token),
        _ => None,
    });
    let path = format!("/m/{}", token.expect("a question"));

    let nobody = server.nobody();
    for _ in 0..2 {
        let page = nobody.request(Method::GET, &path).send().await.expect("an answer");
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(page.headers()["cache-control"], "no-store");
        assert!(
            page.headers()["content-security-policy"]
                .to_str()
                .expect("text")
                .contains("frame-ancestors 'none'")
        );
        let html = page.text().await.expect("a page");
        assert!(
            html.contains("Send the copy") && !html.contains("my words") && !html.contains("elsewhere"),
            "{html}"
        );
    }
    let press = async || {
        let form = nobody.request(Method::POST, &path).form(&[("choice", "send")]);
        form.send().await.expect("an answer").text().await.expect("a page")
    };
    assert!(press().await.contains("on its way"));
    assert!(press().await.contains("already"));
    let guessed = nobody.request(Method::GET, "/m/guessed").send().await.expect("an answer");
    assert_eq!(guessed.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}
