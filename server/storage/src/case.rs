//! Threads and tickets: the subject, the status and the clock that a conversation has as a case. What is said in it is in its log.

use model::{
    case::{CaseClock, CaseStatus, Priority, Topic},
    conversation::Kind,
    id::{AccountId, ConversationId, CustomerId, StoreId},
    party::Side,
    text::Name,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::side,
    notice::Notice,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows of a page of cases.
pub const CASE_ROWS_MAX: i64 = 50;

/// What every reader of a case reads, so that there is one row type.
macro_rules! select_case {
    ($rest:literal) => {
        concat!(
            "SELECT f.conversation_id, f.store_id, f.kind, f.number, f.subject, f.topic, f.status, f.priority, f.assignee_id,
            a.name AS assignee_name, f.requester_account_id, f.requester_store_id, f.requester_customer_id, f.on_behalf,
            f.from_conversation_id, f.from_store_id, f.merged_into_id, f.opened_at_ms, f.answered_at_ms, f.resolved_at_ms,
            f.answer_due_ms, f.resolution_due_ms, f.paused_at_ms, f.due_at_ms, f.changed_at_ms,
            c.awaiting, c.customer_id, c.visitor_id, c.contact_name, cu.name AS customer_name, c.about_name, c.unread_desk, c.unread_shopper
            FROM case_file f JOIN conversation c ON c.id = f.conversation_id AND c.store_id = f.store_id AND c.erased_at_ms IS NULL
            LEFT JOIN account a ON a.id = f.assignee_id
            LEFT JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id ",
            $rest
        )
    };
}
pub(crate) use select_case;

statements! {
    NEXT_CASE = "UPDATE store SET last_case = last_case + 1 WHERE id = $1 RETURNING last_case";
    INSERT_CASE = "INSERT INTO case_file (conversation_id, store_id, kind, number, subject, topic, status, priority,
        requester_account_id, requester_store_id, requester_customer_id, on_behalf, from_conversation_id, from_store_id,
        opened_at_ms, answer_due_ms, resolution_due_ms, due_at_ms, changed_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $15)";
    CASE = select_case!("WHERE f.conversation_id = $1 AND f.store_id = $2");
    CASE_OF_NUMBER = select_case!("WHERE f.store_id = $1 AND f.number = $2 AND f.kind = $3");
    /// Newest first.
    CASES = select_case!(
        "WHERE f.store_id = $1 AND f.kind = $2 AND (f.changed_at_ms, f.conversation_id) < ($3, $4)
        ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $5");
    /// A customer's own.
    CASES_OF_CUSTOMER = select_case!(
        "WHERE f.store_id = $1 AND f.kind = $2 AND c.customer_id = $3 AND (f.changed_at_ms, f.conversation_id) < ($4, $5)
        ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $6");
    SET_CASE = "UPDATE case_file SET status = $3, priority = $4, topic = $5, assignee_id = $6, answered_at_ms = $7, resolved_at_ms = $8,
        answer_due_ms = $9, resolution_due_ms = $10, paused_at_ms = $11, due_at_ms = $12, merged_into_id = $13, changed_at_ms = $14
        WHERE conversation_id = $1 AND store_id = $2";
}

/// Who began a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    /// Nobody special: the customer of the conversation. Threads.
    Customer,
    /// Somebody who works for a store: for the store (its staff sees it), or for themselves (nobody else there does, B11).
    Account {
        /// Who.
        account: AccountId,
        /// Where they work.
        store: StoreId,
        /// Whether they speak for it.
        on_behalf: bool,
    },
    /// A shopper of a store.
    Shopper {
        /// The store.
        store: StoreId,
        /// The customer there.
        customer: CustomerId,
    },
}

/// A new case; its conversation is there already.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewCase {
    pub conversation: ConversationId,
    /// [`Kind::Thread`] or [`Kind::Ticket`].
    pub kind: Kind,
    pub subject: Name,
    pub topic: Topic,
    pub priority: Priority,
    pub status: CaseStatus,
    pub requester: Requester,
    /// The conversation it came out of, at its store.
    pub from: Option<(StoreId, ConversationId)>,
    /// Of tickets.
    pub clock: Option<CaseClock>,
}

/// A case, without its log.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// Its conversation.
    pub conversation: ConversationId,
    /// At whose desk it stands.
    pub store: StoreId,
    /// Thread or ticket.
    pub kind: Kind,
    /// Counted per desk.
    pub number: i64,
    /// In one line.
    pub subject: Name,
    /// What it is about.
    pub topic: Topic,
    /// How far it is.
    pub status: CaseStatus,
    /// How soon it is to be answered.
    pub priority: Priority,
    /// Who of the desk has it.
    pub assignee: Option<(AccountId, Name)>,
    /// Who began it.
    pub requester: Requester,
    /// What it came out of.
    pub from: Option<(StoreId, ConversationId)>,
    /// The case in which it goes on.
    pub merged_into: Option<ConversationId>,
    /// Of tickets.
    pub clock: Option<CaseClock>,
    /// What is due next.
    pub due_at: Option<Timestamp>,
    /// When something last happened to it.
    pub changed_at: Timestamp,
    /// Whose turn it is.
    pub awaiting: Option<Side>,
    /// With whom, at this desk.
    pub customer: Option<CustomerId>,
    /// Their name, as far as it is known.
    pub with: Option<Name>,
    /// The product's or order's name, if it is about one.
    pub about: Option<String>,
    /// Messages that the desk has not seen, and that the other side has not seen.
    pub unread: (u32, u32),
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    conversation_id: Uuid,
    store_id: Uuid,
    kind: String,
    number: i64,
    subject: String,
    topic: String,
    status: String,
    priority: String,
    assignee_id: Option<Uuid>,
    assignee_name: Option<String>,
    requester_account_id: Option<Uuid>,
    requester_store_id: Option<Uuid>,
    requester_customer_id: Option<Uuid>,
    on_behalf: i64,
    from_conversation_id: Option<Uuid>,
    from_store_id: Option<Uuid>,
    merged_into_id: Option<Uuid>,
    opened_at_ms: i64,
    answered_at_ms: Option<i64>,
    resolved_at_ms: Option<i64>,
    answer_due_ms: Option<i64>,
    resolution_due_ms: Option<i64>,
    paused_at_ms: Option<i64>,
    due_at_ms: Option<i64>,
    changed_at_ms: i64,
    awaiting: Option<String>,
    customer_id: Option<Uuid>,
    contact_name: Option<String>,
    customer_name: Option<String>,
    about_name: Option<String>,
    unread_desk: i64,
    unread_shopper: i64,
}

fn bad(column: &'static str) -> StorageError {
    StorageError::inconsistent("case_file", column)
}

fn name(text: Option<String>) -> Option<Name> {
    text.and_then(|t| Name::parse(&t).ok())
}

impl TryFrom<Row> for CaseRow {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        let requester = match (row.requester_account_id, row.requester_store_id, row.requester_customer_id) {
            (Some(account), Some(store), _) => Requester::Account {
                account: AccountId(account),
                store: StoreId(store),
                on_behalf: row.on_behalf != 0,
            },
            (None, Some(store), Some(customer)) => Requester::Shopper {
                store: StoreId(store),
                customer: CustomerId(customer),
            },
            _ => Requester::Customer,
        };
        let clock = row.answer_due_ms.zip(row.resolution_due_ms).map(|(answer, resolution)| CaseClock {
            opened_at: Timestamp(row.opened_at_ms),
            answered_at: row.answered_at_ms.map(Timestamp),
            resolved_at: row.resolved_at_ms.map(Timestamp),
            answer_due: Timestamp(answer),
            resolution_due: Timestamp(resolution),
            paused_at: row.paused_at_ms.map(Timestamp),
        });
        let count = |n: i64| u32::try_from(n).unwrap_or(0);
        Ok(Self {
            conversation: ConversationId(row.conversation_id),
            store: StoreId(row.store_id),
            kind: Kind::from_code(&row.kind).ok_or(bad("kind"))?,
            number: row.number,
            subject: Name::parse(&row.subject).map_err(|_| bad("subject"))?,
            topic: Topic::from_code(&row.topic).ok_or(bad("topic"))?,
            status: CaseStatus::from_code(&row.status).ok_or(bad("status"))?,
            priority: Priority::from_code(&row.priority).ok_or(bad("priority"))?,
            assignee: row.assignee_id.map(AccountId).zip(name(row.assignee_name)),
            requester,
            from: row
                .from_store_id
                .zip(row.from_conversation_id)
                .map(|(store, id)| (StoreId(store), ConversationId(id))),
            merged_into: row.merged_into_id.map(ConversationId),
            clock,
            due_at: row.due_at_ms.map(Timestamp),
            changed_at: Timestamp(row.changed_at_ms),
            awaiting: row.awaiting.as_deref().and_then(side),
            customer: row.customer_id.map(CustomerId),
            with: name(row.customer_name).or_else(|| name(row.contact_name)),
            about: row.about_name,
            unread: (count(row.unread_desk), count(row.unread_shopper)),
        })
    }
}

pub(crate) fn all(rows: Vec<Row>) -> Result<Vec<CaseRow>, StorageError> {
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Where a page of cases goes on.
pub type CaseCursor = (Timestamp, ConversationId);

pub(crate) fn cursor(after: Option<CaseCursor>) -> (i64, Uuid) {
    after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.0, id.0))
}

impl Session {
    /// The case that a conversation is.
    pub async fn case(&mut self, scope: StoreScope, id: ConversationId) -> Result<Option<CaseRow>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(CASE).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The case of a desk with this number.
    pub async fn case_of_number(&mut self, scope: StoreScope, kind: Kind, number: i64) -> Result<Option<CaseRow>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> =
            on!(self, conn => sqlx::query_as(CASE_OF_NUMBER).bind(scope.0.0).bind(number).bind(kind.code()).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// A page of a desk's cases, newest first; one row more than a page tells that there is another.
    pub async fn cases(&mut self, scope: StoreScope, kind: Kind, after: Option<CaseCursor>) -> Result<Vec<CaseRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = cursor(after);
        all(on!(self, conn => sqlx::query_as(CASES)
            .bind(scope.0.0).bind(kind.code()).bind(at).bind(id).bind(CASE_ROWS_MAX + 1).fetch_all(conn).await)?)
    }

    /// The same of one customer's.
    pub async fn cases_of_customer(
        &mut self,
        scope: StoreScope,
        kind: Kind,
        customer: CustomerId,
        after: Option<CaseCursor>,
    ) -> Result<Vec<CaseRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = cursor(after);
        all(on!(self, conn => sqlx::query_as(CASES_OF_CUSTOMER)
            .bind(scope.0.0).bind(kind.code()).bind(customer.0).bind(at).bind(id).bind(CASE_ROWS_MAX + 1).fetch_all(conn).await)?)
    }
}

impl Tx {
    /// The next number of a desk's cases: threads, tickets and disputes are counted together.
    pub(crate) async fn next_case(&mut self, scope: StoreScope) -> Result<i64, StorageError> {
        self.within(scope).await?;
        let number: Option<i64> = on!(self.session, conn => sqlx::query_scalar(NEXT_CASE).bind(scope.0.0).fetch_optional(conn).await)?;
        number.ok_or(StorageError::inconsistent("store", "id"))
    }

    /// A conversation becomes a case; answers its number.
    pub async fn insert_case(&mut self, scope: StoreScope, new: &NewCase, at: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        let number = self.next_case(scope).await?;
        let (account, store, customer, on_behalf) = match new.requester {
            Requester::Customer => (None, None, None, false),
            Requester::Account { account, store, on_behalf } => (Some(account.0), Some(store.0), None, on_behalf),
            Requester::Shopper { store, customer } => (None, Some(store.0), Some(customer.0), false),
        };
        let clock = new.clock.as_ref();
        on!(self.session, conn => sqlx::query(INSERT_CASE)
            .bind(new.conversation.0).bind(scope.0.0).bind(new.kind.code()).bind(number).bind(new.subject.as_str())
            .bind(new.topic.code()).bind(new.status.code()).bind(new.priority.code())
            .bind(account).bind(store).bind(customer).bind(i64::from(on_behalf))
            .bind(new.from.map(|(_, id)| id.0)).bind(new.from.map(|(store, _)| store.0)).bind(at.0)
            .bind(clock.map(|c| c.answer_due.0)).bind(clock.map(|c| c.resolution_due.0)).bind(clock.and_then(CaseClock::due).map(|t| t.0))
            .execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(number)
    }

    /// What a case is from now on: all that can change of it, as it stands in `row`.
    pub async fn set_case(&mut self, scope: StoreScope, row: &CaseRow, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        let clock = row.clock.as_ref();
        let due = clock.filter(|_| row.status.is_open()).and_then(CaseClock::due);
        on!(self.session, conn => sqlx::query(SET_CASE)
            .bind(row.conversation.0).bind(scope.0.0).bind(row.status.code()).bind(row.priority.code()).bind(row.topic.code())
            .bind(row.assignee.as_ref().map(|(id, _)| id.0)).bind(clock.and_then(|c| c.answered_at).map(|t| t.0))
            .bind(clock.and_then(|c| c.resolved_at).map(|t| t.0)).bind(clock.map(|c| c.answer_due.0)).bind(clock.map(|c| c.resolution_due.0))
            .bind(clock.and_then(|c| c.paused_at).map(|t| t.0)).bind(due.map(|t| t.0)).bind(row.merged_into.map(|id| id.0)).bind(at.0)
            .execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }
}
