//! A mailbox that is read over IMAP (RFC 3501): encrypted from the first byte, unless its address says otherwise in so many words. Letters
//! stay where they are; those that were settled are marked as seen.

use std::{fmt, sync::Arc, time::Duration};

use async_imap::{Client, Session, types::Fetch};
use futures::TryStreamExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use crate::server::unescaped;

/// How long one answer may take; a letter of 25 MB over a slow line is one.
const PATIENCE: Duration = Duration::from_mins(2);
/// Letters that are told of at once.
const BATCH: usize = 200;

/// An IMAP server, and one of its mailboxes. It does not print its password.
#[derive(Clone, PartialEq, Eq)]
pub struct ImapServer {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// Who reads.
    pub user: String,
    /// Their password.
    pub password: String,
    /// The mailbox.
    pub mailbox: String,
    /// Certificates of an authority of one's own, in PEM, besides those that everybody trusts.
    pub authority: Option<Vec<u8>>,
}

impl ImapServer {
    /// Reads an address: `imaps://user:password@host:993/INBOX`, or `imap://…?tls=none` in a closed network. The error never repeats it.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = url.trim().split_once("://").ok_or("it must begin with imaps://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let encrypted = match (scheme, query) {
            ("imaps", "") => true,
            ("imap", "tls=none") => false,
            _ => return Err("it must begin with imaps://, or, without encryption, with imap:// and end with ?tls=none"),
        };
        let (who, place) = rest
            .rsplit_once('@')
            .ok_or("it must name a user and a password: imaps://user:password@host/INBOX")?;
        let (user, password) = who
            .split_once(':')
            .ok_or("a user needs a password: imaps://user:password@host/INBOX")?;
        let decoded = |text| unescaped(text).ok_or("a sign in the user, the password or the mailbox must be written as %XX");
        let (place, mailbox) = place.split_once('/').unwrap_or((place, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| "its port must be a number")?),
            None => (place, if encrypted { 993 } else { 143 }),
        };
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-') {
            return Err("the name of its server cannot be read");
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            encrypted,
            user: decoded(user)?,
            password: decoded(password)?,
            mailbox: Some(decoded(mailbox)?)
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| "INBOX".to_owned()),
            authority: None,
        })
    }

    /// What tells it from other mailboxes.
    pub fn name(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.host, self.port, self.mailbox)
    }
}

impl fmt::Display for ImapServer {
    /// For people and logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let security = if self.encrypted { "TLS" } else { "not encrypted" };
        write!(f, "{}:{}/{}, {security}", self.host, self.port, self.mailbox)
    }
}

impl fmt::Debug for ImapServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImapServer({self})")
    }
}

/// Why a mailbox could not be read.
#[derive(Debug)]
pub struct ImapError(String);

impl fmt::Display for ImapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ImapError {}

fn failed(why: impl fmt::Display) -> ImapError {
    let line = why.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    ImapError(line.chars().filter(|c| !c.is_control()).take(300).collect())
}

/// Either kind of connection.
trait Io: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Io for T {}

/// A letter that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number, for as long as the mailbox's validity.
    pub uid: u32,
    /// Its bytes.
    pub size: usize,
}

/// A mailbox that is open.
pub struct Mailbox {
    session: Session<Box<dyn Io>>,
    /// What the numbers of its letters hold for.
    pub validity: u32,
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailbox({})", self.validity)
    }
}

impl Mailbox {
    /// Signs in and opens it.
    pub async fn open(server: &ImapServer) -> Result<Self, ImapError> {
        Box::pin(patient(Self::opened(server))).await
    }

    async fn opened(server: &ImapServer) -> Result<Self, ImapError> {
        let tcp = TcpStream::connect((server.host.as_str(), server.port)).await.map_err(failed)?;
        let stream: Box<dyn Io> = if server.encrypted {
            let name = ServerName::try_from(server.host.clone()).map_err(failed)?;
            Box::new(connector(server)?.connect(name, tcp).await.map_err(failed)?)
        } else {
            Box::new(tcp)
        };
        let mut client = Client::new(stream);
        if client.read_response().await.map_err(failed)?.is_none() {
            return Err(failed("the mail server hung up"));
        }
        let mut session = client
            .login(&server.user, &server.password)
            .await
            .map_err(|(error, _)| failed(error))?;
        let selected = session.select(&server.mailbox).await.map_err(failed)?;
        let validity = selected
            .uid_validity
            .ok_or_else(|| failed("the mailbox does not number its letters"))?;
        Ok(Self { session, validity })
    }

    /// The letters that follow a number, in their order, at most a batch.
    pub async fn after(&mut self, uid: u32) -> Result<Vec<Waiting>, ImapError> {
        let found = self.fetch(format!("{}:*", uid.saturating_add(1)), "(UID RFC822.SIZE)").await?;
        let mut waiting: Vec<Waiting> = found
            .iter()
            .filter_map(|one| {
                Some(Waiting {
                    uid: one.uid?,
                    size: usize::try_from(one.size?).ok()?,
                })
            })
            // The last letter answers to `*`, whatever its number.
            .filter(|one| one.uid > uid)
            .collect();
        waiting.sort_by_key(|one| one.uid);
        waiting.truncate(BATCH);
        Ok(waiting)
    }

    /// A letter; nothing when somebody took it away meanwhile.
    pub async fn letter(&mut self, uid: u32) -> Result<Option<Vec<u8>>, ImapError> {
        let found = self.fetch(uid.to_string(), "(UID BODY.PEEK[])").await?;
        Ok(found.iter().find_map(|one| one.body().map(<[u8]>::to_vec)))
    }

    /// The head of a letter that is too large.
    pub async fn head(&mut self, uid: u32) -> Result<Option<Vec<u8>>, ImapError> {
        let found = self.fetch(uid.to_string(), "(UID BODY.PEEK[HEADER])").await?;
        Ok(found.iter().find_map(|one| one.header().map(<[u8]>::to_vec)))
    }

    /// A letter is settled.
    pub async fn mark_seen(&mut self, uid: u32) -> Result<(), ImapError> {
        let session = &mut self.session;
        patient(async move {
            let answers = session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await.map_err(failed)?;
            answers.try_collect::<Vec<Fetch>>().await.map_err(failed).map(|_| ())
        })
        .await
    }

    /// Leaves.
    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(5), self.session.logout()).await;
    }

    async fn fetch(&mut self, which: String, what: &str) -> Result<Vec<Fetch>, ImapError> {
        let session = &mut self.session;
        patient(async move {
            let answers = session.uid_fetch(which, what).await.map_err(failed)?;
            answers.try_collect().await.map_err(failed)
        })
        .await
    }
}

async fn patient<T>(work: impl Future<Output = Result<T, ImapError>>) -> Result<T, ImapError> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_) => Err(failed("the mail server did not answer in time")),
    }
}

fn connector(server: &ImapServer) -> Result<TlsConnector, ImapError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(pem) = &server.authority {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(failed)?).map_err(failed)?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_read_encrypted_unless_its_address_says_otherwise() {
        let server = ImapServer::parse("imaps://post%40shop:ge%3Aheim@mail.example/Shop%20mail").expect("an address");
        assert_eq!((server.user.as_str(), server.password.as_str()), ("post@shop", "ge:heim"));
        assert_eq!((server.port, server.encrypted, server.mailbox.as_str()), (993, true, "Shop mail"));
        let plain = ImapServer::parse("imap://a:b@127.0.0.1:10143?tls=none").expect("an address");
        assert_eq!((plain.port, plain.encrypted, plain.mailbox.as_str()), (10_143, false, "INBOX"));
        for refused in [
            "imap://a:b@mail.example",
            "imaps://a:b@mail.example?tls=none",
            "imaps://mail.example",
            "pop3://a:b@c",
            "imaps://a@b",
        ] {
            assert!(ImapServer::parse(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn he_21_the_password_is_read_and_never_printed() {
        let server = ImapServer::parse("imaps://post:geheim@mail.example").expect("an address");
        for printed in [format!("{server}"), format!("{server:?}"), server.name()] {
            assert!(!printed.contains("geheim"), "{printed}");
        }
        for url in [
            "imaps://post:geheim@ma il",
            "imaps://post:geheim%G1@mail.example",
            "imap://post:geheim@mail.example",
        ] {
            assert!(!ImapServer::parse(url).expect_err("cannot be read").contains("geheim"), "{url}");
        }
    }
}
