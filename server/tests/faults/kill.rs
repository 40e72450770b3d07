//! F1: `kill -9` at any moment of sending.

use std::time::Duration;

use rand::Rng as _;
use tokio::time::sleep;

use crate::{
    house::House,
    room::Room,
    tools::{alone, lots, repetitions, within},
};

/// From its start to its first answer.
const READY: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f1_i1_i2_i3_i4_i5_i6_i7_i8_kill_9_during_sends_loses_nothing_and_doubles_nothing() {
    let _alone = alone().await;
    let mut house = House::build().await;
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(20)).await;
    let mut lots = lots();
    for kill in 1..=repetitions(8, 300) {
        sleep(Duration::from_millis(lots.random_range(50..1_500))).await;
        house.kill().await;
        let took = house.open().await;
        assert!(took <= within(READY), "kill {kill}: ready after {took:?}");
    }
    room.goes_on(Duration::from_secs(10)).await;
    room.verdict(&mut house).await;
}
