//! The database that is filled, without the product between: a file, or a PostgreSQL as its superuser, for whom there is no wall between
//! stores. Whatever the two spell differently stands here.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection,
    postgres::{PgArguments, PgConnectOptions},
    sqlite::{SqliteArguments, SqliteConnectOptions},
};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{Result, place::Place};

/// Of the table's columns, in their order.
const SQLITE_COLUMNS: &str = "SELECT name FROM pragma_table_xinfo($1) ORDER BY cid";
const POSTGRES_COLUMNS: &str = "SELECT column_name::text FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";
/// What a conversation can be found by.
const SQLITE_INDEXED: &str = "CREATE VIRTUAL TABLE temp.indexed USING fts5vocab (main, search_text, instance)";
const SQLITE_WORDS: &str = "SELECT s.audience || ' ' || s.seq || ' ' || i.term FROM temp.indexed i JOIN search_entry s ON s.id = i.doc
    WHERE s.conversation_id = $1 ORDER BY 1";
const POSTGRES_WORDS: &str = "SELECT s.audience || ' ' || s.seq || ' ' || w.lexeme FROM search_entry s
    JOIN search_text t ON t.entry_id = s.id CROSS JOIN LATERAL unnest(t.found) w WHERE s.conversation_id = $1 ORDER BY 1";
/// What the words and their index take, and what everything takes.
const SQLITE_INDEX_BYTES: &str = "SELECT SUM(LENGTH(block)) FROM search_text_data";
const POSTGRES_INDEX_BYTES: &str = "SELECT pg_total_relation_size('search_text')";
const SQLITE_BYTES: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
const POSTGRES_BYTES: &str = "SELECT pg_database_size(current_database())";
/// Filling without waiting: nothing here has to survive anything, and what refers to what is right by how it is made. The index of the
/// words is made at the end, in one go; the others are there from the start, as on SQLite.
const POSTGRES_FAST: [&str; 4] = [
    "SET synchronous_commit = off",
    "SET session_replication_role = replica",
    "SET maintenance_work_mem = '1GB'",
    "DROP INDEX search_text_found",
];
const POSTGRES_READY: [&str; 3] = [
    "CREATE INDEX search_text_found ON search_text USING gin (found)",
    "SELECT setval(pg_get_serial_sequence('search_entry', 'id'), (SELECT COALESCE(MAX(id), 1) FROM search_entry))",
    "VACUUM (ANALYZE)",
];
/// Words in memory before the search index writes them: 64 MiB while it is filled, then SQLite's own 1 MiB again.
const SQLITE_FAST: &str = "INSERT INTO search_text (search_text, rank) VALUES ('hashsize', 67108864)";
const SQLITE_READY: &str = "INSERT INTO search_text (search_text, rank) VALUES ('hashsize', 1048576)";
/// How long the one who made a file may take to let go of it.
const LET_GO: Duration = Duration::from_secs(30);

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// A table, and how it is filled on either.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static str,
}

/// The words of the index are no ordinary columns.
pub(crate) const WORDS: Table = Table {
    name: "search_text",
    columns: "rowid, tokens",
};

impl Table {
    /// Inserts so many rows.
    pub(crate) fn insert(self, kind: Kind, rows: usize) -> String {
        let Self { name, columns } = self;
        let each = columns.split(',').count();
        let mut next = 0;
        let mut row = || {
            let places: Vec<String> = (0..each)
                .map(|_| {
                    next += 1;
                    // Named ones are looked up by their name on SQLite, among thousands.
                    if kind == Kind::Sqlite { "?".to_owned() } else { format!("${next}") }
                })
                .collect();
            if (kind, name) == (Kind::Postgres, WORDS.name) {
                format!("({}, array_to_tsvector(string_to_array({}, ' ')))", places[0], places[1])
            } else {
                format!("({})", places.join(", "))
            }
        };
        let rows: Vec<String> = (0..rows).map(|_| row()).collect();
        let (columns, also) = match (kind, name) {
            (Kind::Postgres, "search_text") => ("entry_id, found", ""),
            // Its numbers are chosen here.
            (Kind::Postgres, "search_entry") => (columns, " OVERRIDING SYSTEM VALUE"),
            _ => (columns, ""),
        };
        format!("INSERT INTO {name} ({columns}){also} VALUES {}", rows.join(", "))
    }
}

/// A value of a row.
pub(crate) enum Value {
    Id(Option<Uuid>),
    Text(Option<String>),
    Number(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! values {
    ($($from:ty => |$value:ident| $to:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        })*
    };
}

values! {
    Uuid => |id| Self::Id(Some(id));
    Option<Uuid> => |id| Self::Id(id);
    &str => |text| Self::Text(Some(text.to_owned()));
    Option<&str> => |text| Self::Text(text.map(str::to_owned));
    String => |text| Self::Text(Some(text));
    Option<String> => |text| Self::Text(text);
    i64 => |number| Self::Number(Some(number));
    Option<i64> => |number| Self::Number(number);
    Option<Vec<u8>> => |bytes| Self::Bytes(bytes);
}

/// A connection of its own.
pub(crate) enum Target {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The same on either.
macro_rules! on {
    ($target:expr, $conn:ident => $body:expr) => {
        match $target {
            Target::Sqlite($conn) => $body,
            Target::Postgres($conn) => $body,
        }
    };
}

impl Target {
    /// An ordinary connection, on which what refers to what is looked at.
    pub(crate) async fn open(place: &Place, server: Option<&str>) -> Result<Self> {
        Ok(match place {
            Place::Sqlite(file) => Self::Sqlite(SqliteConnectOptions::new().filename(file).foreign_keys(true).connect().await?),
            Place::Postgres(address) => {
                let address = superuser(server.unwrap_or_default(), address);
                Self::Postgres(PgConnectOptions::from_str(&address)?.connect().await?)
            }
        })
    }

    /// The only connection there is, as fast as it can be.
    pub(crate) async fn open_alone(place: &Place, server: Option<&str>) -> Result<Self> {
        if let Place::Sqlite(file) = place {
            let mut target = Self::Sqlite(alone(file).await?);
            target.execute(SQLITE_FAST).await?;
            return Ok(target);
        }
        let mut target = Self::open(place, server).await?;
        for sql in POSTGRES_FAST {
            target.execute(sql).await?;
        }
        Ok(target)
    }

    /// As it has to be for the product.
    pub(crate) async fn make_ready(&mut self) -> Result<()> {
        match self.kind() {
            Kind::Sqlite => self.execute(SQLITE_READY).await?,
            Kind::Postgres => {
                for sql in POSTGRES_READY {
                    self.execute(sql).await?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    pub(crate) async fn execute(&mut self, sql: &'static str) -> Result<()> {
        on!(self, conn => conn.execute(sql).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn close(self) -> Result<()> {
        on!(self, conn => conn.close().await)?;
        Ok(())
    }

    /// Rows with their values.
    pub(crate) async fn insert(&mut self, sql: std::sync::Arc<str>, values: Vec<Value>) -> Result<()> {
        match self {
            Self::Sqlite(conn) => {
                let mut arguments = SqliteArguments::default();
                for value in values {
                    match value {
                        Value::Id(id) => <SqliteArguments as Arguments>::add(&mut arguments, id)?,
                        Value::Text(text) => <SqliteArguments as Arguments>::add(&mut arguments, text)?,
                        Value::Number(number) => <SqliteArguments as Arguments>::add(&mut arguments, number)?,
                        Value::Bytes(bytes) => <SqliteArguments as Arguments>::add(&mut arguments, bytes)?,
                    }
                }
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(conn).await?;
            }
            Self::Postgres(conn) => {
                let mut arguments = PgArguments::default();
                for value in values {
                    match value {
                        Value::Id(id) => <PgArguments as Arguments>::add(&mut arguments, id)?,
                        Value::Text(text) => <PgArguments as Arguments>::add(&mut arguments, text)?,
                        Value::Number(number) => <PgArguments as Arguments>::add(&mut arguments, number)?,
                        Value::Bytes(bytes) => <PgArguments as Arguments>::add(&mut arguments, bytes)?,
                    }
                }
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(conn).await?;
            }
        }
        Ok(())
    }

    /// A statement about one id and one number.
    pub(crate) async fn set(&mut self, sql: &'static str, id: Uuid, number: i64) -> Result<()> {
        on!(self, conn => sqlx::query(sql).bind(id).bind(number).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn number(&mut self, sql: &'static str) -> Result<i64> {
        Ok(on!(self, conn => sqlx::query_scalar(sql).fetch_one(conn).await)?)
    }

    pub(crate) async fn texts(&mut self, sql: String, id: Uuid) -> Result<Vec<String>> {
        Ok(on!(self, conn => sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).fetch_all(conn).await)?)
    }

    pub(crate) async fn ids(&mut self, sql: &'static str, id: Uuid) -> Result<(Uuid, Option<Uuid>)> {
        Ok(on!(self, conn => sqlx::query_as(sql).bind(id).fetch_one(conn).await)?)
    }

    /// The columns of a table.
    pub(crate) async fn columns(&mut self, table: &str) -> Result<Vec<String>> {
        let sql = match self.kind() {
            Kind::Sqlite => SQLITE_COLUMNS,
            Kind::Postgres => POSTGRES_COLUMNS,
        };
        Ok(on!(self, conn => sqlx::query_scalar(sql).bind(table).fetch_all(conn).await)?)
    }

    /// Before [`Target::words`].
    pub(crate) async fn read_index(&mut self) -> Result<()> {
        match self.kind() {
            Kind::Sqlite => self.execute(SQLITE_INDEXED).await,
            Kind::Postgres => Ok(()),
        }
    }

    /// The words that a conversation can be found by.
    pub(crate) async fn words(&mut self, conversation: Uuid) -> Result<Vec<String>> {
        let sql = match self.kind() {
            Kind::Sqlite => SQLITE_WORDS,
            Kind::Postgres => POSTGRES_WORDS,
        };
        self.texts(sql.to_owned(), conversation).await
    }

    /// A column as text; of an id only whether there is one.
    pub(crate) fn shown(&self, name: &str, is_id: bool) -> String {
        match (self.kind(), is_id) {
            (Kind::Sqlite, true) => format!("typeof(\"{name}\")"),
            (Kind::Sqlite, false) => format!("quote(\"{name}\")"),
            (Kind::Postgres, true) => format!("CASE WHEN \"{name}\" IS NULL THEN 'null' ELSE 'id' END"),
            (Kind::Postgres, false) => format!("quote_nullable(\"{name}\"::text)"),
        }
    }

    /// What the search index takes, and what everything takes.
    pub(crate) async fn bytes(&mut self) -> Result<(i64, i64)> {
        let (index, all) = match self.kind() {
            Kind::Sqlite => (SQLITE_INDEX_BYTES, SQLITE_BYTES),
            Kind::Postgres => (POSTGRES_INDEX_BYTES, POSTGRES_BYTES),
        };
        Ok((self.number(index).await?, self.number(all).await?))
    }
}

/// The same database for whoever started its server.
fn superuser(server: &str, address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    server.replacen("/postgres?", &format!("/{name}?"), 1)
}

/// A file for nobody else.
async fn alone(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Off)
        .synchronous(sqlx::sqlite::SqliteSynchronous::Off)
        .locking_mode(sqlx::sqlite::SqliteLockingMode::Exclusive)
        .foreign_keys(false)
        .pragma("cache_size", "-1000000")
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let begun = std::time::Instant::now();
    loop {
        // Leaving the write-ahead log needs the file for itself.
        match options.connect().await {
            Ok(mut database) => {
                let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut database).await?;
                if journal == "off" {
                    return Ok(database);
                }
                database.close().await?;
            }
            Err(why) if begun.elapsed() > LET_GO => return Err(why.into()),
            Err(_) => {}
        }
        if begun.elapsed() > LET_GO {
            return Err("the database is still in use".into());
        }
        sleep(Duration::from_millis(100)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_spelled_as_each_engine_wants_them() {
        let visitor = Table {
            name: "visitor",
            columns: "id, store_id",
        };
        assert_eq!(
            visitor.insert(Kind::Sqlite, 2),
            "INSERT INTO visitor (id, store_id) VALUES (?, ?), (?, ?)"
        );
        assert_eq!(
            WORDS.insert(Kind::Sqlite, 1),
            "INSERT INTO search_text (rowid, tokens) VALUES (?, ?)"
        );
        assert_eq!(
            WORDS.insert(Kind::Postgres, 1),
            "INSERT INTO search_text (entry_id, found) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))"
        );
    }

    #[test]
    fn the_superuser_has_another_address_of_the_same_database() {
        assert_eq!(
            superuser(
                "postgres://postgres@localhost/postgres?host=/tmp/x",
                "postgres://vitrine_tester@localhost/t12?host=/tmp/x"
            ),
            "postgres://postgres@localhost/t12?host=/tmp/x"
        );
    }
}
