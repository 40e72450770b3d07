//! F8 and F2: PostgreSQL goes away in every way it can, and one of two servers on it is killed.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    cluster::Cluster,
    house::House,
    room::Room,
    tools::{alone, repetitions, within},
};

/// Once PostgreSQL is there again.
const RESUMED: Duration = Duration::from_secs(5);
/// Whoever is at the other server notices this at most.
const GAP: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f8_i1_i2_a_postgresql_that_crashes_restarts_or_cuts_its_connections_is_survived() {
    let _alone = alone().await;
    let Some(mut cluster) = Cluster::start().await else { return };
    let url = storage::fresh_database(&cluster.url()).await.expect("a database");
    let mut house = House::build_on(&url).await;
    let mut other = house.beside();
    house.open().await;
    other.open().await;
    // What one says at the one server, the other hears at the other: also through the bus, which is a connection, too.
    let room = Room::open_at(&[&house, &other], Duration::from_millis(20)).await;
    let rounds = repetitions(1, 5);
    let away = Duration::from_secs(if rounds > 1 { 60 } else { 7 });
    for round in 1..=rounds {
        for (mode, away) in [("immediate", Duration::ZERO), ("fast", Duration::ZERO), ("immediate", away)] {
            cluster.stop(mode);
            let begun = Instant::now();
            while begun.elapsed() < away {
                assert_eq!(house.asks("/healthz").await, Some(200), "it lives without its database");
                sleep(Duration::from_millis(500)).await;
            }
            cluster.begin().await;
            let back = room.goes_on(RESUMED).await;
            println!("round {round}: {mode}, away {away:?}, back after {back:?}");
        }
        for _ in 0..5 {
            cluster.cut().await;
            sleep(Duration::from_millis(100)).await;
        }
        room.goes_on(RESUMED).await;
    }
    room.rest().await;
    house.kill().await;
    other.kill().await;
    room.judge(&house).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f2_i1_i2_i6_one_of_two_servers_is_killed_and_its_people_go_on_at_the_other() {
    let _alone = alone().await;
    let Some(cluster) = Cluster::start().await else { return };
    let url = storage::fresh_database(&cluster.url()).await.expect("a database");
    let mut one = House::build_on(&url).await;
    let mut other = one.beside();
    one.open().await;
    other.open().await;
    // The shopper is at the one, the desk at the other.
    let room = Room::open_at(&[&one, &other], Duration::from_millis(20)).await;
    for kill in 1..=repetitions(2, 100) {
        sleep(Duration::from_millis(700)).await;
        let (killed, desk) = if kill % 2 == 1 {
            one.kill().await;
            (&mut one, &room.desk)
        } else {
            other.kill().await;
            (&mut other, &room.shopper)
        };
        // Somebody was at the server that lives. After the first kill both are where they fled to, and this is how soon they are back.
        let begun = Instant::now();
        let gap = within(GAP);
        while desk.standing().last <= begun {
            assert!(
                begun.elapsed() < gap,
                "kill {kill}: a gap of more than {gap:?} at the server that lives"
            );
            sleep(Duration::from_millis(10)).await;
        }
        let back = room.goes_on(Duration::from_secs(10)).await;
        killed.open().await;
        println!("kill {kill}: both talk again after {back:?}");
    }
    room.rest().await;
    one.kill().await;
    other.kill().await;
    room.judge(&one).await;
}
