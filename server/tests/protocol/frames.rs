//! Frames that no browser sends (F16, after the sections of the Autobahn suite): each ends its own socket, with a code that says why or
//! without a word, and nobody else's.

use futures::future::join_all;
use reqwest::StatusCode;
use testkit::{TestServer, Wire, handshake, sqlite};

use super::PATIENCE;

/// The bytes of the largest message that is taken.
const LARGEST: u64 = model::limits::FRAME_BYTES_MAX as u64;
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

const CONTINUE: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
const LAST: u8 = 0x80;

/// How a length is written.
#[derive(Clone, Copy)]
enum Length {
    /// As short as it goes.
    Short,
    /// In two bytes.
    Two,
    /// In eight.
    Eight,
    /// In eight, and not the true one.
    Said(u64),
}

/// What stands in the place of a length that follows in two bytes, or in eight (RFC 6455, section 5.2).
const IN_TWO: u8 = 0x7e;
const IN_EIGHT: u8 = 0x7f;

/// A frame: its first byte as it is.
fn frame(first: u8, masked: bool, length: Length, payload: &[u8]) -> Vec<u8> {
    let mask_bit = if masked { 0x80 } else { 0 };
    let size = payload.len() as u64;
    let mut bytes = vec![first];
    match (length, u8::try_from(size), u16::try_from(size)) {
        (Length::Short, Ok(size @ ..IN_TWO), _) => bytes.push(mask_bit | size),
        (Length::Short | Length::Two, _, Ok(size)) => {
            bytes.push(mask_bit | IN_TWO);
            bytes.extend(size.to_be_bytes());
        }
        (Length::Said(said), ..) => {
            bytes.push(mask_bit | IN_EIGHT);
            bytes.extend(said.to_be_bytes());
        }
        (Length::Short | Length::Two | Length::Eight, ..) => {
            bytes.push(mask_bit | IN_EIGHT);
            bytes.extend(size.to_be_bytes());
        }
    }
    if masked {
        bytes.extend(MASK);
        bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    } else {
        bytes.extend(payload);
    }
    bytes
}

/// One as a browser would send it.
fn good(first: u8, payload: &[u8]) -> Vec<u8> {
    frame(first, true, Length::Short, payload)
}

type Cases = Vec<(String, Vec<u8>)>;

/// Sections 2 and 3: bits and kinds that mean nothing.
fn headers(cases: &mut Cases) {
    for reserved in 1..8_u8 {
        for kind in [CONTINUE, TEXT, BINARY, CLOSE, PING, PONG] {
            cases.push((
                format!("reserved bits {reserved}, kind {kind}"),
                good(LAST | (reserved << 4) | kind, b"x"),
            ));
        }
    }
    for kind in [3_u8, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        for last in [0, LAST] {
            for size in [0_usize, 1, 125, 126] {
                cases.push((format!("kind {kind}, {size} bytes, {last}"), good(last | kind, &vec![b'x'; size])));
            }
        }
    }
    for kind in [TEXT, BINARY, CLOSE, PING, PONG] {
        for size in [0_usize, 1, 125, 126, 1_000] {
            let bytes = frame(LAST | kind, false, Length::Short, &vec![b'x'; size]);
            cases.push((format!("unmasked kind {kind}, {size} bytes"), bytes));
        }
    }
}

/// Sections 5 and 9: pieces, and lengths that are none.
fn pieces(cases: &mut Cases) {
    for kind in [CLOSE, PING, PONG] {
        for size in [0_usize, 1, 125] {
            cases.push((format!("a piece of kind {kind}, {size} bytes"), good(kind, &vec![b'x'; size])));
        }
        for size in [126_usize, 127, 1_000, 70_000] {
            cases.push((format!("kind {kind} of {size} bytes"), good(LAST | kind, &vec![b'x'; size])));
        }
    }
    for kind in [CONTINUE, TEXT, BINARY] {
        for said in [1 << 63, u64::MAX, 1 << 62, 1 << 32, LARGEST + 1] {
            cases.push((
                format!("kind {kind} says {said} bytes"),
                frame(LAST | kind, true, Length::Said(said), b"x"),
            ));
        }
        for length in [Length::Two, Length::Eight] {
            cases.push((
                format!("kind {kind}, a long length of five"),
                frame(LAST | kind, true, length, b"hello"),
            ));
        }
        let too_large = vec![b'x'; model::limits::FRAME_BYTES_MAX + 1];
        cases.push((format!("kind {kind}, one byte too many"), good(LAST | kind, &too_large)));
    }
    for (last, size) in [(0, 0_usize), (0, 1), (0, 125), (LAST, 0), (LAST, 1), (LAST, 125)] {
        cases.push((
            format!("the rest of nothing, {size} bytes, {last}"),
            good(last | CONTINUE, &vec![b'x'; size]),
        ));
    }
    for kind in [TEXT, BINARY] {
        let two = [good(kind, b"one"), good(LAST | TEXT, b"two")].concat();
        cases.push((format!("another begins within kind {kind}"), two));
        let within = [good(kind, b"one"), good(LAST | PING, b"?"), good(LAST | CONTINUE, b"two")].concat();
        cases.push((format!("a ping within kind {kind}"), within));
        let pieces: Vec<Vec<u8>> = (0..70).map(|_| good(CONTINUE, &[b'x'; 1_000])).collect();
        cases.push((format!("kind {kind} without an end"), [good(kind, b"x"), pieces.concat()].concat()));
        let empty: Vec<Vec<u8>> = (0..5_000).map(|_| good(CONTINUE, b"")).collect();
        cases.push((
            format!("kind {kind} in empty pieces without an end"),
            [good(kind, b""), empty.concat()].concat(),
        ));
    }
    let pings: Vec<Vec<u8>> = (0..2_000).map(|n: u32| good(LAST | PING, &n.to_be_bytes())).collect();
    cases.push(("two thousand pings".to_owned(), pings.concat()));
    let pongs: Vec<Vec<u8>> = (0..2_000).map(|_| good(LAST | PONG, b"unasked")).collect();
    cases.push(("two thousand pongs".to_owned(), pongs.concat()));
}

/// Sections 6 and 7: text that is none, and goodbyes that are none.
fn words(cases: &mut Cases) {
    let bad: [&[u8]; 25] = [
        b"\x80",
        b"\xbf",
        b"\xc0\x80",
        b"\xc1\xbf",
        b"\xc2",
        b"\xe0\x80\x80",
        b"\xe0\x9f\xbf",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xf0\x80\x80\x80",
        b"\xf0\x8f\xbf\xbf",
        b"\xf0\x9f\x98",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xfc\x84\x80\x80\x80\x80",
        b"\xfe",
        b"\xff",
        b"\xfe\xfe\xff\xff",
        b"ok\xff",
        b"\xffok",
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xed\xa0\x80",
        b"\xef\xbf",
        b"{\"away\":\xc3\x28}",
    ];
    for bytes in bad {
        cases.push((format!("text of {bytes:x?}"), good(LAST | TEXT, bytes)));
        let (one, two) = bytes.split_at(bytes.len() / 2);
        cases.push((
            format!("text of {bytes:x?} in pieces"),
            [good(TEXT, one), good(LAST | CONTINUE, two)].concat(),
        ));
        let reason = [&1_000_u16.to_be_bytes()[..], bytes].concat();
        cases.push((format!("a goodbye with {bytes:x?}"), good(LAST | CLOSE, &reason)));
    }
    for code in [
        0_u16,
        1,
        999,
        1_004,
        1_005,
        1_006,
        1_014,
        1_015,
        1_016,
        1_100,
        2_000,
        2_999,
        5_000,
        u16::MAX,
    ] {
        cases.push((format!("a goodbye with code {code}"), good(LAST | CLOSE, &code.to_be_bytes())));
    }
    cases.push(("a goodbye of one byte".to_owned(), good(LAST | CLOSE, b"\x03")));
    for text in [
        "",
        " ",
        "null",
        "true",
        "0",
        "-1e999",
        "\"\"",
        "[]",
        "{}",
        "{",
        "}",
        "[[[[",
        "\"hello\"",
        "{\"hello\":{}}",
        "{\"hello\":null}",
        "{\"hello\":{\"ticket\":1}}",
        "{\"hello\":{\"ticket\":\"\",\"resume\":7}}",
        "{\"Hello\":{\"ticket\":\"x\"}}",
        "{\"send\":{}}",
        "\"away\"",
        "{\"a\":1,\"b\":2}",
        "\u{feff}{}",
        "hello",
        "GET / HTTP/1.1\r\n\r\n",
        "\u{0}",
        "{\"hello\":{\"ticket\":\"\u{202e}\"}}",
    ] {
        cases.push((format!("the words {text:?}"), good(LAST | TEXT, text.as_bytes())));
    }
    for size in [0_usize, 1, 125, 126, 65_535, 65_536] {
        cases.push((format!("{size} bytes that are no text"), good(LAST | BINARY, &vec![0; size])));
    }
    cases.push(("deep brackets".to_owned(), good(LAST | TEXT, "[".repeat(60_000).as_bytes())));
    cases.push(("another protocol".to_owned(), b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()));
}

/// The code of the goodbye in what the server sent; panics when what it sent are no frames.
fn code_in(case: &str, mut bytes: &[u8]) -> Option<u16> {
    while let [first, second, rest @ ..] = bytes {
        assert_eq!(first & 0x70, 0, "{case}: reserved bits");
        assert_eq!(second & 0x80, 0, "{case}: a server masks nothing");
        let (size, rest) = match (second & 0x7f, rest) {
            (126, [a, b, rest @ ..]) => (usize::from(u16::from_be_bytes([*a, *b])), rest),
            (size @ ..126, rest) => (usize::from(size), rest),
            // Nothing that it says to a stranger is so long; what was cut off is cut off.
            _ => return None,
        };
        let payload = rest.get(..size)?;
        if first & 0x0f == CLOSE {
            return Some(payload.first_chunk::<2>().map_or(1_005, |code| u16::from_be_bytes(*code)));
        }
        bytes = &rest[size..];
    }
    None
}

/// Kilobytes of memory that this process, and so the server in it, holds.
fn resident_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[tokio::test]
async fn f_16_three_hundred_malformed_frames_end_their_own_socket_and_nothing_else() {
    let server = TestServer::start(sqlite().await).await;
    let mut cases = Cases::new();
    headers(&mut cases);
    pieces(&mut cases);
    words(&mut cases);
    assert!(cases.len() >= 300, "{} cases", cases.len());
    let before = resident_kb();
    let base = server.base.as_str();
    for some in cases.chunks(64) {
        join_all(some.iter().map(|(case, bytes)| async move {
            let mut wire = Wire::opened(base, PATIENCE).await;
            // What is too much may be cut off while it is written.
            let _ = wire.write(bytes).await;
            let heard = wire.rest(PATIENCE).await.unwrap_or_else(|| panic!("{case}: stays open"));
            if let Some(code) = code_in(case, &heard) {
                assert!(
                    (1_000..=1_011).contains(&code) || (4_000..5_000).contains(&code),
                    "{case}: ended with {code}"
                );
            }
        }))
        .await;
    }
    if let (Some(before), Some(after)) = (before, resident_kb()) {
        println!("{} cases: {before} kB before, {after} kB after", cases.len());
        assert!(after < before + 100_000, "{before} kB became {after} kB");
    }
    assert_eq!(server.nobody().get("/healthz").await.status(), StatusCode::OK);
    let visitor = server.visitor(&server.world.alpha);
    visitor.leave("Hello").await.expect("leaves");
    visitor.socket().await.cut();
    server.stop().await;
}

#[tokio::test]
async fn f_16_a_handshake_that_is_none_is_refused_in_words_of_http() {
    let server = TestServer::start(sqlite().await).await;
    for changed in [
        ("upgrade", ""),
        ("upgrade", "h2c"),
        ("connection", ""),
        ("connection", "keep-alive"),
        ("sec-websocket-version", ""),
        ("sec-websocket-version", "8"),
        ("sec-websocket-version", "14"),
        ("sec-websocket-key", ""),
        ("sec-websocket-protocol", ""),
        ("sec-websocket-protocol", "chat, superchat"),
        ("sec-websocket-protocol", "lc.v10"),
        ("origin", ""),
        ("origin", "null"),
        ("origin", "https://evil.example"),
    ] {
        let mut wire = Wire::to(&server.base).await;
        assert!(wire.write(handshake(&server.base, &[changed]).as_bytes()).await);
        let head = wire.head(PATIENCE).await;
        assert!(head.starts_with("HTTP/1.1 4"), "{changed:?}: {head}");
    }
    server.stop().await;
}

#[tokio::test]
async fn hf_10_compression_is_offered_and_not_taken() {
    let server = TestServer::start(sqlite().await).await;
    for offer in [
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits; server_no_context_takeover",
        "x-webkit-deflate-frame",
    ] {
        let mut wire = Wire::to(&server.base).await;
        let asks = handshake(&server.base, &[("sec-websocket-extensions", offer)]);
        assert!(wire.write(asks.as_bytes()).await);
        let head = wire.head(PATIENCE).await.to_ascii_lowercase();
        assert!(
            head.starts_with("http/1.1 101") && !head.contains("sec-websocket-extensions"),
            "{head}"
        );
    }
    server.stop().await;
}
