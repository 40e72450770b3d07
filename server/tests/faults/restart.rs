//! F3: deploys in a row under a supervisor that keeps the socket open. Nobody is refused, nobody notices.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, redirect};
use tokio::time::{Instant, sleep};

use crate::{
    house::House,
    room::Room,
    tools::{alone, repetitions, signal},
};

/// An ending may take this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who connects again and again: how often, and how often without success.
fn knock(base: &str) -> (Arc<AtomicU32>, Arc<AtomicU32>, tokio::task::JoinHandle<()>) {
    let (knocked, refused) = (Arc::<AtomicU32>::default(), Arc::<AtomicU32>::default());
    let (all, failed) = (knocked.clone(), refused.clone());
    let url = format!("{base}/healthz");
    let client = Client::builder()
        .pool_max_idle_per_host(0)
        .redirect(redirect::Policy::none())
        .timeout(2 * PATIENCE)
        .build();
    let client = client.expect("a client");
    let task = tokio::spawn(async move {
        loop {
            let well = client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success());
            all.fetch_add(1, Ordering::Relaxed);
            failed.fetch_add(u32::from(!well), Ordering::Relaxed);
            sleep(Duration::from_millis(25)).await;
        }
    });
    (knocked, refused, task)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f3_deploys_in_a_row_refuse_nobody_and_nobody_loses_a_word() {
    let _alone = alone().await;
    let mut house = House::build().await;
    house.keep_socket();
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(20)).await;
    let (knocked, refused, task) = knock(&house.base);
    for deploy in 1..=repetitions(3, 30) {
        sleep(Duration::from_millis(500)).await;
        let begun = Instant::now();
        signal(house.process(), "TERM");
        assert_eq!(house.ended(PATIENCE).await, Some(0), "deploy {deploy}");
        let took = begun.elapsed();
        house.open().await;
        room.goes_on(PATIENCE).await;
        println!("deploy {deploy}: ended after {took:?}");
    }
    task.abort();
    let (knocked, refused) = (knocked.load(Ordering::Relaxed), refused.load(Ordering::Relaxed));
    println!("{knocked} connects, {refused} without an answer");
    assert!(knocked > 10);
    assert_eq!(refused, 0, "of {knocked}");
    room.verdict(&mut house).await;
}
