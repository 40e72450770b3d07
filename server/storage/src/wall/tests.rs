//! That the wall stands before every table with rows of stores, and holds.

use model::id::StoreId;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use super::Wall;
use crate::{
    Engine, Storage, StorageError,
    pool::tests::postgres_and_its_superuser,
    session::{Conn, Session},
};

/// Tables with rows of stores, and the column that says whose each is.
const OF_STORES: &str = "SELECT c.table_name::text, c.column_name::text FROM information_schema.columns c
    WHERE c.table_schema = current_schema() AND (c.column_name = 'store_id' OR (c.table_name = 'store' AND c.column_name = 'id'))
    ORDER BY 1";
/// What a new row of a table cannot be without.
const DEMANDED: &str = "SELECT c.column_name::text, c.data_type::text FROM information_schema.columns c
    WHERE c.table_schema = current_schema() AND c.table_name::text = $1 AND c.is_nullable = 'NO' AND c.column_default IS NULL
    AND c.is_generated = 'NEVER' AND c.is_identity = 'NO' ORDER BY c.ordinal_position";
/// Tables before which there is no wall, or one with a gate in it.
const OPEN: &str = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity
        AND (SELECT COUNT(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'wall' AND p.polcmd = '*') = 1
        AND (SELECT COUNT(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 1)";

/// They belong to no store: decision 0013 says of each why.
const BELONGS_TO_NO_STORE: [&str; 11] = [
    "_sqlx_migrations",
    "account",
    "help_vote",
    "job_lease",
    "meta",
    "push_subscription",
    "revocation",
    "search_text",
    "session",
    "socket_ticket",
    "suppression",
];

/// A row of a store in a table, made of whatever the table demands. Only a superuser may leave the other tables' rows out.
async fn put(superuser: &mut PgConnection, table: &str, key: &str, store: Uuid) {
    let demanded: Vec<(String, String)> = sqlx::query_as(DEMANDED)
        .bind(table)
        .fetch_all(&mut *superuser)
        .await
        .expect("columns");
    let (mut columns, mut values) = (vec![format!("\"{key}\"")], vec![format!("'{store}'::uuid")]);
    for (column, kind) in demanded.iter().filter(|(column, _)| column != key) {
        columns.push(format!("\"{column}\""));
        values.push(match kind.as_str() {
            "uuid" => "gen_random_uuid()".to_owned(),
            "text" => "gen_random_uuid()::text".to_owned(),
            "bytea" => "uuid_send(gen_random_uuid())".to_owned(),
            "bigint" | "integer" | "smallint" => "1".to_owned(),
            other => panic!("{table}.{column} is {other}: say here how one is made"),
        });
    }
    let sql = format!("INSERT INTO \"{table}\" ({}) VALUES ({})", columns.join(", "), values.join(", "));
    superuser
        .execute(AssertSqlSafe(sql.clone()))
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
}

async fn count(session: &mut Session, table: &str) -> Result<i64, StorageError> {
    let Conn::Postgres(conn) = &mut session.conn else {
        return Err(StorageError::Unusable("not PostgreSQL".to_owned()));
    };
    let sql = format!("SELECT COUNT(*) FROM \"{table}\"");
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut **conn).await?)
}

/// How many rows there are for somebody; `None`: for a connection of which nobody said anything.
async fn seen(storage: &Storage, wall: Option<Wall>, table: &str) -> i64 {
    let table = table.to_owned();
    let seen = storage.read(move |s| {
        Box::pin(async move {
            if let Some(wall) = wall {
                s.within(wall).await?;
            }
            count(s, &table).await
        })
    });
    seen.await.expect("counts")
}

/// How many rows a statement changes for somebody, or the code of why it does not.
async fn changed(storage: &Storage, wall: Wall, sql: String) -> Result<u64, String> {
    let done = storage.write(move |tx| {
        Box::pin(async move {
            tx.within(wall).await?;
            let Conn::Postgres(conn) = &mut tx.session.conn else {
                return Err(StorageError::Unusable("not PostgreSQL".to_owned()));
            };
            Ok(sqlx::query(AssertSqlSafe(sql)).execute(&mut **conn).await?.rows_affected())
        })
    });
    done.await.map_err(|error| match error {
        StorageError::Database(sqlx::Error::Database(refused)) => refused.code().unwrap_or_default().into_owned(),
        other => other.to_string(),
    })
}

struct House {
    storage: Storage,
    tables: Vec<(String, String)>,
    alpha: Uuid,
    beta: Uuid,
}

/// A database with one row of each of two stores in every table that has rows of stores.
async fn house() -> Option<House> {
    let (ours, superusers) = postgres_and_its_superuser().await?;
    let storage = Storage::open(Engine::Postgres(ours)).await.expect("opens");
    let mut superuser = PgConnection::connect(&superusers).await.expect("connects");
    superuser
        .execute("SET session_replication_role = replica")
        .await
        .expect("a superuser");
    let tables: Vec<(String, String)> = sqlx::query_as(OF_STORES).fetch_all(&mut superuser).await.expect("tables");
    assert!(tables.len() > 35, "{tables:?}");
    let (alpha, beta) = (Uuid::from_u128(0xa), Uuid::from_u128(0xb));
    for (table, key) in &tables {
        put(&mut superuser, table, key, alpha).await;
        put(&mut superuser, table, key, beta).await;
    }
    superuser.close().await.expect("ends");
    Some(House {
        storage,
        tables,
        alpha,
        beta,
    })
}

#[tokio::test]
async fn hb_20_postgres_itself_shows_nobody_the_rows_of_another_store() {
    let Some(House {
        storage,
        tables,
        alpha,
        beta,
    }) = house().await
    else {
        return;
    };
    let store = |id: Uuid| Some(Wall::Store(StoreId(id)));
    for (table, _) in &tables {
        assert_eq!(seen(&storage, store(alpha), table).await, 1, "{table}: its own");
        assert_eq!(seen(&storage, store(beta), table).await, 1, "{table}: its own");
        assert_eq!(seen(&storage, store(Uuid::from_u128(0xc)), table).await, 0, "{table}: a stranger's");
        assert_eq!(seen(&storage, Some(Wall::Installation), table).await, 2, "{table}: everybody's");
        // The same connection: what it was told before is forgotten.
        assert_eq!(seen(&storage, None, table).await, 0, "{table}: nobody said for whom");
    }
}

#[tokio::test]
async fn hb_20_postgres_itself_lets_nobody_change_the_rows_of_another_store() {
    let Some(House {
        storage,
        tables,
        alpha,
        beta,
    }) = house().await
    else {
        return;
    };
    for (table, key) in &tables {
        let stranger = Wall::Store(StoreId(Uuid::from_u128(0xc)));
        let emptied = changed(&storage, stranger, format!("DELETE FROM \"{table}\"")).await;
        assert_eq!(emptied, Ok(0), "{table}: a stranger deletes");
        // Nothing is pushed over the wall either: 42501 is what PostgreSQL calls it.
        let given = format!("UPDATE \"{table}\" SET \"{key}\" = '{beta}'");
        let given = changed(&storage, Wall::Store(StoreId(alpha)), given).await;
        assert_eq!(given, Err("42501".to_owned()), "{table}: given away");
        // What a transaction said that was rolled back is forgotten, too.
        assert_eq!(seen(&storage, None, table).await, 0, "{table}: after a failure");
        assert_eq!(seen(&storage, Some(Wall::Installation), table).await, 2, "{table}: nothing is gone");
    }
}

#[tokio::test]
async fn one_transaction_may_work_for_several() {
    let Some(House { storage, alpha, .. }) = house().await else {
        return;
    };
    let counted = storage.write(move |tx| {
        Box::pin(async move {
            let mut counted = Vec::new();
            for wall in [
                Wall::Store(StoreId(alpha)),
                Wall::Installation,
                Wall::Installation,
                Wall::Store(StoreId(alpha)),
            ] {
                tx.within(wall).await?;
                counted.push(count(tx, "conversation").await?);
            }
            Ok::<_, StorageError>(counted)
        })
    });
    assert_eq!(counted.await.expect("counts"), [1, 2, 2, 1]);
}

/// A migration that makes a table with rows of stores says `SELECT build_wall('the_table', 'store_id');`.
#[tokio::test]
async fn the_wall_stands_before_every_table_that_has_rows_of_stores() {
    let Some((ours, _)) = postgres_and_its_superuser().await else {
        return;
    };
    Storage::open(Engine::Postgres(ours.clone())).await.expect("opens");
    let mut conn = PgConnection::connect(&ours).await.expect("connects");
    let mut open: Vec<String> = sqlx::query_scalar(OPEN).fetch_all(&mut conn).await.expect("tables");
    open.sort();
    assert_eq!(open, BELONGS_TO_NO_STORE);
    conn.close().await.expect("ends");
}
