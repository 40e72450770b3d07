//! F15: those who take their time, two thousand of them before a release: each let go of within its bound, and nobody else waits meanwhile.

use std::time::Duration;

use futures::future::join_all;
use testkit::{Wire, handshake};
use tokio::time::{Instant, sleep};

use crate::{
    house::House,
    room::Room,
    tools::{alone, descriptors, repetitions, within},
};

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// Those who take their time before a release, and what else is open here.
const DESCRIPTORS: u64 = 2_500;

/// Sends the beginning, and then a byte a second; how long it took until the server had enough.
async fn dribbles(mut wire: Wire, beginning: &str, more: &[u8]) -> Duration {
    let from = Instant::now();
    let _ = wire.write(beginning.as_bytes()).await;
    while from.elapsed() < PATIENCE {
        if wire.rest(Duration::from_secs(1)).await.is_some() || !wire.write(more).await {
            break;
        }
    }
    from.elapsed()
}

async fn everybody(count: u32, base: &str, beginning: &str, more: &[u8]) -> Duration {
    let all = (0..count).map(|_| async move { dribbles(Wire::to(base).await, beginning, more).await });
    join_all(all).await.into_iter().max().unwrap_or_default()
}

/// How long others wait for so long: all but the slowest in a hundred.
async fn legitimate(house: &House, time: Duration) -> Duration {
    let (mut waits, from) = (Vec::new(), Instant::now());
    while from.elapsed() < time {
        let asked = Instant::now();
        assert_eq!(house.asks("/healthz").await, Some(200));
        waits.push(asked.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
    waits.sort_unstable();
    waits[waits.len() * 99 / 100 - 1]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f_15_whoever_takes_their_time_is_let_go_and_nobody_else_waits() {
    let _alone = alone().await;
    if !descriptors(DESCRIPTORS) {
        return;
    }
    let mut house = House::build().await;
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(50)).await;
    let each = repetitions(40, 500);
    let base = house.base.as_str();
    let half = handshake(base, &[]).replace("\r\n\r\n", "\r\n");
    let body = "POST /w/alpha/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
    let silent = async {
        let all = (0..each).map(|_| async move { dribbles(Wire::opened(base, PATIENCE).await, "", b"").await });
        join_all(all).await.into_iter().max().unwrap_or_default()
    };
    let before = legitimate(&house, Duration::from_secs(3)).await;
    let (headers, handshakes, bodies, silent, beside) = tokio::join!(
        everybody(each, base, "GET /healthz HTTP/1.1\r\nhost: ", b"x"),
        everybody(each, base, &half, b""),
        everybody(each, base, body, b" "),
        silent,
        legitimate(&house, Duration::from_secs(8))
    );
    println!(
        "{each} of each: headers {headers:?}, handshakes {handshakes:?}, bodies {bodies:?}, no hello {silent:?}; \
         others waited {beside:?}, before {before:?}"
    );
    // Those who write a byte a second take the same two cores.
    assert!(
        beside < 2 * before + within(Duration::from_millis(100)),
        "{beside:?}, before {before:?}"
    );
    for (what, took, most_s) in [
        ("headers", headers, 15),
        ("handshakes", handshakes, 15),
        ("bodies", bodies, 30),
        ("without a hello", silent, 10),
    ] {
        assert!(took < within(Duration::from_secs(most_s)), "{what}: {took:?}");
        assert!(
            took > Duration::from_secs(2),
            "{what}: let go of for some other reason, after {took:?}"
        );
    }
    room.verdict(&mut house).await;
}
