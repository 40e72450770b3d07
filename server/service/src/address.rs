//! How much of a visitor's address is written down: the network only, unless the store chose otherwise.
//!
//! The cut is made before anything is stored, so that nobody has to take it out again. This file decides nothing about who is
//! counted or limited by address: those who do keep what they need in memory only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::settings::AddressKeeping;

/// The 48 bits of an IPv6 address that name a network, as a mask.
const IPV6_NETWORK: u128 = !(u128::MAX >> 48);

/// The 24 bits of an IPv4 address that name a network, as a mask.
const IPV4_NETWORK: u32 = !(u32::MAX >> 24);

/// An address as it is stored: all of it, or the network it belongs to (`203.0.113.0`, `2001:db8:1::`).
pub fn keep(address: IpAddr, keeping: AddressKeeping) -> String {
    // An IPv4 address that came through a double socket is an IPv4 address: cut as IPv6 it would lose everything.
    let address = address.to_canonical();
    match keeping {
        AddressKeeping::Full => address.to_string(),
        AddressKeeping::Truncated => network(address).to_string(),
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & IPV4_NETWORK).into(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & IPV6_NETWORK).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(address: &str, keeping: AddressKeeping) -> String {
        keep(address.parse().unwrap(), keeping)
    }

    #[test]
    fn an_address_is_cut_to_its_network() {
        for (whole, network) in [
            ("203.0.113.77", "203.0.113.0"),
            ("255.255.255.255", "255.255.255.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
            ("::1", "::"),
            ("::ffff:203.0.113.77", "203.0.113.0"),
        ] {
            assert_eq!(kept(whole, AddressKeeping::Truncated), network);
        }
    }

    #[test]
    fn a_store_that_asks_for_it_keeps_all_of_it() {
        assert_eq!(kept("203.0.113.77", AddressKeeping::Full), "203.0.113.77");
        assert_eq!(kept("::ffff:203.0.113.77", AddressKeeping::Full), "203.0.113.77");
        assert_eq!(kept("2001:db8::1", AddressKeeping::Full), "2001:db8::1");
    }
}
