//! F14: the process stands still, as in a machine that is moved or out of memory. What it held in the meantime is looked at again.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    house::House,
    room::Room,
    tools::{alone, repetitions, signal},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f14_a_server_that_stood_still_goes_on_and_everybody_with_it() {
    let _alone = alone().await;
    let mut house = House::build().await;
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(50)).await;
    // Two minutes are longer than every lease.
    let spells: &[u64] = if repetitions(1, 10) > 1 {
        &[5, 30, 120, 5, 30, 5, 30, 5, 30, 120]
    } else {
        &[5]
    };
    for spell in spells {
        signal(house.process(), "STOP");
        sleep(Duration::from_secs(*spell)).await;
        signal(house.process(), "CONT");
        let back = room.goes_on(Duration::from_secs(10)).await;
        println!("{spell} s: back after {back:?}");
    }
    room.verdict(&mut house).await;
}
