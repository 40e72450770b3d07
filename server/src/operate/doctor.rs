//! `vitrine doctor`: everything that has to be right for an installation to work, looked at from where it stands. It changes nothing.
//!
//! What it cannot know from here (what a visitor's network does, whether a letter lands in the inbox) it does not guess.

mod dns;
mod machine;
mod post;
mod web;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use model::time::Timestamp;

use self::web::Place;
use crate::config::Config;

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Fine,
    /// It works, and somebody should know.
    Odd,
    /// It does not work.
    Wrong,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How serious it is.
    pub level: Level,
    /// What was looked at.
    pub what: &'static str,
    /// What was found, and what to do about it.
    pub said: String,
}

impl Finding {
    fn fine(what: &'static str, said: impl Into<String>) -> Self {
        Self {
            level: Level::Fine,
            what,
            said: said.into(),
        }
    }

    fn odd(what: &'static str, said: impl Into<String>) -> Self {
        Self {
            level: Level::Odd,
            what,
            said: said.into(),
        }
    }

    fn wrong(what: &'static str, said: impl Into<String>) -> Self {
        Self {
            level: Level::Wrong,
            what,
            said: said.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Fine => "fine ",
            Level::Odd => "note ",
            Level::Wrong => "WRONG",
        };
        write!(f, "{level}  {:<12} {}", self.what, self.said)
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The name under which the mail server publishes its DKIM key.
    pub dkim: Option<String>,
}

/// Looks at everything, and tells each finding as soon as it is known. Answers the most serious level.
pub async fn run(config: &Config, wanted: &Wanted, now: Timestamp, mut tell: impl FnMut(&Finding)) -> Level {
    let mut worst = Level::Fine;
    let mut all = |findings: Vec<Finding>| {
        for finding in findings {
            worst = worst.max(finding.level);
            tell(&finding);
        }
    };
    all(machine::folder(config).await);
    all(machine::clock().await);
    all(machine::database(config, now).await);
    let here = here(config).await;
    let serves = here.level == Level::Fine;
    all(vec![here]);
    all(web::public(config, serves).await);
    all(post::out(config).await);
    all(post::names(config, wanted.dkim.as_deref()).await);
    all(post::arriving(config).await);
    worst
}

/// Whether the server of this configuration takes people on: for a container's health check, which asks every few seconds.
pub async fn quick(config: &Config) -> Finding {
    here(config).await
}

async fn here(config: &Config) -> Finding {
    let address = reachable(config.http.listen);
    let place = Place::plain(address);
    match web::ask(&place, "/readyz", &[]).await {
        Ok(heard) if heard.status == 200 => Finding::fine("server", format!("ready, at {address}")),
        Ok(heard) => Finding::wrong("server", format!("at {address}, and not ready: {}", heard.shown())),
        Err(why) => Finding::wrong("server", format!("nobody answers at {address}: {why}")),
    }
}

/// Where a server that listens everywhere is reached from the same machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_loopback() {
        let asked = |listen: &str| reachable(listen.parse().expect("an address")).to_string();
        assert_eq!(asked("0.0.0.0:3000"), "127.0.0.1:3000");
        assert_eq!(asked("[::]:3000"), "[::1]:3000");
        assert_eq!(asked("10.0.0.5:80"), "10.0.0.5:80");
    }

    #[test]
    fn the_worst_is_above_the_others() {
        assert!(Level::Wrong > Level::Odd && Level::Odd > Level::Fine);
        assert_eq!(Finding::odd("disk", "small").to_string(), "note   disk         small");
    }
}
