//! Sender and reader at different servers.

use std::time::Duration;

use model::{
    event::Mark,
    id::{ClientId, ConversationId, Seq},
    panel::EventsPage,
    party::Side,
    wire::{ClientFrame, ServerFrame},
};
use reqwest::Method;
use service::clock::new_id;
use testkit::{NatsServer, SharedDatabase, Socket, Visitor};
use tokio::time::Instant;

use crate::node::{DEAD, Node, follow, next_event};

/// Without the bus a message is found after two seconds and a bit (faults, L6); the rest is a machine that is busy with other tests.
const FLOOR: Duration = Duration::from_secs(5);

/// Says something at one server and waits for it at another: no event in between is missed, none comes twice. How long it took.
async fn across(visitor: &Visitor, reader: &mut Socket, conv: ConversationId, head: &mut Seq) -> Duration {
    let cid: ClientId = new_id();
    let posted = visitor.post(conv, cid, "Is this still there?").await.expect("posts");
    let begun = Instant::now();
    loop {
        let (seq, of) = next_event(reader, conv).await;
        assert_eq!(seq, head.next(), "nothing is skipped and nothing comes twice");
        *head = seq;
        if of == Some(cid) {
            assert_eq!(seq, posted.seq);
            return begun.elapsed();
        }
    }
}

/// Everything that two people do at two servers, on a bus that works.
async fn two_people(database: SharedDatabase, nats: Option<&str>) {
    let a = Node::first(&database, nats).await;
    let b = a.beside(&database, nats).await;
    let (_operator, mut desk) = b.desk().await;
    let (visitor, conv) = a.chat().await;
    // The list at the other server rings.
    desk.until(|frame| matches!(frame, ServerFrame::Inbox { .. }).then_some(())).await;
    let mut panel = visitor.socket().await;
    follow(&mut panel, conv).await;
    let mut head = follow(&mut desk, conv).await;
    // Whoever comes learns of who is there, at whichever server.
    let here = |who: Side| {
        move |frame: &ServerFrame| match frame {
            ServerFrame::Presence { who: side, here: true, .. } if *side == who => Some(()),
            _ => None,
        }
    };
    desk.until(here(Side::Shopper)).await;
    panel.until(here(Side::Desk)).await;

    let begun = Instant::now();
    for _ in 0..20 {
        across(&visitor, &mut desk, conv, &mut head).await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "the bus carries them, not the floor, which looks every two seconds: {:?}",
        begun.elapsed()
    );

    desk.send(&ClientFrame::Typing { conv, on: true }).await;
    let named = panel
        .until(|frame| match frame {
            ServerFrame::Typing { on: true, name, .. } => Some(name.is_some()),
            _ => None,
        })
        .await;
    assert!(named, "the shopper sees who types");
    let mark = Mark { got: head, read: head };
    desk.send(&ClientFrame::Read { conv, mark }).await;
    panel
        .until(|frame| match frame {
            ServerFrame::Pos {
                who: Side::Desk,
                mark: far,
                ..
            } if far.read == head => Some(()),
            _ => None,
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l6_two_people_at_two_servers_talk_through_postgresql() {
    if let Some(database) = SharedDatabase::make().await {
        Box::pin(two_people(database, None)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn l6_two_people_at_two_servers_talk_through_nats_and_without_it_when_it_dies() {
    let (Some(database), Some(mut nats)) = (SharedDatabase::make().await, NatsServer::start()) else {
        return;
    };
    let url = nats.url();
    Box::pin(two_people(database, Some(&url))).await;

    // Another pair of servers beside them, with a database of their own, while NATS dies and comes back.
    let Some(database) = SharedDatabase::make().await else { return };
    let a = Node::first(&database, Some(&url)).await;
    let b = a.beside(&database, Some(&url)).await;
    let (_operator, mut desk) = b.desk().await;
    let (visitor, conv) = a.chat().await;
    let mut head = follow(&mut desk, conv).await;
    across(&visitor, &mut desk, conv, &mut head).await;
    nats.kill();
    for _ in 0..3 {
        let took = across(&visitor, &mut desk, conv, &mut head).await;
        assert!(took < FLOOR, "{took:?}");
    }
    nats.again();
    // Both find it again by themselves; the floor carries what is said meanwhile.
    let mut quick = 0;
    for _ in 0..40 {
        let took = across(&visitor, &mut desk, conv, &mut head).await;
        quick = if took < Duration::from_millis(500) { quick + 1 } else { 0 };
        if quick == 5 {
            return;
        }
    }
    panic!("the bus was never found again");
}

#[tokio::test(flavor = "multi_thread")]
async fn l6_with_the_bus_dead_everything_arrives_a_little_later() {
    let Some(database) = SharedDatabase::make().await else { return };
    let a = Node::first(&database, Some(DEAD)).await;
    let b = a.beside(&database, Some(DEAD)).await;
    let (operator, mut desk) = b.desk().await;
    let (visitor, conv) = a.chat().await;
    desk.until(|frame| matches!(frame, ServerFrame::Inbox { .. }).then_some(())).await;
    let mut head = follow(&mut desk, conv).await;
    for _ in 0..5 {
        let took = across(&visitor, &mut desk, conv, &mut head).await;
        assert!(took < FLOOR, "{took:?}");
    }

    // Somebody without a socket waits at one server; the answer is given at the other.
    let path = visitor.path("events");
    let known = head.0;
    let wait = visitor
        .request(Method::GET, &format!("{path}?conversation={conv}&after={known}&wait=25"))
        .send();
    let (cid, begun) = (new_id::<ClientId>(), Instant::now());
    let say = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let message = serde_json::json!({"conversation": conv, "cid": cid, "body": "Yes, two of them"});
        operator.browser.post("/desk/messages", &message).await
    };
    let (waited, said) = tokio::join!(wait, say);
    assert!(said.status().is_success());
    let page: EventsPage = waited.expect("answers").json().await.expect("a page");
    assert!(page.events.iter().any(|event| event.cid == Some(cid)), "{page:?}");
    assert!(begun.elapsed() < FLOOR + Duration::from_secs(1), "{:?}", begun.elapsed());
}
