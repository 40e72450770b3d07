//! Mail: the server that takes our letters, what the domain says about who may send for it, and the doors through which letters arrive.

use std::{net::SocketAddr, time::Duration};

use mail::{Mailbox, Trouble};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::{TcpStream, UnixStream},
};

use super::{
    Finding,
    dns::{self, Kind},
};
use crate::config::{Config, mail_in::HandOver};

const PATIENCE: Duration = Duration::from_secs(10);
/// Labels of the shortest domain that anybody publishes rules at.
const LABELS_MIN: usize = 2;

/// The way out.
pub(super) async fn out(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "mail";
    let Some(server) = &config.mail.server else {
        return vec![Finding::odd(
            WHAT,
            format!(
                "VITRINE_SMTP_URL is not set: letters lie in {} and reach nobody",
                config.mail.folder.display()
            ),
        )];
    };
    let post = match config.mail.open() {
        Ok(post) => post,
        Err(error) => return vec![Finding::wrong(WHAT, error.to_string())],
    };
    vec![match post.knock().await {
        Ok(()) => Finding::fine(WHAT, format!("{server} lets us in")),
        Err(failed) => {
            let reason = match failed.trouble {
                Trouble::NotUs => "it does not accept the user or the password",
                Trouble::Away => "it is not reached, or not safely",
                Trouble::Later | Trouble::Never => "it will not talk to us",
            };
            Finding::wrong(WHAT, format!("{server}: {reason} ({})", failed.reply))
        }
    }]
}

/// What the domain of our letters says about who may send for it.
pub(super) async fn names(config: &Config, selector: Option<&str>) -> Vec<Finding> {
    if config.mail.server.is_none() {
        return Vec::new();
    }
    let resolvers = dns::resolvers();
    let Some((_, domain)) = config.mail.from.as_str().rsplit_once('@') else {
        return Vec::new();
    };
    let mut findings = vec![match texts(&resolvers, domain).await {
        Ok(texts) => spf(domain, &texts),
        Err(why) => Finding::odd("SPF", format!("{domain}: {why}")),
    }];
    findings.push(match selector {
        None => Finding::odd(
            "DKIM",
            "which key your mail server signs with is not known here: --dkim SELECTOR looks it up",
        ),
        Some(selector) => {
            let name = format!("{selector}._domainkey.{domain}");
            match texts(&resolvers, &name).await {
                Ok(texts) => dkim(&name, &texts),
                Err(why) => Finding::odd("DKIM", format!("{name}: {why}")),
            }
        }
    });
    findings.push(policy(&resolvers, domain).await);
    findings
}

async fn texts(resolvers: &[SocketAddr], name: &str) -> Result<Vec<String>, String> {
    dns::ask(resolvers, name, Kind::Txt).await
}

fn of_kind<'a>(texts: &'a [String], beginning: &str) -> Vec<&'a str> {
    texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| {
            text.get(..beginning.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(beginning))
        })
        .collect()
}

/// RFC 7208: exactly one record, and it says how it ends.
fn spf(domain: &str, texts: &[String]) -> Finding {
    const WHAT: &str = "SPF";
    match of_kind(texts, "v=spf1").as_slice() {
        [] => Finding::wrong(
            WHAT,
            format!("{domain} says nowhere who may send for it: letters are taken for spam. Publish v=spf1 with your mail server in it"),
        ),
        [one] => match one.split_whitespace().last().unwrap_or_default() {
            "-all" | "~all" if one.split_whitespace().count() == 2 => {
                Finding::wrong(WHAT, format!("{domain} lets nobody send for it, your mail server neither: {one}"))
            }
            "?all" => Finding::odd(WHAT, format!("{domain} says nothing about all others: {one}")),
            "+all" | "all" => Finding::wrong(WHAT, format!("{domain} lets everybody send for it: {one}")),
            last if last.ends_with("all") || last.starts_with("redirect=") => Finding::fine(WHAT, format!("{domain}: {one}")),
            _ => Finding::odd(WHAT, format!("{domain} does not say what of all others: {one}")),
        },
        several => Finding::wrong(
            WHAT,
            format!("{domain} has {} SPF records, and then none of them counts", several.len()),
        ),
    }
}

/// RFC 6376, 3.6.1: a key that is there, and not revoked.
fn dkim(name: &str, texts: &[String]) -> Finding {
    const WHAT: &str = "DKIM";
    let key = texts
        .iter()
        .find_map(|text| text.split(';').find_map(|part| part.trim().strip_prefix("p=")));
    match key.map(str::trim) {
        Some("") => Finding::wrong(WHAT, format!("{name}: the key was revoked")),
        Some(_) => Finding::fine(WHAT, format!("{name} has a key")),
        None => Finding::wrong(WHAT, format!("{name}: there is no key")),
    }
}

/// RFC 7489, 6.6.3: the domain's own rule, or that of the domain above.
async fn policy(resolvers: &[SocketAddr], domain: &str) -> Finding {
    const WHAT: &str = "DMARC";
    let mut rest = domain;
    loop {
        match texts(resolvers, &format!("_dmarc.{rest}")).await {
            Ok(texts) => {
                if let Some(finding) = dmarc(rest, &texts) {
                    return finding;
                }
            }
            Err(why) => return Finding::odd(WHAT, format!("{rest}: {why}")),
        }
        match rest.split_once('.') {
            Some((_, above)) if above.split('.').count() >= LABELS_MIN => rest = above,
            _ => {
                return Finding::odd(
                    WHAT,
                    format!("{domain} has no rule for letters that only pretend to be from it: publish _dmarc.{domain}"),
                );
            }
        }
    }
}

fn dmarc(domain: &str, texts: &[String]) -> Option<Finding> {
    const WHAT: &str = "DMARC";
    match of_kind(texts, "v=DMARC1").as_slice() {
        [] => None,
        [one] => {
            let policy = one.split(';').find_map(|part| part.trim().strip_prefix("p=")).unwrap_or_default();
            Some(match policy.trim() {
                "reject" | "quarantine" => Finding::fine(WHAT, format!("{domain}: {policy}")),
                "none" => Finding::odd(WHAT, format!("{domain} only watches (p=none)")),
                _ => Finding::wrong(WHAT, format!("{domain}: it says no policy that is known: {one}")),
            })
        }
        several => Some(Finding::wrong(
            WHAT,
            format!("{domain} has {} DMARC records, and then none of them counts", several.len()),
        )),
    }
}

/// The doors through which letters arrive.
pub(super) async fn arriving(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "mail in";
    let Some(domain) = &config.mail_in.domain else {
        return vec![Finding::fine(WHAT, "none arrives: VITRINE_MAIL_IN_DOMAIN is not set")];
    };
    let mut findings = vec![match dns::ask(&dns::resolvers(), domain, Kind::Mx).await {
        Ok(records) if records.is_empty() => Finding::wrong(
            WHAT,
            format!("{domain} names no mail server (MX): answers to letters do not come back"),
        ),
        Ok(_) => Finding::fine(WHAT, format!("{domain} names its mail server")),
        Err(why) => Finding::odd(WHAT, format!("{domain}: {why}")),
    }];
    if config.mail_in.authserv.is_none() {
        findings.push(Finding::odd(
            WHAT,
            "VITRINE_MAIL_IN_AUTHSERV is not set: no sender counts as proven",
        ));
    }
    if let Some(door) = &config.mail_in.hand_over {
        findings.push(handed_over(door).await);
    }
    if let Some(server) = &config.mail_in.imap {
        findings.push(match tokio::time::timeout(PATIENCE, Mailbox::open(server)).await {
            Ok(Ok(_)) => Finding::fine(WHAT, format!("{server} can be read")),
            Ok(Err(error)) => Finding::wrong(WHAT, format!("{server}: {error}")),
            Err(_) => Finding::wrong(WHAT, format!("{server}: no answer")),
        });
    }
    findings
}

/// Whether somebody greets at the door for mail servers.
async fn handed_over(door: &HandOver) -> Finding {
    const WHAT: &str = "mail in";
    let (shown, greeting) = match door {
        HandOver::Tcp(address) => {
            let greeted = async {
                let mut line = String::new();
                let stream = TcpStream::connect(address).await?;
                BufReader::new(stream).read_line(&mut line).await?;
                Ok::<_, std::io::Error>(line)
            };
            (address.to_string(), tokio::time::timeout(PATIENCE, greeted).await)
        }
        HandOver::Unix(path) => {
            let greeted = async {
                let mut line = String::new();
                let stream = UnixStream::connect(path).await?;
                BufReader::new(stream).read_line(&mut line).await?;
                Ok::<_, std::io::Error>(line)
            };
            (path.display().to_string(), tokio::time::timeout(PATIENCE, greeted).await)
        }
    };
    match greeting {
        Ok(Ok(line)) if line.starts_with("220") => Finding::fine(WHAT, format!("{shown} takes letters")),
        Ok(Ok(line)) => Finding::wrong(WHAT, format!("{shown} says: {}", line.trim())),
        Ok(Err(error)) => Finding::wrong(WHAT, format!("{shown}: {error}")),
        Err(_) => Finding::wrong(WHAT, format!("{shown}: nobody greets")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};

    fn records(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn one_rule_says_who_may_send() {
        let level = |all: &[&str]| spf("shop.example", &records(all)).level;
        assert_eq!(
            level(&["v=spf1 include:mail.example -all", "google-site-verification=x"]),
            Level::Fine
        );
        assert_eq!(level(&["V=SPF1 redirect=_spf.example"]), Level::Fine);
        assert_eq!(level(&["v=spf1 include:mail.example"]), Level::Odd);
        assert_eq!(level(&["v=spf1 mx ?all"]), Level::Odd);
        assert_eq!(level(&["v=spf1 +all"]), Level::Wrong);
        assert_eq!(level(&["v=spf1 -all"]), Level::Wrong, "nobody may");
        assert_eq!(level(&["v=spf1 -all", "v=spf1 ~all"]), Level::Wrong);
        assert_eq!(level(&["é"]), Level::Wrong);
    }

    #[test]
    fn a_key_is_there_or_it_is_not() {
        let level = |all: &[&str]| dkim("s._domainkey.shop.example", &records(all)).level;
        assert_eq!(level(&["v=DKIM1; k=rsa; p=MIIB"]), Level::Fine);
        assert_eq!(level(&["v=DKIM1; p="]), Level::Wrong);
        assert_eq!(level(&[]), Level::Wrong);
    }

    #[test]
    fn a_policy_watches_or_acts() {
        let level = |all: &[&str]| dmarc("shop.example", &records(all)).map(|finding| finding.level);
        assert_eq!(level(&["v=DMARC1; p=reject; rua=mailto:a@b.example"]), Some(Level::Fine));
        assert_eq!(level(&["v=DMARC1; p=none"]), Some(Level::Odd));
        assert_eq!(level(&["v=DMARC1; p=maybe"]), Some(Level::Wrong));
        assert_eq!(level(&["something else"]), None);
    }
}
