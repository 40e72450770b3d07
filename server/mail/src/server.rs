//! Where the SMTP server is, and how it is spoken to: `smtp://user:password@mail.example:587`.
//!
//! Encrypted unless the address says `?tls=none` in so many words: there is no way that encrypts only when it can, because whoever sits
//! in between could take that away (hardening E20).

use std::fmt;

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// From the first byte on: `smtps://`.
    Tls,
    /// By STARTTLS, without which nothing is sent: `smtp://`.
    StartTls,
    /// Not at all: `smtp://…?tls=none`, for a server in the same machine or network.
    None,
}

/// An SMTP server. It does not print its password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// Name and password.
    pub credentials: Option<(String, String)>,
    /// Certificates of an authority of one's own, in PEM, besides those that everybody trusts.
    pub authority: Option<Vec<u8>>,
}

impl SmtpServer {
    /// Reads an address. The error never repeats it, because it may hold a password.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = url.trim().split_once("://").ok_or("it must begin with smtp:// or smtps://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let security = match (scheme, query) {
            ("smtps", "") => Security::Tls,
            ("smtp", "" | "tls=required") => Security::StartTls,
            ("smtp", "tls=none") => Security::None,
            ("smtp" | "smtps", _) => return Err("after the question mark only tls=required and, without encryption, tls=none are known"),
            _ => return Err("it must begin with smtp:// or smtps://"),
        };
        let rest = rest.trim_end_matches('/');
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((who, place)) => (Some(credentials(who)?), place),
            None => (None, rest),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| "its port must be a number")?),
            None if security == Security::Tls => (place, 465),
            None => (place, 587),
        };
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-') {
            return Err("the name of its server cannot be read");
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            security,
            credentials,
            authority: None,
        })
    }
}

fn credentials(who: &str) -> Result<(String, String), &'static str> {
    let (user, password) = who.split_once(':').ok_or("a user needs a password: smtp://user:password@host")?;
    let decoded = |text| unescaped(text).ok_or("a sign in the user or the password must be written as %XX");
    Ok((decoded(user)?, decoded(password)?))
}

/// RFC 3986, 2.1.
pub(crate) fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push((high << 4) | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Display for SmtpServer {
    /// For people and logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let security = match self.security {
            Security::Tls => "TLS",
            Security::StartTls => "STARTTLS",
            Security::None => "not encrypted",
        };
        write!(f, "{}:{}, {security}", self.host, self.port)
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpServer({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn he_20_a_connection_is_encrypted_unless_the_address_says_otherwise() {
        let security = |url| SmtpServer::parse(url).map(|s| (s.security, s.port));
        assert_eq!(security("smtp://mail.example"), Ok((Security::StartTls, 587)));
        assert_eq!(security("smtps://mail.example"), Ok((Security::Tls, 465)));
        assert_eq!(security("smtp://127.0.0.1:25?tls=none"), Ok((Security::None, 25)));
        for refused in [
            "smtp://mail.example?tls=opportunistic",
            "smtps://mail.example?tls=none",
            "http://mail.example",
            "mail.example",
        ] {
            assert!(SmtpServer::parse(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn he_21_the_password_is_read_and_never_printed() {
        let server = SmtpServer::parse("smtp://post%40shop:ge%3Aheim%21@mail.example:2525").expect("an address");
        assert_eq!(server.credentials, Some(("post@shop".to_owned(), "ge:heim!".to_owned())));
        for printed in [format!("{server}"), format!("{server:?}")] {
            assert!(!printed.contains("heim") && printed.contains("mail.example:2525"), "{printed}");
        }
        for refused in [
            "smtp://user@mail.example",
            "smtp://u:geheim%G1@mail.example",
            "smtp://u:geheim@ma il",
            "smtp://u:geheim@h:port",
        ] {
            let why = SmtpServer::parse(refused).expect_err("cannot be read");
            assert!(!why.contains("geheim"), "{why}");
        }
    }
}
