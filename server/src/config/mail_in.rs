//! How letters arrive: which domain's mail reaches us, whose word on a sender counts, and through which doors. It only reads; the doors are
//! opened at start-up.

use std::{fmt, net::SocketAddr, path::PathBuf};

use mail::ImapServer;

use super::{ConfigError, LookUp};

/// Where mail servers hand letters over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOver {
    /// An address and a port.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// How letters arrive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailInConfig {
    /// The domain whose mail reaches us; `None`: none does.
    pub domain: Option<String>,
    /// The mail server whose `Authentication-Results` count.
    pub authserv: Option<String>,
    /// Where mail servers hand letters over.
    pub hand_over: Option<HandOver>,
    /// A mailbox that is read.
    pub imap: Option<ImapServer>,
}

impl MailInConfig {
    /// Reads `VITRINE_MAIL_IN_DOMAIN`, `VITRINE_MAIL_IN_AUTHSERV`, `VITRINE_LMTP_LISTEN`, `VITRINE_IMAP_URL` and `VITRINE_IMAP_CA`.
    pub fn read(look_up: &LookUp) -> Result<Self, ConfigError> {
        let domain = look_up("VITRINE_MAIL_IN_DOMAIN").map(|text| domain(&text)).transpose()?;
        let authserv = look_up("VITRINE_MAIL_IN_AUTHSERV").map(|name| name.trim().to_owned());
        let hand_over = look_up("VITRINE_LMTP_LISTEN").map(|text| hand_over(text.trim())).transpose()?;
        // The value is not repeated in any error: it holds a password.
        let imap = look_up("VITRINE_IMAP_URL")
            .map(|url| ImapServer::parse(&url).map_err(|why| ConfigError::new("VITRINE_IMAP_URL", why)))
            .transpose()?;
        let authority = look_up("VITRINE_IMAP_CA")
            .map(|file| std::fs::read(&file).map_err(|error| ConfigError::new("VITRINE_IMAP_CA", format!("{file}: {error}"))))
            .transpose()?;
        if domain.is_none() && (hand_over.is_some() || imap.is_some()) {
            return Err(ConfigError::new(
                "VITRINE_MAIL_IN_DOMAIN",
                "with VITRINE_LMTP_LISTEN or VITRINE_IMAP_URL it must be set: the domain whose mail reaches this server, such as in.shop.example",
            ));
        }
        if domain.is_some() && hand_over.is_none() && imap.is_none() {
            return Err(ConfigError::new(
                "VITRINE_MAIL_IN_DOMAIN",
                "with it, a door must be open: set VITRINE_LMTP_LISTEN or VITRINE_IMAP_URL, or letters would name an address that nobody reads",
            ));
        }
        Ok(Self {
            domain,
            authserv,
            hand_over,
            imap: imap.map(|imap| ImapServer { authority, ..imap }),
        })
    }
}

fn domain(text: &str) -> Result<String, ConfigError> {
    let domain = text.trim().trim_start_matches('@').to_ascii_lowercase();
    // The longest address of ours must fit: 62 characters before the sign.
    let fits = domain.len() <= 190 && model::text::EmailAddress::parse(&format!("a@{domain}")).is_ok();
    if fits {
        Ok(domain)
    } else {
        Err(ConfigError::new(
            "VITRINE_MAIL_IN_DOMAIN",
            "it must be a domain, such as in.shop.example",
        ))
    }
}

fn hand_over(text: &str) -> Result<HandOver, ConfigError> {
    if text.starts_with('/') {
        return Ok(HandOver::Unix(text.into()));
    }
    text.parse().map(HandOver::Tcp).map_err(|_| {
        ConfigError::new(
            "VITRINE_LMTP_LISTEN",
            "it must be an address and a port, such as 127.0.0.1:2424, or the path of a socket, such as /run/vitrine/lmtp",
        )
    })
}

impl fmt::Display for MailInConfig {
    /// For people and logs: without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(domain) = &self.domain else { return f.write_str("none") };
        write!(f, "for {domain}")?;
        match &self.hand_over {
            Some(HandOver::Tcp(address)) => write!(f, ", handed over at {address}")?,
            Some(HandOver::Unix(path)) => write!(f, ", handed over at {}", path.display())?,
            None => {}
        }
        if let Some(imap) = &self.imap {
            write!(f, ", read from {imap}")?;
        }
        match &self.authserv {
            Some(name) => write!(f, ", senders proven by {name}"),
            None => f.write_str(", no sender is proven"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<MailInConfig, ConfigError> {
        let set: Vec<(String, String)> = set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        MailInConfig::read(&move |name| set.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn a_domain_needs_a_door_and_a_door_a_domain() {
        let domain = ("VITRINE_MAIL_IN_DOMAIN", "In.Shop.example");
        let door = ("VITRINE_LMTP_LISTEN", "127.0.0.1:2424");
        assert_eq!(read(&[]).expect("fine"), MailInConfig::default());
        assert!(read(&[domain]).is_err() && read(&[door]).is_err());
        let config = read(&[domain, door]).expect("fine");
        assert_eq!(
            config.to_string(),
            "for in.shop.example, handed over at 127.0.0.1:2424, no sender is proven"
        );
        let socket = read(&[domain, ("VITRINE_LMTP_LISTEN", "/run/vitrine/lmtp")]).expect("fine");
        assert_eq!(socket.hand_over, Some(HandOver::Unix("/run/vitrine/lmtp".into())));
        assert!(read(&[domain, ("VITRINE_LMTP_LISTEN", "2424")]).is_err());
        assert!(read(&[("VITRINE_MAIL_IN_DOMAIN", "shop"), door]).is_err());
    }

    #[test]
    fn he_21_the_password_of_a_mailbox_is_in_no_error_and_no_print() {
        let domain = ("VITRINE_MAIL_IN_DOMAIN", "in.shop.example");
        let config = read(&[domain, ("VITRINE_IMAP_URL", "imaps://post:geheim@mail.example")]).expect("fine");
        assert!(!format!("{config} {config:?}").contains("geheim"));
        let refused = read(&[domain, ("VITRINE_IMAP_URL", "imap://post:geheim@mail.example")]).expect_err("not encrypted");
        assert!(!refused.to_string().contains("geheim"), "{refused}");
    }
}
