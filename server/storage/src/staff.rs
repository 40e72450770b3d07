//! A store's people: who works there, who did, and who is invited. What one person may do is asked in `account`.

use model::{
    id::{AccountId, InvitationId, StoreId},
    limits::STAFF_MAX,
    party::Role,
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
    STAFF = "SELECT m.account_id, a.name, a.email, m.role, m.live_chat_since_at_ms, m.until_at_ms, a.deactivated_at_ms,
        (SELECT COUNT(*) FROM presence_lease l WHERE l.account_id = m.account_id AND l.store_id = m.store_id
            AND l.lease_until_at_ms > $2) AS leases
        FROM membership m JOIN account a ON a.id = m.account_id
        WHERE m.store_id = $1 ORDER BY m.since_at_ms, m.account_id LIMIT $3";
    END_MEMBERSHIP = "UPDATE membership SET until_at_ms = $3, live_chat_since_at_ms = NULL, version = version + 1
        WHERE account_id = $1 AND store_id = $2 AND until_at_ms IS NULL";
    JOIN_STAFF = "INSERT INTO membership (account_id, store_id, role, live_chat_since_at_ms, since_at_ms) VALUES ($1, $2, $3, $4, $4)
        ON CONFLICT (account_id, store_id) DO UPDATE SET role = excluded.role, until_at_ms = NULL, live_chat_since_at_ms = excluded.live_chat_since_at_ms,
            version = membership.version + 1";
    INVITATIONS = "SELECT id, store_id, email, role, expires_at_ms FROM invitation
        WHERE store_id = $1 AND expires_at_ms > $2 ORDER BY created_at_ms DESC, id LIMIT $3";
    DELETE_INVITATION_OF_EMAIL = "DELETE FROM invitation WHERE store_id = $1 AND email = $2";
    DELETE_INVITATION = "DELETE FROM invitation WHERE store_id = $1 AND id = $2";
    INSERT_INVITATION = "INSERT INTO invitation (token_sha256, id, store_id, email, invited_by, created_at_ms, expires_at_ms, role)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INVITATION_OF_TOKEN = "SELECT id, store_id, email, role, expires_at_ms FROM invitation WHERE token_sha256 = $1 AND expires_at_ms > $2";
    TAKE_INVITATION = "DELETE FROM invitation WHERE token_sha256 = $1";
}

/// One of a store's people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts of one row, each true or not whatever the others are"
)]
pub struct StaffRow {
    pub account: AccountId,
    pub name: Name,
    pub email: EmailAddress,
    pub role: Role,
    pub live_chat: bool,
    /// Whether they work here now: neither left, nor switched off altogether.
    pub active: bool,
    /// Whether the whole installation has switched them off: nothing that a store can undo.
    pub switched_off: bool,
    pub on_duty: bool,
}

/// An invitation that is out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct InvitationRow {
    pub id: InvitationId,
    pub store: StoreId,
    pub email: EmailAddress,
    pub role: Role,
    pub expires_at: Timestamp,
}

/// A new invitation.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewInvitation {
    pub token_sha256: Vec<u8>,
    pub id: InvitationId,
    pub email: EmailAddress,
    pub role: Role,
    pub invited_by: AccountId,
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Person {
    account_id: Uuid,
    name: String,
    email: String,
    role: String,
    live_chat_since_at_ms: Option<i64>,
    until_at_ms: Option<i64>,
    deactivated_at_ms: Option<i64>,
    leases: i64,
}

impl TryFrom<Person> for StaffRow {
    type Error = StorageError;
    fn try_from(row: Person) -> Result<Self, StorageError> {
        let active = row.until_at_ms.is_none() && row.deactivated_at_ms.is_none();
        Ok(Self {
            account: AccountId(row.account_id),
            name: Name::parse(&row.name).map_err(|_| StorageError::inconsistent("account", "name"))?,
            email: EmailAddress::parse(&row.email).map_err(|_| StorageError::inconsistent("account", "email"))?,
            role: Role::from_code(&row.role).ok_or(StorageError::inconsistent("membership", "role"))?,
            live_chat: active && row.live_chat_since_at_ms.is_some(),
            active,
            switched_off: row.deactivated_at_ms.is_some(),
            on_duty: active && row.live_chat_since_at_ms.is_some() && row.leases > 0,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Invited {
    id: Uuid,
    store_id: Uuid,
    email: String,
    role: String,
    expires_at_ms: i64,
}

impl TryFrom<Invited> for InvitationRow {
    type Error = StorageError;
    fn try_from(row: Invited) -> Result<Self, StorageError> {
        Ok(Self {
            id: InvitationId(row.id),
            store: StoreId(row.store_id),
            email: EmailAddress::parse(&row.email).map_err(|_| StorageError::inconsistent("invitation", "email"))?,
            role: Role::from_code(&row.role).ok_or(StorageError::inconsistent("invitation", "role"))?,
            expires_at: Timestamp(row.expires_at_ms),
        })
    }
}

impl Session {
    /// A store's people, the first who came first; those who left are among them.
    pub async fn staff(&mut self, scope: StoreScope, now: Timestamp) -> Result<Vec<StaffRow>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Person> = on!(self, conn => sqlx::query_as(STAFF).bind(scope.0.0).bind(now.0).bind(STAFF_MAX).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Invitations that are out, the last first.
    pub async fn invitations(&mut self, scope: StoreScope, now: Timestamp) -> Result<Vec<InvitationRow>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Invited> =
            on!(self, conn => sqlx::query_as(INVITATIONS).bind(scope.0.0).bind(now.0).bind(STAFF_MAX).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The invitation of a token, while it is good.
    pub async fn invitation_of_token(
        &mut self,
        _: Installation,
        token_sha256: &[u8],
        now: Timestamp,
    ) -> Result<Option<InvitationRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Invited> =
            on!(self, conn => sqlx::query_as(INVITATION_OF_TOKEN).bind(token_sha256).bind(now.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }
}

impl Tx {
    /// An invitation, in the place of an earlier one for the same address.
    pub async fn put_invitation(&mut self, scope: StoreScope, new: &NewInvitation, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELETE_INVITATION_OF_EMAIL)
            .bind(scope.0.0).bind(new.email.as_str()).execute(conn).await.map(|_| ()))?;
        on!(self.session, conn => sqlx::query(INSERT_INVITATION)
            .bind(&new.token_sha256).bind(new.id.0).bind(scope.0.0).bind(new.email.as_str()).bind(new.invited_by.0)
            .bind(at.0).bind(new.expires_at.0).bind(new.role.code()).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// An invitation is good no longer. Answers whether there was one.
    pub async fn delete_invitation(&mut self, scope: StoreScope, id: InvitationId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(DELETE_INVITATION)
            .bind(scope.0.0).bind(id.0).execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(rows > 0)
    }

    /// Uses an invitation up: `true` for exactly one of several who try.
    pub async fn take_invitation(&mut self, _: Installation, token_sha256: &[u8]) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let rows =
            on!(self.session, conn => sqlx::query(TAKE_INVITATION).bind(token_sha256).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Somebody works for a store from now on, or again, and may chat live.
    pub async fn join_staff(&mut self, scope: StoreScope, account: AccountId, role: Role, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(JOIN_STAFF)
            .bind(account.0).bind(scope.0.0).bind(role.code()).bind(at.0).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Account(account));
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// Somebody works for a store no longer. Answers whether they did.
    pub async fn leave_staff(&mut self, scope: StoreScope, account: AccountId, at: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(END_MEMBERSHIP)
            .bind(account.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Account(account));
        self.notice(Notice::Inbox(scope.0));
        Ok(rows > 0)
    }
}
