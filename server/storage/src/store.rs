//! Stores: who they are, where they may be embedded, what they say, and how many places are taken.

use model::{
    id::StoreId,
    language::Language,
    settings::StoreSettings,
    text::{Name, Origin, Slug},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    INSERT_STORE = "INSERT INTO store (id, slug, name, default_language, settings, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)";
    STORE_OF_SLUG = "SELECT id, slug, name, default_language, settings, settings_rev, identity_secret, identity_secret_at_ms, suspended_at_ms
        FROM store WHERE slug = $1";
    STORE = "SELECT id, slug, name, default_language, settings, settings_rev, identity_secret, identity_secret_at_ms, suspended_at_ms
        FROM store WHERE id = $1";
    ORIGINS = "SELECT origin FROM store_origin WHERE store_id = $1 ORDER BY position LIMIT 100";
    DELETE_ORIGINS = "DELETE FROM store_origin WHERE store_id = $1";
    INSERT_ORIGIN = "INSERT INTO store_origin (store_id, origin, position) VALUES ($1, $2, $3)";
    SET_SECRET = "UPDATE store SET identity_secret = $2, identity_secret_at_ms = $3 WHERE id = $1";
    SET_SETTINGS = "UPDATE store SET settings = $2, settings_rev = settings_rev + 1 WHERE id = $1";
    SAVE_SETTINGS = "UPDATE store SET settings = $2, settings_rev = settings_rev + 1 WHERE id = $1 AND settings_rev = $3";
    TEXTS = "SELECT language, name, value FROM store_text WHERE store_id = $1 ORDER BY language, name LIMIT 1000";
    SET_TEXT = "INSERT INTO store_text (store_id, language, name, value) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store_id, language, name) DO UPDATE SET value = excluded.value";
    DELETE_TEXT = "DELETE FROM store_text WHERE store_id = $1 AND language = $2 AND name = $3";
    NEXT_GUEST = "UPDATE store SET last_guest = last_guest + 1 WHERE id = $1 RETURNING last_guest";
    LOCK_PLACES = "UPDATE store SET places_rev = places_rev WHERE id = $1";
    PLACES_TAKEN = "SELECT COUNT(*) FROM conversation WHERE store_id = $1 AND stage IN ('queued', 'live')";
}

/// A new store.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewStore {
    pub id: StoreId,
    pub slug: Slug,
    pub name: Name,
    pub default_language: Language,
    pub settings: StoreSettings,
}

/// A store.
#[derive(Clone, Debug)]
pub struct StoreRow {
    /// Its id.
    pub id: StoreId,
    /// In addresses.
    pub slug: Slug,
    /// On screen.
    pub name: Name,
    /// Where a text that is missing in a language comes from.
    pub default_language: Language,
    /// What it decided.
    pub settings: StoreSettings,
    /// How often that was saved.
    pub settings_rev: i64,
    /// Signs the shop's identity tokens, once it was made.
    pub identity_secret: Option<Vec<u8>>,
    /// When that secret was made.
    pub identity_secret_at: Option<Timestamp>,
    /// Whether the marketplace switched it off.
    pub suspended: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    slug: String,
    name: String,
    default_language: String,
    settings: String,
    settings_rev: i64,
    identity_secret: Option<Vec<u8>>,
    identity_secret_at_ms: Option<i64>,
    suspended_at_ms: Option<i64>,
}

impl TryFrom<Row> for StoreRow {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: StoreId(row.id),
            slug: Slug::parse(&row.slug).map_err(|_| StorageError::inconsistent("store", "slug"))?,
            name: Name::parse(&row.name).map_err(|_| StorageError::inconsistent("store", "name"))?,
            default_language: row.default_language.parse().unwrap_or_default(),
            settings: serde_json::from_str(&row.settings).map_err(|_| StorageError::inconsistent("store", "settings"))?,
            settings_rev: row.settings_rev,
            identity_secret: row.identity_secret,
            identity_secret_at: row.identity_secret_at_ms.map(Timestamp),
            suspended: row.suspended_at_ms.is_some(),
        })
    }
}

impl Session {
    /// The store with this public name.
    pub async fn store_of_slug(&mut self, _: Installation, slug: &Slug) -> Result<Option<StoreRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(STORE_OF_SLUG).bind(slug.as_str()).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The store.
    pub async fn store(&mut self, scope: StoreScope) -> Result<Option<StoreRow>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(STORE).bind(scope.0.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The web sites that may embed it, in the order they were listed.
    pub async fn origins(&mut self, scope: StoreScope) -> Result<Vec<Origin>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<String> = on!(self, conn => sqlx::query_scalar(ORIGINS).bind(scope.0.0).fetch_all(conn).await)?;
        rows.iter()
            .map(|o| Origin::parse(o).map_err(|_| StorageError::inconsistent("store_origin", "origin")))
            .collect()
    }

    /// Its own texts: language, name, value.
    pub async fn texts(&mut self, scope: StoreScope) -> Result<Vec<(Language, String, String)>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, String, String)> = on!(self, conn => sqlx::query_as(TEXTS).bind(scope.0.0).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|(language, name, value)| Some((language.parse().ok()?, name, value)))
            .collect())
    }

    /// Chats that take a place now, claimed or not.
    pub async fn places_taken(&mut self, scope: StoreScope) -> Result<u32, StorageError> {
        self.within(scope).await?;
        let taken: i64 = on!(self, conn => sqlx::query_scalar(PLACES_TAKEN).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(u32::try_from(taken).unwrap_or(u32::MAX))
    }
}

impl Tx {
    /// A new store. Its public name must be free.
    pub async fn insert_store(&mut self, _: Installation, new: &NewStore, at: Timestamp) -> Result<(), StorageError> {
        self.within(Installation).await?;
        let settings = serde_json::to_string(&new.settings).map_err(|_| StorageError::inconsistent("store", "settings"))?;
        on!(self.session, conn => sqlx::query(INSERT_STORE)
            .bind(new.id.0).bind(new.slug.as_str()).bind(new.name.as_str()).bind(new.default_language.code()).bind(&settings).bind(at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The whole list of sites that may embed it.
    pub async fn set_origins(&mut self, scope: StoreScope, origins: &[Origin]) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELETE_ORIGINS).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        for (position, origin) in (0_i64..).zip(origins) {
            on!(self.session, conn => sqlx::query(INSERT_ORIGIN).bind(scope.0.0).bind(origin.as_str()).bind(position).execute(conn).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// A new secret for identity tokens; the old one is good no longer.
    pub async fn set_identity_secret(&mut self, scope: StoreScope, secret: &[u8], at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_SECRET).bind(scope.0.0).bind(secret).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The store's settings, whole, whatever was saved before.
    pub async fn set_settings(&mut self, scope: StoreScope, settings: &StoreSettings) -> Result<(), StorageError> {
        self.within(scope).await?;
        let json = serde_json::to_string(settings).map_err(|_| StorageError::inconsistent("store", "settings"))?;
        on!(self.session, conn => sqlx::query(SET_SETTINGS).bind(scope.0.0).bind(&json).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The same for those who changed what they read: `false`, and nothing is saved, when somebody saved since it was at this revision.
    pub async fn save_settings(&mut self, scope: StoreScope, settings: &StoreSettings, rev: i64) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let json = serde_json::to_string(settings).map_err(|_| StorageError::inconsistent("store", "settings"))?;
        let saved = on!(self.session, conn => sqlx::query(SAVE_SETTINGS)
            .bind(scope.0.0).bind(&json).bind(rev).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(saved > 0)
    }

    /// One of its own texts.
    pub async fn set_text(&mut self, scope: StoreScope, language: Language, name: &str, value: &str) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_TEXT).bind(scope.0.0).bind(language.code()).bind(name).bind(value).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes one of its own texts away: from now on it is that of the default language, or ours.
    pub async fn delete_text(&mut self, scope: StoreScope, language: Language, name: &str) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELETE_TEXT).bind(scope.0.0).bind(language.code()).bind(name).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The next guest's number.
    pub async fn next_guest(&mut self, scope: StoreScope) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self.session, conn => sqlx::query_scalar(NEXT_GUEST).bind(scope.0.0).fetch_one(conn).await)?)
    }

    /// Serialises those who want the last free place, on either engine, until the end of the transaction.
    pub async fn lock_places(&mut self, scope: StoreScope) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(LOCK_PLACES).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
