//! The member centre: the links in letters that let people in, and the sessions that those become. What the sessions show is in
//! `member_view`.
//!
//! Shoppers have no password. A link is good for what it names and used up by a button, never by looking at it.

use model::{
    id::{ConversationId, CustomerId, OrderId, StoreId, VisitorId},
    language::Language,
    text::EmailAddress,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    scope::{Installation, MemberReach, MemberScope, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows that one statement deletes.
const FORGOTTEN_MAX: i64 = 500;

statements! {
    INSERT_DOOR_LINK = "INSERT INTO door_link
        (token_sha256, store_id, purpose, customer_id, conversation_id, order_id, email, language, created_at_ms, expires_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DOOR_LINK = "SELECT store_id, purpose, customer_id, conversation_id, order_id, email, language, used_at_ms FROM door_link
        WHERE token_sha256 = $1 AND expires_at_ms > $2 AND revoked_at_ms IS NULL";
    USE_DOOR_LINK = "UPDATE door_link SET used_at_ms = $2
        WHERE token_sha256 = $1 AND used_at_ms IS NULL AND expires_at_ms > $2 AND revoked_at_ms IS NULL
        RETURNING store_id, purpose, customer_id, conversation_id, order_id, email, language, used_at_ms";
    SIGN_IN_LETTERS_TO = "SELECT COUNT(*) FROM outbox WHERE recipient = $1 AND kind = 'sign_in' AND created_at_ms > $2";
    INSERT_MEMBER_SESSION = "INSERT INTO member_session
        (token_sha256, store_id, customer_id, conversation_id, order_id, created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Whoever was merged into somebody is that person.
    MEMBER_OF_TOKEN = "SELECT s.store_id, COALESCE(cu.merged_into, cu.id) AS customer_id, s.conversation_id, s.order_id
        FROM member_session s JOIN customer cu ON cu.id = s.customer_id AND cu.store_id = s.store_id
        WHERE s.token_sha256 = $1 AND s.store_id = $2 AND s.revoked_at_ms IS NULL AND s.expires_at_ms > $3 AND cu.erased_at_ms IS NULL";
    FORGET_OLD_DOORS = "DELETE FROM door_link WHERE token_sha256 IN (SELECT token_sha256 FROM door_link
        WHERE store_id = $1 AND expires_at_ms < $2 LIMIT $3)";
    FORGET_OLD_MEMBERS = "DELETE FROM member_session WHERE token_sha256 IN (SELECT token_sha256 FROM member_session
        WHERE store_id = $1 AND expires_at_ms < $2 LIMIT $3)";
    REVOKE_MEMBER_SESSION = "UPDATE member_session SET revoked_at_ms = $3 WHERE token_sha256 = $1 AND store_id = $2 AND revoked_at_ms IS NULL";
    /// The panels of the member's threads are closed with the session.
    REVOKE_THREADS = "UPDATE visitor_session SET revoked_at_ms = $3 WHERE store_id = $1 AND conversation_id IS NOT NULL
        AND revoked_at_ms IS NULL AND expires_at_ms > $3
        AND visitor_id IN (SELECT c.visitor_id FROM conversation c WHERE c.store_id = $1 AND c.customer_id = $2 AND c.visitor_id IS NOT NULL)
        RETURNING visitor_id";
}

/// What a link in a letter is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Everything of the customer's.
    SignIn,
    /// One conversation.
    Conversation(ConversationId),
    /// One order and its thread.
    Order(OrderId),
}

impl Purpose {
    /// What a session that came by it may open.
    pub fn reach(self) -> MemberReach {
        match self {
            Self::SignIn => MemberReach::All,
            Self::Conversation(id) => MemberReach::Conversation(id),
            Self::Order(id) => MemberReach::Order(id),
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Conversation(_) => "conversation",
            Self::Order(_) => "order",
        }
    }
}

/// A link that goes into a letter: `/m/{token}`.
#[derive(Clone, Debug)]
pub struct NewDoorLink {
    /// Of the token that the letter holds.
    pub token_sha256: Vec<u8>,
    /// The store.
    pub store: StoreId,
    /// What it is good for.
    pub purpose: Purpose,
    /// Whose, if that person is known by more than the address.
    pub customer: Option<CustomerId>,
    /// Where the letter goes.
    pub email: EmailAddress,
    /// The language of the letter.
    pub language: Language,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// What a link in a letter stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorLink {
    /// The store.
    pub store: StoreId,
    /// What it is good for.
    pub purpose: Purpose,
    /// Whose, if that person is known by more than the address.
    pub customer: Option<CustomerId>,
    /// Where the letter went.
    pub email: EmailAddress,
    /// The language of the letter.
    pub language: Language,
    /// Whether it was used already.
    pub used: bool,
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    store_id: Uuid,
    purpose: String,
    customer_id: Option<Uuid>,
    conversation_id: Option<Uuid>,
    order_id: Option<Uuid>,
    email: String,
    language: String,
    used_at_ms: Option<i64>,
}

impl TryFrom<LinkRow> for DoorLink {
    type Error = StorageError;
    fn try_from(row: LinkRow) -> Result<Self, StorageError> {
        let purpose = match (row.purpose.as_str(), row.conversation_id, row.order_id) {
            ("sign_in", None, None) => Purpose::SignIn,
            ("conversation", Some(id), None) => Purpose::Conversation(ConversationId(id)),
            ("order", None, Some(id)) => Purpose::Order(OrderId(id)),
            _ => return Err(StorageError::inconsistent("door_link", "purpose")),
        };
        Ok(Self {
            store: StoreId(row.store_id),
            purpose,
            customer: row.customer_id.map(CustomerId),
            email: EmailAddress::parse(&row.email).map_err(|_| StorageError::inconsistent("door_link", "email"))?,
            language: row.language.parse().unwrap_or_default(),
            used: row.used_at_ms.is_some(),
        })
    }
}

/// The two columns that narrow something to a conversation or an order.
fn narrowed(reach: MemberReach) -> (Option<Uuid>, Option<Uuid>) {
    match reach {
        MemberReach::All => (None, None),
        MemberReach::Conversation(id) => (Some(id.0), None),
        MemberReach::Order(id) => (None, Some(id.0)),
    }
}

impl Session {
    /// What a link stands for, if it is good. Looking does not use it.
    pub async fn door_link(&mut self, _: Installation, token_sha256: &[u8], now: Timestamp) -> Result<Option<DoorLink>, StorageError> {
        self.within(Installation).await?;
        let row: Option<LinkRow> = on!(self, conn => sqlx::query_as(DOOR_LINK).bind(token_sha256).bind(now.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// Letters with a way in that went, or will go, to one address since then, over the whole installation.
    pub async fn sign_in_letters_to(&mut self, _: Installation, to: &EmailAddress, since: Timestamp) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(SIGN_IN_LETTERS_TO).bind(to.as_str()).bind(since.0).fetch_one(conn).await)?)
    }

    /// Whose session in the member centre of this store this is, and what it may open.
    pub async fn member_of_token(
        &mut self,
        scope: StoreScope,
        token_sha256: &[u8],
        now: Timestamp,
    ) -> Result<Option<MemberScope>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Uuid, Uuid, Option<Uuid>, Option<Uuid>)> = on!(self, conn => sqlx::query_as(MEMBER_OF_TOKEN)
            .bind(token_sha256).bind(scope.0.0).bind(now.0).fetch_optional(conn).await)?;
        row.map(|(store, customer, conversation, order)| {
            let reach = match (conversation, order) {
                (None, None) => MemberReach::All,
                (Some(id), None) => MemberReach::Conversation(ConversationId(id)),
                (None, Some(id)) => MemberReach::Order(OrderId(id)),
                (Some(_), Some(_)) => return Err(StorageError::inconsistent("member_session", "order_id")),
            };
            Ok(MemberScope {
                store: StoreId(store),
                customer: CustomerId(customer),
                reach,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// A link, for its letter.
    pub async fn insert_door_link(&mut self, new: &NewDoorLink, at: Timestamp) -> Result<(), StorageError> {
        self.within(StoreScope(new.store)).await?;
        let (conversation, order) = narrowed(new.purpose.reach());
        on!(self.session, conn => sqlx::query(INSERT_DOOR_LINK)
            .bind(&new.token_sha256).bind(new.store.0).bind(new.purpose.code()).bind(new.customer.map(|c| c.0))
            .bind(conversation).bind(order).bind(new.email.as_str()).bind(new.language.code()).bind(at.0).bind(new.expires_at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Uses a link up: something for exactly one of several who try.
    pub async fn use_door_link(&mut self, _: Installation, token_sha256: &[u8], now: Timestamp) -> Result<Option<DoorLink>, StorageError> {
        self.within(Installation).await?;
        let row: Option<LinkRow> =
            on!(self.session, conn => sqlx::query_as(USE_DOOR_LINK).bind(token_sha256).bind(now.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// Somebody is in the member centre.
    pub async fn insert_member_session(
        &mut self,
        scope: MemberScope,
        token_sha256: &[u8],
        at: Timestamp,
        expires: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        let (conversation, order) = narrowed(scope.reach);
        on!(self.session, conn => sqlx::query(INSERT_MEMBER_SESSION)
            .bind(token_sha256).bind(scope.store.0).bind(scope.customer.0).bind(conversation).bind(order).bind(at.0).bind(expires.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Somebody left the member centre: their session ends, and so do the panels of their threads, wherever they are open.
    pub async fn end_member_session(&mut self, scope: MemberScope, token_sha256: &[u8], at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(REVOKE_MEMBER_SESSION)
            .bind(token_sha256).bind(scope.store.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        let gone: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(REVOKE_THREADS)
            .bind(scope.store.0).bind(scope.customer.0).bind(at.0).fetch_all(conn).await)?;
        for visitor in gone {
            self.notice(Notice::Visitor {
                store: scope.store,
                visitor: VisitorId(visitor),
            });
        }
        Ok(())
    }

    /// Links and sessions that nobody can use any more go, at most a batch of each. Answers whether there may be more.
    pub async fn forget_old_doors(&mut self, scope: StoreScope, before: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let mut more = false;
        for sql in [FORGET_OLD_DOORS, FORGET_OLD_MEMBERS] {
            let gone = on!(self.session, conn => sqlx::query(sql).bind(scope.0.0).bind(before.0).bind(FORGOTTEN_MAX).execute(conn).await.map(|r| r.rows_affected()))?;
            more |= i64::try_from(gone).is_ok_and(|gone| gone == FORGOTTEN_MAX);
        }
        Ok(more)
    }
}
