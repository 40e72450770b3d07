//! F11, F12: wires that stop one by one, for a moment or for longer than a heartbeat, and carry again in any order.

use std::time::Duration;

use rand::{Rng as _, seq::SliceRandom as _};
use tokio::time::{Instant, sleep};

use crate::{
    house::House,
    relay::Relay,
    room::Room,
    tools::{alone, lots, repetitions, within},
};

/// Conversations, each with two people behind one wire of its own.
const ROOMS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_f12_i1_i2_i3_i4_i6_wires_that_stop_one_by_one_lose_nothing_and_turn_nothing_around() {
    let _alone = alone().await;
    let mut house = House::build().await;
    house.open().await;
    let mut lots = lots();
    let mut rooms = Vec::with_capacity(ROOMS);
    for _ in 0..ROOMS {
        let relay = Relay::to(&house).await;
        let room = Room::open_through(&house, &relay, Duration::from_millis(40)).await;
        rooms.push((relay, room));
    }
    for _ in 0..repetitions(3, 40) {
        let mut order: Vec<usize> = (0..ROOMS).collect();
        order.shuffle(&mut lots);
        for &one in &order {
            rooms[one].0.carries(false);
            sleep(Duration::from_millis(lots.random_range(20..400))).await;
        }
        // Whoever is cut off is held up, and nobody else is.
        assert_eq!(house.asks("/healthz").await, Some(200));
        fall_silent(&rooms).await;
        order.shuffle(&mut lots);
        for &one in &order {
            rooms[one].0.carries(true);
            rooms[one].1.goes_on(Duration::from_secs(15)).await;
            sleep(Duration::from_millis(lots.random_range(20..400))).await;
        }
    }
    for (_, room) in &rooms {
        room.rest().await;
    }
    house.kill().await;
    for (_, room) in rooms {
        room.judge(&house).await;
    }
}

/// A second goes by in which nobody is answered. Not at once: what had left the wire before it stopped is still read, by a machine that may be
/// busy with something else.
async fn fall_silent(rooms: &[(Relay, Room)]) {
    let kept = || rooms.iter().map(|(_, room)| room.kept()).collect::<Vec<_>>();
    let begun = Instant::now();
    let bar = within(Duration::from_secs(5));
    loop {
        let before = kept();
        sleep(Duration::from_secs(1)).await;
        if kept() == before {
            return;
        }
        assert!(
            begun.elapsed() < bar,
            "something gets through wires that do not carry: {before:?}, {:?}",
            kept()
        );
    }
}
