//! How servers on one database talk to each other. Without a word about it: through PostgreSQL.

use std::fmt;

use async_nats::ServerAddr;

use super::{ConfigError, LookUp, database::DatabaseConfig};

/// Servers of one NATS cluster that are named: the others are learned from them.
const SERVERS_MAX: usize = 10;

/// How servers on one database talk to each other.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BusConfig {
    nats: Vec<ServerAddr>,
    /// Whether there can be other servers at all.
    shared: bool,
}

impl BusConfig {
    /// Reads `VITRINE_NATS_URL`.
    pub fn read(database: &DatabaseConfig, look_up: &LookUp) -> Result<Self, ConfigError> {
        let shared = matches!(database, DatabaseConfig::Postgres { .. });
        let Some(text) = look_up("VITRINE_NATS_URL") else {
            return Ok(Self { nats: Vec::new(), shared });
        };
        if !shared {
            return Err(ConfigError::new(
                "VITRINE_NATS_URL",
                "it is for several servers on one PostgreSQL, and the data is in a SQLite file here. Leave it out, or set VITRINE_DATABASE_URL",
            ));
        }
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let nats: Option<Vec<ServerAddr>> = parts.map(server).collect();
        let nats = nats.filter(|servers| (1..=SERVERS_MAX).contains(&servers.len()));
        // The value is not repeated: it may hold a password.
        let nats = nats.ok_or_else(|| {
            ConfigError::new(
                "VITRINE_NATS_URL",
                "it must be nats://USER:PASSWORD@HOST:4222, or tls://…; several servers of one cluster separated by commas",
            )
        })?;
        Ok(Self { nats, shared })
    }

    /// The servers of NATS; none: PostgreSQL carries the words itself.
    pub fn nats(&self) -> &[ServerAddr] {
        &self.nats
    }
}

/// One server, by its whole address: a part of one could as well be a typing error.
fn server(address: &str) -> Option<ServerAddr> {
    let server: ServerAddr = address.parse().ok()?;
    let written = ["nats://", "tls://"].iter().any(|scheme| address.starts_with(scheme));
    (written && !server.host().is_empty()).then_some(server)
}

impl fmt::Display for BusConfig {
    /// For people and logs: without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.shared, self.nats.as_slice()) {
            (false, _) => f.write_str("none: a SQLite file belongs to one"),
            (true, []) => f.write_str("heard through PostgreSQL"),
            (true, servers) => {
                f.write_str("heard through NATS")?;
                for server in servers {
                    write!(f, ", {}:{}", server.host(), server.port())?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for BusConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BusConfig({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: Option<&'static str>) -> Result<BusConfig, ConfigError> {
        let database = DatabaseConfig::Postgres {
            url: "postgres://db/vitrine".to_owned(),
        };
        BusConfig::read(&database, &|_| url.map(str::to_owned))
    }

    #[test]
    fn without_a_word_postgresql_carries_them() {
        let config = read(None).expect("fine");
        assert!(config.nats().is_empty());
        assert_eq!(config.to_string(), "heard through PostgreSQL");
    }

    #[test]
    fn a_file_has_no_other_servers() {
        let file = DatabaseConfig::Sqlite {
            file: "data/vitrine.db".into(),
        };
        assert!(BusConfig::read(&file, &|_| None).is_ok());
        assert!(BusConfig::read(&file, &|_| Some("nats://127.0.0.1:4222".to_owned())).is_err());
    }

    #[test]
    fn a_cluster_is_named_and_its_password_never_printed() {
        let config = read(Some("nats://me:geheim@a.example, tls://b.example:5222")).expect("fine");
        assert_eq!(config.nats().len(), 2);
        for text in [format!("{config}"), format!("{config:?}")] {
            assert!(
                text.contains("a.example:4222, b.example:5222") && !text.contains("geheim"),
                "{text}"
            );
        }
        for bad in ["http://geheim.example", "nats://", "127.0.0.1:4222", ",", "geheim"] {
            let refused = read(Some(bad)).expect_err("no address").to_string();
            assert!(!refused.contains("geheim"), "{refused}");
        }
    }
}
