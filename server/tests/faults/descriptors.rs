//! F21: few file descriptors, and somebody who takes all connections there are.

use std::time::Duration;

use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    house::House,
    room::{Room, sign_in},
    talk::Door,
    tools::{alone, repetitions, runs, skip},
};

const DESCRIPTORS: usize = 256;
/// More than there are descriptors for.
const GUESTS: usize = 400;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f21_whoever_takes_all_connections_does_not_take_the_database() {
    let _alone = alone().await;
    if !runs("prlimit", &["--version"]) {
        skip("there is no prlimit (Debian: util-linux)");
        return;
    }
    let mut house = House::build().await;
    house.before = vec!["prlimit".to_owned(), format!("--nofile={DESCRIPTORS}:{DESCRIPTORS}")];
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(50)).await;
    let address = house.base.trim_start_matches("http://").to_owned();
    for _ in 0..repetitions(1, 3) {
        let mut guests = Vec::new();
        for _ in 0..GUESTS {
            // Nobody is refused by the system: those who are too many are told so.
            guests.push(TcpStream::connect(&address).await.expect("connects"));
        }
        room.goes_on(Duration::from_secs(10)).await;
        let mut told = 0;
        for guest in guests.iter_mut().rev().take(20) {
            let mut answer = Vec::new();
            let read = timeout(Duration::from_secs(5), guest.read_to_end(&mut answer)).await;
            told += usize::from(read.is_ok() && answer.starts_with(b"HTTP/1.1 503"));
        }
        assert!(told >= 10, "only {told} of the last 20 were told that there is no room");
        room.goes_on(Duration::from_secs(10)).await;
        drop(guests);
        sleep(Duration::from_secs(1)).await;
        let door = Door::new(std::slice::from_ref(&house.base), "/desk/ticket");
        sign_in(&door, &house.world.alpha.owner.0).await;
    }
    let log = house.log();
    assert!(
        !log.contains("unable to open") && !log.contains("No connection can be taken in"),
        "{log}"
    );
    room.verdict(&mut house).await;
}
