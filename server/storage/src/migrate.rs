//! The schema: paired files under `migrations/`, applied in order, each in its own transaction, once.

use sqlx::postgres::PgPoolOptions;

use crate::{StorageError, pool::Pools, wall};

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/postgres");

/// Brings the schema up to date. PostgreSQL: sqlx holds an advisory lock, so several nodes may start at once; and the connection works for
/// the whole installation, because the policies of `wall` also hold for the owner of the tables: others would find nothing to move.
pub(crate) async fn run(pools: &Pools) -> Result<(), StorageError> {
    let done = match pools {
        Pools::Sqlite { writer, .. } => SQLITE.run(writer).await,
        Pools::Postgres(pool) => {
            let options = (*pool.connect_options()).clone().options([("vitrine.scope", wall::INSTALLATION)]);
            let alone = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
            let done = POSTGRES.run(&alone).await;
            alone.close().await;
            done
        }
    };
    done.map_err(|e| StorageError::Unusable(format!("the schema cannot be brought up to date: {e}")))
}

/// The newest migration that there is.
pub(crate) fn newest() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Tables and columns as the files declare them; types are each engine's own.
    fn columns(migrator: &sqlx::migrate::Migrator) -> BTreeMap<String, Vec<String>> {
        let mut tables = BTreeMap::new();
        for migration in migrator.iter() {
            let mut table: Option<(String, Vec<String>)> = None;
            for line in migration.sql.as_str().lines() {
                let line = line.trim();
                if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
                    table = Some((rest.trim_end_matches(" (").to_owned(), Vec::new()));
                } else if line.starts_with(')') {
                    tables.extend(table.take());
                } else if let Some((_, columns)) = &mut table
                    && line.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    columns.push(line.split_whitespace().next().unwrap_or_default().to_owned());
                }
            }
        }
        tables
    }

    #[test]
    fn both_engines_have_the_same_files_tables_and_columns() {
        let names = |m: &sqlx::migrate::Migrator| m.iter().map(|m| (m.version, m.description.to_string())).collect::<Vec<_>>();
        assert_eq!(names(&SQLITE), names(&POSTGRES));
        let mut sqlite = columns(&SQLITE);
        // FTS5's own (decision 0015).
        assert!(sqlite.remove("search_owed").is_some());
        assert!(sqlite.len() > 25 && sqlite["event"].len() > 8, "the reader of the files works");
        assert_eq!(sqlite, columns(&POSTGRES));
    }
}
