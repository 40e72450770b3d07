//! Requests that two readers would end in two places (HG-9): refused, or answered once with nothing taken for a second one.

use testkit::{TestServer, Wire, sqlite};

use super::PATIENCE;

/// What would be a request of its own to whoever ended the first one too early.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

fn post(lines: &str, body: &str) -> String {
    format!("POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n{lines}\r\n{body}")
}

async fn answers(base: &str, request: &str) -> String {
    let mut wire = Wire::to(base).await;
    let _ = wire.write(request.as_bytes()).await;
    let rest = wire.rest(PATIENCE).await.unwrap_or_else(|| panic!("stays open: {request}"));
    String::from_utf8_lossy(&rest).into_owned()
}

#[tokio::test]
async fn hg_9_what_cannot_be_read_in_one_way_is_refused() {
    let server = TestServer::start(sqlite().await).await;
    for lines in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5, 6\r\n",
        "content-length: +5\r\n",
        "content-length: -5\r\n",
        "content-length: 0x5\r\n",
        "content-length: 5 5\r\n",
        "content-length: 99999999999999999999999\r\n",
        "content-length : 5\r\n",
        "content-length: 5\r\n folded: yes\r\n",
        "x-folded: a\r\n\tb\r\ncontent-length: 5\r\n",
        "transfer-encoding: identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "x-nothing: a\0b\r\ncontent-length: 5\r\n",
        "transfer-encoding : chunked\r\n",
        "no colon at all\r\n",
    ] {
        let heard = answers(&server.base, &post(lines, HIDDEN)).await;
        assert!(heard.starts_with("HTTP/1.1 400"), "{lines:?}: {heard}");
        assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{lines:?}: {heard}");
    }
    let old = post("transfer-encoding: chunked\r\n", "0\r\n\r\n").replace("HTTP/1.1", "HTTP/1.0");
    let heard = answers(&server.base, &old).await;
    assert!(heard.contains(" 400 "), "{heard}");
    server.stop().await;
}

#[tokio::test]
async fn hg_9_behind_a_body_without_a_length_nothing_is_taken_for_a_request() {
    let server = TestServer::start(sqlite().await).await;
    let length = HIDDEN.len() + 5;
    for lines in [
        format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
        format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"),
        format!("content-length: {length}\r\ntransfer-encoding: ChUnKeD\r\n"),
        "transfer-encoding: chunked\r\n".to_owned(),
    ] {
        for body in [
            "0\r\n\r\n",
            "5\r\nemail\r\n0\r\n\r\n",
            "0\r\nx-trailer: 1\r\n\r\n",
            "0x5\r\nemail\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nx",
        ] {
            let heard = answers(&server.base, &post(&lines, &format!("{body}{HIDDEN}"))).await;
            assert!(heard.matches("HTTP/1.1 ").count() <= 1, "{lines:?} {body:?}: {heard}");
            assert!(!heard.ends_with("\r\n\r\nok"), "{lines:?} {body:?}: {heard}");
        }
    }
    server.stop().await;
}
