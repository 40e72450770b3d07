//! F11: of two servers on one PostgreSQL, one does not reach it any more: nothing is refused, nothing ends, nothing is answered.

use std::time::Duration;

use model::wire::ClientFrame;
use tokio::time::{Instant, sleep};

use crate::{
    cluster::Cluster,
    house::House,
    relay::Relay,
    room::Room,
    tools::{alone, falls_silent, repetitions, within},
};

/// What the server that falls silent holds in the database is let go of after five seconds, and whoever waited for it goes on. Not longer in
/// a build that is not optimised: it is PostgreSQL that lets go.
const GAP: Duration = Duration::from_secs(9);
/// Whoever sends people to a server hears within this time that it is not to be sent any.
const UNREADY: Duration = Duration::from_secs(5);
/// So long a server may believe in rights that it cannot ask for (I9), and a look every two seconds on top.
const AUTHORITY: Duration = Duration::from_secs(13);
/// A message that cannot be kept is said to be so after this time at the latest.
const TOLD: u64 = 66;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_i1_i2_i6_a_server_that_its_database_is_out_of_reach_of_keeps_nothing_and_holds_up_nobody_elsewhere() {
    let _alone = alone().await;
    let Some(cluster) = Cluster::start().await else { return };
    let url = storage::fresh_database(&cluster.url()).await.expect("a database");
    let relay = Relay::to_socket(&cluster.socket()).await;
    let mut one = House::build_on(&url).await;
    let mut other = one.beside_through(&relay);
    one.open().await;
    other.open().await;
    // The shopper is at the one, the desk at the one that will be alone.
    let room = Room::open_at(&[&one, &other], Duration::from_millis(20)).await;
    let spells: &[u64] = if repetitions(1, 10) > 1 {
        &[1, 3, 8, 15, 30, 1, 3, 8, 15, TOLD + 4]
    } else {
        &[15]
    };
    for &spell in spells {
        relay.carries(false);
        let begun = Instant::now();
        let silent = async {
            let kept = falls_silent(|| room.desk.standing().kept).await;
            (kept, room.desk.standing().put_off)
        };
        let ((kept, put_off), unready) = tokio::join!(silent, is_unready(&other, within(UNREADY).min(Duration::from_secs(spell))));
        while begun.elapsed() < Duration::from_secs(spell) {
            let since = room.shopper.standing().last.elapsed();
            assert!(since < GAP, "who is at the other server waits for {since:?}");
            assert_eq!(other.asks("/healthz").await, Some(200), "it lives");
            sleep(Duration::from_millis(200)).await;
        }
        let standing = room.desk.standing();
        assert_eq!(standing.kept, kept, "what is not in the database is not acknowledged");
        if spell > 6 {
            assert!(unready.is_some(), "it goes on being ready");
        }
        if spell > TOLD {
            assert!(standing.put_off > put_off, "nobody was told");
        }
        relay.carries(true);
        let back = room.goes_on(Duration::from_secs(10)).await;
        println!("{spell} s: not ready after {unready:?}, back after {back:?}");
    }
    room.rest().await;
    one.kill().await;
    other.kill().await;
    room.judge(&one).await;
}

/// After how long a server says that it is not to be sent anybody; `None` when it has not after `bar`.
async fn is_unready(house: &House, bar: Duration) -> Option<Duration> {
    let begun = Instant::now();
    while begun.elapsed() < bar {
        if house.asks("/readyz").await == Some(503) {
            return Some(begun.elapsed());
        }
        sleep(Duration::from_millis(100)).await;
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_i9_a_server_that_cannot_ask_who_has_which_right_tells_nobody_who_types() {
    let _alone = alone().await;
    let Some(cluster) = Cluster::start().await else { return };
    let url = storage::fresh_database(&cluster.url()).await.expect("a database");
    let relay = Relay::to_socket(&cluster.socket()).await;
    let one = House::build_on(&url).await;
    let mut other = one.beside_through(&relay);
    other.open().await;
    let room = Room::open(&other, Duration::from_millis(500)).await;
    let mut shopper = room.panel.line().await.expect("connects");
    let mut desk = room.office.line().await.expect("connects");
    shopper.follow(room.conversation).await;
    desk.follow(room.conversation).await;
    let typing = ClientFrame::Typing {
        conv: room.conversation,
        on: true,
    };
    for _ in 0..repetitions(1, 3) {
        assert!(shopper.send(&typing).await);
        assert!(desk.hears_typing(within(Duration::from_secs(5))).await, "is told who types");
        relay.carries(false);
        sleep(AUTHORITY).await;
        assert!(shopper.send(&typing).await);
        assert!(
            !desk.hears_typing(Duration::from_secs(3)).await,
            "whoever was switched off meanwhile would be told what somebody does"
        );
        relay.carries(true);
        // Until it has looked again.
        let begun = Instant::now();
        loop {
            assert!(shopper.send(&typing).await);
            if desk.hears_typing(Duration::from_millis(1_500)).await {
                break;
            }
            assert!(begun.elapsed() < within(Duration::from_secs(10)), "it stays blind");
        }
        // What was said meanwhile is heard before it is quiet again.
        while desk.hears_typing(Duration::from_secs(1)).await {}
        room.goes_on(Duration::from_secs(10)).await;
    }
    room.verdict(&mut other).await;
}
