//! Everything that a SQLite database holds, as text: so that tests see whether something changed, and where. Nobody else asks.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, SqlitePool};

use crate::StorageError;

const TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%'";
const COLUMNS: &str = "SELECT name FROM pragma_table_info($1)";

/// Every row of every table.
pub(crate) async fn rows(readers: &SqlitePool) -> Result<BTreeMap<String, Vec<String>>, StorageError> {
    let mut conn = readers.acquire().await?;
    let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut *conn).await?;
    let mut found = BTreeMap::new();
    for table in tables {
        let columns: Vec<String> = sqlx::query_scalar(COLUMNS).bind(&table).fetch_all(&mut *conn).await?;
        let cells: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        // The names are the schema's own: nobody who asks chooses one.
        let all = AssertSqlSafe(format!("SELECT {} FROM \"{table}\" ORDER BY 1", cells.join(" || ' ' || ")));
        let rows: Vec<String> = sqlx::query_scalar(all).fetch_all(&mut *conn).await?;
        found.insert(table, rows);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::{Installation, pool::tests::scratch};

    #[tokio::test]
    async fn what_changes_is_seen_and_where() {
        let (storage, _dir) = scratch().await;
        let before = storage.everything().await.expect("reads").expect("is SQLite");
        assert!(before.contains_key("store") && before.contains_key("event"), "{:?}", before.keys());
        assert_eq!(
            storage.everything().await.expect("reads"),
            Some(before.clone()),
            "looking changes nothing"
        );
        storage
            .write(|tx| {
                Box::pin(async move {
                    let new = crate::NewAccount {
                        id: model::id::AccountId(uuid::Uuid::from_u128(1)),
                        email: model::text::EmailAddress::parse("a@b.example").expect("fine"),
                        name: model::text::Name::parse("A").expect("fine"),
                        password_hash: "x".to_owned(),
                        language: model::language::Language::En,
                    };
                    tx.insert_account(Installation, &new, model::time::Timestamp(1)).await
                })
            })
            .await
            .expect("writes");
        let after = storage.everything().await.expect("reads").expect("is SQLite");
        let differ: Vec<_> = after
            .iter()
            .filter(|(table, rows)| before.get(*table) != Some(rows))
            .map(|(t, _)| t)
            .collect();
        assert_eq!(differ, ["account"]);
    }
}
