//! Who may reach the server, under which name, and whom it believes about addresses.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, header};
use model::text::Origin;

use super::{ConfigError, LookUp, network::Network};

/// Who may reach the server, and under which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What people type: scheme, host and port. Without it the server answers on loopback only, under the name it is asked by.
    pub public: Option<Origin>,
    /// Plain HTTP on a public address: for tests in a closed network.
    pub allow_http: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

impl HttpConfig {
    /// Reads `VITRINE_PUBLIC_URL`, `VITRINE_ALLOW_HTTP` and `VITRINE_TRUSTED_PROXIES`, and refuses what would be unsafe.
    pub fn read(listen: SocketAddr, look_up: &LookUp) -> Result<Self, ConfigError> {
        let public = match look_up("VITRINE_PUBLIC_URL") {
            None => None,
            Some(text) => Some(Origin::parse(&text).map_err(|_| {
                ConfigError::new(
                    "VITRINE_PUBLIC_URL",
                    "it must be scheme, host and port and nothing else, such as https://chat.example",
                )
            })?),
        };
        let allow_http = match look_up("VITRINE_ALLOW_HTTP").as_deref().map(str::trim) {
            None | Some("0") => false,
            Some("1") => true,
            Some(_) => return Err(ConfigError::new("VITRINE_ALLOW_HTTP", "it must be 1 or 0")),
        };
        let trusted_proxies = look_up("VITRINE_TRUSTED_PROXIES")
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|piece| !piece.is_empty())
            .map(|piece| {
                piece.parse().map_err(|_| {
                    ConfigError::new(
                        "VITRINE_TRUSTED_PROXIES",
                        format!("\"{piece}\" is neither an address nor a range such as 10.0.0.0/8"),
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        let config = Self {
            listen,
            public,
            allow_http,
            trusted_proxies,
        };
        config.check(listen)?;
        Ok(config)
    }

    /// On loopback under the name it is asked by: what tests and a first try need.
    pub fn loopback(listen: SocketAddr) -> Self {
        Self {
            listen,
            public: None,
            allow_http: false,
            trusted_proxies: Vec::new(),
        }
    }

    /// Refuses what would be unsafe on this address. Asked again for a socket that was handed over already open.
    pub fn check(&self, listen: SocketAddr) -> Result<(), ConfigError> {
        let Some(public) = &self.public else {
            return if listen.ip().to_canonical().is_loopback() {
                Ok(())
            } else {
                Err(ConfigError::new(
                    "VITRINE_PUBLIC_URL",
                    format!(
                        "it must be set, because {listen} can be reached from other machines: the address people type, such as https://chat.example"
                    ),
                ))
            };
        };
        let harmless = listen.ip().to_canonical().is_loopback() && is_loopback_name(host_of(public.as_str()));
        if self.is_https() || self.allow_http || harmless {
            Ok(())
        } else {
            Err(ConfigError::new(
                "VITRINE_PUBLIC_URL",
                "it must begin with https://, because passwords and conversations would cross the network in the clear. In a closed network, VITRINE_ALLOW_HTTP=1 allows it",
            ))
        }
    }

    /// Whether people reach the server by HTTPS: cookies are then `Secure`, and browsers are told to stay on HTTPS.
    pub fn is_https(&self) -> bool {
        self.public.as_ref().is_some_and(|origin| origin.as_str().starts_with("https://"))
    }

    /// The server's own origin, for addresses in pages: the public one, or on loopback the one it was asked by.
    pub fn origin(&self, headers: &HeaderMap) -> String {
        if let Some(public) = &self.public {
            return public.as_str().to_owned();
        }
        let asked = headers
            .get(header::HOST)
            .and_then(|value| value.to_str().ok())
            .and_then(|host| Origin::parse(&format!("http://{host}")).ok());
        match asked {
            // A name that merely points here (DNS rebinding) is not ours.
            Some(origin) if is_loopback_name(host_of(origin.as_str())) => origin.as_str().to_owned(),
            _ => format!("http://{}", self.listen),
        }
    }

    /// Whether an `Origin` header names this server.
    pub fn is_own_origin(&self, origin: &str, headers: &HeaderMap) -> bool {
        origin == self.origin(headers)
    }

    /// Whether the `X-Forwarded-For` of this address is believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(address))
    }
}

/// The host of an origin, without its port.
fn host_of(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

/// Whether a name can only mean this machine.
fn is_loopback_name(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const LOOPBACK: &str = "127.0.0.1:3000";
    const EVERYWHERE: &str = "0.0.0.0:3000";

    fn read(listen: &str, set: &'static [(&'static str, &'static str)]) -> Result<HttpConfig, ConfigError> {
        let look_up = |asked: &str| set.iter().find(|(name, _)| *name == asked).map(|(_, value)| (*value).to_owned());
        HttpConfig::read(listen.parse().expect("an address"), &look_up)
    }

    fn asked_as(host: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))])
    }

    #[test]
    fn hk_2_beyond_loopback_a_public_https_address_is_required() {
        assert!(read(LOOPBACK, &[]).is_ok());
        assert!(read("[::1]:3000", &[]).is_ok());
        assert!(read(EVERYWHERE, &[]).is_err());
        assert!(read("[::]:3000", &[]).is_err());
        assert!(read(EVERYWHERE, &[("VITRINE_PUBLIC_URL", "http://chat.example")]).is_err());
        assert!(read(EVERYWHERE, &[("VITRINE_PUBLIC_URL", "http://localhost:3000")]).is_err());
        assert!(
            read(
                EVERYWHERE,
                &[("VITRINE_PUBLIC_URL", "http://chat.example"), ("VITRINE_ALLOW_HTTP", "1")]
            )
            .is_ok()
        );
        assert!(read(EVERYWHERE, &[("VITRINE_PUBLIC_URL", "https://chat.example")]).is_ok());
        assert!(read(LOOPBACK, &[("VITRINE_PUBLIC_URL", "http://chat.example")]).is_err());
        assert!(read(LOOPBACK, &[("VITRINE_PUBLIC_URL", "http://localhost:8080")]).is_ok());
        assert!(read(LOOPBACK, &[("VITRINE_PUBLIC_URL", "https://chat.example")]).is_ok());
    }

    #[test]
    fn the_public_url_is_an_origin_and_nothing_more() {
        for bad in [
            "chat.example",
            "https://chat.example/vitrine",
            "https://u:p@chat.example",
            "ftp://chat.example",
        ] {
            let set: &'static [_] = Box::leak(Box::new([("VITRINE_PUBLIC_URL", bad)]));
            assert!(read(LOOPBACK, set).is_err(), "{bad}");
        }
        let config = read(EVERYWHERE, &[("VITRINE_PUBLIC_URL", "https://Chat.Example:443/")]).expect("fine");
        assert_eq!(config.origin(&asked_as("evil.example")), "https://chat.example");
        assert!(config.is_https());
    }

    #[test]
    fn on_loopback_the_server_has_the_name_it_is_asked_by_unless_that_name_is_not_loopback() {
        let config = read(LOOPBACK, &[]).expect("fine");
        assert_eq!(config.origin(&asked_as("localhost:3000")), "http://localhost:3000");
        assert_eq!(config.origin(&asked_as("127.0.0.1:4000")), "http://127.0.0.1:4000");
        assert_eq!(config.origin(&asked_as("evil.example:3000")), "http://127.0.0.1:3000");
        assert!(!config.is_own_origin("http://evil.example:3000", &asked_as("evil.example:3000")));
        assert!(!config.is_own_origin("null", &asked_as("localhost:3000")));
    }

    #[test]
    fn proxies_are_listed_and_a_typing_error_is_not_ignored() {
        let config = read(LOOPBACK, &[("VITRINE_TRUSTED_PROXIES", "10.0.0.0/8, ::1,")]).expect("fine");
        assert!(config.trusts("10.1.2.3".parse().expect("an address")));
        assert!(config.trusts("::1".parse().expect("an address")));
        assert!(!config.trusts("127.0.0.1".parse().expect("an address")));
        assert!(read(LOOPBACK, &[("VITRINE_TRUSTED_PROXIES", "10.0.0.0/8;::1")]).is_err());
        assert!(read(LOOPBACK, &[("VITRINE_ALLOW_HTTP", "yes")]).is_err());
    }
}
