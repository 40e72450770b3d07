//! The doors through which letters arrive: a mail server hands them over, or a mailbox is read. Both end in the same verb, which decides.

pub mod imap;
pub mod lmtp;

use std::{io, sync::Arc};

use service::{Services, mail_address::MailIn};

use crate::{
    config::{
        Config,
        mail_in::{HandOver, MailInConfig},
    },
    lifecycle::Lifecycle,
};

/// Tells the verbs where letters arrive, so that letters that leave can say it.
pub fn announce(config: &Config, services: &Services) {
    if let Some(domain) = &config.mail_in.domain {
        services.take_mail_in(MailIn {
            domain: domain.clone(),
            authserv: config.mail_in.authserv.clone(),
            folder: config.data.join("mail-in"),
        });
    }
}

/// Opens the doors of the configuration. They close when the server drains.
pub async fn open(config: &MailInConfig, services: &Services, lifecycle: &Lifecycle) -> io::Result<()> {
    match &config.hand_over {
        Some(HandOver::Tcp(address)) => {
            let listener = crate::listener::bind(*address).await?;
            lifecycle.spawn(lmtp::serve_tcp(listener, services.clone(), lifecycle.clone()));
        }
        Some(HandOver::Unix(path)) => {
            let listener = lmtp::bind_unix(path)?;
            lifecycle.spawn(lmtp::serve_unix(listener, services.clone(), lifecycle.clone()));
        }
        None => {}
    }
    if let Some(server) = &config.imap {
        lifecycle.spawn(imap::watch(Arc::new(server.clone()), services.clone(), lifecycle.clone()));
    }
    Ok(())
}
