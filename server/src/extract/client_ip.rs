//! Where a request came from: the one address that its sender could not choose.
//!
//! Whoever connects to us is known; what `X-Forwarded-For` says is believed only as far as it was written by trusted proxies. The leftmost
//! entry, which many libraries take, is written by the sender.

use std::{
    convert::Infallible,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, request::Parts};

use crate::config::http::HttpConfig;

/// More hops than any real chain of proxies has.
const HOPS_MAX: usize = 32;

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// The address.
    pub address: IpAddr,
}

/// What budgets are counted by: an IPv4 address, or the /64 that an IPv6 customer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientKey(IpAddr);

impl Client {
    /// The rightmost hop that is not a trusted proxy; the peer itself, unless it is one.
    pub fn behind(peer: IpAddr, headers: &HeaderMap, config: &HttpConfig) -> Self {
        let mut address = peer.to_canonical();
        if !config.trusts(address) {
            return Self { address };
        }
        // Proxies append: the last header's last entry was written by the peer.
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let hops = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.rsplit(','))
            .take(HOPS_MAX);
        for hop in hops {
            // What cannot be read was not written by a proxy of ours; what stands before it proves nothing.
            let Some(hop) = parse_hop(hop) else { break };
            address = hop;
            if !config.trusts(address) {
                break;
            }
        }
        Self { address }
    }

    /// What budgets are counted by.
    pub fn key(self) -> ClientKey {
        ClientKey::of(self.address)
    }

    /// What may be kept and shown: the network, not the person (hardening J4).
    pub fn truncated(self) -> String {
        match self.address {
            IpAddr::V4(address) => format!("{}/24", keep_v4(address, 24)),
            IpAddr::V6(address) => format!("{}/48", keep_v6(address, 48)),
        }
    }
}

impl ClientKey {
    /// The key of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(keep_v6(address, 64)),
        })
    }
}

impl fmt::Display for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An entry as proxies write it: an address, perhaps with a port, perhaps in brackets.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .map(|address| address.to_canonical())
}

fn keep_v4(address: Ipv4Addr, bits: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << (32 - bits)))
}

fn keep_v6(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))
}

/// The layer that finds out, once for each request.
pub async fn recognise(State(config): State<Arc<HttpConfig>>, mut request: Request, next: Next) -> Response {
    let peer = peer(request.extensions());
    let client = Client::behind(peer, request.headers(), &config);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Who connected. Without a connection (a router that is called in the process itself) it is this machine.
fn peer(extensions: &http::Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip())
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().copied();
        Ok(known.unwrap_or_else(|| Self {
            address: peer(&parts.extensions).to_canonical(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn found(peer: &str, trusted: &str, forwarded: &[&'static str]) -> String {
        let mut config = HttpConfig::loopback(SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)));
        config.trusted_proxies = trusted
            .split_whitespace()
            .map(|network| network.parse().expect("a network"))
            .collect();
        let name = HeaderName::from_static("x-forwarded-for");
        let headers = forwarded
            .iter()
            .map(|line| (name.clone(), HeaderValue::from_static(line)))
            .collect();
        Client::behind(peer.parse().expect("an address"), &headers, &config)
            .address
            .to_string()
    }

    #[test]
    fn what_a_stranger_says_about_addresses_is_not_believed() {
        assert_eq!(found("203.0.113.9", "", &["1.1.1.1"]), "203.0.113.9");
        assert_eq!(found("203.0.113.9", "10.0.0.0/8", &["1.1.1.1"]), "203.0.113.9");
    }

    #[test]
    fn behind_proxies_it_is_the_rightmost_hop_that_is_not_one() {
        assert_eq!(found("10.0.0.1", "10.0.0.0/8", &["6.6.6.6, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(found("10.0.0.1", "10.0.0.0/8", &["6.6.6.6, 203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(found("10.0.0.1", "10.0.0.0/8", &["6.6.6.6", "203.0.113.9:51234"]), "203.0.113.9");
        assert_eq!(found("::1", "::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(found("::ffff:10.0.0.1", "10.0.0.0/8", &["[2001:db8::7]"]), "2001:db8::7");
    }

    #[test]
    fn an_unreadable_hop_ends_the_search() {
        assert_eq!(found("10.0.0.1", "10.0.0.0/8", &["6.6.6.6, unknown"]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", "10.0.0.0/8", &["6.6.6.6, , 10.0.0.2"]), "10.0.0.2");
        assert_eq!(found("10.0.0.1", "10.0.0.0/8", &[]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", "10.0.0.0/8", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn neighbours_in_a_64_share_a_budget_and_those_of_an_ipv4_network_do_not() {
        let key = |text: &str| ClientKey::of(text.parse().expect("an address"));
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_ne!(key("203.0.113.1"), key("203.0.113.2"));
        assert_eq!(key("::ffff:203.0.113.1"), key("203.0.113.1"));
    }

    #[test]
    fn hj_4_what_is_kept_is_the_network() {
        let kept = |text: &str| {
            Client {
                address: text.parse().expect("an address"),
            }
            .truncated()
        };
        assert_eq!(kept("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(kept("2001:db8:1:2:3::4"), "2001:db8:1::/48");
    }
}
