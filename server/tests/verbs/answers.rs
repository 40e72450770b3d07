//! Answers by mail: what goes to whom and when, what is read on the site first, threads, and those who want no such letters.

use mail::{Kept, Post, SmtpServer as At};
use model::{
    event::Mark,
    id::{ConversationId, Seq},
    language::Language,
    panel::LeaveMessage,
    post::{PostKind, PostState},
    settings::StoreSettings,
};
use reqwest::{Method, StatusCode};
use service::{
    Party, answers,
    clock::new_id,
    conversation,
    mail_address::{self, MailIn},
    visitor,
};
use storage::{Installation, MailJob};
use testkit::{Mood, Offers, SmtpServer, TestServer, sqlite};

use super::{
    Scene, body, message,
    post::{carry, email, folder, leave, letters, seen, settle},
    scenes,
};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The desk answers; the time is when the store's clock says, and nothing is carried yet.
async fn answer(scene: &Scene, id: ConversationId, text: &str) -> i64 {
    let desk = Party::Desk(scene.actor(false));
    scene.say(&desk, id, new_id(), text).await.expect("answers").0
}

/// So much later, with everything that is due gone.
async fn later(scene: &Scene, ms: i64) {
    scene.services.clock().advance_ms(ms);
    carry(&scene.services).await;
}

async fn mailed(scene: &Scene) -> Vec<Kept> {
    letters(scene, PostKind::Answer).await.into_iter().map(|(_, kept)| kept).collect()
}

/// The customer's side of a conversation, as its browser has it.
async fn written(scene: &Scene, message: LeaveMessage, language: Language) -> (ConversationId, Party) {
    let browser = visitor::Browser {
        language,
        ..visitor::Browser::default()
    };
    let begun = visitor::leave_message(&scene.services, &scene.store().await, None, message, browser).await;
    let begun = begun.expect("leaves a message");
    (begun.conversation.id, scene.party_of(&begun).await)
}

#[tokio::test]
async fn s_18_s_19_s_20_he_13_an_answer_goes_by_mail_with_its_text_and_a_way_back() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let id = leave(&scene, message("Is the tulip vase still there?")).await;
        answer(&scene, id, "It is, and it is <b>blue</b>.").await;
        later(&scene, 119 * SECOND_MS).await;
        assert!(mailed(&scene).await.is_empty(), "{}: the reader has two minutes", scene.name);
        later(&scene, SECOND_MS).await;
        let letters = mailed(&scene).await;
        let [letter] = letters.as_slice() else {
            panic!("{}: {letters:?}", scene.name)
        };
        assert_eq!(letter.to, "jane@customer.example");
        assert_eq!(letter.from, "alpha <chat@vitrine.example>");
        assert_eq!(letter.subject, "alpha answered your message");
        for part in [
            "> It is, and it is <b>blue</b>.",
            "Reply:\nhttp://127.0.0.1/m/",
            "http://127.0.0.1/unsubscribe/",
            "Nobody reads answers to this email.",
        ] {
            assert!(letter.text.contains(part), "{part} is not in\n{}", letter.text);
        }
        assert!(
            !letter.text.contains("tulip") && !letter.text.contains("Jane"),
            "words of a visitor to an address that nobody proved:\n{}",
            letter.text
        );
        later(&scene, HOUR_MS).await;
        assert_eq!(mailed(&scene).await.len(), 1, "once");

        answer(&scene, id, "We keep it for you.").await;
        later(&scene, HOUR_MS).await;
        let newest = mailed(&scene).await.remove(0);
        assert!(
            newest.text.contains("We keep it for you.") && !newest.text.contains("blue"),
            "{}",
            newest.text
        );
    }
}

#[tokio::test]
async fn s_19_a_member_reads_the_question_too_and_in_their_language() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let of_a_member = LeaveMessage {
            identity: Some(scene.identity()),
            ..message("Staat de vaas er nog?")
        };
        let (id, _) = written(&scene, of_a_member, Language::Nl).await;
        answer(&scene, id, "Jazeker.").await;
        later(&scene, HOUR_MS).await;
        let letter = mailed(&scene).await.remove(0);
        assert_eq!(letter.subject, "alpha heeft je bericht beantwoord", "{}", scene.name);
        let (said, asked) = (letter.text.find("> Jazeker."), letter.text.find("> Staat de vaas er nog?"));
        assert!(said.is_some() && said < asked, "{}", letter.text);
    }
}

#[tokio::test]
async fn s_18_several_answers_within_the_delay_are_one_letter_and_notes_are_in_none() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let id = leave(&scene, message("Two things")).await;
        answer(&scene, id, "The first.").await;
        scene.services.clock().advance_ms(MINUTE_MS);
        answer(&scene, id, "The second.").await;
        let desk = Party::Desk(scene.actor(false));
        conversation::post(
            &scene.services,
            &desk,
            id,
            model::event::Audience::Desk,
            new_id(),
            body("S-i6: she always asks"),
        )
        .await
        .expect("notes");
        later(&scene, HOUR_MS).await;
        let letters = mailed(&scene).await;
        assert_eq!(letters.len(), 1, "{}", scene.name);
        let text = &letters[0].text;
        assert!(text.find("The first.") < text.find("The second."), "{text}");
        assert!(text.contains("The second.") && !text.contains("she always asks"), "{text}");
    }
}

#[tokio::test]
async fn s_18_what_is_read_on_the_site_in_time_is_not_mailed() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let (id, jane) = written(&scene, message("Hello?"), Language::En).await;
        let read = async |seq: i64| {
            let mark = Mark {
                got: Seq(seq),
                read: Seq(seq),
            };
            conversation::mark(&scene.services, &jane, id, mark).await.expect("marks");
        };
        let seq = answer(&scene, id, "Read at once.").await;
        read(seq).await;
        later(&scene, HOUR_MS).await;
        assert!(mailed(&scene).await.is_empty(), "{}", scene.name);
        let row = seen(&scene).await.rows.into_iter().find(|row| row.kind == PostKind::Answer);
        assert_eq!(row.map(|row| row.state), Some(PostState::Read));

        let seq = answer(&scene, id, "This was read.").await;
        answer(&scene, id, "And this was not.").await;
        read(seq).await;
        later(&scene, HOUR_MS).await;
        let letters = mailed(&scene).await;
        assert_eq!(letters.len(), 1);
        let text = &letters[0].text;
        assert!(text.contains("And this was not.") && !text.contains("This was read."), "{text}");
    }
}

#[tokio::test]
async fn s_18_a_chat_that_somebody_sits_in_front_of_is_not_mailed_and_nobody_without_an_address() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("says");
        answer(&scene, id, "Hello Jane.").await;
        settle(
            &scene,
            StoreSettings {
                offline_fields: model::settings::OfflineFields {
                    email: model::settings::Asked::No,
                    ..model::settings::OfflineFields::default()
                },
                ..StoreSettings::default()
            },
        )
        .await;
        let nowhere = leave(&scene, message("without an address")).await;
        answer(&scene, nowhere, "It waits on the site.").await;
        later(&scene, HOUR_MS).await;
        assert!(mailed(&scene).await.is_empty(), "{}", scene.name);
    }
}

/// A scene whose letters go to a mail server.
fn post(scene: &Scene, server: &SmtpServer) {
    let mut at = At::parse(&server.url()).expect("an address");
    at.authority = Some(server.authority());
    scene
        .services
        .open_post(Post::smtp(&at, email("chat@vitrine.example")).expect("a way"));
}

fn answers_in(server: &SmtpServer) -> Vec<testkit::Received> {
    let all = server.letters().into_iter();
    all.filter(|letter| letter.rcpt_tos == ["jane@customer.example"]).collect()
}

#[tokio::test]
async fn s_19_s_i5_letters_of_one_conversation_stand_in_one_thread_and_an_answer_finds_its_way() {
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        post(&scene, &server);
        let dir = tempfile::tempdir().expect("a folder");
        scene.services.take_mail_in(MailIn {
            domain: "in.vitrine.example".to_owned(),
            authserv: None,
            folder: dir.path().to_owned(),
        });
        let id = leave(&scene, message("Where?")).await;
        for text in ["Here.", "And there."] {
            answer(&scene, id, text).await;
            later(&scene, HOUR_MS).await;
        }
        let letters = answers_in(&server);
        let [first, second] = letters.as_slice() else {
            panic!("{}: {letters:?}", scene.name)
        };
        assert!(first.header("In-Reply-To").is_empty());
        assert_eq!(second.header("In-Reply-To"), first.header("Message-ID"));
        assert_eq!(second.header("References"), first.header("Message-ID"));
        assert_eq!(second.header("Auto-Submitted"), ["auto-generated"]);
        assert_eq!(second.header("List-Unsubscribe-Post"), ["List-Unsubscribe=One-Click"]);
        assert!(second.header("List-Unsubscribe")[0].starts_with("<http://127.0.0.1/unsubscribe/"));
        assert!(second.header("From")[0].ends_with("<chat@vitrine.example>"));
        assert!(second.mail_from.starts_with("bounce+"), "{}", second.mail_from);
        assert!(second.text.contains("You can also simply answer this email."), "{}", second.text);
        let to = second.reply_goes_to();
        let address = to.rsplit_once('<').map_or(to, |(_, rest)| rest.trim_end_matches('>'));
        let target = mail_address::read(&scene.services, address).await.expect("reads");
        assert_eq!(target, mail::Addressed::To(mail::Target::Conversation(id)), "{to}");
    }
}

#[tokio::test]
async fn s_19_a_letter_that_is_tried_again_says_the_same_and_what_was_said_since_is_in_the_next() {
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        post(&scene, &server);
        let id = leave(&scene, message("Hello")).await;
        carry(&scene.services).await;
        server.feels(Mood::Greylist);
        answer(&scene, id, "The first.").await;
        later(&scene, 2 * MINUTE_MS).await;
        answer(&scene, id, "The second.").await;
        server.feels(Mood::Fine);
        later(&scene, HOUR_MS).await;
        let mut texts: Vec<String> = answers_in(&server).into_iter().map(|letter| letter.text).collect();
        texts.sort_by_key(|text| text.contains("The second."));
        assert_eq!(texts.len(), 2, "{}: {texts:?}", scene.name);
        assert!(texts[0].contains("The first.") && !texts[0].contains("The second."), "{}", texts[0]);
        assert!(texts[1].contains("The second.") && !texts[1].contains("The first."), "{}", texts[1]);
    }
}

#[tokio::test]
async fn he_14_one_mailbox_gets_so_many_answers_an_hour_and_the_others_wait() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        for n in 0..21 {
            let id = leave(&scene, message(&format!("number {n}"))).await;
            answer(&scene, id, "An answer.").await;
        }
        later(&scene, 2 * MINUTE_MS).await;
        assert_eq!(mailed(&scene).await.len(), 20, "{}", scene.name);
        later(&scene, 5 * MINUTE_MS).await;
        assert_eq!(mailed(&scene).await.len(), 20);
        later(&scene, HOUR_MS).await;
        assert_eq!(mailed(&scene).await.len(), 21, "nothing that the desk said is lost");
    }
}

#[tokio::test]
async fn s_19_whoever_wants_no_such_letters_gets_none_until_they_want_them_again() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let id = leave(&scene, message("Hello")).await;
        answer(&scene, id, "The first.").await;
        later(&scene, HOUR_MS).await;
        let text = mailed(&scene).await.remove(0).text;
        let stop = format!("{}/unsubscribe/", scene.services.public_url());
        let token = text
            .lines()
            .find_map(|line| line.strip_prefix(&stop))
            .expect("a link")
            .trim()
            .to_owned();
        let shown = answers::letters(&scene.services, &token).await.expect("asks").expect("is good");
        assert_eq!((shown.store.as_str(), shown.quiet), ("alpha", false), "{}", scene.name);
        assert!(answers::set_quiet(&scene.services, &token, true).await.expect("stops"));
        answer(&scene, id, "The second.").await;
        later(&scene, HOUR_MS).await;
        assert_eq!(mailed(&scene).await.len(), 1);
        let row = seen(&scene).await.rows.remove(0);
        assert_eq!((row.state, row.reply.as_deref()), (PostState::Failed, Some("vitrine:suppressed")));
        assert!(answers::set_quiet(&scene.services, &token, false).await.expect("again"));
        answer(&scene, id, "The third.").await;
        later(&scene, HOUR_MS).await;
        assert_eq!(mailed(&scene).await.len(), 2);
        assert_eq!(answers::letters(&scene.services, "guessed").await.expect("asks"), None);
        assert!(!answers::set_quiet(&scene.services, "guessed", true).await.expect("asks"));
    }
}

/// The page behind the link, over HTTP: the job is read instead of its letter, because this server has no folder of its own.
#[tokio::test]
async fn he_16_looking_at_the_link_ends_nothing_and_a_mail_programs_own_button_does() {
    let server = TestServer::start(sqlite().await).await;
    let services = server.state.services.clone();
    let left = server
        .visitor(&server.world.alpha)
        .leave("⟦my words⟧")
        .await
        .expect("leaves a message");
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let said = serde_json::json!({
        "conversation": left.conversation.id, "cid": new_id::<model::id::ClientId>(), "body": "Our answer."
    });
    let answered = operator.browser.post("/desk/messages", &said).await;
    assert_eq!(answered.status(), StatusCode::OK);
    let then = services.clock().now().plus_ms(HOUR_MS);
    let jobs = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.claim_mails(Installation, then, then.plus_ms(HOUR_MS), new_id()).await }))
        .await
        .expect("claims");
    let token = jobs.into_iter().find_map(|mail| match mail.job {
        Some(MailJob::Answer { stop, .. }) => Some(stop),
        _ => None,
    });
    let path = format!("/unsubscribe/{}", token.expect("an answer"));
    let nobody = server.nobody();
    let look = async || {
        let page = nobody.request(Method::GET, &path).send().await.expect("an answer");
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(page.headers()["cache-control"], "no-store");
        page.text().await.expect("a page")
    };
    for _ in 0..2 {
        let html = look().await;
        assert!(
            html.contains("No more emails?") && !html.contains("my words") && !html.contains("jane@"),
            "{html}"
        );
    }
    // RFC 8058, 3.2: either kind of form.
    let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let press = nobody.request(Method::POST, &path);
    let press = press.header("content-type", "multipart/form-data; boundary=x").body(parts);
    assert_eq!(press.send().await.expect("an answer").status(), StatusCode::OK);
    assert!(look().await.contains("sends you no answers by email any more"));
    let back = nobody.request(Method::POST, &path).form(&[("choice", "again")]);
    back.send().await.expect("an answer");
    assert!(look().await.contains("No more emails?"));
    let guessed = nobody.request(Method::GET, "/unsubscribe/guessed").send().await.expect("an answer");
    assert_eq!(guessed.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}
