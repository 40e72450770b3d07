//! A real WebSocket, spoken frame by frame.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use model::{
    desk::WindowKind,
    id::Epoch,
    wire::{ClientFrame, SUBPROTOCOL, ServerFrame},
};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

/// How long a test waits for a frame before it is wrong.
const PATIENCE: Duration = Duration::from_secs(10);

/// A socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The history that the server named.
    pub epoch: Option<Epoch>,
}

impl Socket {
    /// Opens one from a page of ours. `Err` is the status of the refusal.
    pub async fn open(base: &str) -> Result<Self, u16> {
        Self::open_from(base, Some(base), Some(SUBPROTOCOL)).await
    }

    /// Opens one from wherever, asking for whatever.
    pub async fn open_from(base: &str, origin: Option<&str>, subprotocol: Option<&str>) -> Result<Self, u16> {
        let mut request = format!("{}/ws", base.replacen("http", "ws", 1))
            .into_client_request()
            .expect("a request");
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a header"));
        }
        if let Some(subprotocol) = subprotocol {
            request
                .headers_mut()
                .insert("sec-websocket-protocol", subprotocol.parse().expect("a header"));
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self { stream, epoch: None }),
            Err(tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Opens one and shows a ticket; the `welcome` has been read.
    pub async fn hello(base: &str, ticket: &str) -> Self {
        let mut socket = Self::open(base).await.expect("opens");
        socket
            .send(&ClientFrame::Hello {
                ticket: ticket.to_owned(),
                window: WindowKind::Recap,
                resume: Vec::new(),
            })
            .await;
        match socket.next().await {
            Ok(ServerFrame::Welcome { epoch, .. }) => socket.epoch = Some(epoch),
            other => panic!("no welcome: {other:?}"),
        }
        socket
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.text(&serde_json::to_string(frame).expect("serialises")).await;
    }

    /// Sends whatever as text. A socket that is closed already swallows it.
    pub async fn text(&mut self, text: &str) {
        let _ = self.stream.send(Message::text(text.to_owned())).await;
    }

    /// Sends whatever in binary.
    pub async fn binary(&mut self, bytes: Vec<u8>) {
        let _ = self.stream.send(Message::binary(bytes)).await;
    }

    /// The next frame but heartbeats, or the code the socket was closed with (1006 when it just broke).
    pub async fn next(&mut self) -> Result<ServerFrame, u16> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("a frame in time");
            match message {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}")) {
                    ServerFrame::Hb | ServerFrame::Bye { .. } => {}
                    frame => return Ok(frame),
                },
                Some(Ok(Message::Close(close))) => return Err(close.map_or(1005, |c| c.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The next frame that the test is looking for.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(&ServerFrame) -> Option<T>) -> T {
        loop {
            let frame = self.next().await.unwrap_or_else(|code| panic!("closed with {code}"));
            if let Some(found) = wanted(&frame) {
                return found;
            }
        }
    }

    /// The code the socket is closed with, whatever comes before.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Breaks off without a word.
    pub fn cut(self) {
        drop(self);
    }
}
