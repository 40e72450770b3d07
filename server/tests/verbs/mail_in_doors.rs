//! The doors for letters, against mail servers that no line of ours wrote: Dovecot's mailbox over IMAP, Dovecot's LMTP in front of ours, and
//! Python's own library for SMTP.

use mail::ImapServer;
use server::{
    lifecycle::Lifecycle,
    mail_in::{imap, lmtp},
};
use service::Services;
use testkit::{Dovecot, hand_over};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::spawn_blocking,
};

use super::{
    Scene,
    mail_in::{expect_mail, letter, reply_to},
    message,
    post::leave,
    scenes,
};

async fn listen(services: &Services) -> (u16, Lifecycle) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let lifecycle = Lifecycle::new();
    tokio::spawn(lmtp::serve_tcp(listener, services.clone(), lifecycle.clone()));
    (port, lifecycle)
}

fn addressed(to: &str, raw: &[u8]) -> Vec<u8> {
    [
        format!("Return-Path: <jane@customer.example>\r\nDelivered-To: {to}\r\n").as_bytes(),
        raw,
    ]
    .concat()
}

async fn said(scene: &Scene, id: model::id::ConversationId) -> usize {
    scene.log(id).await.iter().filter(|(_, kind)| kind.code() == "posted").count()
}

#[tokio::test]
async fn s_i5_he_17_a_mailbox_is_read_once_however_often_it_is_read() {
    for scene in scenes().await {
        let Some(dovecot) = spawn_blocking(Dovecot::imap).await.expect("starts") else {
            return;
        };
        let _folder = expect_mail(&scene.services);
        let id = leave(&scene, message("Hello?")).await;
        let to = reply_to(&scene.services, id).await;
        for text in ["One", "Two", "Three"] {
            dovecot.deliver(&addressed(&to, &letter("Re: Hello", text)));
        }
        let mut server = ImapServer::parse(&dovecot.url()).expect("an address");
        // An authority that nobody knows is not believed.
        assert!(imap::look(&server, &scene.services).await.is_err(), "{}", scene.name);
        server.authority = Some(dovecot.authority());
        let looked = imap::look(&server, &scene.services).await.expect("reads");
        assert_eq!((looked.settled, said(&scene, id).await), (3, 4), "{}", scene.name);
        assert_eq!(dovecot.seen(), 3);
        assert_eq!(imap::look(&server, &scene.services).await.expect("reads").settled, 0);
        // Somebody repaired the mailbox: all numbers are new, and nothing else is.
        dovecot.renumber();
        dovecot.deliver(&addressed(&to, &letter("Re: Hello", "Four")));
        let looked = imap::look(&server, &scene.services).await.expect("reads");
        assert_eq!((looked.settled, said(&scene, id).await), (4, 5), "{}", scene.name);
        server.password = "wrong".to_owned();
        let why = imap::look(&server, &scene.services).await.expect_err("not let in");
        assert!(!why.contains("wrong"), "{why}");
    }
}

#[tokio::test]
async fn s_i5_a_mail_server_in_front_of_ours_hands_letters_over() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let (port, _lifecycle) = listen(&scene.services).await;
        let Some(dovecot) = spawn_blocking(move || Dovecot::in_front_of(port)).await.expect("starts") else {
            return;
        };
        let id = leave(&scene, message("Hello?")).await;
        let to = reply_to(&scene.services, id).await;
        let (theirs, raw) = (dovecot.port(), letter("Re: Hello", "By way of Dovecot\r\n.\r\nwith a dot"));
        let handed = spawn_blocking(move || hand_over("lmtp", theirs, "jane@customer.example", &to, &raw)).await;
        assert_eq!(handed.expect("ends").as_deref(), Some("taken"), "{}", scene.name);
        assert_eq!(said(&scene, id).await, 2, "{}", scene.name);
        let refused =
            spawn_blocking(move || hand_over("lmtp", theirs, "a@b.example", "x@elsewhere.example", b"Subject: x\r\n\r\nx\r\n")).await;
        assert!(refused.expect("ends").is_some_and(|said| said.starts_with("refused 550")));
    }
}

#[tokio::test]
async fn s_i5_letters_are_handed_over_by_lmtp_and_by_smtp() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let (port, _lifecycle) = listen(&scene.services).await;
        let id = leave(&scene, message("Hello?")).await;
        for (n, way) in (2..).zip(["lmtp", "smtp"]) {
            let (to, raw) = (
                reply_to(&scene.services, id).await,
                letter("Re: Hello", &format!("By {way}\r\n..\r\n.and dots")),
            );
            let handed = spawn_blocking(move || hand_over(way, port, "jane@customer.example", &to, &raw)).await;
            let Some(handed) = handed.expect("ends") else { return };
            assert_eq!(handed, "taken", "{}: {way}", scene.name);
            assert_eq!(said(&scene, id).await, n, "{}: {way}", scene.name);
        }
        let log = scene.log(id).await;
        let last = format!("{:?}", log.last().expect("an event").1);
        assert!(last.contains("By smtp\\n..\\n.and dots"), "{last}");
    }
}

#[tokio::test]
async fn he_18_a_mail_server_that_means_no_good_is_shown_out() {
    let scene = scenes().await.remove(0);
    let _folder = expect_mail(&scene.services);
    let (port, lifecycle) = listen(&scene.services).await;
    let id = leave(&scene, message("Hello?")).await;
    let reply = reply_to(&scene.services, id).await;
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.expect("connects"));
    let mut answers = Vec::new();
    let two = format!("RCPT TO:<{reply}>\r\nRCPT TO:<nobody@in.vitrine.example>\r\n");
    let letter = String::from_utf8(letter("Re", "To both")).expect("text");
    for (said, lines) in [
        (String::new(), 1),
        ("MAIL FROM:<a@b.example>\r\n".to_owned(), 1),
        ("LHLO there\r\n".to_owned(), 5),
        ("RCPT TO:<a@in.vitrine.example>\r\n".to_owned(), 1),
        ("DATA\r\n".to_owned(), 1),
        ("MAIL FROM:<a@b.example> SIZE=99999999\r\n".to_owned(), 1),
        ("MAIL FROM:<jane@customer.example>\r\n".to_owned(), 1),
        ("RCPT TO:<x@elsewhere.example>\r\n".to_owned(), 1),
        (two, 2),
        (format!("DATA\r\n{letter}.\r\n"), 3),
        ("NONSENSE\r\n".to_owned(), 1),
        (format!("NOOP {}\r\n", "x".repeat(5_000)), 1),
    ] {
        stream.write_all(said.as_bytes()).await.expect("says");
        for _ in 0..lines {
            let mut line = String::new();
            stream.read_line(&mut line).await.expect("answers");
            answers.push(line.get(..3).unwrap_or_default().to_owned());
        }
    }
    let expected = [
        "220", "503", "250", "250", "250", "250", "250", "503", "503", "552", "250", "550", "250", "250", "354", "250", "250", "500", "500",
    ];
    assert_eq!(answers, expected);
    let mut rest = String::new();
    assert_eq!(stream.read_line(&mut rest).await.unwrap_or(0), 0, "{rest}");
    assert_eq!(said(&scene, id).await, 2);
    lifecycle.drain();
}
