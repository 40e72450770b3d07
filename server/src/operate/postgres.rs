//! PostgreSQL's own programs, which copy it: `pg_dump` and `pg_restore`, as the role of the configuration.
//!
//! What they must know stands in their environment, never in their arguments, which everybody on the machine may read. And they work for the
//! whole installation (decision 0013): without saying so they would find nothing, and stop.

use std::{path::Path, process::Stdio};

use tokio::process::Command;
use url::Url;

use super::Trouble;

/// Bytes of what a program complains about that are repeated.
const COMPLAINT_MAX: usize = 2_000;

/// Copies a database into a file.
pub(super) async fn dump(url: &str, into: &Path) -> Result<(), Trouble> {
    let mut command = program("pg_dump", url)?;
    command
        .args(["--format=custom", "--no-owner", "--no-privileges", "--enable-row-security"])
        .arg("--file")
        .arg(into);
    run("pg_dump", command).await
}

/// Puts a copy into an empty database: all of it, or nothing.
pub(super) async fn restore(url: &str, from: &Path) -> Result<(), Trouble> {
    let mut command = program("pg_restore", url)?;
    command
        .args(["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"])
        .arg("--dbname")
        .arg(name_of(url)?)
        .arg(from);
    run("pg_restore", command).await
}

fn program(name: &str, url: &str) -> Result<Command, Trouble> {
    let mut command = Command::new(name);
    command
        .envs(environment(url)?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

async fn run(name: &str, mut command: Command) -> Result<(), Trouble> {
    let done = command.spawn().map_err(|error| {
        Trouble::new(format!(
            "{name} could not be started: {error}. It comes with PostgreSQL (on Debian: postgresql-client), in the version of the server or a newer one"
        ))
    })?;
    let output = done
        .wait_with_output()
        .await
        .map_err(|error| Trouble::new(format!("{name}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said: String = String::from_utf8_lossy(&output.stderr).chars().take(COMPLAINT_MAX).collect();
    Err(Trouble::new(format!("{name}: {}", said.trim())))
}

fn parsed(url: &str) -> Result<Url, Trouble> {
    // The address is not repeated: it may hold a password.
    Url::parse(url).map_err(|error| Trouble::new(format!("VITRINE_DATABASE_URL cannot be read: {error}")))
}

/// What the address says, as PostgreSQL's programs read it.
fn environment(url: &str) -> Result<Vec<(&'static str, String)>, Trouble> {
    let url = parsed(url)?;
    let mut set: Vec<(&'static str, String)> = vec![("PGAPPNAME", "vitrine-operate".to_owned())];
    let mut options = vec!["-c vitrine.scope=installation".to_owned()];
    let mut say = |name: &'static str, value: String| {
        set.retain(|(known, _)| *known != name);
        set.push((name, value));
    };
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        say("PGHOST", decoded(host.trim_start_matches('[').trim_end_matches(']')));
    }
    if let Some(port) = url.port() {
        say("PGPORT", port.to_string());
    }
    if !url.username().is_empty() {
        say("PGUSER", decoded(url.username()));
    }
    if let Some(password) = url.password() {
        say("PGPASSWORD", decoded(password));
    }
    let path = url.path().trim_start_matches('/');
    if !path.is_empty() {
        say("PGDATABASE", decoded(path));
    }
    for (key, value) in url.query_pairs() {
        let value = value.into_owned();
        match &*key {
            "host" | "hostaddr" => say("PGHOST", value),
            "port" => say("PGPORT", value),
            "user" => say("PGUSER", value),
            "password" => say("PGPASSWORD", value),
            "dbname" => say("PGDATABASE", value),
            "sslmode" | "ssl-mode" => say("PGSSLMODE", value),
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => say("PGSSLROOTCERT", value),
            "sslcert" | "ssl-cert" => say("PGSSLCERT", value),
            "sslkey" | "ssl-key" => say("PGSSLKEY", value),
            "options" => options.insert(0, value),
            // Ours, or unknown: of no use to them.
            _ => {}
        }
    }
    set.push(("PGOPTIONS", options.join(" ")));
    Ok(set)
}

fn name_of(url: &str) -> Result<String, Trouble> {
    let named = environment(url)?
        .into_iter()
        .find_map(|(name, value)| (name == "PGDATABASE").then_some(value));
    named.ok_or_else(|| Trouble::new("VITRINE_DATABASE_URL must name a database: postgres://USER:PASSWORD@HOST/NAME"))
}

/// RFC 3986, 2.1. What is no such sign stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| *first == b'%');
        let byte = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        if let Some(byte) = byte {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(url: &str) -> String {
        let mut set: Vec<String> = environment(url)
            .expect("an address")
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        set.sort();
        set.join("\n")
    }

    #[test]
    fn an_address_is_told_in_the_environment() {
        assert_eq!(
            said("postgres://vit%40rine:ge%3Aheim@db.internal:5433/shop?sslmode=require&statement-cache-capacity=0"),
            "PGAPPNAME=vitrine-operate\nPGDATABASE=shop\nPGHOST=db.internal\nPGOPTIONS=-c vitrine.scope=installation\nPGPASSWORD=ge:heim\nPGPORT=5433\nPGSSLMODE=require\nPGUSER=vit@rine"
        );
        assert_eq!(
            said("postgres://me@localhost/x?host=/tmp/here&options=-c%20a.b%3D1"),
            "PGAPPNAME=vitrine-operate\nPGDATABASE=x\nPGHOST=/tmp/here\nPGOPTIONS=-c a.b=1 -c vitrine.scope=installation\nPGUSER=me"
        );
        assert_eq!(name_of("postgres://me@localhost/x").expect("a name"), "x");
        assert!(name_of("postgres://me@localhost").is_err());
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%41"), "%zzA");
    }
}
