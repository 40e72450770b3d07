//! Where the numbers about this process are shown. Nowhere, unless somebody says so; and never by accident where others can read them.

use std::{fmt, net::SocketAddr};

use super::{ConfigError, LookUp};

/// Where the numbers are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetricsConfig {
    /// An address and a port; `None`: nowhere.
    pub listen: Option<SocketAddr>,
}

impl MetricsConfig {
    /// Reads `VITRINE_METRICS_LISTEN` and `VITRINE_METRICS_ANYWHERE`.
    pub fn read(look_up: &LookUp) -> Result<Self, ConfigError> {
        let anywhere = match look_up("VITRINE_METRICS_ANYWHERE").as_deref().map(str::trim) {
            None | Some("0") => false,
            Some("1") => true,
            Some(_) => return Err(ConfigError::new("VITRINE_METRICS_ANYWHERE", "it must be 1 or 0")),
        };
        let Some(text) = look_up("VITRINE_METRICS_LISTEN") else {
            return Ok(Self::default());
        };
        let listen: SocketAddr = text
            .trim()
            .parse()
            .map_err(|_| ConfigError::new("VITRINE_METRICS_LISTEN", "it must be an address and a port, such as 127.0.0.1:9464"))?;
        if listen.ip().to_canonical().is_loopback() || anywhere {
            Ok(Self { listen: Some(listen) })
        } else {
            Err(ConfigError::new(
                "VITRINE_METRICS_LISTEN",
                format!(
                    "{listen} can be reached from other machines, and asks nobody for a password. In a network of your own, VITRINE_METRICS_ANYWHERE=1 allows it"
                ),
            ))
        }
    }
}

impl fmt::Display for MetricsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.listen {
            Some(listen) => write!(f, "http://{listen}/metrics"),
            None => f.write_str("nowhere"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<MetricsConfig, ConfigError> {
        let set: Vec<(String, String)> = set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        MetricsConfig::read(&move |name| set.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn hk_4_numbers_are_shown_nowhere_or_on_loopback_or_where_somebody_insists() {
        let listen = |address| ("VITRINE_METRICS_LISTEN", address);
        assert_eq!(read(&[]).expect("fine").listen, None);
        assert_eq!(
            read(&[listen("127.0.0.1:9464")]).expect("fine").to_string(),
            "http://127.0.0.1:9464/metrics"
        );
        assert!(read(&[listen("[::1]:9464")]).is_ok());
        for open in ["0.0.0.0:9464", "[::]:9464", "10.0.0.1:9464"] {
            assert!(read(&[listen(open)]).is_err(), "{open}");
            assert!(read(&[listen(open), ("VITRINE_METRICS_ANYWHERE", "1")]).is_ok(), "{open}");
        }
        assert!(read(&[listen("9464")]).is_err());
        assert!(read(&[("VITRINE_METRICS_ANYWHERE", "yes")]).is_err());
    }
}
