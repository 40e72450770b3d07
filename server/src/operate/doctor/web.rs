//! The public address, asked as a browser would: its name, its certificate, the proxy behind it, and the upgrade to a socket.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::wire::SUBPROTOCOL;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use super::Finding;
use crate::config::Config;

/// How long an answer may take, from the name to its last byte.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const ANSWER_MAX: usize = 64 * 1024;
/// Letters of an answer that are shown.
const SHOWN_MAX: usize = 60;

/// Either kind of connection.
trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// Where to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    encrypted: bool,
    host: String,
    port: u16,
    authority: String,
}

impl Place {
    /// On this machine.
    pub(super) fn plain(address: SocketAddr) -> Self {
        Self {
            encrypted: false,
            host: address.ip().to_string(),
            port: address.port(),
            authority: address.to_string(),
        }
    }

    /// An origin: scheme, host and port.
    pub(super) fn of(origin: &str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        let encrypted = scheme == "https";
        let usual = if encrypted { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets.
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, usual),
        };
        Some(Self {
            encrypted,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port,
            authority: authority.to_owned(),
        })
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// Its number.
    pub(super) status: u16,
    /// What follows the head.
    body: String,
}

impl Heard {
    /// For people: the number, and the beginning of the words.
    pub(super) fn shown(&self) -> String {
        let line: String = self.body.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !c.is_control()).take(SHOWN_MAX).collect();
        format!("{} {line}", self.status).trim_end().to_owned()
    }
}

/// Asks, within a time.
pub(super) async fn ask(place: &Place, path: &str, headers: &[(&str, &str)]) -> Result<Heard, String> {
    match tokio::time::timeout(PATIENCE, asked(place, path, headers)).await {
        Ok(heard) => heard,
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

async fn asked(place: &Place, path: &str, headers: &[(&str, &str)]) -> Result<Heard, String> {
    let mut stream = connect(place).await?;
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: vitrine-doctor\r\n", place.authority);
    for (name, value) in headers {
        request.push_str(name);
        request.push_str(": ");
        request.push_str(value);
        request.push_str("\r\n");
    }
    if headers.is_empty() {
        request.push_str("connection: close\r\n");
    }
    request.push_str("\r\n");
    let failed = |error: io::Error| format!("the connection broke: {error}");
    stream.write_all(request.as_bytes()).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    let (mut answer, mut piece) = (Vec::new(), [0_u8; 4_096]);
    while answer.len() < ANSWER_MAX {
        let read = match stream.read(&mut piece).await {
            Err(error) if answer.is_empty() => return Err(failed(error)),
            // Some close without saying so in TLS: what was said before counts.
            Ok(0) | Err(_) => break,
            Ok(read) => read,
        };
        answer.extend_from_slice(&piece[..read]);
        // After an upgrade, and with a connection that stays, nothing ends by itself.
        if !headers.is_empty() && answer.windows(4).any(|four| four == b"\r\n\r\n") {
            break;
        }
    }
    heard(&answer).ok_or_else(|| "what was answered is no HTTP".to_owned())
}

fn heard(answer: &[u8]) -> Option<Heard> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&*text, ""));
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(Heard {
        status,
        body: body.to_owned(),
    })
}

async fn connect(place: &Place) -> Result<Box<dyn Io>, String> {
    let stream = TcpStream::connect((place.host.as_str(), place.port))
        .await
        .map_err(|error| error.to_string())?;
    if !place.encrypted {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(place.host.clone()).map_err(|error| error.to_string())?;
    let stream = connector()?
        .connect(name, stream)
        .await
        .map_err(|error| format!("its certificate is not one that browsers take: {error}"))?;
    Ok(Box::new(stream))
}

/// Trusts whom browsers trust.
fn connector() -> Result<TlsConnector, String> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The public address. `serves` says whether the server itself answers: without it, a proxy can only say so.
pub(super) async fn public(config: &Config, serves: bool) -> Vec<Finding> {
    const WHAT: &str = "public URL";
    let Some(public) = &config.http.public else {
        return vec![Finding::odd(
            WHAT,
            "VITRINE_PUBLIC_URL is not set: only this machine reaches the server, and letters lead to it",
        )];
    };
    let origin = public.as_str();
    let mut findings = vec![proxy(config)];
    let Some(place) = Place::of(origin) else {
        findings.push(Finding::wrong(WHAT, format!("{origin}: it cannot be read")));
        return findings;
    };
    match ask(&place, "/readyz", &[]).await {
        Ok(heard) if heard.status == 200 && heard.body.contains("ready") => {
            findings.push(Finding::fine(
                WHAT,
                format!("{origin} answers, with a certificate where one is due"),
            ));
        }
        Ok(heard) if serves => {
            findings.push(Finding::wrong(
                WHAT,
                format!("{origin} answers, and it is not this server: {}", heard.shown()),
            ));
            return findings;
        }
        Ok(heard) => {
            findings.push(Finding::odd(
                WHAT,
                format!("{origin} answers for a server that does not: {}", heard.shown()),
            ));
            return findings;
        }
        Err(why) => {
            findings.push(Finding::wrong(WHAT, format!("{origin}: {why}")));
            return findings;
        }
    }
    findings.push(socket(&place, origin).await);
    findings
}

/// Whether whoever stands before the server lets sockets through.
async fn socket(place: &Place, origin: &str) -> Finding {
    const WHAT: &str = "sockets";
    let mut random = [0_u8; 16];
    if getrandom::fill(&mut random).is_err() {
        return Finding::wrong(WHAT, "this system has no randomness");
    }
    let key = STANDARD.encode(random);
    let headers = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", key.as_str()),
        ("sec-websocket-protocol", SUBPROTOCOL),
        ("origin", origin),
    ];
    match ask(place, "/ws", &headers).await {
        Ok(heard) if heard.status == 101 => Finding::fine(WHAT, "the upgrade goes through"),
        Ok(heard) => Finding::wrong(
            WHAT,
            format!(
                "the upgrade ends before the server ({}): let the proxy pass on Upgrade, Connection and Origin (docs/operating.md). Until then everybody asks again every few seconds",
                heard.status
            ),
        ),
        Err(why) => Finding::wrong(WHAT, why),
    }
}

/// Whether everybody behind a proxy counts as one.
fn proxy(config: &Config) -> Finding {
    const WHAT: &str = "proxy";
    let trusted = &config.http.trusted_proxies;
    if !trusted.is_empty() {
        let shown: Vec<String> = trusted.iter().map(ToString::to_string).collect();
        return Finding::fine(
            WHAT,
            format!(
                "X-Forwarded-For of {} is believed; whether your proxy is there was not tried",
                shown.join(", ")
            ),
        );
    }
    // Only a proxy makes https of what the server speaks.
    if config.http.is_https() {
        Finding::wrong(
            WHAT,
            "VITRINE_TRUSTED_PROXIES is not set: all visitors come from the proxy's address and share one visitor's budget",
        )
    } else {
        Finding::fine(WHAT, "none")
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tokio::net::TcpListener;

    use super::{super::Level, *};
    use crate::config::Given;

    #[test]
    fn origins_are_read_with_their_usual_ports() {
        let place = |origin| Place::of(origin).map(|p| (p.encrypted, p.host, p.port));
        assert_eq!(place("https://chat.example"), Some((true, "chat.example".to_owned(), 443)));
        assert_eq!(place("http://chat.example:8080"), Some((false, "chat.example".to_owned(), 8080)));
        assert_eq!(place("http://[::1]"), Some((false, "::1".to_owned(), 80)));
        assert_eq!(place("http://[::1]:3000"), Some((false, "::1".to_owned(), 3000)));
        assert_eq!(place("chat.example"), None);
    }

    #[test]
    fn an_answer_is_read_by_its_number() {
        let read = heard(b"HTTP/1.1 503 Service Unavailable\r\na: b\r\n\r\ndrai\r\nning").expect("HTTP");
        assert_eq!((read.status, read.shown()), (503, "503 drai ning".to_owned()));
        assert_eq!(heard(b"SSH-2.0-OpenSSH_9.2\r\n"), None);
    }

    async fn answering(text: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = [0_u8; 1_024];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(text.as_bytes()).await;
            }
        });
        address
    }

    #[tokio::test]
    async fn a_proxy_that_eats_the_upgrade_is_found() {
        let eats = answering("HTTP/1.1 200 OK\r\n\r\nhello").await;
        assert_eq!(socket(&Place::plain(eats), "https://chat.example").await.level, Level::Wrong);
        let passes = answering("HTTP/1.1 101 Switching Protocols\r\n\r\n").await;
        assert_eq!(socket(&Place::plain(passes), "https://chat.example").await.level, Level::Fine);
    }

    #[test]
    fn https_without_a_trusted_proxy_is_a_mistake() {
        let with = |set: &[(&str, &str)]| {
            let look_up = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            let given = Given {
                listen: None,
                data: Some(PathBuf::from("x")),
            };
            proxy(&Config::read(given, &look_up).expect("fine")).level
        };
        let https = ("VITRINE_PUBLIC_URL", "https://chat.example");
        assert_eq!(with(&[https]), Level::Wrong);
        assert_eq!(with(&[https, ("VITRINE_TRUSTED_PROXIES", "127.0.0.1")]), Level::Fine);
        assert_eq!(with(&[]), Level::Fine);
    }
}
