//! A client's socket, in the product's own frames: opened, greeted, and following what it is to follow.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use futures::{SinkExt, StreamExt};
use model::{
    desk::WindowKind,
    event::Audience,
    id::ConversationId,
    wire::{ClientFrame, SUBPROTOCOL, ServerFrame},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

use crate::Result;

/// A client's socket.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Conversations one of the desk's sockets follows: below the server's maximum, and many enough that few sockets do.
pub(crate) const FOLLOWED: usize = 50;

/// Greeting and following may take this long together.
const OPEN: Duration = Duration::from_secs(30);

/// Opens a socket and returns it when every followed conversation has answered.
pub(crate) async fn open(address: SocketAddr, ticket: String, follow: &[ConversationId]) -> Result<Socket> {
    timeout(OPEN, greet(address, ticket, follow)).await?
}

async fn greet(address: SocketAddr, ticket: String, follow: &[ConversationId]) -> Result<Socket> {
    let mut request = format!("ws://{address}/ws").into_client_request()?;
    request
        .headers_mut()
        .insert("Origin", HeaderValue::from_str(&format!("http://{address}"))?);
    request
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
    // Small frames must not wait for more.
    let (mut socket, _) = connect_async_with_config(request, None, true).await?;
    send(
        &mut socket,
        &ClientFrame::Hello {
            ticket,
            window: WindowKind::Recap,
            resume: Vec::new(),
        },
    )
    .await?;
    while !matches!(receive(&mut socket).await?, ServerFrame::Welcome { .. }) {}
    for conv in follow {
        send(
            &mut socket,
            &ClientFrame::Sub {
                conv: *conv,
                aud: Audience::All,
                epoch: None,
                after_seq: None,
            },
        )
        .await?;
    }
    let mut waiting: BTreeSet<ConversationId> = follow.iter().copied().collect();
    while !waiting.is_empty() {
        match receive(&mut socket).await? {
            ServerFrame::Sync { conv, .. } => {
                waiting.remove(&conv);
            }
            ServerFrame::Gone { conv } => return Err(format!("conversation {conv} is not there").into()),
            ServerFrame::Nack { code, .. } => return Err(format!("refused: {code:?}").into()),
            _ => {}
        }
    }
    Ok(socket)
}

async fn send(socket: &mut Socket, frame: &ClientFrame) -> Result<()> {
    Ok(socket.send(Message::text(serde_json::to_string(frame)?)).await?)
}

async fn receive(socket: &mut Socket) -> Result<ServerFrame> {
    loop {
        match socket.next().await.ok_or("the server closed the socket")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(frame) => return Err(format!("the server closed the socket: {frame:?}").into()),
            _ => {}
        }
    }
}
