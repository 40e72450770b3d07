//! How letters leave: through an SMTP server, or into the mail folder. It only reads; `mail` opens the way.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use mail::{Post, SmtpServer};
use model::text::EmailAddress;

use super::{ConfigError, LookUp};

/// The folder's name inside the data folder.
const FOLDER: &str = "mail";
/// Who letters in the folder are from, when nobody said: they go nowhere, so it need not exist.
const NOBODY: &str = "vitrine@mail-folder.invalid";

/// How letters leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailConfig {
    /// The mail server; `None` for the folder.
    pub server: Option<SmtpServer>,
    /// The folder.
    pub folder: PathBuf,
    /// The address that stands for us.
    pub from: EmailAddress,
}

impl MailConfig {
    /// Reads `VITRINE_SMTP_URL`, `VITRINE_SMTP_CA` and `VITRINE_MAIL_FROM`.
    pub fn read(data: &Path, look_up: &LookUp) -> Result<Self, ConfigError> {
        // The values are not repeated in any error: the address may hold a password.
        let server = look_up("VITRINE_SMTP_URL")
            .map(|url| SmtpServer::parse(&url).map_err(|why| ConfigError::new("VITRINE_SMTP_URL", why)))
            .transpose()?;
        let authority = look_up("VITRINE_SMTP_CA")
            .map(|file| std::fs::read(&file).map_err(|error| ConfigError::new("VITRINE_SMTP_CA", format!("{file}: {error}"))))
            .transpose()?;
        let from = look_up("VITRINE_MAIL_FROM")
            .map(|from| {
                EmailAddress::parse(&from)
                    .map_err(|_| ConfigError::new("VITRINE_MAIL_FROM", "it must be an email address, such as chat@shop.example"))
            })
            .transpose()?;
        let from = match from {
            Some(from) => from,
            None if server.is_some() => {
                return Err(ConfigError::new(
                    "VITRINE_MAIL_FROM",
                    "with VITRINE_SMTP_URL it must be set: the address that letters are from, which your mail server may send for",
                ));
            }
            None => EmailAddress::parse(NOBODY).map_err(|_| ConfigError::new("VITRINE_MAIL_FROM", "it must be set"))?,
        };
        Ok(Self {
            server: server.map(|server| SmtpServer { authority, ..server }),
            folder: data.join(FOLDER),
            from,
        })
    }

    /// The way out.
    pub fn open(&self) -> Result<Post, ConfigError> {
        match &self.server {
            Some(server) => Post::smtp(server, self.from.clone()).map_err(|why| ConfigError::new("VITRINE_SMTP_CA", why)),
            None => Ok(Post::folder(self.folder.clone(), self.from.clone())),
        }
    }
}

impl fmt::Display for MailConfig {
    /// For people and logs: without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.server {
            Some(server) => write!(f, "{server}, from {}", self.from),
            None => write!(f, "into {}", self.folder.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<MailConfig, ConfigError> {
        let set: Vec<(String, String)> = set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        MailConfig::read(Path::new("/data"), &move |name| {
            set.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn without_a_mail_server_letters_lie_in_the_folder() {
        let config = read(&[]).expect("fine");
        assert_eq!(config.to_string(), "into /data/mail");
        assert!(config.open().expect("a way").kept().is_some());
    }

    #[test]
    fn a_mail_server_needs_somebody_to_send_for() {
        let server = ("VITRINE_SMTP_URL", "smtp://post:geheim@mail.example");
        let refused = read(&[server]).expect_err("from whom?").to_string();
        assert!(refused.starts_with("VITRINE_MAIL_FROM") && !refused.contains("geheim"), "{refused}");
        let config = read(&[server, ("VITRINE_MAIL_FROM", "chat@shop.example")]).expect("fine");
        assert_eq!(config.to_string(), "mail.example:587, STARTTLS, from chat@shop.example");
    }

    #[test]
    fn he_21_the_password_is_in_no_error_and_no_print() {
        for url in [
            "smtp://post:geheim@mail example",
            "smtp://post:geheim@mail.example?tls=maybe",
            "post:geheim@mail.example",
        ] {
            let refused = read(&[("VITRINE_SMTP_URL", url), ("VITRINE_MAIL_FROM", "chat@shop.example")]).expect_err("cannot be read");
            assert!(!refused.to_string().contains("geheim"), "{refused}");
        }
        let config = read(&[
            ("VITRINE_SMTP_URL", "smtp://post:geheim@mail.example"),
            ("VITRINE_MAIL_FROM", "a@b.example"),
        ])
        .expect("fine");
        assert!(!format!("{config:?} {config}").contains("geheim"));
    }
}
