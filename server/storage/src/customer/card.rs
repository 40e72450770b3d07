//! What the desk sees of a customer: who they are, the words and notes of colleagues, what their shop's page said, and the list of all of
//! them. What they ordered is in `orders`, how two of them become one in `merge`.

use model::{
    card::{CustomerNote, CustomerRow, CustomerTag, Edited, ShopContext},
    id::{ConversationId, CustomerId, NoteId},
    language::Language,
    limits::{CARD_NOTES_MAX, TAGS_MAX},
    text::{Body, EmailAddress, Name, Phone, Tag},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows of one page of the list of customers.
pub const CUSTOMER_ROWS_MAX: i64 = 50;

/// What is read of a customer in the list, however they are found.
macro_rules! select_customers {
    ($found:literal) => {
        concat!(
            "SELECT c.id, c.name, c.email, COALESCE(c.external_id, c.own_number) AS number, c.created_at_ms FROM customer c
            WHERE c.store_id = $1 AND (c.created_at_ms, c.id) < ($2, $3) AND c.merged_into IS NULL AND c.erased_at_ms IS NULL ",
            $found,
            " ORDER BY c.created_at_ms DESC, c.id DESC LIMIT $4"
        )
    };
}

statements! {
    /// Whoever was merged into somebody is that person.
    RECORD = "SELECT c.id, c.external_id, c.own_number, c.name, c.email, c.email_proven_at_ms, c.phone, c.language, c.created_at_ms
        FROM customer m JOIN customer c ON c.id = COALESCE(m.merged_into, m.id) AND c.store_id = m.store_id
        WHERE m.id = $1 AND m.store_id = $2 AND c.erased_at_ms IS NULL";
    CUSTOMERS = select_customers!("");
    CUSTOMERS_FOUND = select_customers!(
        "AND (lower(c.name) LIKE $5 ESCAPE '!' OR lower(c.name) LIKE $6 ESCAPE '!' OR lower(c.email) LIKE $5 ESCAPE '!'
            OR lower(c.external_id) LIKE $5 ESCAPE '!' OR lower(c.own_number) LIKE $5 ESCAPE '!')");
    TAGS = "SELECT tag, by_name, created_at_ms FROM customer_tag WHERE store_id = $1 AND customer_id = $2
        ORDER BY created_at_ms, tag LIMIT $3";
    INSERT_TAG = "INSERT INTO customer_tag (store_id, customer_id, tag, by_id, by_name, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (customer_id, tag) DO NOTHING";
    DELETE_TAG = "DELETE FROM customer_tag WHERE store_id = $1 AND customer_id = $2 AND tag = $3";
    NOTES = "SELECT id, body, by_name, created_at_ms, edited_by_name, edited_at_ms FROM customer_note WHERE store_id = $1 AND customer_id = $2
        ORDER BY created_at_ms DESC, id DESC LIMIT $3";
    INSERT_NOTE = "INSERT INTO customer_note (id, store_id, customer_id, body, by_id, by_name, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EDIT_NOTE = "UPDATE customer_note SET body = $4, edited_by_name = $5, edited_at_ms = $6 WHERE id = $1 AND store_id = $2 AND customer_id = $3";
    CONTEXT_OF_CARD = "SELECT payload, taken_at_ms FROM shop_context WHERE conversation_id = $1 AND store_id = $2";
}

/// The store's own record of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct CustomerRecord {
    pub id: CustomerId,
    pub external_id: Option<String>,
    pub own_number: Option<String>,
    pub name: Option<Name>,
    pub email: Option<EmailAddress>,
    /// Whether the address was shown to be theirs.
    pub email_proven: bool,
    pub phone: Option<Phone>,
    pub language: Option<Language>,
    pub since: Timestamp,
}

impl CustomerRecord {
    /// A member's number; a visitor has none.
    pub fn number(&self) -> Option<&str> {
        self.external_id.as_deref().or(self.own_number.as_deref())
    }
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    id: Uuid,
    external_id: Option<String>,
    own_number: Option<String>,
    name: Option<String>,
    email: Option<String>,
    email_proven_at_ms: Option<i64>,
    phone: Option<String>,
    language: Option<String>,
    created_at_ms: i64,
}

impl From<RecordRow> for CustomerRecord {
    fn from(row: RecordRow) -> Self {
        let email = row.email.and_then(|text| EmailAddress::parse(&text).ok());
        Self {
            id: CustomerId(row.id),
            external_id: row.external_id,
            own_number: row.own_number,
            name: row.name.and_then(|text| Name::parse(&text).ok()),
            email_proven: email.is_some() && row.email_proven_at_ms.is_some(),
            email,
            phone: row.phone.and_then(|text| Phone::parse(&text).ok()),
            language: row.language.and_then(|code| code.parse().ok()),
            since: Timestamp(row.created_at_ms),
        }
    }
}

#[derive(sqlx::FromRow)]
struct ListRow {
    id: Uuid,
    name: Option<String>,
    email: Option<String>,
    number: Option<String>,
    created_at_ms: i64,
}

impl From<ListRow> for CustomerRow {
    fn from(row: ListRow) -> Self {
        Self {
            id: CustomerId(row.id),
            name: row
                .name
                .or_else(|| row.email.clone())
                .or_else(|| row.number.clone())
                .unwrap_or_default(),
            number: row.number,
            email: row.email.and_then(|text| EmailAddress::parse(&text).ok()),
            since: Timestamp(row.created_at_ms),
        }
    }
}

#[derive(sqlx::FromRow)]
struct NoteRow {
    id: Uuid,
    body: String,
    by_name: String,
    created_at_ms: i64,
    edited_by_name: Option<String>,
    edited_at_ms: Option<i64>,
}

impl TryFrom<NoteRow> for CustomerNote {
    type Error = StorageError;
    fn try_from(row: NoteRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: NoteId(row.id),
            body: Body::parse(&row.body).map_err(|_| StorageError::inconsistent("customer_note", "body"))?,
            by: Name::parse(&row.by_name).map_err(|_| StorageError::inconsistent("customer_note", "by_name"))?,
            at: Timestamp(row.created_at_ms),
            edited: row
                .edited_by_name
                .and_then(|name| Name::parse(&name).ok())
                .zip(row.edited_at_ms)
                .map(|(by, at)| Edited { by, at: Timestamp(at) }),
        })
    }
}

/// What is searched for, as `LIKE` finds it anywhere: its own signs mean nothing.
fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

impl Session {
    /// The store's record of a person; of whoever they were merged into.
    pub async fn customer_record(&mut self, scope: StoreScope, id: CustomerId) -> Result<Option<CustomerRecord>, StorageError> {
        self.within(scope).await?;
        let row: Option<RecordRow> = on!(self, conn => sqlx::query_as(RECORD).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(row.map(CustomerRecord::from))
    }

    /// A page of the store's customers, the newest first: those that a search finds by name, address or number. One row more than a page
    /// tells that there is another.
    pub async fn customers(
        &mut self,
        scope: StoreScope,
        search: &str,
        after: Option<(Timestamp, CustomerId)>,
    ) -> Result<Vec<CustomerRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.0, id.0));
        let rows: Vec<ListRow> = if search.is_empty() {
            on!(self, conn => sqlx::query_as(CUSTOMERS)
                .bind(scope.0.0).bind(at).bind(id).bind(CUSTOMER_ROWS_MAX + 1).fetch_all(conn).await)?
        } else {
            // SQLite makes small letters of a to z only: what it leaves as it was written is also looked for as it was typed.
            let (small, typed) = (anywhere(&search.to_lowercase()), anywhere(&search.to_ascii_lowercase()));
            on!(self, conn => sqlx::query_as(CUSTOMERS_FOUND)
                .bind(scope.0.0).bind(at).bind(id).bind(CUSTOMER_ROWS_MAX + 1).bind(&small).bind(&typed).fetch_all(conn).await)?
        };
        Ok(rows.into_iter().map(CustomerRow::from).collect())
    }

    /// The words a customer is sorted under, the first one first.
    pub async fn customer_tags(&mut self, scope: StoreScope, id: CustomerId) -> Result<Vec<CustomerTag>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, String, i64)> =
            on!(self, conn => sqlx::query_as(TAGS).bind(scope.0.0).bind(id.0).bind(TAGS_MAX).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|(tag, by, at)| {
                Ok(CustomerTag {
                    tag: Tag::parse(&tag).map_err(|_| StorageError::inconsistent("customer_tag", "tag"))?,
                    by: Name::parse(&by).map_err(|_| StorageError::inconsistent("customer_tag", "by_name"))?,
                    at: Timestamp(at),
                })
            })
            .collect()
    }

    /// What colleagues noted of a customer, the last one first.
    pub async fn customer_notes(&mut self, scope: StoreScope, id: CustomerId) -> Result<Vec<CustomerNote>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<NoteRow> =
            on!(self, conn => sqlx::query_as(NOTES).bind(scope.0.0).bind(id.0).bind(CARD_NOTES_MAX).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// What the shop's page said when a conversation began. What cannot be read is none.
    pub async fn context_of_conversation(&mut self, scope: StoreScope, id: ConversationId) -> Result<Option<ShopContext>, StorageError> {
        self.within(scope).await?;
        let row: Option<(String, i64)> =
            on!(self, conn => sqlx::query_as(CONTEXT_OF_CARD).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(row.and_then(|(payload, at)| {
            let context: ShopContext = serde_json::from_str(&payload).ok()?;
            Some(ShopContext {
                at: Timestamp(at),
                ..context
            })
        }))
    }
}

impl Tx {
    /// A customer is sorted under a word from now on; once is enough.
    pub async fn insert_tag(&mut self, scope: StoreScope, id: CustomerId, tag: &CustomerTag, by: Uuid) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_TAG)
            .bind(scope.0.0).bind(id.0).bind(tag.tag.as_str()).bind(by).bind(tag.by.as_str()).bind(tag.at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A customer is sorted under a word no longer. Whether they were.
    pub async fn delete_tag(&mut self, scope: StoreScope, id: CustomerId, tag: &Tag) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let gone = on!(self.session, conn => sqlx::query(DELETE_TAG)
            .bind(scope.0.0).bind(id.0).bind(tag.as_str()).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(gone > 0)
    }

    /// Something is noted of a customer.
    pub async fn insert_note(&mut self, scope: StoreScope, id: CustomerId, note: &CustomerNote, by: Uuid) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_NOTE)
            .bind(note.id.0).bind(scope.0.0).bind(id.0).bind(note.body.as_str()).bind(by).bind(note.by.as_str()).bind(note.at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A note says something else from now on. Whether there is such a note of this customer.
    pub async fn edit_note(
        &mut self,
        scope: StoreScope,
        id: CustomerId,
        note: NoteId,
        body: &Body,
        edited: &Edited,
    ) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let changed = on!(self.session, conn => sqlx::query(EDIT_NOTE)
            .bind(note.0).bind(scope.0.0).bind(id.0).bind(body.as_str()).bind(edited.by.as_str()).bind(edited.at.0)
            .execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(changed > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_a_pattern_are_looked_for_as_they_stand() {
        assert_eq!(anywhere("jane"), "%jane%");
        assert_eq!(anywhere("50%_off!"), "%50!%!_off!!%");
    }
}
