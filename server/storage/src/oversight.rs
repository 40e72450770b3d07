//! Reading what is a vendor's and a buyer's: where a conversation stands, found without a word of it, and who reads along, why, until when.

use model::{
    conversation::Kind,
    id::{AccountId, ConversationId, OrderId, StoreId},
    text::Name,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Conversations that one search finds: another word finds better than a longer list.
const FOUND_MAX: i64 = 20;

/// What is read of a place: nothing that anybody said.
macro_rules! select_place {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.store_id, c.kind, c.opened_at_ms, s.name AS store_name, COALESCE(f.number, d.number) AS number FROM conversation c
            JOIN store s ON s.id = c.store_id AND s.desk = 'store'
            LEFT JOIN case_file f ON f.conversation_id = c.id AND f.store_id = c.store_id
            LEFT JOIN dispute d ON d.conversation_id = c.id AND d.store_id = c.store_id
            WHERE c.erased_at_ms IS NULL AND ",
            $rest
        )
    };
}

statements! {
    PLACE = select_place!("c.id = $1");
    /// By the index of each of the two.
    PLACES_OF_NUMBER = select_place!(
        "c.id IN (SELECT conversation_id FROM case_file WHERE number = $1 UNION ALL SELECT conversation_id FROM dispute WHERE number = $1)
        ORDER BY c.opened_at_ms DESC, c.id DESC LIMIT $2");
    PLACES_ABOUT = select_place!(
        "c.store_id = $1 AND c.about_kind = 'order' AND c.about_ref = $2 ORDER BY c.opened_at_ms DESC, c.id DESC LIMIT $3");
    ORDERS_OF_NUMBER = "SELECT id, store_id FROM purchase_order WHERE number = $1 ORDER BY id LIMIT $2";
    INSERT_OVERSIGHT = "INSERT INTO oversight (id, store_id, conversation_id, account_id, account_name, reason, since_at_ms, until_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OVERSEES = "SELECT MAX(until_at_ms) FROM oversight WHERE store_id = $1 AND conversation_id = $2 AND account_id = $3 AND until_at_ms > $4";
    OVERSIGHTS_OF = "SELECT o.conversation_id, o.store_id, s.name AS store_name, o.reason, o.until_at_ms FROM oversight o
        JOIN store s ON s.id = o.store_id WHERE o.account_id = $1 AND o.until_at_ms > $2 ORDER BY o.until_at_ms DESC, o.id LIMIT $3";
}

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    /// Which.
    pub conversation: ConversationId,
    /// At which store.
    pub store: StoreId,
    /// What that is called.
    pub store_name: Name,
    /// How it began.
    pub kind: Kind,
    /// Its number, if it is a case or a dispute.
    pub number: Option<i64>,
    /// When it was begun.
    pub opened_at: Timestamp,
}

/// Somebody reads along.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewOversight {
    pub id: Uuid,
    pub conversation: ConversationId,
    pub account: AccountId,
    pub name: Name,
    pub reason: String,
    pub since: Timestamp,
    pub until: Timestamp,
}

/// What somebody reads along in now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OversightRow {
    /// In which conversation.
    pub conversation: ConversationId,
    /// At which store.
    pub store: StoreId,
    /// What that is called.
    pub store_name: Name,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Place {
    id: Uuid,
    store_id: Uuid,
    kind: String,
    opened_at_ms: i64,
    store_name: String,
    number: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Overseen {
    conversation_id: Uuid,
    store_id: Uuid,
    store_name: String,
    reason: String,
    until_at_ms: i64,
}

fn name(text: &str) -> Result<Name, StorageError> {
    Name::parse(text).map_err(|_| StorageError::inconsistent("store", "name"))
}

impl TryFrom<Place> for PlaceRow {
    type Error = StorageError;
    fn try_from(row: Place) -> Result<Self, StorageError> {
        Ok(Self {
            conversation: ConversationId(row.id),
            store: StoreId(row.store_id),
            store_name: name(&row.store_name)?,
            kind: Kind::from_code(&row.kind).ok_or(StorageError::inconsistent("conversation", "kind"))?,
            number: row.number,
            opened_at: Timestamp(row.opened_at_ms),
        })
    }
}

impl Session {
    /// Where a conversation stands, at whichever vendor's.
    pub async fn place(&mut self, _: Installation, id: ConversationId) -> Result<Option<PlaceRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Place> = on!(self, conn => sqlx::query_as(PLACE).bind(id.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The threads and disputes with this number: each desk counts its own.
    pub async fn places_of_number(&mut self, _: Installation, number: i64) -> Result<Vec<PlaceRow>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<Place> = on!(self, conn => sqlx::query_as(PLACES_OF_NUMBER).bind(number).bind(FOUND_MAX).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Orders with a shop's number: several shops may have the same.
    pub async fn orders_of_number(&mut self, _: Installation, number: &str) -> Result<Vec<(StoreScope, OrderId)>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<(Uuid, Uuid)> =
            on!(self, conn => sqlx::query_as(ORDERS_OF_NUMBER).bind(number).bind(FOUND_MAX).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(order, store)| (StoreScope(StoreId(store)), OrderId(order)))
            .collect())
    }

    /// Conversations about an order.
    pub async fn places_about(&mut self, scope: StoreScope, order: OrderId) -> Result<Vec<PlaceRow>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Place> = on!(self, conn => sqlx::query_as(PLACES_ABOUT)
            .bind(scope.0.0).bind(order.to_string()).bind(FOUND_MAX).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Until when somebody reads along in a conversation, if they do now.
    pub async fn oversees(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StorageError> {
        self.within(scope).await?;
        let until: Option<i64> = on!(self, conn => sqlx::query_scalar(OVERSEES)
            .bind(scope.0.0).bind(conversation.0).bind(account.0).bind(now.0).fetch_one(conn).await)?;
        Ok(until.map(Timestamp))
    }

    /// All that somebody reads along in now.
    pub async fn oversights_of(&mut self, _: Installation, account: AccountId, now: Timestamp) -> Result<Vec<OversightRow>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<Overseen> = on!(self, conn => sqlx::query_as(OVERSIGHTS_OF)
            .bind(account.0).bind(now.0).bind(FOUND_MAX).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|row| {
                Ok(OversightRow {
                    conversation: ConversationId(row.conversation_id),
                    store: StoreId(row.store_id),
                    store_name: name(&row.store_name)?,
                    reason: row.reason,
                    until: Timestamp(row.until_at_ms),
                })
            })
            .collect()
    }
}

impl Tx {
    /// Somebody reads along from now on.
    pub async fn insert_oversight(&mut self, scope: StoreScope, new: &NewOversight) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_OVERSIGHT)
            .bind(new.id).bind(scope.0.0).bind(new.conversation.0).bind(new.account.0).bind(new.name.as_str()).bind(&new.reason)
            .bind(new.since.0).bind(new.until.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
