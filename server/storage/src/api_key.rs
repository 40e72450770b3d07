//! Keys of integrators, found by their hash; and what another program of the store signs its news with. Who may make one is decided above.

use model::{
    id::{ApiKeyId, StoreId},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Keys of one store that open something: more than it has programs.
pub const API_KEYS_MAX: i64 = 50;

statements! {
    INSERT_API_KEY = "INSERT INTO api_key (token_sha256, id, store_id, name, scope, beginning, made_by_name, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    API_KEYS = "SELECT id, name, scope, beginning, made_by_name, created_at_ms, last_used_at_ms FROM api_key
        WHERE store_id = $1 AND id IS NOT NULL AND revoked_at_ms IS NULL ORDER BY created_at_ms DESC, id DESC LIMIT $2";
    API_KEY_OF_TOKEN = "SELECT k.id, k.store_id, k.scope, k.last_used_at_ms FROM api_key k JOIN store s ON s.id = k.store_id
        WHERE k.token_sha256 = $1 AND k.id IS NOT NULL AND k.revoked_at_ms IS NULL AND s.suspended_at_ms IS NULL";
    API_KEY_STANDS = "SELECT COUNT(*) FROM api_key WHERE id = $1 AND store_id = $2 AND revoked_at_ms IS NULL";
    REVOKE_API_KEY = "UPDATE api_key SET revoked_at_ms = $3 WHERE id = $1 AND store_id = $2 AND revoked_at_ms IS NULL";
    API_KEY_USED = "UPDATE api_key SET last_used_at_ms = $3 WHERE id = $1 AND store_id = $2";
    SET_HOOK_SECRET = "UPDATE store SET hook_secret = $2 WHERE id = $1";
    HOOK_SECRET = "SELECT hook_secret FROM store WHERE id = $1 AND suspended_at_ms IS NULL";
    SEE_HOOK = "INSERT INTO hook_seen (store_id, message_id, seen_at_ms) VALUES ($1, $2, $3)
        ON CONFLICT (store_id, message_id) DO NOTHING";
    FORGET_HOOKS = "DELETE FROM hook_seen WHERE store_id = $1 AND seen_at_ms < $2";
}

/// A new key.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewApiKey {
    pub id: ApiKeyId,
    pub token_sha256: Vec<u8>,
    pub name: String,
    pub scope: String,
    pub beginning: String,
    pub made_by: String,
}

/// A key, as its store sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct ApiKeyRow {
    pub id: ApiKeyId,
    pub name: String,
    pub scope: String,
    pub beginning: String,
    pub made_by: String,
    pub made_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// A key that was shown to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundApiKey {
    /// Which.
    pub id: ApiKeyId,
    /// Whose.
    pub store: StoreId,
    /// What it may do.
    pub scope: String,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

type Row = (Uuid, String, String, String, String, i64, Option<i64>);

impl Session {
    /// The keys of a store that open something, the newest first.
    pub async fn api_keys(&mut self, scope: StoreScope) -> Result<Vec<ApiKeyRow>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(API_KEYS).bind(scope.0.0).bind(API_KEYS_MAX).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, name, scope, beginning, made_by, made_at, used_at)| ApiKeyRow {
                id: ApiKeyId(id),
                name,
                scope,
                beginning,
                made_by,
                made_at: Timestamp(made_at),
                used_at: used_at.map(Timestamp),
            })
            .collect())
    }

    /// The key whose hash this is, as long as it opens something.
    pub async fn api_key_of_token(&mut self, _: Installation, token_sha256: &[u8]) -> Result<Option<FoundApiKey>, StorageError> {
        self.within(Installation).await?;
        let row: Option<(Uuid, Uuid, String, Option<i64>)> =
            on!(self, conn => sqlx::query_as(API_KEY_OF_TOKEN).bind(token_sha256).fetch_optional(conn).await)?;
        Ok(row.map(|(id, store, scope, used_at)| FoundApiKey {
            id: ApiKeyId(id),
            store: StoreId(store),
            scope,
            used_at: used_at.map(Timestamp),
        }))
    }

    /// Whether a key still opens anything.
    pub async fn api_key_stands(&mut self, scope: StoreScope, id: ApiKeyId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(API_KEY_STANDS).bind(id.0).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(n == 1)
    }

    /// What the store's shop signs its news with, if it has a secret.
    pub async fn hook_secret(&mut self, scope: StoreScope) -> Result<Option<Vec<u8>>, StorageError> {
        self.within(scope).await?;
        let secret: Option<Option<Vec<u8>>> =
            on!(self, conn => sqlx::query_scalar(HOOK_SECRET).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(secret.flatten())
    }
}

impl Tx {
    /// A new key.
    pub async fn insert_api_key(&mut self, scope: StoreScope, new: &NewApiKey, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_API_KEY)
            .bind(&new.token_sha256).bind(new.id.0).bind(scope.0.0).bind(&new.name).bind(&new.scope).bind(&new.beginning)
            .bind(&new.made_by).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A key opens nothing any more; `false`: it is not this store's, or did not already.
    pub async fn revoke_api_key(&mut self, scope: StoreScope, id: ApiKeyId, at: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(REVOKE_API_KEY)
            .bind(id.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// A key was used.
    pub async fn api_key_used(&mut self, scope: StoreScope, id: ApiKeyId, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(API_KEY_USED).bind(id.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// What the store's shop signs its news with from now on.
    pub async fn set_hook_secret(&mut self, scope: StoreScope, secret: &[u8]) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_HOOK_SECRET).bind(scope.0.0).bind(secret).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A piece of news arrived: whether for the first time. What arrived before `since` is forgotten.
    pub async fn see_hook(&mut self, scope: StoreScope, message_id: &str, at: Timestamp, since: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(FORGET_HOOKS).bind(scope.0.0).bind(since.0).execute(conn).await.map(|_| ()))?;
        let rows = on!(self.session, conn => sqlx::query(SEE_HOOK)
            .bind(scope.0.0).bind(message_id).bind(at.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }
}
