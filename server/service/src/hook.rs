//! News that the shop's server sends by itself, signed by the rules of Standard Webhooks (version 1): the same upserts as the API's, each
//! message once, none older or newer than five minutes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use model::{refusal::Refusal, time::Timestamp};
use sha2::Sha256;
use storage::{StoreScope, ToldCustomer, ToldOrder};

use crate::{
    Fault, Services,
    orders::{Told, met, tell_customer, tell_order},
    stores,
};

/// How far the clocks may differ.
const TOLERANCE_MS: i64 = 300_000;
/// How long a message is remembered: longer than any shop tries again.
const REMEMBERED_MS: i64 = 14 * 86_400_000;
/// Characters of a message's id.
const ID_CHARS_MAX: usize = 200;
/// Signatures of one message: a secret that is being changed makes two.
const SIGNATURES_MAX: usize = 5;

/// A message's headers, as they came.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: &'a str,
    /// `webhook-signature`.
    pub signature: &'a str,
}

/// A message whose signature is the store's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hooked {
    scope: StoreScope,
    id: String,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// `customer.upserted`
    Customer(ToldCustomer),
    /// `order.upserted`
    Order(ToldOrder),
}

/// Whether a message is the store's shop's. For every reason the same refusal, also for stores that do not exist.
pub async fn check(services: &Services, slug: &str, signed: Signed<'_>, body: &[u8]) -> Result<Hooked, Fault> {
    let store = match stores::by_slug(services, slug).await {
        Ok(store) => store,
        Err(Fault::Refused(_)) => return Err(Refusal::NotSignedIn.into()),
        Err(broken) => return Err(broken),
    };
    let scope = StoreScope(store.id);
    let secret = services
        .storage()
        .read(|s| Box::pin(async move { s.hook_secret(scope).await }))
        .await?;
    let good = secret.is_some_and(|secret| is_signed(&secret, signed, body, services.clock().now()));
    if !good {
        return Err(Refusal::NotSignedIn.into());
    }
    Ok(Hooked {
        scope,
        id: signed.id.to_owned(),
    })
}

/// Takes the news in; `None`: it was taken in before.
pub async fn take(services: &Services, hooked: &Hooked, news: News) -> Result<Option<Told>, Fault> {
    let first = take_once(services, hooked, news.clone()).await;
    if met(&first) {
        return take_once(services, hooked, news).await;
    }
    first
}

async fn take_once(services: &Services, hooked: &Hooked, news: News) -> Result<Option<Told>, Fault> {
    let (hooked, at) = (hooked.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let scope = hooked.scope;
                if !tx.see_hook(scope, &hooked.id, at, at.plus_ms(-REMEMBERED_MS)).await? {
                    return Ok(None);
                }
                let told = match news {
                    News::Customer(told) => tell_customer(tx, scope, &told, at).await?,
                    News::Order(told) => tell_order(tx, scope, &told, at).await?,
                };
                Ok::<_, Fault>(Some(told))
            })
        })
        .await
}

fn is_signed(secret: &[u8], signed: Signed<'_>, body: &[u8], now: Timestamp) -> bool {
    let id_fits = !signed.id.is_empty() && signed.id.len() <= ID_CHARS_MAX && signed.id.bytes().all(|b| b.is_ascii_graphic() && b != b'.');
    let sent = signed.timestamp.parse::<i64>().ok().and_then(|s| s.checked_mul(1_000));
    let in_time = sent.is_some_and(|sent| now.0.abs_diff(sent) <= TOLERANCE_MS.unsigned_abs());
    if !id_fits || !in_time {
        return false;
    }
    signed.signature.split(' ').take(SIGNATURES_MAX).any(|one| {
        let given = one.strip_prefix("v1,").and_then(|text| STANDARD.decode(text).ok());
        let mac = Hmac::<Sha256>::new_from_slice(secret).ok();
        given.zip(mac).is_some_and(|(given, mut mac)| {
            for part in [signed.id.as_bytes(), &b"."[..], signed.timestamp.as_bytes(), &b"."[..], body] {
                mac.update(part);
            }
            // Compares in constant time.
            mac.verify_slice(&given).is_ok()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(secret: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn a_message_is_believed_while_it_is_fresh_and_whole() {
        // The example of the Standard Webhooks specification's reference libraries: secret, id, time and body.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let (id, time, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        let known = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature(&secret, id, time, body), known);
        let now = Timestamp(1_614_265_330_000);
        let signed = Signed {
            id,
            timestamp: time,
            signature: known,
        };
        assert!(is_signed(&secret, signed, body, now));
        let two = format!("v1,bm9uZQ== {known}");
        assert!(is_signed(&secret, Signed { signature: &two, ..signed }, body, now));
        assert!(is_signed(&secret, signed, body, now.plus_ms(TOLERANCE_MS)));
        for (why, signed, body, now) in [
            ("late", signed, &body[..], now.plus_ms(TOLERANCE_MS + 1)),
            ("early", signed, &body[..], now.plus_ms(-TOLERANCE_MS - 1)),
            ("another body", signed, &b"{}"[..], now),
            ("another id", Signed { id: "msg_2", ..signed }, &body[..], now),
            (
                "another version",
                Signed {
                    signature: &known[3..],
                    ..signed
                },
                &body[..],
                now,
            ),
            ("no signature", Signed { signature: "", ..signed }, &body[..], now),
            (
                "no time",
                Signed {
                    timestamp: "now",
                    ..signed
                },
                &body[..],
                now,
            ),
            (
                "a time beyond all",
                Signed {
                    timestamp: "9223372036854775807",
                    ..signed
                },
                &body[..],
                now,
            ),
        ] {
            assert!(!is_signed(&secret, signed, body, now), "{why}");
        }
        assert!(!is_signed(b"another secret", signed, body, now));
    }
}
