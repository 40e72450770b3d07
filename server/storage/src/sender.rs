//! Addresses that want to stand under a store's letters, and whether their holder said yes (hardening E22).

use model::{text::EmailAddress, time::Timestamp};

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    SENDER = "SELECT proven_at_ms, code_expires_at_ms FROM proven_sender WHERE store_id = $1 AND address = $2";
    SET_SENDER_CODE = "INSERT INTO proven_sender (store_id, address, proof, code_sha256, wrong, code_expires_at_ms)
        VALUES ($1, $2, 'code', $3, 0, $4) ON CONFLICT (store_id, address) DO UPDATE SET
            code_sha256 = excluded.code_sha256, wrong = 0, code_expires_at_ms = excluded.code_expires_at_ms
        WHERE proven_sender.proven_at_ms IS NULL";
    /// Counted before it is compared, so that many at once are not more tries.
    TRY_SENDER_CODE = "UPDATE proven_sender SET wrong = wrong + 1 WHERE store_id = $1 AND address = $2 AND proven_at_ms IS NULL
        AND code_sha256 IS NOT NULL AND code_expires_at_ms > $3 AND wrong < $4 RETURNING code_sha256";
    PROVE_SENDER = "UPDATE proven_sender SET proven_at_ms = $3, code_sha256 = NULL, code_expires_at_ms = NULL, wrong = 0
        WHERE store_id = $1 AND address = $2";
    CODES_TO = "SELECT COUNT(*) FROM outbox WHERE recipient = $1 AND kind = 'prove_sender' AND created_at_ms > $2";
}

/// An address that wants to be a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderRow {
    /// Whether its holder said yes.
    pub proven: bool,
    /// Until when the code that was mailed last is good.
    pub code_until: Option<Timestamp>,
}

impl Session {
    /// What is known of an address, in small letters.
    pub async fn sender(&mut self, scope: StoreScope, address: &EmailAddress) -> Result<Option<SenderRow>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Option<i64>, Option<i64>)> =
            on!(self, conn => sqlx::query_as(SENDER).bind(scope.0.0).bind(address.as_str()).fetch_optional(conn).await)?;
        Ok(row.map(|(proven, until)| SenderRow {
            proven: proven.is_some(),
            code_until: until.map(Timestamp),
        }))
    }

    /// Codes for senders that went, or will go, to one address since then, over the whole installation.
    pub async fn sender_codes_to(&mut self, _: Installation, to: &EmailAddress, since: Timestamp) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(CODES_TO).bind(to.as_str()).bind(since.0).fetch_one(conn).await)?)
    }
}

impl Tx {
    /// A code, for its letter. The one before it is good no longer.
    pub async fn set_sender_code(
        &mut self,
        scope: StoreScope,
        address: &EmailAddress,
        code_sha256: &[u8],
        until: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_SENDER_CODE)
            .bind(scope.0.0).bind(address.as_str()).bind(code_sha256).bind(until.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// One try: the code's hash to compare with, while there is a code and fewer than `tries_max` were made.
    pub async fn try_sender_code(
        &mut self,
        scope: StoreScope,
        address: &EmailAddress,
        now: Timestamp,
        tries_max: i64,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        self.within(scope).await?;
        Ok(on!(self.session, conn => sqlx::query_scalar(TRY_SENDER_CODE)
            .bind(scope.0.0).bind(address.as_str()).bind(now.0).bind(tries_max).fetch_optional(conn).await)?)
    }

    /// Its holder said yes.
    pub async fn prove_sender(&mut self, scope: StoreScope, address: &EmailAddress, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(PROVE_SENDER)
            .bind(scope.0.0).bind(address.as_str()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
