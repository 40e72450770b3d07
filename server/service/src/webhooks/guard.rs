//! Where a call may go: to public addresses only, by `https` on its own port, and never to ourselves. Pure: it reads and compares, and
//! resolves no names.
//!
//! Public is what is left when everything is taken away that is somebody's own: the special-purpose registries of IANA for both families,
//! and every form of IPv6 that carries an IPv4 address inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Which private addresses an installation lets its webhooks reach, over any port and without TLS (`VITRINE_WEBHOOK_ALLOW`).
pub(super) type Allow<'a> = Option<&'a (dyn Fn(IpAddr) -> bool + Send + Sync)>;

/// An address that could be called, as far as it can be told without asking anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// As it is kept: without a fragment, in the spelling of browsers.
    pub(super) url: String,
    /// The name or address that TLS must prove.
    pub(super) host: String,
    /// Where it listens.
    pub(super) port: u16,
    /// Whether TLS is spoken.
    pub(super) tls: bool,
    /// The `Host` header.
    pub(super) authority: String,
    /// The request's target.
    pub(super) path: String,
}

impl Target {
    /// Reads an address; `None`: nobody may be called there. `own` is where people reach us.
    pub(super) fn parse(text: &str, own: &str, allow: Allow<'_>) -> Option<Self> {
        let mut url = Url::parse(text).ok()?;
        url.set_fragment(None);
        let tls = match url.scheme() {
            "https" => true,
            // Without TLS only where the installation says so; whether the address is there, is seen when it is called.
            "http" if allow.is_some() => false,
            _ => return None,
        };
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let port = url.port_or_known_default()?;
        let standard = tls && port == 443;
        if !standard && allow.is_none() {
            return None;
        }
        let (host, literal) = match url.host()? {
            Host::Domain(name) => (name.trim_end_matches('.').to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(address))),
            Host::Ipv6(address) => (address.to_string(), Some(IpAddr::V6(address))),
        };
        if host.is_empty() || literal.is_some_and(|address| !may_be_called(address, standard, allow)) {
            return None;
        }
        let name = url.host_str()?;
        let ours = Url::parse(own).ok();
        if ours.is_some_and(|ours| ours.host_str().is_some_and(|ours| same_name(ours, name)) && ours.port_or_known_default() == Some(port))
        {
            return None;
        }
        let authority = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        let path = url
            .query()
            .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Some(Self {
            host,
            port,
            tls,
            authority,
            path,
            url: url.into(),
        })
    }

    /// Of what its name means at this moment, where to connect; `None`: nowhere. One address that is not to be called refuses all.
    pub(super) fn choose(&self, means: &[IpAddr], allow: Allow<'_>) -> Option<Vec<IpAddr>> {
        let standard = self.tls && self.port == 443;
        let good = !means.is_empty() && means.iter().all(|address| may_be_called(*address, standard, allow));
        good.then(|| means.to_vec())
    }
}

/// The same name, with or without the dot that ends it.
fn same_name(one: &str, other: &str) -> bool {
    one.trim_end_matches('.') == other.trim_end_matches('.')
}

/// `standard`: TLS on its own port. Anything else is for the addresses only that the installation names.
fn may_be_called(address: IpAddr, standard: bool, allow: Allow<'_>) -> bool {
    (standard && is_public(address)) || allow.is_some_and(|allow| allow(address))
}

/// Whether an address is anybody's on the internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The networks of IPv4 that are not the internet, and how many bits of them count.
const SPECIAL_V4: [(Ipv4Addr, u32); 14] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, what is reserved, and the broadcast address.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = |(network, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ network.to_bits()) >> (32 - bits) == 0;
    !SPECIAL_V4.iter().any(special)
}

/// Only `2000::/3` is handed out; in it, some is set aside, and some holds an IPv4 address that nobody looked at.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let handed_out = first & 0xe000 == 0x2000;
    // 2001::/23 (Teredo, ORCHID, benchmarks), 2001:db8::/32 and 3fff::/20 (documentation), 2002::/16 (6to4).
    let set_aside = (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x2002 || (first == 0x3fff && second < 0x1000);
    handed_out && !set_aside
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://chat.example";

    fn refused(text: &str) -> bool {
        Target::parse(text, OWN, None).is_none()
    }

    #[test]
    fn hh_2_private_addresses_are_refused_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0",
            "0.0.0.0",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "10.0.0.1",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:8.8.8.8]",
            "[::127.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "[ff02::1]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b:1::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[3fff::1]",
            "[fec0::1]",
        ] {
            assert!(refused(&format!("https://{host}/hook")), "{host}");
        }
    }

    #[test]
    fn public_ones_are_not() {
        for host in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "[2606:4700::1111]",
            "[2a00:1450::8a]",
            "hooks.shop.example",
        ] {
            assert!(!refused(&format!("https://{host}/hook?a=b")), "{host}");
        }
        let target = Target::parse("https://Hooks.Shop.example./in?a=b#c", OWN, None).expect("may be called");
        assert_eq!(
            (target.host.as_str(), target.port, target.tls, target.path.as_str()),
            ("hooks.shop.example", 443, true, "/in?a=b")
        );
        assert!(!target.url.contains('#'));
    }

    #[test]
    fn hh_7_other_schemes_ports_names_of_ours_and_passwords_are_refused() {
        for text in [
            "http://hooks.shop.example/",
            "https://hooks.shop.example:8443/",
            "https://hooks.shop.example:80/",
            "https://me:secret@hooks.shop.example/",
            "https://me@hooks.shop.example/",
            "https://chat.example/api",
            "https://CHAT.example:443/",
            "https://chat.example./",
            "file:///etc/passwd",
            "gopher://hooks.shop.example/",
            "ftp://hooks.shop.example/",
            "javascript:alert(1)",
            "//hooks.shop.example/",
            "hooks.shop.example",
            "https://",
            "",
        ] {
            assert!(refused(text), "{text}");
        }
    }

    #[test]
    fn hh_3_a_name_that_means_one_private_address_is_refused_whatever_else_it_means() {
        let target = Target::parse("https://hooks.shop.example/", OWN, None).expect("may be called");
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert_eq!(target.choose(&[ip("8.8.8.8")], None), Some(vec![ip("8.8.8.8")]));
        assert_eq!(target.choose(&[ip("8.8.8.8"), ip("10.0.0.1")], None), None);
        assert_eq!(target.choose(&[ip("fd00::1")], None), None);
        assert_eq!(target.choose(&[], None), None);
    }

    #[test]
    fn what_the_installation_allows_is_allowed_and_nothing_else() {
        let own_network = |address: IpAddr| address == IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7));
        let allow: Allow<'_> = Some(&own_network);
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert!(Target::parse("http://10.0.0.7:8080/in", OWN, allow).is_some());
        assert!(Target::parse("http://10.0.0.8:8080/in", OWN, allow).is_none());
        assert!(Target::parse("https://8.8.8.8:8443/in", OWN, allow).is_none());
        let named = Target::parse("http://erp.internal:8080/in", OWN, allow).expect("is seen when it is called");
        assert!(named.choose(&[ip("10.0.0.7")], allow).is_some());
        assert!(named.choose(&[ip("10.0.0.8")], allow).is_none());
        assert!(named.choose(&[ip("8.8.8.8")], allow).is_none(), "without TLS only at home");
        assert!(Target::parse("https://8.8.8.8/in", OWN, allow).is_some());
    }
}
