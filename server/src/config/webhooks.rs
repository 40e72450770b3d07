//! What of the own network webhooks may reach. Without it, public addresses only.

use std::{fmt, net::IpAddr};

use service::webhooks::Outbound;

use super::{ConfigError, LookUp, network::Network};

/// What of the own network webhooks may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhooksConfig {
    /// These, over any port and without TLS, too.
    pub allow: Vec<Network>,
}

impl WebhooksConfig {
    /// Reads `VITRINE_WEBHOOK_ALLOW`.
    pub fn read(look_up: &LookUp) -> Result<Self, ConfigError> {
        let Some(text) = look_up("VITRINE_WEBHOOK_ALLOW") else {
            return Ok(Self::default());
        };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let allow: Result<Vec<Network>, _> = parts.map(str::parse).collect();
        allow.map(|allow| Self { allow }).map_err(|_| {
            ConfigError::new(
                "VITRINE_WEBHOOK_ALLOW",
                "it must be addresses or ranges, separated by commas, such as 10.0.0.0/8,::1",
            )
        })
    }

    /// The way out.
    pub fn open(&self) -> Result<Outbound, ConfigError> {
        let networks = self.allow.clone();
        let outbound = if networks.is_empty() {
            Outbound::new(None)
        } else {
            Outbound::new(Some(Box::new(move |address: IpAddr| {
                networks.iter().any(|network| network.contains(address))
            })))
        };
        outbound.map_err(|why| ConfigError::new("VITRINE_WEBHOOK_ALLOW", why))
    }
}

impl fmt::Display for WebhooksConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("to public addresses")?;
        for network in &self.allow {
            write!(f, ", {network}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: Option<&str>) -> Result<WebhooksConfig, ConfigError> {
        let text = text.map(str::to_owned);
        WebhooksConfig::read(&move |name| text.clone().filter(|_| name == "VITRINE_WEBHOOK_ALLOW"))
    }

    #[test]
    fn the_own_network_is_reached_only_where_somebody_says_so() {
        assert_eq!(read(None).expect("fine").to_string(), "to public addresses");
        let some = read(Some("10.0.0.0/8, ::1")).expect("fine");
        assert_eq!(some.to_string(), "to public addresses, 10.0.0.0/8, ::1/128");
        assert!(some.open().is_ok());
        assert!(read(Some("everything")).is_err());
    }
}
