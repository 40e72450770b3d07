//! What the marketplace decided about what is better not said, who was warned of it a while ago, and messages that wait for its team.

use model::{
    id::{AccountId, ClientId, ConversationId, StoreId},
    safety::{Private, SafetyPolicy},
    text::{Body, Name},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Messages that wait which are shown at once: what is decided makes room for the next.
pub const HELD_ROWS_MAX: i64 = 50;
/// Nothing that is remembered of a warning is kept for longer.
const DAY_MS: i64 = 86_400_000;

/// What every reader of such a message reads.
macro_rules! select_held {
    ($rest:literal) => {
        concat!(
            "SELECT h.id, h.store_id, s.name AS store_name, h.conversation_id, h.party_kind, h.party_id, h.author_name, h.cid, h.body, h.found,
            h.created_at_ms FROM held_message h JOIN store s ON s.id = h.store_id ",
            $rest
        )
    };
}

statements! {
    SAFETY = "SELECT safety FROM store WHERE desk = 'team'";
    SET_SAFETY = "UPDATE store SET safety = $2 WHERE id = $1";
    /// Beside the answers that are kept for programs: a name, and nothing of what was said.
    WARNED = "SELECT COUNT(*) FROM idempotency_key WHERE store_id = $1 AND name = $2 AND created_at_ms >= $3";
    FORGET_WARNINGS = "DELETE FROM idempotency_key WHERE store_id = $1 AND created_at_ms < $2";
    WARN = "INSERT INTO idempotency_key (store_id, name, request_sha256, answer, created_at_ms) VALUES ($1, $2, $3, '', $4)
        ON CONFLICT (store_id, name) DO UPDATE SET created_at_ms = excluded.created_at_ms";
    /// The same words once more: they wait already.
    WAITS = "SELECT COUNT(*) FROM held_message WHERE store_id = $1 AND conversation_id = $2 AND party_kind = $3 AND party_id = $4
        AND body = $5 AND decided_at_ms IS NULL";
    /// Whatever it says or said: one row has an id.
    HAS_HELD_CID = "SELECT COUNT(*) FROM held_message WHERE store_id = $1 AND conversation_id = $2 AND party_kind = $3 AND party_id = $4
        AND cid = $5";
    INSERT_HELD = "INSERT INTO held_message
        (id, store_id, conversation_id, party_kind, party_id, author_name, cid, body, found, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    HELD = select_held!("WHERE h.decided_at_ms IS NULL ORDER BY h.created_at_ms, h.id LIMIT $1");
    COUNT_HELD = "SELECT COUNT(*) FROM held_message h JOIN store s ON s.id = h.store_id WHERE h.decided_at_ms IS NULL";
    HELD_ONE = select_held!("WHERE h.id = $1 AND h.decided_at_ms IS NULL");
    /// What it said is in the log by then, or nowhere.
    DECIDE_HELD = "UPDATE held_message SET decided_at_ms = $3, decided_by = $4, released = $5, body = ''
        WHERE id = $1 AND store_id = $2 AND decided_at_ms IS NULL";
}

/// Who wrote a message that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldAuthor {
    /// A visitor, or a member.
    Visitor,
    /// Somebody at the store's desk.
    Desk,
    /// Somebody of the marketplace's team.
    Mediator,
}

impl HeldAuthor {
    fn code(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Desk => "desk",
            Self::Mediator => "mediator",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code {
            "visitor" => Some(Self::Visitor),
            "desk" => Some(Self::Desk),
            "mediator" => Some(Self::Mediator),
            _ => None,
        }
    }
}

/// A message that is to wait.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewHeld {
    pub id: Uuid,
    pub conversation: ConversationId,
    pub author: HeldAuthor,
    pub party: Uuid,
    /// What the team reads in place of a name that it must not know: nothing, for shoppers.
    pub name: Option<Name>,
    pub cid: ClientId,
    pub body: Body,
    pub found: Vec<Private>,
}

/// A message that waits.
#[derive(Clone, Debug)]
pub struct HeldRow {
    /// Which.
    pub id: Uuid,
    /// At which store.
    pub store: StoreId,
    /// What that is called.
    pub store_name: Name,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Who wrote it.
    pub author: HeldAuthor,
    /// Their id, within their side.
    pub party: Uuid,
    /// Their name, for the staff of a store.
    pub name: Option<Name>,
    /// The id it was given by its author's client.
    pub cid: ClientId,
    /// What it says.
    pub body: Body,
    /// What was found in it.
    pub found: Vec<Private>,
    /// Since when it waits.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    store_id: Uuid,
    store_name: String,
    conversation_id: Uuid,
    party_kind: String,
    party_id: Uuid,
    author_name: Option<String>,
    cid: Uuid,
    body: String,
    found: String,
    created_at_ms: i64,
}

fn bad(column: &'static str) -> StorageError {
    StorageError::inconsistent("held_message", column)
}

impl TryFrom<Row> for HeldRow {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            store: StoreId(row.store_id),
            store_name: Name::parse(&row.store_name).map_err(|_| StorageError::inconsistent("store", "name"))?,
            conversation: ConversationId(row.conversation_id),
            author: HeldAuthor::from_code(&row.party_kind).ok_or(bad("party_kind"))?,
            party: row.party_id,
            name: row.author_name.and_then(|name| Name::parse(&name).ok()),
            cid: ClientId(row.cid),
            body: Body::parse(&row.body).map_err(|_| bad("body"))?,
            found: serde_json::from_str(&row.found).map_err(|_| bad("found"))?,
            at: Timestamp(row.created_at_ms),
        })
    }
}

impl Session {
    /// What the marketplace decided; `None` where there is no marketplace, and so nobody who could have.
    pub async fn safety(&mut self, _: Installation) -> Result<Option<SafetyPolicy>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Option<String>> = on!(self, conn => sqlx::query_scalar(SAFETY).fetch_optional(conn).await)?;
        row.map(|decided| {
            decided.map_or_else(
                || Ok(SafetyPolicy::default()),
                |text| serde_json::from_str(&text).map_err(|_| StorageError::inconsistent("store", "safety")),
            )
        })
        .transpose()
    }

    /// How many messages wait for the team to look at them.
    pub async fn count_held(&mut self, _: Installation) -> Result<u32, StorageError> {
        self.within(Installation).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(COUNT_HELD).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// Whether somebody was warned of just these words since then.
    pub async fn warned(&mut self, scope: StoreScope, name: &str, since: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(WARNED).bind(scope.0.0).bind(name).bind(since.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// Whether these words of theirs wait already, under whichever id.
    pub async fn waits(&mut self, scope: StoreScope, new: &NewHeld) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(WAITS)
            .bind(scope.0.0).bind(new.conversation.0).bind(new.author.code()).bind(new.party).bind(new.body.as_str())
            .fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// Whether a message of theirs waits, or was decided about, under the id of this one.
    pub async fn has_held_cid(&mut self, scope: StoreScope, new: &NewHeld) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(HAS_HELD_CID)
            .bind(scope.0.0).bind(new.conversation.0).bind(new.author.code()).bind(new.party).bind(new.cid.0)
            .fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// The messages of all stores that wait, the first first; one row more than a page tells that there are others.
    pub async fn held(&mut self, _: Installation) -> Result<Vec<HeldRow>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(HELD).bind(HELD_ROWS_MAX + 1).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A message that waits.
    pub async fn held_message(&mut self, _: Installation, id: Uuid) -> Result<Option<HeldRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(HELD_ONE).bind(id).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }
}

impl Tx {
    /// The marketplace decides; `scope` is the team's desk.
    pub async fn set_safety(&mut self, scope: StoreScope, policy: &SafetyPolicy) -> Result<(), StorageError> {
        self.within(scope).await?;
        let text = serde_json::to_string(policy).map_err(|_| StorageError::inconsistent("store", "safety"))?;
        on!(self.session, conn => sqlx::query(SET_SAFETY).bind(scope.0.0).bind(&text).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Somebody is warned of some words; what is older than a day is forgotten.
    pub async fn warn(&mut self, scope: StoreScope, name: &str, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(FORGET_WARNINGS)
            .bind(scope.0.0).bind(at.plus_ms(-DAY_MS).0).execute(conn).await.map(|_| ()))?;
        on!(self.session, conn => sqlx::query(WARN)
            .bind(scope.0.0).bind(name).bind(Vec::<u8>::new()).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A message waits from now on.
    pub async fn insert_held(&mut self, scope: StoreScope, new: &NewHeld, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        let found = serde_json::to_string(&new.found).map_err(|_| bad("found"))?;
        on!(self.session, conn => sqlx::query(INSERT_HELD)
            .bind(new.id).bind(scope.0.0).bind(new.conversation.0).bind(new.author.code()).bind(new.party)
            .bind(new.name.as_ref().map(Name::as_str)).bind(new.cid.0).bind(new.body.as_str()).bind(&found).bind(at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The team decides about a message; `true` for one of several who do.
    pub async fn decide_held(
        &mut self,
        scope: StoreScope,
        id: Uuid,
        by: AccountId,
        released: bool,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(DECIDE_HELD)
            .bind(id).bind(scope.0.0).bind(at.0).bind(by.0).bind(i64::from(released))
            .execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }
}
