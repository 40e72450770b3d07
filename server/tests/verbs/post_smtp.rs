//! The post office and a real mail server, in all its moods: encrypted or not at all, patient where patience is asked, and nothing lost.

use std::time::Duration;

use mail::{Post, Security, SmtpServer as At};
use model::{
    post::{PostKind, PostRow, PostState},
    text::Name,
};
use service::post_office;
use testkit::{Mood, Offers, SmtpServer};

use super::{
    Scene, message,
    post::{carry, email, leave, seen},
    scenes,
};

const MINUTE_MS: i64 = 60_000;

/// As an installation would name it, with its authority.
fn at(server: &SmtpServer) -> At {
    let mut at = At::parse(&server.url()).expect("an address");
    at.authority = Some(server.authority());
    at
}

fn open(scene: &Scene, at: &At) {
    let post = Post::smtp(at, email("chat@vitrine.example")).expect("a way");
    scene.services.open_post(post);
}

async fn first(scene: &Scene) -> PostRow {
    seen(scene).await.rows.remove(0)
}

#[tokio::test]
async fn p_52_p_54_p_i4_he_3_he_15_a_message_arrives_encrypted_and_reply_writes_to_the_customer() {
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        open(&scene, &at(&server));
        let evil = model::panel::LeaveMessage {
            first_name: Name::parse("Jane\r\nBcc: all@x.example").ok(),
            ..message("Is it <b>blue</b>?\n.\nFrom the other line")
        };
        leave(&scene, evil).await;
        carry(&scene.services).await;
        let letters = server.letters();
        let [letter] = letters.as_slice() else {
            panic!("{}: {letters:?}", scene.name)
        };
        assert!(letter.encrypted);
        assert_eq!(letter.user.as_deref(), Some("post"));
        assert_eq!(
            (letter.mail_from.as_str(), letter.rcpt_tos.join(" ")),
            ("chat@vitrine.example", "owner@alpha.example".to_owned())
        );
        assert!(letter.header("From")[0].ends_with("<chat@vitrine.example>"), "{:?}", letter.headers);
        assert!(letter.reply_goes_to().contains("jane@customer.example"), "{:?}", letter.headers);
        assert!(
            letter.header("Bcc").is_empty() && letter.header("From").len() == 1,
            "{:?}",
            letter.headers
        );
        assert_eq!(letter.header("Auto-Submitted"), ["auto-generated"]);
        // The same words in both parts, and none of them markup.
        assert!(
            letter.text.contains("> Is it <b>blue</b>?") && letter.text.contains("> From the other line"),
            "{}",
            letter.text
        );
        assert!(letter.html.contains("Is it &lt;b&gt;blue&lt;/b&gt;?"), "{}", letter.html);
        assert!(!letter.html.contains("src=") && !letter.html.contains("<script"));
        let row = first(&scene).await;
        assert_eq!((row.state, row.attempts), (PostState::Sent, 1));
        assert!(row.reply.is_some_and(|reply| reply.contains("250")));
    }
}

#[tokio::test]
async fn he_20_without_starttls_or_with_the_wrong_certificate_nothing_is_sent_and_nothing_is_lost() {
    for scene in scenes().await {
        let Some(plain) = SmtpServer::start(Offers::Plain) else { return };
        open(&scene, &At::parse(&plain.url()).expect("an address"));
        leave(&scene, message("nobody in between may read this")).await;
        carry(&scene.services).await;
        let view = seen(&scene).await;
        assert!(plain.letters().is_empty(), "{}", scene.name);
        assert_eq!((view.waiting, view.failed), (1, 0));
        assert!(view.paused.is_some_and(|why| why.contains("STARTTLS")));
        // Configured in so many words, it goes.
        let open_way = At::parse(&format!("{}?tls=none", plain.url())).expect("an address");
        assert_eq!(open_way.security, Security::None);
        let post = Post::smtp(&open_way, email("chat@vitrine.example")).expect("a way");
        assert!(post.server().is_some_and(|shown| shown.contains("not encrypted")));
    }
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        // Its certificate is for 127.0.0.1, and no authority that everybody trusts has signed it.
        let mut unknown = at(&server);
        unknown.authority = None;
        open(&scene, &unknown);
        leave(&scene, message("to the right one only")).await;
        carry(&scene.services).await;
        assert!(server.letters().is_empty(), "{}", scene.name);
        assert_eq!(seen(&scene).await.waiting, 1);
    }
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        let mut elsewhere = at(&server);
        elsewhere.host = "localhost".to_owned();
        open(&scene, &elsewhere);
        leave(&scene, message("to the right one only")).await;
        carry(&scene.services).await;
        assert!(server.letters().is_empty(), "{}: the certificate is not for that name", scene.name);
    }
}

#[tokio::test]
async fn he_21_a_wrong_password_pauses_the_post_and_is_said_without_the_password() {
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        let mut wrong = at(&server);
        wrong.credentials = Some(("post".to_owned(), "geheim wort".to_owned()));
        open(&scene, &wrong);
        leave(&scene, message("one")).await;
        leave(&scene, message("two")).await;
        carry(&scene.services).await;
        let view = seen(&scene).await;
        assert_eq!((view.waiting, view.sent, view.failed), (2, 0, 0), "{}", scene.name);
        let said = format!("{view:?}");
        assert!(said.contains("535") && !said.contains("geheim"), "{said}");
        let tried: u32 = view.rows.iter().map(|row| row.attempts).sum();
        assert_eq!(tried, 1, "the second letter is not tried against a closed door");
    }
}

#[tokio::test]
async fn a_greylisting_server_is_asked_again_and_takes_the_same_letter_once() {
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        open(&scene, &at(&server));
        server.feels(Mood::Greylist);
        leave(&scene, message("patience")).await;
        carry(&scene.services).await;
        let row = first(&scene).await;
        assert_eq!((row.state, row.attempts), (PostState::Waiting, 1), "{}", scene.name);
        assert!(row.reply.is_some_and(|reply| reply.contains("greylisted")));
        assert!(row.due.since_ms(scene.services.clock().now()) >= 5 * MINUTE_MS);
        server.feels(Mood::Fine);
        scene.services.clock().advance_ms(4 * MINUTE_MS);
        carry(&scene.services).await;
        assert!(server.letters().is_empty(), "too early");
        scene.services.clock().advance_ms(4 * MINUTE_MS);
        carry(&scene.services).await;
        carry(&scene.services).await;
        assert_eq!(server.letters().len(), 1);
        assert_eq!(first(&scene).await.state, PostState::Sent);
    }
}

#[tokio::test]
async fn what_a_server_will_never_take_is_shown_with_its_words_and_can_be_tried_again() {
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        open(&scene, &at(&server));
        for mood in [Mood::NoSuchUser, Mood::Refuse] {
            server.feels(mood);
            scene.services.clock().advance_ms(MINUTE_MS);
            leave(&scene, message("no")).await;
            carry(&scene.services).await;
            let row = first(&scene).await;
            assert_eq!(row.state, PostState::Failed, "{}: {mood:?}", scene.name);
            let said = row.reply.expect("its words");
            assert!(
                said.contains("there is no such user") || said.contains("this looks like junk"),
                "{said}"
            );
        }
        server.feels(Mood::Fine);
        let row = first(&scene).await;
        let again = post_office::retry(&scene.services, &scene.actor(true), row.id).await;
        again.expect("tries again");
        let view = seen(&scene).await;
        assert_eq!((view.waiting, view.failed), (1, 1));
        carry(&scene.services).await;
        assert_eq!(server.letters().len(), 1);
        let gone = post_office::retry(&scene.services, &scene.actor(true), row.id).await;
        assert!(gone.is_err(), "what went is not sent twice");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_with_the_letter_gets_it_again_under_the_same_name() {
    for scene in scenes().await {
        let Some(server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        open(&scene, &at(&server));
        server.feels(Mood::HangUp);
        leave(&scene, message("once or twice")).await;
        carry(&scene.services).await;
        assert_eq!(first(&scene).await.state, PostState::Waiting, "{}", scene.name);
        server.feels(Mood::Fine);
        scene.services.clock().advance_ms(2 * MINUTE_MS);
        carry(&scene.services).await;
        let letters = server.letters();
        assert_eq!(letters.len(), 2, "at least once, and twice at most for one such moment");
        assert_eq!(letters[0].header("Message-ID"), letters[1].header("Message-ID"));
        assert!(letters[0].header("Message-ID")[0].ends_with("@vitrine.example>"));
    }
}

#[tokio::test]
async fn a_mail_server_that_is_gone_loses_nothing_and_holds_nobody_up() {
    for scene in scenes().await {
        let Some(mut server) = SmtpServer::start(Offers::StartTls) else {
            return;
        };
        open(&scene, &at(&server));
        server.stop();
        for n in 0..20 {
            // Whoever writes does not wait for any mail server.
            let left = tokio::time::timeout(Duration::from_secs(5), leave(&scene, message(&format!("number {n}"))));
            left.await.expect("at once");
        }
        carry(&scene.services).await;
        let view = seen(&scene).await;
        assert_eq!((view.waiting, view.sent, view.failed), (20, 0, 0), "{}", scene.name);
        assert!(view.paused.is_some());
        server.start_again();
        for _ in 0..3 {
            scene.services.clock().advance_ms(2 * MINUTE_MS);
            carry(&scene.services).await;
        }
        assert_eq!(server.letters().len(), 20);
        let view = seen(&scene).await;
        assert_eq!((view.waiting, view.sent, view.paused), (0, 20, None));
        server.feels(Mood::Busy);
        leave(&scene, message("and then it was busy")).await;
        carry(&scene.services).await;
        assert!(seen(&scene).await.paused.is_some_and(|why| why.contains("421")));
        assert!(view.rows.iter().all(|row| row.kind == PostKind::OfflineMessage));
        let shown = scene.services.post().and_then(Post::server).expect("a server");
        assert!(shown.contains(&server.port().to_string()) && !shown.contains(server.password()));
    }
}
