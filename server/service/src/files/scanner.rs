//! The virus scanner, where the installation has one: ClamAV's `clamd`, asked over its socket before anything is decoded or kept.
//!
//! By hand: `zINSTREAM`, the bytes in parts that begin with their length, an empty part, and one line comes back. What could not be
//! looked through is never let through, whatever the reason.

use std::{fmt, io, path::PathBuf, time::Duration};

use model::refusal::Refusal;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// How long an answer may take, with everything that comes before it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of one part.
const PART: usize = 64 * 1024;
/// Bytes of an answer: the name of a virus and a few words.
const ANSWER_MAX: u64 = 4_096;

/// Where `clamd` listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// At a socket of this machine.
    Socket(PathBuf),
    /// At a host and port.
    Host(String),
}

impl Scanner {
    /// From `unix:/path` or `tcp:host:port`; else, what it should be.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
            return Ok(Self::Socket(path.into()));
        }
        let host = text.strip_prefix("tcp:").and_then(|address| address.rsplit_once(':'));
        match host {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) => {
                Ok(Self::Host(format!("{host}:{port}")))
            }
            _ => Err("it must be unix:/path/of/clamd.ctl or tcp:HOST:PORT"),
        }
    }

    /// Nothing was found in these bytes; everything else is refused.
    pub(crate) async fn check(&self, bytes: &[u8]) -> Result<(), Refusal> {
        let answer = timeout(PATIENCE, self.ask(bytes)).await;
        match answer.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(answer) if answer == "stream: OK" => Ok(()),
            Ok(answer) if answer.ends_with(" FOUND") => {
                tracing::warn!(answer, "A file was refused: the virus scanner found something in it");
                Err(Refusal::FileInfected)
            }
            Ok(answer) => {
                tracing::error!(scanner = %self, answer, "A file was refused: the virus scanner did not look it through");
                Err(Refusal::FileUnchecked)
            }
            Err(error) => {
                tracing::error!(scanner = %self, error = %error, "A file was refused: the virus scanner did not answer");
                Err(Refusal::FileUnchecked)
            }
        }
    }

    async fn ask(&self, bytes: &[u8]) -> io::Result<String> {
        match self {
            Self::Socket(path) => talk(UnixStream::connect(path).await?, bytes).await,
            Self::Host(address) => talk(TcpStream::connect(address).await?, bytes).await,
        }
    }
}

impl fmt::Display for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => write!(f, "unix:{}", path.display()),
            Self::Host(address) => write!(f, "tcp:{address}"),
        }
    }
}

/// One file on a connection of its own. An answer that breaks off is none: it ends with a zero byte.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(mut scanner: S, bytes: &[u8]) -> io::Result<String> {
    scanner.write_all(b"zINSTREAM\0").await?;
    for part in bytes.chunks(PART) {
        let length = u32::try_from(part.len()).map_err(io::Error::other)?;
        scanner.write_all(&length.to_be_bytes()).await?;
        scanner.write_all(part).await?;
    }
    scanner.write_all(&0_u32.to_be_bytes()).await?;
    scanner.flush().await?;
    let mut answer = Vec::new();
    BufReader::new(scanner.take(ANSWER_MAX)).read_until(0, &mut answer).await?;
    if answer.pop() != Some(0) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_it_is_reached() {
        assert_eq!(
            Scanner::parse("unix:/run/clamav/clamd.ctl"),
            Ok(Scanner::Socket("/run/clamav/clamd.ctl".into()))
        );
        assert_eq!(Scanner::parse(" tcp:clamav:3310 "), Ok(Scanner::Host("clamav:3310".to_owned())));
        assert_eq!(Scanner::parse("tcp:[::1]:3310"), Ok(Scanner::Host("[::1]:3310".to_owned())));
        for bad in [
            "",
            "clamav:3310",
            "unix:",
            "unix:clamd.ctl",
            "tcp:clamav",
            "tcp::3310",
            "tcp:clamav:0",
            "tcp:clamav:much",
        ] {
            assert!(Scanner::parse(bad).is_err(), "{bad}");
        }
        for text in ["unix:/run/clamd.ctl", "tcp:clamav:3310"] {
            assert_eq!(Scanner::parse(text).map(|scanner| scanner.to_string()), Ok(text.to_owned()));
        }
    }
}
