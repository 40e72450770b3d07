//! Whether the mail system that took a letter in vouches for its sender: `Authentication-Results` (RFC 8601) of the one server whose name is
//! configured, the uppermost one only, and in it `dmarc=pass` for the very domain of `From`.
//!
//! Everything else that a letter says of itself is somebody's word. We look nothing up (decision 0010).

use super::heads::Heads;

/// Whether `authserv` says that the domain in `From` is true.
pub(super) fn vouched(heads: &Heads, authserv: &str, domain: &str) -> bool {
    heads
        .all("authentication-results")
        .map(plain)
        .find(|value| spoken_by(value, authserv))
        .is_some_and(|value| value.split(';').skip(1).any(|said| passed(said, domain)))
}

/// The first word is the server's name.
fn spoken_by(value: &str, authserv: &str) -> bool {
    let name = value.split(';').next().unwrap_or_default();
    let name = name.split_whitespace().next().unwrap_or_default();
    name.trim_matches('"').eq_ignore_ascii_case(authserv)
}

/// `dmarc=pass header.from=example.com`, with other properties around.
fn passed(said: &str, domain: &str) -> bool {
    // An equals sign may stand alone between its words.
    let said = said.replace(" =", "=").replace("= ", "=");
    let mut words = said.split_whitespace();
    let method = words.next().unwrap_or_default().to_ascii_lowercase();
    if !matches!(method.as_str(), "dmarc=pass" | "dmarc/1=pass") {
        return false;
    }
    words.any(|word| {
        word.split_once('=')
            .is_some_and(|(name, value)| name.eq_ignore_ascii_case("header.from") && value.trim_matches('"').eq_ignore_ascii_case(domain))
    })
}

/// Without comments, and without what a quoted reason could pretend: semicolons and spaces in quotes are no longer any.
fn plain(value: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut quoted) = (0_u32, false);
    let mut signs = value.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => {
                signs.next();
            }
            '"' if depth == 0 => {
                quoted = !quoted;
                out.push('"');
            }
            '(' if !quoted => {
                depth += 1;
                out.push(' ');
            }
            ')' if !quoted && depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' | ' ' | '\t' | '=' if quoted => out.push('_'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(headers: &str) -> bool {
        vouched(&Heads::read(headers.as_bytes()), "mx.vitrine.example", "customer.example")
    }

    #[test]
    fn he_9_one_server_is_believed_and_only_what_it_says_of_the_domain_in_from() {
        for good in [
            "Authentication-Results: mx.vitrine.example; dmarc=pass header.from=customer.example",
            "Authentication-Results: mx.vitrine.example 1; spf=fail smtp.mailfrom=x.example; dmarc=pass (p=NONE sp=NONE) header.from=Customer.Example",
            "authentication-results: MX.VITRINE.EXAMPLE;\r\n\tdkim=pass (2048-bit key; unprotected) header.d=customer.example;\r\n\tdmarc=pass (policy=none) header.from=\"customer.example\"",
            "Authentication-Results: other.example; dmarc=fail header.from=customer.example\nAuthentication-Results: mx.vitrine.example; dmarc=pass header.from=customer.example",
        ] {
            assert!(says(good), "{good}");
        }
        for bad in [
            "",
            "Authentication-Results: mx.vitrine.example; none",
            "Authentication-Results: mx.vitrine.example; dmarc=fail header.from=customer.example",
            "Authentication-Results: mx.vitrine.example; dmarc=pass header.from=evil.example",
            "Authentication-Results: mx.vitrine.example; dmarc=pass",
            "Authentication-Results: mx.vitrine.example; spf=pass; dkim=pass header.d=customer.example",
            "Authentication-Results: mx.evil.example; dmarc=pass header.from=customer.example",
            "Authentication-Results: mx.vitrine.example.evil.example; dmarc=pass header.from=customer.example",
            "Authentication-Results: mx.vitrine.example; dmarc=fail (x; dmarc=pass header.from=customer.example) header.from=customer.example",
            "Authentication-Results: mx.vitrine.example; spf=fail reason=\"; dmarc=pass header.from=customer.example\"",
            "Authentication-Results: mx.vitrine.example; dmarc=fail header.from=customer.example\nAuthentication-Results: mx.vitrine.example; dmarc=pass header.from=customer.example",
            "Subject: a\n\nAuthentication-Results: mx.vitrine.example; dmarc=pass header.from=customer.example",
        ] {
            assert!(!says(bad), "{bad}");
        }
    }
}
