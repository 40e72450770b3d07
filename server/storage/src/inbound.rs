//! Letters that arrived: what became of each, once and for good, and the few facts that decide it. What they say lies elsewhere.
//!
//! The fingerprint of a letter stays when everything else of it is forgotten, so that a mailbox that is read again changes nothing.

use model::{
    id::{ConversationId, CustomerId, LetterId, MailId, OrderId, Seq, StoreId, VisitorId},
    language::Language,
    text::{EmailAddress, Name},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows of one page of the letters that arrived.
pub const LETTER_ROWS_MAX: i64 = 50;
/// Rows that one statement forgets.
const FORGOTTEN_MAX: i64 = 500;

macro_rules! select_letter {
    ($rest:literal) => {
        concat!(
            "SELECT id, conversation_id, verdict, reason, sender, subject, size_bytes, received_at_ms, forgotten_at_ms
            FROM inbound_mail WHERE store_id = $1 AND ",
            $rest
        )
    };
}

statements! {
    PARTICIPANT_OF_CONVERSATION = "SELECT c.store_id, c.visitor_id, c.customer_id, c.contact_email, cu.email FROM conversation c
        LEFT JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id AND cu.erased_at_ms IS NULL
        WHERE c.id = $1 AND c.erased_at_ms IS NULL";
    PARTICIPANT_OF_ORDER = "SELECT o.store_id, o.customer_id, o.number, o.email, cu.email, cu.name, cu.language FROM purchase_order o
        LEFT JOIN customer cu ON cu.id = o.customer_id AND cu.store_id = o.store_id AND cu.erased_at_ms IS NULL WHERE o.id = $1";
    STORES_OF_ADDRESS = "SELECT store_id FROM proven_sender WHERE lower(address) = $1 AND proven_at_ms IS NOT NULL ORDER BY store_id LIMIT 2";
    STAFF_OF_ADDRESS = "SELECT COUNT(*) FROM membership m JOIN account a ON a.id = m.account_id
        WHERE m.store_id = $1 AND lower(a.email) = $2";
    INBOUND_SEEN = "SELECT verdict FROM inbound_mail WHERE message_id_sha256 = $1";
    INSERT_INBOUND = "INSERT INTO inbound_mail
        (message_id_sha256, id, store_id, conversation_id, verdict, reason, sender, subject, size_bytes, seq, message_id, received_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (message_id_sha256) DO NOTHING";
    INBOUND_BEGAN_SINCE = "SELECT COUNT(*) FROM inbound_mail WHERE sender = $1 AND verdict = 'began' AND received_at_ms > $2";
    INBOUND_BEGAN_AT = "SELECT COUNT(*) FROM inbound_mail WHERE store_id = $1 AND verdict = 'began' AND received_at_ms > $2";
    INBOUND_PAGE = select_letter!("(received_at_ms, id) < ($2, $3) AND id IS NOT NULL ORDER BY received_at_ms DESC, id DESC LIMIT $4");
    INBOUND_OF_STORE = select_letter!("id = $2");
    FORGET_OLD_INBOUND = "UPDATE inbound_mail SET sender = NULL, subject = NULL, forgotten_at_ms = $2
        WHERE id IN (SELECT id FROM inbound_mail WHERE forgotten_at_ms IS NULL AND received_at_ms < $1 AND id IS NOT NULL
            ORDER BY received_at_ms LIMIT $3) RETURNING id";
    FORGET_INBOUND = "UPDATE inbound_mail SET conversation_id = NULL, seq = NULL, message_id = NULL, sender = NULL, subject = NULL,
        forgotten_at_ms = $3 WHERE store_id = $1 AND conversation_id = $2 RETURNING id";
    FORGET_INBOUND_OF_SENDER = "UPDATE inbound_mail SET sender = NULL, subject = NULL, message_id = NULL, forgotten_at_ms = $3
        WHERE store_id = $1 AND lower(sender) = $2 RETURNING id";
    MAIL_BOUNCED = "UPDATE outbox SET state = 'failed', smtp_reply = $2 WHERE id = $1 AND state = 'sent'
        RETURNING store_id, conversation_id, recipient";
    MAIL_OF_BOUNCE = "SELECT store_id, conversation_id, recipient FROM outbox WHERE id = $1";
}

/// The one whose answers in a conversation come by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// At which store.
    pub store: StoreId,
    /// As whom they write.
    pub visitor: Option<VisitorId>,
    /// Whom the store knows them as.
    pub customer: Option<CustomerId>,
    /// Their addresses: as they typed it, as the shop told it.
    pub addresses: Vec<String>,
}

/// The one who made an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderParticipant {
    /// At which store.
    pub store: StoreId,
    /// Who.
    pub customer: CustomerId,
    /// The order, as the shop calls it.
    pub number: String,
    /// The address that the order was made with, and the customer's own.
    pub addresses: Vec<String>,
    /// As the shop calls them.
    pub name: Option<Name>,
    /// What they read.
    pub language: Option<Language>,
}

/// A letter that arrived, as it is going to be remembered.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewLetter {
    pub id: LetterId,
    pub fingerprint: Vec<u8>,
    pub store: Option<StoreId>,
    pub conversation: Option<ConversationId>,
    pub verdict: &'static str,
    pub reason: Option<&'static str>,
    pub sender: Option<String>,
    pub subject: String,
    pub size: i64,
    pub seq: Option<Seq>,
    pub message_id: Option<String>,
}

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct LetterRow {
    pub id: Uuid,
    pub conversation_id: Option<Uuid>,
    pub verdict: String,
    pub reason: Option<String>,
    pub sender: Option<String>,
    pub subject: Option<String>,
    pub size_bytes: i64,
    pub received_at_ms: i64,
    pub forgotten_at_ms: Option<i64>,
}

/// A letter of ours that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct BouncedMail {
    pub store: Option<StoreId>,
    pub conversation: Option<ConversationId>,
    pub recipient: Option<String>,
}

type ParticipantColumns = (Uuid, Option<Uuid>, Option<Uuid>, Option<String>, Option<String>);
type OrderColumns = (Uuid, Uuid, String, Option<String>, Option<String>, Option<String>, Option<String>);
type BounceColumns = (Option<Uuid>, Option<Uuid>, Option<String>);

fn bounced((store, conversation, recipient): BounceColumns) -> BouncedMail {
    BouncedMail {
        store: store.map(StoreId),
        conversation: conversation.map(ConversationId),
        recipient,
    }
}

impl Session {
    /// Whose answers belong into a conversation; whoever asks holds an address that we signed.
    pub async fn participant(&mut self, _: Installation, conversation: ConversationId) -> Result<Option<Participant>, StorageError> {
        self.within(Installation).await?;
        let row: Option<ParticipantColumns> =
            on!(self, conn => sqlx::query_as(PARTICIPANT_OF_CONVERSATION).bind(conversation.0).fetch_optional(conn).await)?;
        Ok(row.map(|(store, visitor, customer, typed, told)| Participant {
            store: StoreId(store),
            visitor: visitor.map(VisitorId),
            customer: customer.map(CustomerId),
            addresses: [typed, told].into_iter().flatten().collect(),
        }))
    }

    /// Who made an order; whoever asks holds an address that we signed.
    pub async fn order_participant(&mut self, _: Installation, order: OrderId) -> Result<Option<OrderParticipant>, StorageError> {
        self.within(Installation).await?;
        let row: Option<OrderColumns> = on!(self, conn => sqlx::query_as(PARTICIPANT_OF_ORDER).bind(order.0).fetch_optional(conn).await)?;
        Ok(
            row.map(|(store, customer, number, made_with, told, name, language)| OrderParticipant {
                store: StoreId(store),
                customer: CustomerId(customer),
                number,
                addresses: [made_with, told].into_iter().flatten().collect(),
                name: name.and_then(|name| Name::parse(&name).ok()),
                language: language.and_then(|language| language.parse().ok()),
            }),
        )
    }

    /// The stores that proved an address to be theirs: at most two are named, because two are one too many.
    pub async fn stores_of_address(&mut self, _: Installation, address: &str) -> Result<Vec<StoreId>, StorageError> {
        self.within(Installation).await?;
        let address = address.to_lowercase();
        let ids: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(STORES_OF_ADDRESS).bind(&address).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(StoreId).collect())
    }

    /// Whether an address is somebody's who works, or worked, for a store.
    pub async fn is_staff_address(&mut self, scope: StoreScope, address: &EmailAddress) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let address = address.as_str().to_lowercase();
        let n: i64 = on!(self, conn => sqlx::query_scalar(STAFF_OF_ADDRESS).bind(scope.0.0).bind(&address).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// Whether this very letter was here before.
    pub async fn letter_seen(&mut self, _: Installation, fingerprint: &[u8]) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let verdict: Option<String> = on!(self, conn => sqlx::query_scalar(INBOUND_SEEN).bind(fingerprint).fetch_optional(conn).await)?;
        Ok(verdict.is_some())
    }

    /// Conversations that letters of one sender began since then, over the whole installation.
    pub async fn begun_by_letters_of(&mut self, _: Installation, sender: &str, since: Timestamp) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(INBOUND_BEGAN_SINCE).bind(sender).bind(since.0).fetch_one(conn).await)?)
    }

    /// Conversations that letters began at a store since then.
    pub async fn begun_by_letters(&mut self, scope: StoreScope, since: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(INBOUND_BEGAN_AT).bind(scope.0.0).bind(since.0).fetch_one(conn).await)?)
    }

    /// A page of the letters that arrived at a store, the newest first.
    pub async fn letters(&mut self, scope: StoreScope, after: Option<(Timestamp, LetterId)>) -> Result<Vec<LetterRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.0, id.0));
        Ok(on!(self, conn => sqlx::query_as(INBOUND_PAGE).bind(scope.0.0).bind(at).bind(id).bind(LETTER_ROWS_MAX).fetch_all(conn).await)?)
    }

    /// One of them.
    pub async fn letter(&mut self, scope: StoreScope, id: LetterId) -> Result<Option<LetterRow>, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_as(INBOUND_OF_STORE).bind(scope.0.0).bind(id.0).fetch_optional(conn).await)?)
    }
}

impl Tx {
    /// A letter arrived. `false`: it was here before, and nothing may be done with it again.
    pub async fn insert_letter(&mut self, _: Installation, new: &NewLetter, at: Timestamp) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let rows = on!(self.session, conn => sqlx::query(INSERT_INBOUND)
            .bind(&new.fingerprint).bind(new.id.0).bind(new.store.map(|s| s.0)).bind(new.conversation.map(|c| c.0)).bind(new.verdict)
            .bind(new.reason).bind(&new.sender).bind(&new.subject).bind(new.size).bind(new.seq.map(|s| s.0)).bind(&new.message_id)
            .bind(at.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// A letter of ours will never arrive: it counts as failed, with what was said. One that was no longer "sent" stays as it is.
    pub async fn mail_bounced(&mut self, _: Installation, id: MailId, said: &str) -> Result<Option<BouncedMail>, StorageError> {
        self.within(Installation).await?;
        let row: Option<BounceColumns> =
            on!(self.session, conn => sqlx::query_as(MAIL_BOUNCED).bind(id.0).bind(said).fetch_optional(conn).await)?;
        Ok(row.map(bounced))
    }

    /// The letter of ours that a report is about, where the report changes nothing.
    pub async fn mail_of_bounce(&mut self, _: Installation, id: MailId) -> Result<Option<BouncedMail>, StorageError> {
        self.within(Installation).await?;
        let row: Option<BounceColumns> = on!(self.session, conn => sqlx::query_as(MAIL_OF_BOUNCE).bind(id.0).fetch_optional(conn).await)?;
        Ok(row.map(bounced))
    }

    /// Of letters from before then only the fingerprint stays, at most of a batch. Answers whose bytes are to go.
    pub async fn forget_old_letters(&mut self, _: Installation, before: Timestamp, at: Timestamp) -> Result<Vec<LetterId>, StorageError> {
        self.within(Installation).await?;
        let ids: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(FORGET_OLD_INBOUND)
            .bind(before.0).bind(at.0).bind(FORGOTTEN_MAX).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(LetterId).collect())
    }

    /// The same of all letters in a conversation that is erased.
    pub async fn forget_letters(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        at: Timestamp,
    ) -> Result<Vec<LetterId>, StorageError> {
        self.within(scope).await?;
        let ids: Vec<Option<Uuid>> = on!(self.session, conn => sqlx::query_scalar(FORGET_INBOUND)
            .bind(scope.0.0).bind(conversation.0).bind(at.0).fetch_all(conn).await)?;
        Ok(ids.into_iter().flatten().map(LetterId).collect())
    }

    /// The same of all letters from an address, whatever became of them.
    pub async fn forget_letters_of(
        &mut self,
        scope: StoreScope,
        sender: &EmailAddress,
        at: Timestamp,
    ) -> Result<Vec<LetterId>, StorageError> {
        self.within(scope).await?;
        let sender = sender.as_str().to_lowercase();
        let ids: Vec<Option<Uuid>> = on!(self.session, conn => sqlx::query_scalar(FORGET_INBOUND_OF_SENDER)
            .bind(scope.0.0).bind(&sender).bind(at.0).fetch_all(conn).await)?;
        Ok(ids.into_iter().flatten().map(LetterId).collect())
    }
}
