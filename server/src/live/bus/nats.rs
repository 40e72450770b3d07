//! The bus through NATS (core, without memory): for installations that have it, or whose PostgreSQL has better things to do. Each database has
//! a subject of its own, named like its history, so that several installations may share a NATS.

use std::time::Duration;

use async_nats::{Client, ConnectOptions, ServerAddr, Subscriber};
use futures::StreamExt as _;
use model::id::Epoch;

use super::Trouble;
use crate::operate::decoded;

const CONNECT: Duration = Duration::from_secs(5);
/// A client that cannot come back gives up, and is made anew: nothing waits in it for a server that has gone for good.
const RECONNECTS_MAX: usize = 3;

/// Where it is, and what is said to whom.
#[derive(Clone)]
pub(super) struct Nats {
    servers: Vec<ServerAddr>,
    secret: Option<Secret>,
    subject: String,
}

/// User and password.
type Secret = (String, String);

/// Addresses without user and password, and those: the client takes them from nowhere but its options, and writes addresses into its log.
/// The servers are one cluster: what one of them asks, all do.
fn apart(servers: &[ServerAddr]) -> (Vec<ServerAddr>, Option<Secret>) {
    let secret = servers.iter().find_map(|server| {
        let user = server.username()?;
        Some((decoded(user), decoded(server.password().unwrap_or_default())))
    });
    let bare = servers.iter().filter_map(|server| {
        let mut url = server.clone().into_inner();
        url.set_password(None).ok()?;
        url.set_username("").ok()?;
        ServerAddr::from_url(url).ok()
    });
    (bare.collect(), secret)
}

impl Nats {
    pub(super) fn new(servers: &[ServerAddr], epoch: Epoch) -> Self {
        let (servers, secret) = apart(servers);
        Self {
            servers,
            secret,
            subject: format!("vitrine.{epoch}"),
        }
    }

    async fn connect(&self) -> Result<Client, Trouble> {
        let mut options = ConnectOptions::new()
            .name("vitrine")
            .connection_timeout(CONNECT)
            .max_reconnects(RECONNECTS_MAX);
        if let Some((user, password)) = self.secret.clone() {
            options = options.user_and_password(user, password);
        }
        options.connect(self.servers.clone()).await.map_err(|error| error.to_string())
    }

    pub(super) async fn voice(&self) -> Result<Voice, Trouble> {
        Ok(Voice {
            client: self.connect().await?,
            subject: self.subject.clone(),
        })
    }

    pub(super) async fn ears(&self) -> Result<Ears, Trouble> {
        let client = self.connect().await?;
        let subscriber = client.subscribe(self.subject.clone()).await.map_err(|error| error.to_string())?;
        // The server knows of it before anything that is said from now on.
        client.flush().await.map_err(|error| error.to_string())?;
        Ok(Ears {
            subscriber,
            _client: client,
        })
    }
}

/// The connection that speaks.
pub(super) struct Voice {
    client: Client,
    subject: String,
}

impl Voice {
    pub(super) async fn say(&mut self, envelope: String) -> Result<(), Trouble> {
        let said = self.client.publish(self.subject.clone(), envelope.into()).await;
        said.map_err(|error| error.to_string())?;
        self.client.flush().await.map_err(|error| error.to_string())
    }
}

/// The connection that listens, which lives as long as this.
pub(super) struct Ears {
    subscriber: Subscriber,
    _client: Client,
}

impl Ears {
    /// The next envelope; what is no text is read as an empty one, which means nothing.
    pub(super) async fn hear(&mut self) -> Option<String> {
        let message = self.subscriber.next().await?;
        Some(String::from_utf8(message.payload.to_vec()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_password_are_told_and_no_part_of_an_address() {
        let parsed = |address: &str| address.parse::<ServerAddr>().expect("an address");
        let (bare, secret) = apart(&[parsed("nats://a.example"), parsed("tls://me:ge%3Aheim@b.example:5222")]);
        assert_eq!(bare, [parsed("nats://a.example"), parsed("tls://b.example:5222")]);
        assert_eq!(secret, Some(("me".to_owned(), "ge:heim".to_owned())));
        assert_eq!(apart(&[parsed("nats://a.example")]).1, None);
    }
}
