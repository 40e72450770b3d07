//! Databases for tests: each has its own on the PostgreSQL that was started for them. Of no use to a server.

use std::path::Path;

use sqlx::{ConnectOptions as _, Connection as _, postgres::PgPoolOptions, sqlite::SqliteConnectOptions};

use crate::{StorageError, wall};

/// The role that tests connect as: an ordinary one, as in production, so that PostgreSQL's policies hold for them.
const TESTER: &str = "vitrine_tester";

/// A new, empty database beside the one that `url` names (`…/postgres?…`), for tests: answers its address. Where `url` is a superuser's, the
/// database belongs to an ordinary role, made at the first time, and the address is that role's.
pub async fn fresh_database(url: &str) -> Result<String, StorageError> {
    use std::hash::{BuildHasher, Hasher};
    let word = || std::hash::RandomState::new().build_hasher().finish();
    let name = format!("t{:016x}{:016x}", word(), word());
    let admin = PgPoolOptions::new().max_connections(1).connect(url).await?;
    let (mut owner, mut address) = (String::new(), url.to_owned());
    if wall::bypassed(&admin).await? {
        let (password, ordinary) = as_tester(url);
        // Many tests begin at once: the lock makes one of them the first.
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "DO $$ BEGIN
                PERFORM pg_advisory_xact_lock(36);
                IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{TESTER}') THEN
                    CREATE ROLE {TESTER} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{password}';
                END IF;
            END $$"
        )))
        .execute(&admin)
        .await?;
        (owner, address) = (format!(" OWNER {TESTER}"), ordinary);
    }
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}{owner}")))
        .execute(&admin)
        .await?;
    admin.close().await;
    Ok(address.replacen("/postgres?", &format!("/{name}?"), 1))
}

/// Makes a SQLite database of statements that were written down: for the kept data of earlier versions in tests. Of no use to a server.
pub async fn filled_database(file: &Path, sql: String) -> Result<(), StorageError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(false)
        .disable_statement_logging();
    let mut conn = options.connect().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

/// The password in an address, and the same address with the tests' own role instead of the one in it.
fn as_tester(url: &str) -> (String, String) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (user, place) = rest.split_once('@').unwrap_or(("", rest));
    let password = user.split_once(':').map_or("", |(_, password)| password);
    let colon = if password.is_empty() { "" } else { ":" };
    (
        password.replace('\'', "''"),
        format!("{scheme}://{TESTER}{colon}{password}@{place}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_connect_as_an_ordinary_role() {
        assert_eq!(
            as_tester("postgres://postgres@localhost/postgres?host=/tmp/x"),
            (String::new(), format!("postgres://{TESTER}@localhost/postgres?host=/tmp/x"))
        );
        assert_eq!(
            as_tester("postgres://postgres:it's@db:5432/postgres?sslmode=disable"),
            (
                "it''s".to_owned(),
                format!("postgres://{TESTER}:it's@db:5432/postgres?sslmode=disable")
            )
        );
    }
}
