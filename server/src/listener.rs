//! Takes connections in: our own loop, because `axum::serve` neither limits how long headers may take nor counts anybody.
//!
//! It knows connections, not requests: what is asked and by whom is the router's business.

pub mod descriptors;
pub mod seats;

use std::{
    convert::Infallible,
    future::{Ready, ready},
    io,
    io::Write as _,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use http::{HeaderValue, Request, header};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use listenfd::ListenFd;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

use self::seats::{Seat, Seats};
use crate::{config::http::HttpConfig, extract::client_ip::ClientKey, lifecycle::Lifecycle};

/// For the headers of a request, and for the silence between two. A telephone in a tunnel needs less; a slow-loris wants more.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// When the server ends, whoever was taken in a moment ago may still say what they came for.
const FIRST_WORDS_WITHIN: Duration = Duration::from_millis(500);
/// Bytes of the headers of a request: cookies and a long address fit several times.
const HEADERS_MAX: usize = 32 * 1024;
/// Bytes that are read ahead of a connection. Sockets get a smaller buffer of their own once they are sockets.
const BUFFER_MAX: usize = 64 * 1024;
/// When the system has no more file descriptors, asking again at once only burns time.
const BREATH: Duration = Duration::from_secs(1);
/// Connections that wait to be taken in, as far as the system allows (`net.core.somaxconn`): after a crash everybody comes back at once, and
/// whoever finds the queue full only asks again a second later.
const QUEUE_MAX: u32 = 4_096;
/// What somebody is told for whom there is no room, without a task or a buffer being spent on them.
const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\ncache-control: no-store\r\n\
    x-content-type-options: nosniff\r\nconnection: close\r\n\r\n";

/// Opens the socket of the configuration, or takes the one that a supervisor has opened already (`LISTEN_FDS`, as systemd does it): then a
/// restart refuses nobody.
pub async fn open(config: &HttpConfig) -> io::Result<TcpListener> {
    let Some(listener) = ListenFd::from_env().take_tcp_listener(0)? else {
        return bind(config.listen).await;
    };
    // Its address was not the configuration's to choose.
    config.check(listener.local_addr()?).map_err(io::Error::other)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

/// Opens a socket.
pub fn bind(address: SocketAddr) -> Ready<io::Result<TcpListener>> {
    ready(queue_at(address).map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))))
}

fn queue_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // What is left of the connections of before does not keep a restart waiting.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE_MAX)
}

/// Takes connections in until the server drains. Several listeners may share one router and one room of seats.
pub async fn serve(listener: TcpListener, router: Router, lifecycle: Lifecycle, config: Arc<HttpConfig>, seats: Seats) {
    loop {
        let accepted = tokio::select! {
            () = lifecycle.draining().cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => welcome(stream, peer, &router, &lifecycle, &config, &seats),
            Err(error) if is_of_one_connection(&error) => tracing::debug!("A connection ended before it began: {error}"),
            Err(error) => {
                tracing::error!("No connection can be taken in: {error}. Trying again in a second");
                tokio::select! {
                    () = lifecycle.draining().cancelled() => return,
                    () = tokio::time::sleep(BREATH) => {}
                }
            }
        }
    }
}

fn welcome(stream: TcpStream, peer: SocketAddr, router: &Router, lifecycle: &Lifecycle, config: &HttpConfig, seats: &Seats) {
    // A trusted proxy speaks for many; those are told apart by their requests.
    let client = (!config.trusts(peer.ip())).then(|| ClientKey::of(peer.ip()));
    let Some(seat) = seats.take(client) else {
        turn_away(stream);
        return;
    };
    // Frames are small and must not wait for one another. Without it everything still works, later.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("TCP_NODELAY: {error}");
    }
    lifecycle.spawn(converse(
        stream,
        peer,
        router.clone(),
        seat,
        lifecycle.draining().clone(),
        HEADERS_WITHIN,
    ));
}

/// One connection, from its first request to its last, or until it becomes a socket.
async fn converse(stream: TcpStream, peer: SocketAddr, router: Router, seat: Seat, draining: CancellationToken, headers_within: Duration) {
    let spoken = Arc::new(AtomicBool::new(false));
    let speaks = spoken.clone();
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        speaks.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(seat.clone());
        // A body without a length: two who read it may find two ends of it. What stands behind it is never taken for a request of its own
        // (RFC 9112, 6.1; hardening G9).
        let last = request.headers().contains_key(header::TRANSFER_ENCODING);
        let answer = tower::Service::call(&mut router.clone(), request);
        async move {
            let mut answer = answer.await?;
            if last {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(headers_within)
        .max_header_size(HEADERS_MAX)
        .max_buf_size(BUFFER_MAX);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = draining.cancelled() => {
            // Hyper closes a connection on which nothing was said yet without a word. With a socket that outlives this process, nobody
            // else would have failed.
            let early = if spoken.load(Ordering::Relaxed) {
                None
            } else {
                tokio::time::timeout(FIRST_WORDS_WITHIN, connection.as_mut()).await.ok()
            };
            if let Some(ended) = early {
                ended
            } else {
                // The request in hand is answered; an idle connection is closed now.
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(peer.port = peer.port(), "A connection broke: {error}");
    }
}

/// Says that there is no room, if that can be said without waiting.
fn turn_away(stream: TcpStream) {
    tracing::debug!("No room for another connection");
    if let Ok(mut stream) = stream.into_std() {
        // It is closed either way.
        let _ = stream.write_all(NO_ROOM);
    }
}

/// Whether it was the other side that went away, which says nothing about us.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        task::JoinHandle,
    };

    use super::*;
    use crate::{config::limits::LimitsConfig, lifecycle::Ending};

    const LONG: Duration = Duration::from_secs(20);

    struct Running {
        address: SocketAddr,
        lifecycle: Lifecycle,
        loop_of_it: JoinHandle<()>,
    }

    async fn running(connections_per_client_max: usize) -> Running {
        let listener = bind("127.0.0.1:0".parse().expect("an address")).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route(
            "/",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        );
        let lifecycle = Lifecycle::new();
        let config = Arc::new(HttpConfig::loopback(address));
        let limits = LimitsConfig {
            connections_per_client_max,
            ..LimitsConfig::default()
        };
        let seats = Seats::new(&limits, &lifecycle);
        let loop_of_it = tokio::spawn(serve(listener, router, lifecycle.clone(), config, seats));
        Running {
            address,
            lifecycle,
            loop_of_it,
        }
    }

    async fn ask(stream: &mut TcpStream, keep: bool) -> String {
        let connection = if keep { "keep-alive" } else { "close" };
        let request = format!("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: {connection}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut answer = vec![0; 4_096];
        let read = stream.read(&mut answer).await.expect("read");
        String::from_utf8_lossy(&answer[..read]).into_owned()
    }

    /// Whether the other side closes the connection.
    async fn is_closed(stream: &mut TcpStream) -> bool {
        let mut rest = Vec::new();
        tokio::time::timeout(LONG, stream.read_to_end(&mut rest)).await.is_ok()
    }

    #[tokio::test]
    async fn the_peer_reaches_the_handler() {
        let server = running(10).await;
        let mut stream = TcpStream::connect(server.address).await.expect("connected");
        let own = stream.local_addr().expect("an address").to_string();
        let answer = ask(&mut stream, false).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with(&own), "{answer}");
    }

    #[tokio::test]
    async fn hf_6_the_connection_after_the_last_seat_is_turned_away() {
        let server = running(1).await;
        let mut first = TcpStream::connect(server.address).await.expect("connected");
        assert!(ask(&mut first, true).await.starts_with("HTTP/1.1 200"));
        let mut second = TcpStream::connect(server.address).await.expect("connected");
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(LONG, second.read_to_end(&mut answer)).await.expect("closed");
        assert!(answer.starts_with(b"HTTP/1.1 503"));
    }

    #[tokio::test]
    async fn draining_closes_what_is_idle_and_takes_nobody_in() {
        let server = running(10).await;
        let mut idle = TcpStream::connect(server.address).await.expect("connected");
        assert!(ask(&mut idle, true).await.starts_with("HTTP/1.1 200"));
        assert_eq!(server.lifecycle.finish(LONG).await, Ending::Finished);
        assert!(is_closed(&mut idle).await);
        server.loop_of_it.await.expect("the loop ended");
        assert!(TcpStream::connect(server.address).await.is_err());
    }

    #[tokio::test]
    async fn who_was_taken_in_before_the_end_is_still_answered() {
        let server = running(10).await;
        let mut early = TcpStream::connect(server.address).await.expect("connected");
        // They are taken in one after the other: once the second is answered, the first is in.
        let mut second = TcpStream::connect(server.address).await.expect("connected");
        assert!(ask(&mut second, true).await.starts_with("HTTP/1.1 200"));
        server.lifecycle.drain();
        assert!(ask(&mut early, false).await.starts_with("HTTP/1.1 200"));
        assert_eq!(server.lifecycle.finish(LONG).await, Ending::Finished);
    }

    #[tokio::test]
    async fn headers_that_dribble_in_are_not_waited_for() {
        let listener = bind("127.0.0.1:0".parse().expect("an address")).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut slow = TcpStream::connect(address).await.expect("connected");
        let (stream, peer) = listener.accept().await.expect("accepted");
        let lifecycle = Lifecycle::new();
        let seat = Seats::new(&LimitsConfig::default(), &lifecycle).take(None).expect("a seat");
        tokio::spawn(converse(
            stream,
            peer,
            Router::new(),
            seat,
            lifecycle.draining().clone(),
            Duration::from_millis(50),
        ));
        slow.write_all(b"GET / HTTP/1.1\r\nhost: local").await.expect("written");
        assert!(is_closed(&mut slow).await);
    }
}
