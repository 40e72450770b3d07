//! A client's socket, in the product's own frames: opened, greeted, and following what it is to follow.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use futures::{SinkExt, StreamExt};
use model::{
    desk::WindowKind,
    event::Audience,
    id::{ConversationId, Epoch},
    wire::{ClientFrame, Position, SUBPROTOCOL, ServerFrame},
};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue, protocol::WebSocketConfig},
};

use crate::Result;

/// A client's socket.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Conversations one of the desk's sockets follows: below the server's maximum, and many enough that few sockets do.
pub(crate) const FOLLOWED: usize = 50;

/// Greeting and following may take this long together.
pub(crate) const OPEN: Duration = Duration::from_secs(30);
/// Read ahead: as the server, for ten thousand of them are in this process.
const BUFFER: usize = 4_096;
/// A connection that takes little at once, so that somebody who does not read is noticed after kilobytes and not after megabytes: loopback
/// has the largest segments that there are, and the system keeps several of them for each connection.
const SLOW_BYTES: usize = 4_096;
const SLOW_SEGMENT: u32 = 536;

/// Opens a socket and returns it when every followed conversation has answered.
pub(crate) async fn open(address: SocketAddr, ticket: String, follow: &[ConversationId]) -> Result<Socket> {
    timeout(OPEN, greet(address, ticket, follow)).await?
}

async fn greet(address: SocketAddr, ticket: String, follow: &[ConversationId]) -> Result<Socket> {
    let mut socket = connect(address).await?;
    hello(&mut socket, ticket, Vec::new()).await?;
    for conv in follow {
        subscribe(&mut socket, *conv).await?;
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

/// A socket on which nothing was said yet.
pub(crate) async fn connect(address: SocketAddr) -> Result<Socket> {
    upgraded(address, TcpStream::connect(address).await?).await
}

/// The same, of somebody who is going to read slowly.
pub(crate) async fn connect_slowly(address: SocketAddr) -> Result<Socket> {
    let raw = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    raw.set_nonblocking(true)?;
    raw.set_recv_buffer_size(SLOW_BYTES)?;
    raw.set_tcp_mss(SLOW_SEGMENT)?;
    let stream = TcpSocket::from_std_stream(raw.into()).connect(address).await?;
    upgraded(address, stream).await
}

async fn upgraded(address: SocketAddr, stream: TcpStream) -> Result<Socket> {
    // Small frames must not wait for more.
    stream.set_nodelay(true)?;
    let mut request = format!("ws://{address}/ws").into_client_request()?;
    request
        .headers_mut()
        .insert("Origin", HeaderValue::from_str(&format!("http://{address}"))?);
    request
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
    let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(BUFFER);
    let (socket, _) = client_async_with_config(request, MaybeTlsStream::Plain(stream), Some(config)).await?;
    Ok(socket)
}

/// Shows a ticket, and is told which history there is.
pub(crate) async fn hello(socket: &mut Socket, ticket: String, resume: Vec<Position>) -> Result<Epoch> {
    let frame = ClientFrame::Hello {
        ticket,
        window: WindowKind::Recap,
        resume,
    };
    send(socket, &frame).await?;
    loop {
        if let ServerFrame::Welcome { epoch, .. } = receive(socket).await? {
            return Ok(epoch);
        }
    }
}

/// Asks for a conversation from its last events on.
pub(crate) async fn subscribe(socket: &mut Socket, conv: ConversationId) -> Result<()> {
    let frame = ClientFrame::Sub {
        conv,
        aud: Audience::All,
        epoch: None,
        after_seq: None,
    };
    send(socket, &frame).await
}

async fn send(socket: &mut Socket, frame: &ClientFrame) -> Result<()> {
    Ok(socket.send(Message::text(serde_json::to_string(frame)?)).await?)
}

/// The next frame.
pub(crate) async fn receive(socket: &mut Socket) -> Result<ServerFrame> {
    loop {
        match socket.next().await.ok_or("the server closed the socket")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(frame) => return Err(format!("the server closed the socket: {frame:?}").into()),
            _ => {}
        }
    }
}
