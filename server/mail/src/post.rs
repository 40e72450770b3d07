//! The way out: an SMTP server, or the mail folder where there is none. It tells what became of a letter in a way that one can act on.

use std::{fmt, path::PathBuf, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use model::text::EmailAddress;

use crate::{
    folder::{Folder, KeepError},
    letter::Letter,
    server::{Security, SmtpServer},
};

/// How long one answer of the mail server may take …
const ANSWER: Duration = Duration::from_secs(15);
/// … and how long the whole letter: less than the lease that its worker has.
const LETTER: Duration = Duration::from_secs(45);
/// Characters of a reply that are kept.
const REPLY_CHARS_MAX: usize = 300;

/// What to do about a letter that did not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// This letter, later: the server asked for patience.
    Later,
    /// This letter, never: the server will not take it.
    Never,
    /// No letter for a while: the server is not to be reached, or not safely.
    Away,
    /// No letter for a while: the server does not accept who we are.
    NotUs,
}

/// A letter that did not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What to do about it.
    pub trouble: Trouble,
    /// What the server said, or what happened instead.
    pub reply: String,
}

enum Way {
    Smtp {
        transport: AsyncSmtpTransport<Tokio1Executor>,
        shown: String,
    },
    Folder(Folder),
}

/// The way out.
pub struct Post {
    way: Way,
    ours: EmailAddress,
}

impl Post {
    /// Through a mail server. The error says what is wrong with the certificates that were given.
    pub fn smtp(server: &SmtpServer, ours: EmailAddress) -> Result<Self, String> {
        let parameters = || -> Result<TlsParameters, Error> {
            let mut builder = TlsParameters::builder(server.host.clone());
            if let Some(pem) = &server.authority {
                builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
            }
            builder.build_rustls()
        };
        let tls = match server.security {
            Security::Tls => Tls::Wrapper(parameters().map_err(|e| e.to_string())?),
            Security::StartTls => Tls::Required(parameters().map_err(|e| e.to_string())?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(ANSWER));
        if let Some((user, password)) = &server.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self {
            way: Way::Smtp {
                transport: builder.build(),
                shown: server.to_string(),
            },
            ours,
        })
    }

    /// Into a folder.
    pub fn folder(path: PathBuf, ours: EmailAddress) -> Self {
        Self {
            way: Way::Folder(Folder::new(path)),
            ours,
        }
    }

    /// The address that stands for us.
    pub fn ours(&self) -> &EmailAddress {
        &self.ours
    }

    /// The mail server, for people; `None` where there is none.
    pub fn server(&self) -> Option<&str> {
        match &self.way {
            Way::Smtp { shown, .. } => Some(shown),
            Way::Folder(_) => None,
        }
    }

    /// The mail folder, where there is no mail server.
    pub fn kept(&self) -> Option<&Folder> {
        match &self.way {
            Way::Smtp { .. } => None,
            Way::Folder(folder) => Some(folder),
        }
    }

    /// Sends a letter. The answer is what the server said when it took it.
    pub async fn send(&self, letter: &Letter) -> Result<String, Failed> {
        match &self.way {
            Way::Folder(folder) => match folder.keep(letter).await {
                Ok(()) => Ok(String::new()),
                Err(KeepError::Unsendable(why)) => Err(failed(Trouble::Never, &why)),
                Err(KeepError::Io(error)) => Err(failed(Trouble::Away, &error)),
            },
            Way::Smtp { transport, .. } => {
                let message = letter.message().map_err(|why| failed(Trouble::Never, &why))?;
                match tokio::time::timeout(LETTER, transport.send(message)).await {
                    Ok(Ok(response)) => {
                        let said: Vec<&str> = response.message().collect();
                        Ok(short(&format!("{} {}", response.code(), said.join(" "))))
                    }
                    Ok(Err(error)) => Err(failed(trouble(&error), &error)),
                    // It may have taken the letter and not said so: the same letter goes again, with the same `Message-ID`.
                    Err(_) => Err(failed(Trouble::Later, &"the mail server did not answer in time")),
                }
            }
        }
    }
}

impl Post {
    /// Whether the mail server lets us in: it is called, encrypted, told who we are, and left without a letter. A folder always does.
    pub async fn knock(&self) -> Result<(), Failed> {
        let Way::Smtp { transport, .. } = &self.way else { return Ok(()) };
        match tokio::time::timeout(LETTER, transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(failed(Trouble::Away, &"the mail server hung up")),
            Ok(Err(error)) => Err(failed(trouble(&error), &error)),
            Err(_) => Err(failed(Trouble::Away, &"the mail server did not answer in time")),
        }
    }
}

fn failed(trouble: Trouble, why: &dyn fmt::Display) -> Failed {
    Failed {
        trouble,
        reply: short(&why.to_string()),
    }
}

/// What an error of the protocol asks for.
fn trouble(error: &Error) -> Trouble {
    let code = error.status().map(u16::from);
    // 530, 534, 535 and 454 are about who we are (RFC 4954, 6), whatever letter it was.
    if matches!(code, Some(454 | 530 | 534 | 535 | 538)) {
        return Trouble::NotUs;
    }
    // 421 closes the whole channel (RFC 5321, 4.2.1).
    if code == Some(421) {
        return Trouble::Away;
    }
    if error.is_permanent() {
        return Trouble::Never;
    }
    if error.is_transient() || error.is_timeout() || error.is_response() {
        return Trouble::Later;
    }
    if error.is_client() {
        // What the client itself refuses: a server without STARTTLS, one that offers no way to sign in, or this one letter.
        let said = error.to_string();
        return if said.contains("STARTTLS") {
            Trouble::Away
        } else if said.contains("uthentication") {
            Trouble::NotUs
        } else {
            Trouble::Never
        };
    }
    Trouble::Away
}

/// One line of a bounded length.
fn short(reply: &str) -> String {
    let line = reply.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(REPLY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_one_bounded_line() {
        assert_eq!(short("550 5.1.1\r\nno such user"), "550 5.1.1 no such user");
        assert_eq!(short(&"x".repeat(1_000)).len(), REPLY_CHARS_MAX);
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_away_and_the_letter_is_not_blamed() {
        let server = SmtpServer::parse("smtp://127.0.0.1:1?tls=none").expect("an address");
        let ours = EmailAddress::parse("chat@vitrine.example").expect("an address");
        let post = Post::smtp(&server, ours.clone()).expect("a way");
        let letter = Letter {
            id: uuid::Uuid::from_u128(1),
            at: model::time::Timestamp(0),
            ours: ours.clone(),
            from_name: String::new(),
            literal: None,
            reply_to: None,
            bounce: None,
            thread: Vec::new(),
            stop: None,
            to: vec![ours],
            subject: "Hello".to_owned(),
            sheet: crate::Sheet {
                language: model::language::Language::En,
                title: "Hello".to_owned(),
                blocks: Vec::new(),
            },
        };
        let why = post.send(&letter).await.expect_err("nobody is there");
        assert_eq!(why.trouble, Trouble::Away, "{why:?}");
    }
}
