//! One conversation with a mail server.

use std::io;

use mail::inbound::LETTER_BYTES_MAX;
use service::{
    Services,
    mail_in::{self, Incoming},
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio_util::sync::CancellationToken;

use super::wire::{self, Data, Line};

/// Recipients of one letter.
const RECIPIENTS_MAX: usize = 50;
/// Commands that mean nothing, until it is enough.
const ERRORS_MAX: u32 = 20;

/// Which of both protocols is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tongue {
    Lmtp,
    Smtp,
}

/// The letter that is being handed over.
#[derive(Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

struct Session<S> {
    stream: BufReader<S>,
    services: Services,
    tongue: Option<Tongue>,
    envelope: Envelope,
    errors: u32,
}

/// Talks until one of both has enough.
pub(super) async fn talk<S>(stream: S, services: Services, draining: CancellationToken) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut session = Session {
        stream: BufReader::new(stream),
        services,
        tongue: None,
        envelope: Envelope::default(),
        errors: 0,
    };
    session.say("220 Vitrine takes letters").await?;
    loop {
        let line = tokio::select! {
            () = draining.cancelled() => return session.say("421 4.3.2 closing").await,
            line = wire::command(&mut session.stream) => line?,
        };
        match line {
            Line::End => return Ok(()),
            Line::TooLong => return session.say("500 5.5.2 line too long").await,
            Line::Command(command) => {
                if !session.command(&command).await? {
                    return Ok(());
                }
            }
        }
    }
}

impl<S> Session<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    async fn say(&mut self, line: &str) -> io::Result<()> {
        self.stream.write_all(line.as_bytes()).await?;
        self.stream.write_all(b"\r\n").await?;
        self.stream.flush().await
    }

    /// Answers a command; `false`: that was the last one.
    async fn command(&mut self, line: &str) -> io::Result<bool> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "LHLO" => self.greet(Tongue::Lmtp).await?,
            "EHLO" => self.greet(Tongue::Smtp).await?,
            "HELO" => {
                self.tongue = Some(Tongue::Smtp);
                self.envelope = Envelope::default();
                self.say("250 vitrine").await?;
            }
            "MAIL" => self.mail(rest).await?,
            "RCPT" => self.recipient(rest).await?,
            "DATA" => return self.data().await,
            "RSET" => {
                self.envelope = Envelope::default();
                self.say("250 2.0.0 forgotten").await?;
            }
            "NOOP" => self.say("250 2.0.0 fine").await?,
            "VRFY" => self.say("252 2.5.0 try it").await?,
            "QUIT" => {
                self.say("221 2.0.0 bye").await?;
                return Ok(false);
            }
            _ => return self.wrong("500 5.5.1 unknown").await,
        }
        Ok(true)
    }

    async fn greet(&mut self, tongue: Tongue) -> io::Result<()> {
        self.tongue = Some(tongue);
        self.envelope = Envelope::default();
        let size = format!("250 SIZE {LETTER_BYTES_MAX}");
        for line in ["250-vitrine", "250-PIPELINING", "250-ENHANCEDSTATUSCODES", "250-8BITMIME"] {
            self.say(line).await?;
        }
        self.say(&size).await
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        let refused = match (self.tongue, path(rest, "FROM:")) {
            (None, _) => Some("503 5.5.1 who is it?"),
            (_, None) => Some("501 5.5.4 MAIL FROM:<address>"),
            _ if self.envelope.from.is_some() => Some("503 5.5.1 one letter at a time"),
            _ if announced(rest) > LETTER_BYTES_MAX => Some("552 5.3.4 too large"),
            _ => None,
        };
        if let Some(refused) = refused {
            return self.say(refused).await;
        }
        self.envelope.from = path(rest, "FROM:").map(str::to_owned);
        self.say("250 2.1.0 fine").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        let Some(to) = path(rest, "TO:").filter(|to| !to.is_empty()) else {
            return self.say("501 5.5.4 RCPT TO:<address>").await;
        };
        if self.envelope.from.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        if self.envelope.to.len() >= RECIPIENTS_MAX {
            return self.say("452 4.5.3 too many recipients").await;
        }
        match mail_in::accepts(&self.services, to).await {
            Ok(true) => {
                self.envelope.to.push(to.to_owned());
                self.say("250 2.1.5 fine").await
            }
            Ok(false) => self.say("550 5.1.1 not here").await,
            Err(fault) => {
                tracing::warn!(error = %fault, "A recipient was asked to come later");
                self.say("451 4.3.0 later").await
            }
        }
    }

    async fn data(&mut self) -> io::Result<bool> {
        if self.envelope.to.is_empty() {
            self.say("503 5.5.1 RCPT first").await?;
            return Ok(true);
        }
        self.say("354 go on").await?;
        let Data::Letter { raw, size } = wire::letter(&mut self.stream, LETTER_BYTES_MAX).await? else {
            return Ok(false);
        };
        let Envelope { from, to } = std::mem::take(&mut self.envelope);
        let mut answers = Vec::with_capacity(to.len());
        for to in to {
            answers.push(settle(&self.services, &raw, size, from.clone(), to).await);
        }
        if self.tongue == Some(Tongue::Lmtp) {
            // One answer for each recipient (RFC 2033, 4.2).
            for answer in answers {
                self.say(answer).await?;
            }
        } else {
            // One for all: if it did not work for one, the letter comes again, and those who have it take no second one.
            let worst = answers
                .into_iter()
                .max_by_key(|answer| u8::from(answer.starts_with('4')) * 2 + u8::from(answer.starts_with('5')));
            self.say(worst.unwrap_or("451 4.3.0 later")).await?;
        }
        Ok(true)
    }

    async fn wrong(&mut self, answer: &str) -> io::Result<bool> {
        self.errors += 1;
        if self.errors >= ERRORS_MAX {
            self.say("421 4.7.0 enough").await?;
            return Ok(false);
        }
        self.say(answer).await?;
        Ok(true)
    }
}

/// What becomes of a letter for one recipient, in the words of the protocol.
async fn settle(services: &Services, raw: &[u8], size: usize, from: Option<String>, to: String) -> &'static str {
    if size > LETTER_BYTES_MAX {
        return "552 5.3.4 too large";
    }
    let incoming = Incoming {
        raw: raw.to_vec(),
        size,
        from,
        to: Some(to),
    };
    match mail_in::ingest(services, incoming).await {
        Ok(_) => "250 2.0.0 taken",
        Err(fault) => {
            tracing::warn!(error = %fault, "A letter was asked to come later");
            "451 4.3.0 later"
        }
    }
}

/// The address in `FROM:<…>`; a route in front of it means nothing any more.
fn path<'a>(rest: &'a str, word: &str) -> Option<&'a str> {
    let rest = rest.trim_start();
    let rest = rest
        .get(..word.len())
        .filter(|begin| begin.eq_ignore_ascii_case(word))
        .and_then(|_| rest.get(word.len()..))?;
    let inside = rest.trim_start().strip_prefix('<')?.split_once('>')?.0;
    Some(inside.rsplit_once(':').map_or(inside, |(_, address)| address).trim())
}

/// The size that was announced (RFC 1870).
fn announced(rest: &str) -> usize {
    let said = rest
        .split_whitespace()
        .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=").map(str::to_owned));
    said.and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_their_commands() {
        assert_eq!(path("FROM:<a@b.example> SIZE=10", "FROM:"), Some("a@b.example"));
        assert_eq!(path("to: <@relay.example:a@b.example>", "TO:"), Some("a@b.example"));
        assert_eq!(path("FROM:<>", "FROM:"), Some(""));
        assert_eq!(path("FROM:a@b.example", "FROM:"), None);
        assert_eq!(path("é", "TO:"), None);
        assert_eq!((announced("FROM:<a> size=12 BODY=8BITMIME"), announced("FROM:<a>")), (12, 0));
    }
}
