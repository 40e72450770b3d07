//! Those who take their time (F15): a hundred and sixty of them at once, each let go of within its bound, and nobody else waits meanwhile.

use std::time::Duration;

use futures::future::join_all;
use reqwest::StatusCode;
use testkit::{TestServer, Wire, sqlite};
use tokio::time::Instant;

use super::{PATIENCE, handshake, opened};

/// Of each kind.
const EACH: usize = 40;

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

async fn everybody(base: &str, beginning: &str, more: &[u8]) -> Duration {
    let all = (0..EACH).map(|_| async move { dribbles(Wire::to(base).await, beginning, more).await });
    join_all(all).await.into_iter().max().unwrap_or_default()
}

/// How long others wait for so long: all but the slowest in a hundred.
async fn legitimate(server: &TestServer, time: Duration) -> Duration {
    let (mut waits, from) = (Vec::new(), Instant::now());
    while from.elapsed() < time {
        let asked = Instant::now();
        assert_eq!(server.nobody().get("/healthz").await.status(), StatusCode::OK);
        waits.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    waits.sort_unstable();
    waits[waits.len() * 99 / 100 - 1]
}

#[tokio::test]
async fn f_15_whoever_takes_their_time_is_let_go_and_nobody_else_waits() {
    let server = TestServer::start(sqlite().await).await;
    let base = server.base.as_str();
    let half = handshake(base, &[]).replace("\r\n\r\n", "\r\n");
    let body = "POST /w/alpha/start HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
    let silent = async {
        let all = (0..EACH).map(|_| async move { dribbles(opened(base).await, "", b"").await });
        join_all(all).await.into_iter().max().unwrap_or_default()
    };
    let before = legitimate(&server, Duration::from_secs(3)).await;
    let (headers, handshakes, bodies, silent, beside) = tokio::join!(
        everybody(base, "GET /healthz HTTP/1.1\r\nhost: ", b"x"),
        everybody(base, &half, b""),
        everybody(base, body, b" "),
        silent,
        legitimate(&server, Duration::from_secs(8))
    );
    println!(
        "headers {headers:?}, handshakes {handshakes:?}, bodies {bodies:?}, no hello {silent:?}; others waited {beside:?}, before {before:?}"
    );
    // All of it is in one process here, and not optimised.
    assert!(beside < 2 * before + Duration::from_millis(100), "{beside:?}, before {before:?}");
    for (what, took, most_s) in [
        ("headers", headers, 15),
        ("handshakes", handshakes, 15),
        ("bodies", bodies, 30),
        ("without a hello", silent, 10),
    ] {
        assert!(took < Duration::from_secs(most_s), "{what}: {took:?}");
    }
    server.stop().await;
}
