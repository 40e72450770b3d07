//! Addresses that say where a letter to them belongs, and prove that we said so: `reply+…`, `order+…` and `bounce+…` at the domain whose
//! mail reaches us.
//!
//! Behind the plus stand sixteen bytes of an id and two of a day, and after a dot the first half of an HMAC-SHA256 over the purpose and
//! those; both in base32, because mail servers on the way may change capitals. Nothing else places a letter: no subject, no
//! `In-Reply-To`, no `Message-ID` (delivery 2.13). What a letter may do there is decided elsewhere.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use model::{
    id::{ConversationId, MailId, OrderId},
    text::EmailAddress,
    time::Timestamp,
};
use sha2::Sha256;
use uuid::Uuid;

/// Bytes of the signature: 128 bits.
const MAC_BYTES: usize = 16;
/// An id and a day.
const FACT_BYTES: usize = 18;
const DAY_MS: i64 = 86_400_000;

/// Where a letter belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a conversation, as an answer of its customer.
    Conversation(ConversationId),
    /// To an order's thread, which may have to begin.
    Order(OrderId),
    /// Nowhere: it says that this letter of ours did not arrive.
    Bounce(MailId),
}

impl Target {
    fn purpose(self) -> &'static str {
        match self {
            Self::Conversation(_) => "reply",
            Self::Order(_) => "order",
            Self::Bounce(_) => "bounce",
        }
    }

    fn id(self) -> Uuid {
        match self {
            Self::Conversation(id) => id.0,
            Self::Order(id) => id.0,
            Self::Bounce(id) => id.0,
        }
    }

    fn made(purpose: &str, id: Uuid) -> Option<Self> {
        match purpose {
            "reply" => Some(Self::Conversation(ConversationId(id))),
            "order" => Some(Self::Order(OrderId(id))),
            "bounce" => Some(Self::Bounce(MailId(id))),
            _ => None,
        }
    }
}

/// What an address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressed {
    /// We said so, and it still holds.
    To(Target),
    /// We said so, and it held until a day that is over.
    Expired(Target),
    /// It looks like one of these addresses, and we never said so.
    Forged,
    /// Another address.
    Other,
}

/// What signs the addresses of an installation. It does not print itself.
#[derive(Clone)]
pub struct AddressKey([u8; 32]);

impl std::fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressKey(…)")
    }
}

impl AddressKey {
    /// With these bytes, kept for good: another key makes every address that is out a forged one.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// An address that is good until the end of a day. `None` only where the domain is none.
    pub fn address(&self, domain: &str, target: Target, until: Timestamp) -> Option<EmailAddress> {
        let day = u16::try_from(until.0.div_euclid(DAY_MS)).unwrap_or(u16::MAX);
        let mut fact = target.id().as_bytes().to_vec();
        fact.extend(day.to_be_bytes());
        let signature = self.mac(target.purpose(), &fact)?.finalize().into_bytes();
        let (fact, signature) = (written(&fact), written(signature.get(..MAC_BYTES)?));
        EmailAddress::parse(&format!("{}+{fact}.{signature}@{domain}", target.purpose())).ok()
    }

    /// What an address of this domain says now. Signatures are compared in constant time.
    pub fn read(&self, domain: &str, address: &str, now: Timestamp) -> Addressed {
        let Some((local, host)) = address.trim().rsplit_once('@') else {
            return Addressed::Other;
        };
        if !host.eq_ignore_ascii_case(domain) {
            return Addressed::Other;
        }
        let Some((purpose, rest)) = local.split_once('+') else {
            return Addressed::Other;
        };
        let purpose = purpose.to_ascii_lowercase();
        if Target::made(&purpose, Uuid::nil()).is_none() {
            return Addressed::Other;
        }
        self.signed(&purpose, rest, now).unwrap_or(Addressed::Forged)
    }

    fn signed(&self, purpose: &str, rest: &str, now: Timestamp) -> Option<Addressed> {
        let (fact, signature) = rest.split_once('.')?;
        let fact: [u8; FACT_BYTES] = read_back(fact)?.try_into().ok()?;
        let signature: [u8; MAC_BYTES] = read_back(signature)?.try_into().ok()?;
        self.mac(purpose, &fact)?.verify_truncated_left(&signature).ok()?;
        let (id, day) = fact.split_at(16);
        let target = Target::made(purpose, Uuid::from_slice(id).ok()?)?;
        let last = i64::from(u16::from_be_bytes(day.try_into().ok()?));
        Some(if now.0.div_euclid(DAY_MS) <= last {
            Addressed::To(target)
        } else {
            Addressed::Expired(target)
        })
    }

    /// The purpose is signed too: a reply address never opens an order.
    fn mac(&self, purpose: &str, fact: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(purpose.as_bytes());
        mac.update(b"+");
        mac.update(fact);
        Some(mac)
    }
}

fn written(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

fn read_back(text: &str) -> Option<Vec<u8>> {
    BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOMAIN: &str = "in.vitrine.example";
    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn key() -> AddressKey {
        AddressKey::new([7; 32])
    }

    fn reply(id: u128) -> String {
        let target = Target::Conversation(ConversationId(Uuid::from_u128(id)));
        key().address(DOMAIN, target, NOW.plus_ms(DAY_MS)).expect("an address").to_string()
    }

    #[test]
    fn he_7_a_reply_address_is_read_back_in_any_capitals_and_ends_with_its_day() {
        let to = Addressed::To(Target::Conversation(ConversationId(Uuid::from_u128(9))));
        let address = reply(9);
        assert!(address.rsplit_once('@').is_some_and(|(local, _)| local.len() <= 64), "{address}");
        assert_eq!(key().read(DOMAIN, &address, NOW), to);
        assert_eq!(key().read(DOMAIN, &address.to_uppercase(), NOW), to);
        assert_eq!(key().read(DOMAIN, &address, NOW.plus_ms(DAY_MS)), to);
        assert!(matches!(
            key().read(DOMAIN, &address, NOW.plus_ms(2 * DAY_MS)),
            Addressed::Expired(_)
        ));
    }

    #[test]
    fn he_7_what_we_did_not_sign_is_forged() {
        let address = reply(9);
        let other = reply(10);
        let (fact, _) = address.split_once('.').expect("two parts");
        let (_, signature) = other.split_once('.').expect("two parts");
        let forged = [
            format!("{fact}.{signature}"),
            address.replacen("reply+", "order+", 1),
            address.replacen("reply+", "reply+a", 1),
            address.replacen("@in.", "a@in.", 1),
            format!("{fact}@{DOMAIN}"),
            format!("reply+@{DOMAIN}"),
            format!("reply+.@{DOMAIN}"),
        ];
        for address in forged {
            assert_eq!(key().read(DOMAIN, &address, NOW), Addressed::Forged, "{address}");
        }
        assert_eq!(AddressKey::new([8; 32]).read(DOMAIN, &address, NOW), Addressed::Forged);
        for address in [
            "jane@in.vitrine.example",
            "reply+a.b@elsewhere.example",
            "sales+delft@in.vitrine.example",
            "x",
            "",
        ] {
            assert_eq!(key().read(DOMAIN, address, NOW), Addressed::Other, "{address}");
        }
    }

    #[test]
    fn addresses_of_orders_and_bounces_are_read_back() {
        let id = Uuid::from_u128(3);
        for target in [Target::Order(OrderId(id)), Target::Bounce(MailId(id))] {
            let address = key().address(DOMAIN, target, NOW).expect("an address");
            assert_eq!(key().read(DOMAIN, address.as_str(), NOW), Addressed::To(target));
        }
    }

    proptest! {
        #[test]
        fn he_7_any_changed_sign_makes_it_forged(id in any::<u128>(), at in 6_usize..62, sign in "[a-z2-7.+]") {
            let address = reply(id);
            let mut changed = address.clone();
            changed.replace_range(at..=at, &sign);
            let read = key().read(DOMAIN, &changed, NOW);
            prop_assert_eq!(read == key().read(DOMAIN, &address, NOW), changed == address);
        }

        #[test]
        fn reading_never_panics(address in "(?s).{0,120}") {
            let _ = key().read(DOMAIN, &address, NOW);
        }
    }
}
