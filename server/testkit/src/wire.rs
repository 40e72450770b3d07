//! A connection without manners: bytes as somebody writes them who keeps to no protocol.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// A bare connection.
pub struct Wire {
    stream: TcpStream,
}

impl Wire {
    /// Connects to a server, by its base address (`http://…`).
    pub async fn to(base: &str) -> Self {
        let address = base.rsplit('/').next().unwrap_or(base);
        Self {
            stream: TcpStream::connect(address).await.expect("connects"),
        }
    }

    /// A socket that was opened by hand; its answer comes within this time.
    pub async fn opened(base: &str, patience: Duration) -> Self {
        let mut wire = Self::to(base).await;
        assert!(wire.write(handshake(base, &[]).as_bytes()).await);
        let head = wire.head(patience).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        wire
    }

    /// Writes; `false` when the other side does not take it any more.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// What comes until the first empty line, or until the other side ends it.
    pub async fn head(&mut self, patience: Duration) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(read) = timeout(patience, self.stream.read_u8()).await else {
                panic!("nothing came: {}", String::from_utf8_lossy(&head));
            };
            match read {
                Ok(byte) => head.push(byte),
                Err(_) => break,
            }
        }
        String::from_utf8_lossy(&head).into_owned()
    }

    /// Everything that comes until the other side ends it; `None` if it does not within this time.
    pub async fn rest(&mut self, patience: Duration) -> Option<Vec<u8>> {
        let mut rest = Vec::new();
        // A reset is an end, too.
        timeout(patience, self.stream.read_to_end(&mut rest)).await.ok().map(|_| rest)
    }

    /// Exactly so many bytes, or what there was before the other side ended it.
    pub async fn bytes(&mut self, count: usize, patience: Duration) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            match timeout(patience, self.stream.read_u8()).await {
                Ok(Ok(byte)) => bytes.push(byte),
                Ok(Err(_)) | Err(_) => break,
            }
        }
        bytes
    }
}

/// The request that opens a socket, with some of its lines changed: a line of the same name takes its place, an empty value leaves it out.
pub fn handshake(base: &str, changed: &[(&str, &str)]) -> String {
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
