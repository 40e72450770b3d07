//! How much the server takes on. The product's own maxima are in `model::limits`; here is what an installation may change.

use std::num::NonZeroU32;

use super::{ConfigError, LookUp};

/// Sockets and requests in the air at once. At 10 kB each, 200 MB.
const CONNECTIONS_MAX: usize = 20_000;
/// From one client (an IPv4 address, an IPv6 /64): an office behind one address, with a few tabs each.
const CONNECTIONS_PER_CLIENT_MAX: usize = 200;
/// More than any machine has file descriptors for; a number above it is a typing error.
const CONNECTIONS_CONCEIVABLE: usize = 1_000_000;

/// How much the server takes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsConfig {
    /// Every request budget is multiplied by this. For benchmarks, and for shops behind one address.
    pub rate_factor: NonZeroU32,
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one client; not counted for trusted proxies, who speak for many.
    pub connections_per_client_max: usize,
}

impl LimitsConfig {
    /// Reads `VITRINE_RATE_FACTOR` and `VITRINE_MAX_CONNECTIONS`.
    pub fn read(look_up: &LookUp) -> Result<Self, ConfigError> {
        let rate_factor = match look_up("VITRINE_RATE_FACTOR") {
            None => NonZeroU32::MIN,
            Some(text) => text
                .trim()
                .parse()
                .map_err(|_| ConfigError::new("VITRINE_RATE_FACTOR", "it must be a whole number from 1 up"))?,
        };
        let connections_max = match look_up("VITRINE_MAX_CONNECTIONS") {
            None => CONNECTIONS_MAX,
            Some(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|n| (1..=CONNECTIONS_CONCEIVABLE).contains(n))
                .ok_or_else(|| {
                    ConfigError::new(
                        "VITRINE_MAX_CONNECTIONS",
                        format!("it must be a whole number from 1 to {CONNECTIONS_CONCEIVABLE}"),
                    )
                })?,
        };
        let factor = usize::try_from(rate_factor.get()).unwrap_or(usize::MAX);
        Ok(Self {
            rate_factor,
            connections_max,
            connections_per_client_max: CONNECTIONS_PER_CLIENT_MAX.saturating_mul(factor),
        })
    }
}

impl Default for LimitsConfig {
    /// As if nothing was set.
    fn default() -> Self {
        Self {
            rate_factor: NonZeroU32::MIN,
            connections_max: CONNECTIONS_MAX,
            connections_per_client_max: CONNECTIONS_PER_CLIENT_MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> Result<LimitsConfig, ConfigError> {
        LimitsConfig::read(&|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn nothing_set_means_the_defaults() {
        assert_eq!(LimitsConfig::read(&|_| None), Ok(LimitsConfig::default()));
    }

    #[test]
    fn the_factor_also_widens_the_cap_of_one_client() {
        let limits = with("VITRINE_RATE_FACTOR", "50").expect("a factor");
        assert_eq!((limits.rate_factor.get(), limits.connections_per_client_max), (50, 10_000));
        for bad in ["0", "-1", "1.5", "fast"] {
            assert!(with("VITRINE_RATE_FACTOR", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_cap_of_connections_has_sane_ends() {
        assert_eq!(with("VITRINE_MAX_CONNECTIONS", "1").expect("fine").connections_max, 1);
        assert_eq!(
            with("VITRINE_MAX_CONNECTIONS", "1000000").expect("fine").connections_max,
            CONNECTIONS_CONCEIVABLE
        );
        for bad in ["0", "1000001", "many"] {
            assert!(with("VITRINE_MAX_CONNECTIONS", bad).is_err(), "{bad}");
        }
    }
}
