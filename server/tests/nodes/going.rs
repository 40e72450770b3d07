//! A server goes: by `kill -9`, and one after the other for a new version. People go on at the others, and lose nothing.

use std::{collections::HashMap, time::Duration};

use model::{
    id::{ClientId, ConversationId},
    wire::ServerFrame,
};
use service::clock::new_id;
use testkit::{SharedDatabase, Visitor};

use crate::node::{Node, follow, next_event, try_post, within};

/// A message that was acknowledged, and at which number.
type Acknowledged = HashMap<ClientId, i64>;

/// Says the same until one of the servers takes it, as a program in a browser does; `None` after half a minute.
async fn say(bases: &[String], visitor: &Visitor, conv: ConversationId, acknowledged: &mut Acknowledged) -> Option<()> {
    let cid: ClientId = new_id();
    for round in 0..300 {
        let base = &bases[round % bases.len()];
        if let Some(posted) = try_post(&visitor.at(base), conv, cid, "Still there?").await {
            acknowledged.insert(cid, posted.seq.0);
            return Some(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}

/// What was acknowledged is in the log, at its number, once; and the log has no holes.
async fn check(node: &Node, conv: ConversationId, acknowledged: &Acknowledged) {
    let log = node.log(conv).await;
    let numbers: Vec<i64> = log.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, (1..=log.len() as i64).collect::<Vec<_>>(), "no holes");
    for (cid, seq) in acknowledged {
        let places: Vec<i64> = log.iter().filter(|(_, of)| *of == Some(*cid)).map(|(seq, _)| *seq).collect();
        assert_eq!(places, [*seq], "once, where it was said to be");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_kill_9_of_one_of_two_servers_loses_nothing_and_the_other_goes_on() {
    let Some(database) = SharedDatabase::make().await else { return };
    let a = Node::first(&database, None).await;
    let b = a.beside(&database, None).await;
    let (_operator, mut desk) = b.desk().await;
    let (visitor, conv) = a.chat().await;
    let mut panel = visitor.socket().await;
    follow(&mut panel, conv).await;
    let mut head = follow(&mut desk, conv).await;
    let bases = [a.server.base.clone(), b.server.base.clone()];
    let mut acknowledged = Acknowledged::new();
    let mut dying = Some(a);
    for n in 0..30 {
        if n == 10
            && let Some(a) = dying.take()
        {
            a.kill();
        }
        say(&bases, &visitor, conv, &mut acknowledged).await.expect("somebody takes it");
    }
    // The desk at the other server hears all of it, in order.
    let last = *acknowledged.values().max().expect("some");
    while head.0 < last {
        let (next, _) = next_event(&mut desk, conv).await;
        assert_eq!(next, head.next());
        head = next;
    }
    // The shopper's socket is gone; they come back at the server that lives, with the session that they had.
    let back = visitor.at(&b.server.base);
    let mut panel = back.socket().await;
    assert_eq!(follow(&mut panel, conv).await, head);
    check(&b, conv, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f3_one_server_after_the_other_is_renewed_and_nobody_is_turned_away() {
    let Some(database) = SharedDatabase::make().await else { return };
    let a = Node::first(&database, None).await;
    let b = a.beside(&database, None).await;
    let (operator, mut desk) = a.desk().await;
    let (visitor, conv) = a.chat().await;
    follow(&mut desk, conv).await;
    let mut acknowledged = Acknowledged::new();
    let mut living = [a, b];
    for turn in [0, 1] {
        let other = living[1 - turn].server.base.clone();
        assert!(living[turn].is_ready().await);
        // Whoever sends people to servers sees that it takes nobody on any more, and sends them to the other one, without a failure.
        living[turn].server.drain();
        within(5, "it says that it is ending", || async { !living[turn].is_ready().await }).await;
        if turn == 0 {
            desk.until(|frame| matches!(frame, ServerFrame::Drain { .. }).then_some(())).await;
            let mut moved = operator.at(&other).socket().await;
            follow(&mut moved, conv).await;
            desk = moved;
        }
        for _ in 0..10 {
            let cid: ClientId = new_id();
            let posted = try_post(&visitor.at(&other), conv, cid, "Hello again")
                .await
                .expect("is taken at once");
            acknowledged.insert(cid, posted.seq.0);
        }
        let fresh = living[1 - turn].beside(&database, None).await;
        assert!(fresh.is_ready().await);
        std::mem::replace(&mut living[turn], fresh).stop().await;
    }
    check(&living[0], conv, &acknowledged).await;
    check(&living[1], conv, &acknowledged).await;
}
