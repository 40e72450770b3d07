//! What a server is told by those who keep to no protocol: malformed frames and handshakes (F16), requests with two ends, and clients that
//! take their time (F15). Over bare connections, against the real server.

mod frames;
mod slow;
mod smuggling;

use std::time::Duration;

use testkit::Wire;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// The request that opens a socket, with some of its lines changed: a line of the same name takes its place, an empty value leaves it out.
fn handshake(base: &str, changed: &[(&str, &str)]) -> String {
    let host = base.trim_start_matches("http://");
    let mut lines = vec![
        ("host", host),
        ("origin", base),
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "lc.v1"),
    ];
    for &(name, value) in changed {
        lines.retain(|(line, _)| *line != name);
        if !value.is_empty() {
            lines.push((name, value));
        }
    }
    let lines: Vec<String> = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("GET /ws HTTP/1.1\r\n{}\r\n\r\n", lines.join("\r\n"))
}

/// A socket that was opened by hand.
async fn opened(base: &str) -> Wire {
    let mut wire = Wire::to(base).await;
    assert!(wire.write(handshake(base, &[]).as_bytes()).await);
    let head = wire.head(PATIENCE).await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    wire
}
