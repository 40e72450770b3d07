//! Accounts, their sessions, and the stores they work for.

use model::{
    desk::Theme,
    id::{AccountId, StoreId},
    language::Language,
    party::Role,
    settings::StoreSettings,
    text::{EmailAddress, Name},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    INSERT_ACCOUNT = "INSERT INTO account (id, email, name, password_hash, language, theme, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, 'system', $6)";
    ACCOUNT_OF_EMAIL = "SELECT id, email, name, password_hash, language, theme, deactivated_at_ms FROM account WHERE email = $1";
    ACCOUNT = "SELECT id, email, name, password_hash, language, theme, deactivated_at_ms FROM account WHERE id = $1";
    COUNT_ACCOUNTS = "SELECT COUNT(*) FROM account";
    SET_LANGUAGE = "UPDATE account SET language = $2 WHERE id = $1";
    SET_THEME = "UPDATE account SET theme = $2 WHERE id = $1";
    DEACTIVATE = "UPDATE account SET deactivated_at_ms = $2 WHERE id = $1 AND deactivated_at_ms IS NULL";
    INSERT_SESSION = "INSERT INTO session
        (token_sha256, account_id, created_at_ms, last_seen_at_ms, idle_expires_at_ms, absolute_expires_at_ms)
        VALUES ($1, $2, $3, $3, $4, $5)";
    SESSION_OF_TOKEN_AT_DESK = "SELECT s.account_id, s.last_seen_at_ms, s.store_scope FROM session s JOIN account a ON a.id = s.account_id
        WHERE s.token_sha256 = $1 AND s.revoked_at_ms IS NULL AND s.idle_expires_at_ms > $2 AND s.absolute_expires_at_ms > $2
        AND a.deactivated_at_ms IS NULL";
    TOUCH_SESSION = "UPDATE session SET last_seen_at_ms = $2, idle_expires_at_ms = $3 WHERE token_sha256 = $1";
    CHOOSE_STORE = "UPDATE session SET store_scope = $2 WHERE token_sha256 = $1 AND revoked_at_ms IS NULL";
    REVOKE_SESSION = "UPDATE session SET revoked_at_ms = $2 WHERE token_sha256 = $1 AND revoked_at_ms IS NULL";
    REVOKE_SESSIONS = "UPDATE session SET revoked_at_ms = $2 WHERE account_id = $1 AND revoked_at_ms IS NULL";
    INSERT_MEMBERSHIP = "INSERT INTO membership (account_id, store_id, role, live_chat_since_at_ms, since_at_ms) VALUES ($1, $2, $3, $4, $4)";
    MEMBERSHIPS_OF_ACCOUNT = "SELECT m.account_id, m.store_id, m.role, m.live_chat_since_at_ms, a.name, s.suspended_at_ms, s.settings
        FROM membership m JOIN account a ON a.id = m.account_id JOIN store s ON s.id = m.store_id
        WHERE m.account_id = $1 AND m.until_at_ms IS NULL AND a.deactivated_at_ms IS NULL
        ORDER BY m.since_at_ms, m.store_id LIMIT 100";
    SET_LIVE_CHAT = "UPDATE membership SET live_chat_since_at_ms = $3, version = version + 1 WHERE account_id = $1 AND store_id = $2";
}

/// A new account.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewAccount {
    pub id: AccountId,
    pub email: EmailAddress,
    pub name: Name,
    pub password_hash: String,
    pub language: Language,
}

/// An account as sign-in needs it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct AccountRow {
    pub id: AccountId,
    pub email: EmailAddress,
    pub name: Name,
    pub password_hash: String,
    pub language: Language,
    pub theme: Theme,
    pub active: bool,
}

/// What an account is at one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRow {
    /// Who.
    pub account: AccountId,
    /// Where.
    pub store: StoreId,
    /// As what.
    pub role: Role,
    /// Whether this person may chat live.
    pub live_chat: bool,
    /// Whether the store is suspended.
    pub suspended: bool,
    /// Their own name.
    pub name: Name,
    /// The name that the store shows to shoppers for all of its desk, if it chose one (P-07).
    pub operator_name: Option<Name>,
}

/// A new session of the desk.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewSession {
    pub token_sha256: Vec<u8>,
    pub account: AccountId,
    pub at: Timestamp,
    pub idle_expires_at: Timestamp,
    pub absolute_expires_at: Timestamp,
}

/// A session of the desk that is good now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskSession {
    /// Whose.
    pub account: AccountId,
    /// When it was last used, as far as the database knows (it is written once a minute).
    pub last_seen_at: Timestamp,
    /// The store that was chosen in it, by somebody who works for several.
    pub store: Option<StoreId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    password_hash: String,
    language: String,
    theme: String,
    deactivated_at_ms: Option<i64>,
}

impl TryFrom<Row> for AccountRow {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: AccountId(row.id),
            email: EmailAddress::parse(&row.email).map_err(|_| StorageError::inconsistent("account", "email"))?,
            name: Name::parse(&row.name).map_err(|_| StorageError::inconsistent("account", "name"))?,
            password_hash: row.password_hash,
            language: row.language.parse().unwrap_or_default(),
            theme: Theme::from_code(&row.theme).unwrap_or_default(),
            active: row.deactivated_at_ms.is_none(),
        })
    }
}

#[derive(sqlx::FromRow)]
struct Membership {
    account_id: Uuid,
    store_id: Uuid,
    role: String,
    live_chat_since_at_ms: Option<i64>,
    name: String,
    suspended_at_ms: Option<i64>,
    settings: String,
}

impl Session {
    /// The account with this address.
    pub async fn account_of_email(&mut self, _: Installation, email: &EmailAddress) -> Result<Option<AccountRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(ACCOUNT_OF_EMAIL).bind(email.as_str()).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The account.
    pub async fn account(&mut self, _: Installation, id: AccountId) -> Result<Option<AccountRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(ACCOUNT).bind(id.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// How many accounts there are; none means that nobody has set this installation up.
    pub async fn count_accounts(&mut self, _: Installation) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(COUNT_ACCOUNTS).fetch_one(conn).await)?)
    }

    /// The session of a token, if it is good now and its account is active.
    pub async fn desk_session(
        &mut self,
        _: Installation,
        token_sha256: &[u8],
        now: Timestamp,
    ) -> Result<Option<DeskSession>, StorageError> {
        self.within(Installation).await?;
        let row: Option<(Uuid, i64, Option<Uuid>)> =
            on!(self, conn => sqlx::query_as(SESSION_OF_TOKEN_AT_DESK).bind(token_sha256).bind(now.0).fetch_optional(conn).await)?;
        Ok(row.map(|(account, seen, store)| DeskSession {
            account: AccountId(account),
            last_seen_at: Timestamp(seen),
            store: store.map(StoreId),
        }))
    }

    /// The stores an active account works for now, the first joined first.
    pub async fn memberships(&mut self, _: Installation, account: AccountId) -> Result<Vec<MembershipRow>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<Membership> = on!(self, conn => sqlx::query_as(MEMBERSHIPS_OF_ACCOUNT).bind(account.0).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|row| {
                let settings: StoreSettings =
                    serde_json::from_str(&row.settings).map_err(|_| StorageError::inconsistent("store", "settings"))?;
                Ok(MembershipRow {
                    account: AccountId(row.account_id),
                    store: StoreId(row.store_id),
                    role: Role::from_code(&row.role).ok_or(StorageError::inconsistent("membership", "role"))?,
                    live_chat: row.live_chat_since_at_ms.is_some(),
                    suspended: row.suspended_at_ms.is_some(),
                    name: Name::parse(&row.name).map_err(|_| StorageError::inconsistent("account", "name"))?,
                    operator_name: settings.operator_name,
                })
            })
            .collect()
    }
}

impl Tx {
    /// A new account. Its address must be free.
    pub async fn insert_account(&mut self, _: Installation, new: &NewAccount, at: Timestamp) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(INSERT_ACCOUNT)
            .bind(new.id.0).bind(new.email.as_str()).bind(new.name.as_str()).bind(&new.password_hash)
            .bind(new.language.code()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The account works for the store from now on.
    pub async fn insert_membership(
        &mut self,
        scope: StoreScope,
        account: AccountId,
        role: Role,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_MEMBERSHIP)
            .bind(account.0).bind(scope.0.0).bind(role.code()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Lets somebody chat live, or no longer.
    pub async fn set_live_chat(&mut self, scope: StoreScope, account: AccountId, since: Option<Timestamp>) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_LIVE_CHAT)
            .bind(account.0).bind(scope.0.0).bind(since.map(|t| t.0)).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Account(account));
        Ok(())
    }

    /// A new session.
    pub async fn insert_session(&mut self, _: Installation, new: &NewSession) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(INSERT_SESSION)
            .bind(&new.token_sha256).bind(new.account.0).bind(new.at.0).bind(new.idle_expires_at.0).bind(new.absolute_expires_at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The session was used.
    pub async fn touch_session(
        &mut self,
        _: Installation,
        token_sha256: &[u8],
        at: Timestamp,
        idle: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(TOUCH_SESSION).bind(token_sha256).bind(at.0).bind(idle.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Which store is worked for in a session from now on. Sockets of the account look again.
    pub async fn choose_store(
        &mut self,
        _: Installation,
        token_sha256: &[u8],
        account: AccountId,
        store: StoreId,
    ) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(CHOOSE_STORE).bind(token_sha256).bind(store.0).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Account(account));
        Ok(())
    }

    /// Ends one session. Sockets of the account look again.
    pub async fn revoke_session(
        &mut self,
        _: Installation,
        token_sha256: &[u8],
        account: AccountId,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(REVOKE_SESSION).bind(token_sha256).bind(at.0).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Account(account));
        Ok(())
    }

    /// Switches an account off, with all its sessions.
    pub async fn deactivate(&mut self, _: Installation, account: AccountId, at: Timestamp) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(DEACTIVATE).bind(account.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        on!(self.session, conn => sqlx::query(REVOKE_SESSIONS).bind(account.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Account(account));
        Ok(())
    }

    /// The language of an account's screens.
    pub async fn set_language(&mut self, _: Installation, account: AccountId, language: Language) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(SET_LANGUAGE).bind(account.0).bind(language.code()).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Light, dark, or as the system says.
    pub async fn set_theme(&mut self, _: Installation, account: AccountId, theme: Theme) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(SET_THEME).bind(account.0).bind(theme.code()).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
