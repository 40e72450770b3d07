//! F11, F12: wires that stop one by one, for a moment or for longer than a heartbeat, and carry again in any order; and one that carries in
//! one direction only.

use std::time::Duration;

use futures::future::join_all;
use rand::{Rng as _, seq::SliceRandom as _};
use tokio::time::sleep;

use crate::{
    house::House,
    relay::Relay,
    room::Room,
    tools::{alone, descriptors, falls_silent, lots, repetitions},
};

/// From the first wire that stops to the last, and from the first that carries again to the last, in milliseconds at most.
const SPELL_MS: u64 = 2_400;
/// Whom one account at the desk talks with: half of the windows that it may have, because one that comes back may not be missed yet.
const EACH: usize = 10;
/// Files that stay open here for each of a hundred rooms: two wires, and what the relay and a request have of them.
const DESCRIPTORS: u64 = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_f12_i1_i2_i3_i4_i6_wires_that_stop_one_by_one_lose_nothing_and_turn_nothing_around() {
    let _alone = alone().await;
    if !descriptors(DESCRIPTORS) {
        return;
    }
    let mut house = House::build().await;
    let mut lots = lots();
    // Each with two people behind one wire of its own: two hundred before a release, and then they are not as quick.
    let (count, pace) = if repetitions(3, 20) > 3 { (100_usize, 700) } else { (6, 40) };
    let colleagues = house.employ(count.div_ceil(EACH)).await;
    house.open().await;
    let mut rooms = Vec::with_capacity(count);
    for number in 0..count {
        let relay = Relay::to(&house).await;
        let room = Room::open_as(&relay, Duration::from_millis(pace), &colleagues[number / EACH]).await;
        rooms.push((relay, room));
    }
    let most = SPELL_MS / u64::try_from(count).expect("few");
    for _ in 0..repetitions(3, 20) {
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(&mut lots);
        for &one in &order {
            rooms[one].0.carries(false);
            sleep(Duration::from_millis(lots.random_range(most / 20..=most))).await;
        }
        // Whoever is cut off is held up, and nobody else is.
        assert_eq!(house.asks("/healthz").await, Some(200));
        falls_silent(|| rooms.iter().map(|(_, room)| room.kept()).collect::<Vec<_>>()).await;
        order.shuffle(&mut lots);
        for &one in &order {
            rooms[one].0.carries(true);
            sleep(Duration::from_millis(lots.random_range(most / 20..=most))).await;
        }
        join_all(rooms.iter().map(|(_, room)| room.goes_on(Duration::from_secs(15)))).await;
    }
    join_all(rooms.iter().map(|(_, room)| room.rest())).await;
    house.kill().await;
    for (_, room) in rooms {
        room.judge(&house).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_i1_i2_i3_i6_a_wire_that_carries_in_one_direction_only_or_in_none_is_survived() {
    let _alone = alone().await;
    let mut house = House::build().await;
    house.open().await;
    let relay = Relay::to(&house).await;
    let room = Room::open_through(&house, &relay, Duration::from_millis(40)).await;
    // A minute and more is longer than either side waits for a sign of the other; ten minutes are longer than anybody waits for anything.
    let spells: &[(bool, bool, u64)] = if repetitions(1, 2) > 1 {
        &[
            (false, true, 1),
            (true, false, 1),
            (false, true, 10),
            (true, false, 10),
            (false, true, 70),
            (true, false, 70),
            (false, false, 70),
            (false, false, 600),
        ]
    } else {
        &[(false, true, 2), (true, false, 2)]
    };
    for &(there, back, seconds) in spells {
        relay.carries_there(there);
        relay.carries_back(back);
        falls_silent(|| room.kept()).await;
        sleep(Duration::from_secs(seconds)).await;
        relay.carries(true);
        let after = room.goes_on(Duration::from_secs(15)).await;
        println!("{seconds} s, there {there}, back {back}: goes on after {after:?}");
    }
    room.verdict(&mut house).await;
}
