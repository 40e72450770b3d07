//! All that a store knows of one person: finding it, and taking the words out of it for good.
//!
//! What else is kept beside conversations is in `kept`. What stays of an erased conversation is a shell of times and kinds, so that reports still add up. It belongs to nobody.

pub(crate) mod kept;

use model::{
    id::{AttachmentId, ConversationId, CustomerId, LetterId, VisitorId},
    text::EmailAddress,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

/// Conversations of one person in one go: nobody has more, and a transaction has an end.
pub const PERSON_CONVERSATIONS_MAX: i64 = 2_000;

/// What is read of a person's conversations, whatever they are found by.
macro_rules! select_of_person {
    ($which:literal) => {
        concat!(
            "SELECT c.id, c.visitor_id, c.contact_name, c.legal_hold_at_ms, c.last_event_at_ms,
            (SELECT COUNT(*) FROM event e WHERE e.conversation_id = c.id AND e.store_id = c.store_id AND e.audience = 'all'
                AND e.kind = 'posted') AS messages
            FROM conversation c WHERE c.store_id = $1 AND c.erased_at_ms IS NULL AND ",
            $which,
            " ORDER BY c.opened_at_ms, c.id LIMIT $3"
        )
    };
}

statements! {
    PERSON_OF_EMAIL = select_of_person!(
        "(c.contact_email_key = $2 OR c.customer_id IN (SELECT id FROM customer WHERE store_id = $1 AND email_key = $2))");
    PERSON_OF_NUMBER = select_of_person!("c.customer_id IN (SELECT id FROM customer WHERE store_id = $1 AND (external_id = $2 OR own_number = $2))");
    PERSON_OF_GUEST = select_of_person!("c.guest_number = $2 AND c.customer_id IS NULL");
    CUSTOMERS_OF_EMAIL = "SELECT id, COALESCE(external_id, own_number) AS external_id, name, email, phone, created_at_ms FROM customer
        WHERE store_id = $1 AND email_key = $2 AND erased_at_ms IS NULL ORDER BY id LIMIT 100";
    CUSTOMERS_OF_NUMBER = "SELECT id, COALESCE(external_id, own_number) AS external_id, name, email, phone, created_at_ms FROM customer
        WHERE store_id = $1 AND (external_id = $2 OR own_number = $2) AND erased_at_ms IS NULL ORDER BY id LIMIT 100";
    ERASE_EVENTS = "DELETE FROM event WHERE conversation_id = $1 AND store_id = $2";
    ERASE_MARKS = "DELETE FROM read_marker WHERE conversation_id = $1 AND store_id = $2";
    ERASE_PARTICIPANTS = "DELETE FROM participant WHERE conversation_id = $1 AND store_id = $2";
    ERASE_VIEWS = "DELETE FROM operator_view WHERE conversation_id = $1 AND store_id = $2";
    ERASE_CASE = "DELETE FROM case_file WHERE conversation_id = $1 AND store_id = $2";
    ERASE_FILES = "DELETE FROM attachment WHERE conversation_id = $1 AND store_id = $2 RETURNING id";
    ERASE_CONVERSATION = "UPDATE conversation SET stage = 'closed', operator_id = NULL, awaiting = NULL,
        closed_by_kind = 'system', closed_by_id = NULL, closed_by_name = NULL, start_cid = NULL,
        visitor_id = NULL, customer_id = NULL, guest_number = NULL, contact_name = NULL, contact_first_name = NULL,
        contact_last_name = NULL, contact_email = NULL, contact_phone = NULL,
        about_kind = 'nothing', about_ref = NULL, about_name = NULL, about_price_minor = NULL, about_currency = NULL,
        about_variant = NULL, about_picture = NULL, product_ref = NULL, product_name = NULL,
        page = NULL, browser = NULL, address = NULL, referrer = NULL, preview = '', preview_side = NULL,
        unread_desk = 0, unread_shopper = 0, waiting_since_at_ms = NULL, saved_at_ms = NULL, rating = NULL, last_message_at_ms = NULL, erased_at_ms = $3
        WHERE id = $1 AND store_id = $2";
    ERASE_CUSTOMER = "UPDATE customer SET external_id = NULL, own_number = NULL, name = NULL, email = NULL, phone = NULL, language = NULL,
            email_proven_at_ms = NULL, registered_at_ms = NULL, erased_at_ms = $3
        WHERE id = $1 AND store_id = $2";
    LET_GO_OF_CUSTOMER = "UPDATE visitor SET customer_id = NULL WHERE customer_id = $1 AND store_id = $2";
    ERASE_SESSIONS = "DELETE FROM visitor_session WHERE visitor_id = $1 AND store_id = $2
        AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.visitor_id = $1 AND c.store_id = $2)";
}

/// What a person is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonKey {
    /// An address that they typed, or that the shop told.
    Email(EmailAddress),
    /// The shop's own number of a customer.
    Number(String),
    /// The number of a guest.
    Guest(i64),
}

/// A conversation of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonsConversation {
    /// Which.
    pub id: ConversationId,
    /// The browser it was begun in.
    pub visitor: Option<VisitorId>,
    /// What they called themselves.
    pub name: Option<String>,
    /// Whether a legal hold keeps it.
    pub held: bool,
    /// When it was last touched.
    pub last: Timestamp,
    /// Messages in it, of both sides.
    pub messages: i64,
}

/// A person as the shop told them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct PersonsRecord {
    pub id: Uuid,
    pub external_id: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub created_at_ms: i64,
}

/// What must go from outside the database, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wiped {
    /// Files.
    pub files: Vec<AttachmentId>,
    /// Letters in the mail folder.
    pub letters: Vec<Uuid>,
    /// Letters that arrived.
    pub arrived: Vec<LetterId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    visitor_id: Option<Uuid>,
    contact_name: Option<String>,
    legal_hold_at_ms: Option<i64>,
    last_event_at_ms: i64,
    messages: i64,
}

impl From<Row> for PersonsConversation {
    fn from(row: Row) -> Self {
        Self {
            id: ConversationId(row.id),
            visitor: row.visitor_id.map(VisitorId),
            name: row.contact_name,
            held: row.legal_hold_at_ms.is_some(),
            last: Timestamp(row.last_event_at_ms),
            messages: row.messages,
        }
    }
}

impl Session {
    /// A person's conversations, the first one first.
    pub async fn conversations_of_person(&mut self, scope: StoreScope, key: &PersonKey) -> Result<Vec<PersonsConversation>, StorageError> {
        self.within(scope).await?;
        let most = PERSON_CONVERSATIONS_MAX;
        let rows: Vec<Row> = match key {
            PersonKey::Email(email) => {
                let email = email.as_str().to_lowercase();
                on!(self, conn => sqlx::query_as(PERSON_OF_EMAIL).bind(scope.0.0).bind(&email).bind(most).fetch_all(conn).await)?
            }
            PersonKey::Number(number) => {
                on!(self, conn => sqlx::query_as(PERSON_OF_NUMBER).bind(scope.0.0).bind(number).bind(most).fetch_all(conn).await)?
            }
            PersonKey::Guest(number) => {
                on!(self, conn => sqlx::query_as(PERSON_OF_GUEST).bind(scope.0.0).bind(*number).bind(most).fetch_all(conn).await)?
            }
        };
        Ok(rows.into_iter().map(PersonsConversation::from).collect())
    }

    /// What the shop told of a person. Of a guest it told nothing.
    pub async fn records_of_person(&mut self, scope: StoreScope, key: &PersonKey) -> Result<Vec<PersonsRecord>, StorageError> {
        self.within(scope).await?;
        Ok(match key {
            PersonKey::Email(email) => {
                let email = email.as_str().to_lowercase();
                on!(self, conn => sqlx::query_as(CUSTOMERS_OF_EMAIL).bind(scope.0.0).bind(&email).fetch_all(conn).await)?
            }
            PersonKey::Number(number) => {
                on!(self, conn => sqlx::query_as(CUSTOMERS_OF_NUMBER).bind(scope.0.0).bind(number).fetch_all(conn).await)?
            }
            PersonKey::Guest(_) => Vec::new(),
        })
    }
}

impl Tx {
    /// Takes every word and every name out of a conversation. Answers what lies outside the database.
    pub async fn erase_conversation(&mut self, scope: StoreScope, id: ConversationId, at: Timestamp) -> Result<Wiped, StorageError> {
        self.within(scope).await?;
        // Before the events go: the index is emptied by what they say.
        self.forget_words(scope, id).await?;
        for sql in [ERASE_EVENTS, ERASE_MARKS, ERASE_PARTICIPANTS, ERASE_VIEWS, ERASE_CASE] {
            on!(self.session, conn => sqlx::query(sql).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        }
        let letters = self.forget_mails(scope, id).await?;
        let arrived = self.erase_kept_of_conversation(scope, id, at).await?;
        let files: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(ERASE_FILES).bind(id.0).bind(scope.0.0).fetch_all(conn).await)?;
        on!(self.session, conn => sqlx::query(ERASE_CONVERSATION).bind(id.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        self.insert_erasure(scope, id.0, "conversation", at).await?;
        self.notice(Notice::Inbox(scope.0));
        Ok(Wiped {
            files: files.into_iter().map(AttachmentId).collect(),
            letters,
            arrived,
        })
    }

    /// Takes the name off what the shop told of a person; their orders stay the shop's, with nobody's name on them.
    pub async fn erase_customer(&mut self, scope: StoreScope, id: CustomerId, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        self.erase_kept_of_customer(scope, id).await?;
        on!(self.session, conn => sqlx::query(ERASE_CUSTOMER).bind(id.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        on!(self.session, conn => sqlx::query(LET_GO_OF_CUSTOMER).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        self.insert_erasure(scope, id.0, "customer", at).await
    }

    /// Ends the sessions of a browser that has no conversation left here, at once and on its sockets.
    pub async fn forget_sessions(&mut self, scope: StoreScope, visitor: VisitorId) -> Result<(), StorageError> {
        self.within(scope).await?;
        let gone = on!(self.session, conn => sqlx::query(ERASE_SESSIONS).bind(visitor.0).bind(scope.0.0).execute(conn).await.map(|r| r.rows_affected()))?;
        if gone > 0 {
            self.notice(Notice::Visitor { store: scope.0, visitor });
        }
        Ok(())
    }
}
