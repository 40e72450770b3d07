//! One call: the name is looked up, every address it means is looked at, and the connection goes to one of just these. Five seconds for all
//! of it, no redirect, and of the answer only its number is read.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use http::{Request, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use super::guard::{Allow, Target};

/// For everything: a shop's program takes what it is told, and thinks about it later.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer's head. Its body is not read at all.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 3;

/// Which addresses of the own network may be reached.
type Allowed = dyn Fn(IpAddr) -> bool + Send + Sync;

/// How news leave: what TLS trusts, and what of the own network may be reached.
#[derive(Clone)]
pub struct Outbound {
    tls: TlsConnector,
    allow: Option<Arc<Allowed>>,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("allow", &self.allow.is_some())
            .finish_non_exhaustive()
    }
}

impl Outbound {
    /// To public addresses by `https`; and, where `allow` says so, to private ones by whatever stands in the address.
    pub fn new(allow: Option<Box<Allowed>>) -> Result<Self, String> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            allow: allow.map(Arc::from),
        })
    }

    pub(super) fn allowed(&self) -> Allow<'_> {
        let allow = self.allow.as_ref()?;
        Some(&**allow)
    }
}

/// What is sent.
pub(super) struct Message<'a> {
    pub(super) id: &'a str,
    pub(super) timestamp: i64,
    pub(super) signature: &'a str,
    pub(super) body: &'a str,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The number of an answer.
    Status(StatusCode),
    /// Nobody is there: the name means nothing, or nothing that may be called, or does not answer. Which, would tell about networks.
    Unreachable,
    /// Too late.
    Slow,
}

/// Calls an address.
pub(super) async fn call(outbound: &Outbound, target: &Target, message: &Message<'_>) -> Answer {
    let Some(request) = request(target, message) else {
        return Answer::Unreachable;
    };
    let called = tokio::time::timeout(PATIENCE, attempt(outbound, target, request)).await;
    match called {
        Ok(Some(status)) => Answer::Status(status),
        Ok(None) => Answer::Unreachable,
        Err(_) => Answer::Slow,
    }
}

fn request(target: &Target, message: &Message<'_>) -> Option<Request<Full<Bytes>>> {
    Request::post(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::USER_AGENT, "Vitrine-Webhooks/1")
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", message.id)
        .header("webhook-timestamp", message.timestamp)
        .header("webhook-signature", message.signature)
        .body(Full::new(Bytes::copy_from_slice(message.body.as_bytes())))
        .ok()
}

async fn attempt(outbound: &Outbound, target: &Target, request: Request<Full<Bytes>>) -> Option<StatusCode> {
    let means: Vec<IpAddr> = lookup_host((target.host.as_str(), target.port))
        .await
        .ok()?
        .map(|address| address.ip())
        .collect();
    // From here on nobody asks what the name means: it could be another thing by now.
    let stream = connect(&target.choose(&means, outbound.allowed())?, target.port).await?;
    if !target.tls {
        return speak(stream, request).await;
    }
    let name = ServerName::try_from(target.host.clone()).ok()?;
    let stream = outbound.tls.connect(name, stream).await.ok()?;
    speak(stream, request).await
}

async fn connect(addresses: &[IpAddr], port: u16) -> Option<TcpStream> {
    for address in addresses.iter().take(ADDRESSES_MAX) {
        if let Ok(stream) = TcpStream::connect(SocketAddr::new(*address, port)).await {
            return Some(stream);
        }
    }
    None
}

async fn speak<S>(stream: S, request: Request<Full<Bytes>>) -> Option<StatusCode>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .ok()?;
    let mut sending = pin!(sender.send_request(request));
    let mut connection = pin!(connection);
    let answer = tokio::select! {
        biased;
        answer = &mut sending => answer,
        // It may end with the answer already said.
        _ = &mut connection => sending.await,
    };
    answer.ok().map(|response| response.status())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        thread,
    };

    use super::*;

    const OWN: &str = "https://chat.example";

    fn home() -> Outbound {
        Outbound::new(Some(Box::new(|address: IpAddr| address.is_loopback()))).expect("TLS")
    }

    const MESSAGE: Message<'static> = Message {
        id: "msg_1",
        timestamp: 0,
        signature: "v1,x",
        body: "{}",
    };

    /// Somebody who listens on loopback, answers this to whoever comes, then this so many times, and then waits until they go.
    fn listener(answer: &'static [u8], more: &'static [u8], times: usize) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut heard = [0; 2_048];
                let _ = stream.read(&mut heard);
                let mut good = stream.write_all(answer).is_ok();
                for _ in 0..times {
                    good = good && stream.write_all(more).is_ok();
                }
                let _ = stream.read(&mut heard);
            }
        });
        port
    }

    async fn ask(outbound: &Outbound, url: &str) -> Answer {
        let target = Target::parse(url, OWN, outbound.allowed()).expect("may be called");
        call(outbound, &target, &MESSAGE).await
    }

    /// HH-4.
    #[tokio::test]
    async fn an_answer_is_its_number_and_a_redirect_is_one_too() {
        let port = listener(b"HTTP/1.1 204 No Content\r\n\r\n", b"", 0);
        let home = home();
        assert_eq!(
            ask(&home, &format!("http://127.0.0.1:{port}/in")).await,
            Answer::Status(StatusCode::NO_CONTENT)
        );
        assert_eq!(
            ask(&home, &format!("http://localhost:{port}/in")).await,
            Answer::Status(StatusCode::NO_CONTENT)
        );
        let port = listener(
            b"HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n",
            b"",
            0,
        );
        assert_eq!(
            ask(&home, &format!("http://127.0.0.1:{port}/in")).await,
            Answer::Status(StatusCode::FOUND)
        );
    }

    #[tokio::test]
    async fn hh_5_a_name_that_means_this_machine_is_not_called() {
        let port = listener(b"HTTP/1.1 204 No Content\r\n\r\n", b"", 0);
        let elsewhere = Outbound::new(Some(Box::new(|_: IpAddr| false))).expect("TLS");
        assert_eq!(ask(&elsewhere, &format!("http://localhost:{port}/in")).await, Answer::Unreachable);
    }

    #[tokio::test]
    async fn hh_6_an_endless_answer_and_none_at_all_are_cut() {
        let home = home();
        let port = listener(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n", b"0123456789", 100_000);
        assert_eq!(
            ask(&home, &format!("http://127.0.0.1:{port}/in")).await,
            Answer::Status(StatusCode::OK)
        );
        // Of a head that never ends no more is read than it may have.
        let port = listener(b"HTTP/1.1 200 OK\r\nx-more: ", b"0123456789", 100_000);
        assert_eq!(ask(&home, &format!("http://127.0.0.1:{port}/in")).await, Answer::Unreachable);
        let port = listener(b"", b"", 0);
        assert_eq!(ask(&home, &format!("http://127.0.0.1:{port}/in")).await, Answer::Slow);
    }
}
