//! Disputes: where each stands, until when, who of the marketplace's team mediates, and the files that prove something. What is said in one
//! is in its conversation's log.

use model::{
    conversation::Money,
    dispute::{DisputeState, Problem},
    file::Media,
    id::{AccountId, AttachmentId, ConversationId, CustomerId, OrderId, StoreId, VisitorId},
    party::Side,
    text::{FileName, Name, Slug},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::side,
    notice::Notice,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows of a page of disputes.
pub const DISPUTE_ROWS_MAX: i64 = 50;
/// Disputes of one order that are shown.
const OF_ORDER_MAX: i64 = 20;
/// Disputes whose deadline has passed that are looked after at once.
const DUE_MAX: i64 = 100;
/// Files of one dispute that are listed.
const EVIDENCE_MAX: i64 = 500;

/// What every reader of a dispute reads, so that there is one row type.
macro_rules! select_dispute {
    ($rest:literal) => {
        concat!(
            "SELECT d.conversation_id, d.store_id, d.order_id, d.number, d.problem, d.state, d.steps, d.due_at_ms, d.mediator_id,
            m.name AS mediator_name, d.opened_at_ms, d.closed_at_ms, s.name AS store_name, s.slug AS store_slug,
            o.number AS order_number, d.total_minor, d.currency,
            c.visitor_id, c.customer_id, c.contact_name, cu.name AS customer_name, c.unread_desk, c.unread_shopper
            FROM dispute d JOIN conversation c ON c.id = d.conversation_id AND c.store_id = d.store_id AND c.erased_at_ms IS NULL
            JOIN store s ON s.id = d.store_id
            JOIN purchase_order o ON o.id = d.order_id AND o.store_id = d.store_id
            LEFT JOIN account m ON m.id = d.mediator_id
            LEFT JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id ",
            $rest
        )
    };
}

statements! {
    MEDIATOR_OF = "SELECT mediator_id FROM dispute WHERE conversation_id = $1 AND store_id = $2";
    DISPUTE = select_dispute!("WHERE d.conversation_id = $1 AND d.store_id = $2");
    DISPUTE_ANYWHERE = select_dispute!("WHERE d.conversation_id = $1");
    DISPUTES_OF_ORDER = select_dispute!("WHERE d.store_id = $1 AND d.order_id = $2 ORDER BY d.opened_at_ms DESC, d.conversation_id DESC LIMIT $3");
    /// What goes on next first.
    OPEN_DISPUTES = select_dispute!(
        "WHERE d.store_id = $1 AND d.closed_at_ms IS NULL AND (d.due_at_ms, d.conversation_id) > ($2, $3)
        ORDER BY d.due_at_ms, d.conversation_id LIMIT $4");
    CLOSED_DISPUTES = select_dispute!(
        "WHERE d.store_id = $1 AND d.closed_at_ms IS NOT NULL AND (d.closed_at_ms, d.conversation_id) < ($2, $3)
        ORDER BY d.closed_at_ms DESC, d.conversation_id DESC LIMIT $4");
    WAITING_DISPUTES_ANYWHERE = select_dispute!(
        "WHERE d.state_name IN ('mediation', 'appealed') AND (d.due_at_ms, d.conversation_id) > ($1, $2)
        ORDER BY d.due_at_ms, d.conversation_id LIMIT $3");
    OPEN_DISPUTES_ANYWHERE = select_dispute!(
        "WHERE d.closed_at_ms IS NULL AND (d.due_at_ms, d.conversation_id) > ($1, $2)
        ORDER BY d.due_at_ms, d.conversation_id LIMIT $3");
    CLOSED_DISPUTES_ANYWHERE = select_dispute!(
        "WHERE d.closed_at_ms IS NOT NULL AND (d.closed_at_ms, d.conversation_id) < ($1, $2)
        ORDER BY d.closed_at_ms DESC, d.conversation_id DESC LIMIT $3");
    COUNT_WAITING_DISPUTES = "SELECT COUNT(*) FROM dispute d
        JOIN conversation c ON c.id = d.conversation_id AND c.store_id = d.store_id AND c.erased_at_ms IS NULL
        WHERE d.state_name IN ('mediation', 'appealed')";
    /// At a suspended store neither side gets in to answer, so time is nobody's silence there; `SHORT_DISPUTES` gives it back. One that has
    /// left does not open again, and what is due there goes on.
    DUE_DISPUTES = "SELECT d.store_id, d.conversation_id FROM dispute d
        JOIN conversation c ON c.id = d.conversation_id AND c.store_id = d.store_id AND c.erased_at_ms IS NULL
        JOIN store s ON s.id = d.store_id AND (s.suspended_at_ms IS NULL OR s.off_boarded_at_ms IS NOT NULL)
        WHERE d.due_at_ms <= $1 ORDER BY d.due_at_ms LIMIT $2";
    SHORT_DISPUTES = "SELECT conversation_id FROM dispute
        WHERE store_id = $1 AND closed_at_ms IS NULL AND due_at_ms < $2 AND conversation_id > $3 ORDER BY conversation_id LIMIT $4";
    SET_DEADLINE = "UPDATE dispute SET state = $3, due_at_ms = $4 WHERE conversation_id = $1 AND store_id = $2 AND closed_at_ms IS NULL";
    INSERT_DISPUTE = "INSERT INTO dispute (conversation_id, store_id, order_id, number, problem, state, state_name, due_at_ms, opened_at_ms,
        total_minor, currency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Only whoever knows how it stands moves it on.
    SET_DISPUTE = "UPDATE dispute SET state = $4, state_name = $5, due_at_ms = $6, closed_at_ms = $7, steps = steps + 1
        WHERE conversation_id = $1 AND store_id = $2 AND steps = $3";
    SET_MEDIATOR = "UPDATE dispute SET mediator_id = $3 WHERE conversation_id = $1 AND store_id = $2";
    /// What stands in a log without being a message is news all the same.
    TOLD_OF_DISPUTE = "UPDATE conversation SET unread_desk = unread_desk + $3, unread_shopper = unread_shopper + $4
        WHERE id = $1 AND store_id = $2";
    EVIDENCE = "SELECT id, name, media_type, size_bytes, sha256, uploader_kind, uploader_id, created_at_ms FROM attachment
        WHERE conversation_id = $1 AND store_id = $2 AND state = 'ready' ORDER BY created_at_ms, id LIMIT $3";
}

/// A new dispute; its conversation is there already.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewDispute {
    pub conversation: ConversationId,
    pub order: OrderId,
    pub total: Money,
    pub problem: Problem,
    pub state: DisputeState,
}

/// A dispute, without its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeRow {
    /// Its conversation.
    pub conversation: ConversationId,
    /// The vendor.
    pub store: StoreId,
    /// Their name.
    pub store_name: Name,
    /// The same, in addresses.
    pub store_slug: Slug,
    /// Counted with the vendor's other cases.
    pub number: i64,
    /// What is wrong, as the buyer says.
    pub problem: Problem,
    /// The order.
    pub order: OrderId,
    /// The shop's number of it.
    pub order_number: String,
    /// What it cost when the dispute was begun, whatever the shop tells since.
    pub total: Money,
    /// Where it stands.
    pub state: DisputeState,
    /// How many steps were taken.
    pub steps: i64,
    /// Who of the team mediates, once somebody does.
    pub mediator: Option<(AccountId, Name)>,
    /// When it was begun.
    pub opened_at: Timestamp,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// As whom the buyer takes part.
    pub visitor: Option<VisitorId>,
    /// The buyer.
    pub customer: Option<CustomerId>,
    /// Their name, as far as it is known.
    pub buyer: Option<Name>,
    /// What the desk has not seen, and what the buyer has not seen.
    pub unread: (u32, u32),
}

/// A file that was given in a dispute, with what proves that it is still the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// In its address.
    pub id: AttachmentId,
    /// As its giver named it.
    pub name: FileName,
    /// What it is.
    pub media: Media,
    /// Its bytes, as they are kept.
    pub size: u32,
    /// Of those bytes.
    pub sha256: Vec<u8>,
    /// Whose side gave it.
    pub side: Option<Side>,
    /// Who of it.
    pub uploader: Uuid,
    /// When.
    pub at: Timestamp,
}

/// Which disputes a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DisputesWanted {
    /// Those that wait for the marketplace, what is due first on top. (Of the team's list; a vendor's shows those that are open.)
    Waiting,
    /// Those that are not over, what is due first on top.
    #[default]
    Open,
    /// Those that are over, the last one on top.
    Closed,
}

#[derive(sqlx::FromRow)]
struct Row {
    conversation_id: Uuid,
    store_id: Uuid,
    order_id: Uuid,
    number: i64,
    problem: String,
    state: String,
    steps: i64,
    mediator_id: Option<Uuid>,
    mediator_name: Option<String>,
    opened_at_ms: i64,
    closed_at_ms: Option<i64>,
    store_name: String,
    store_slug: String,
    order_number: String,
    total_minor: i64,
    currency: String,
    visitor_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    contact_name: Option<String>,
    customer_name: Option<String>,
    unread_desk: i64,
    unread_shopper: i64,
}

#[derive(sqlx::FromRow)]
struct FileRow {
    id: Uuid,
    name: String,
    media_type: String,
    size_bytes: i64,
    sha256: Vec<u8>,
    uploader_kind: String,
    uploader_id: Uuid,
    created_at_ms: i64,
}

fn bad(column: &'static str) -> StorageError {
    StorageError::inconsistent("dispute", column)
}

fn name(text: Option<String>) -> Option<Name> {
    text.and_then(|text| Name::parse(&text).ok())
}

impl TryFrom<Row> for DisputeRow {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        let count = |n: i64| u32::try_from(n).unwrap_or(0);
        Ok(Self {
            conversation: ConversationId(row.conversation_id),
            store: StoreId(row.store_id),
            store_name: Name::parse(&row.store_name).map_err(|_| bad("store_id"))?,
            store_slug: Slug::parse(&row.store_slug).map_err(|_| bad("store_id"))?,
            number: row.number,
            problem: Problem::from_code(&row.problem).ok_or(bad("problem"))?,
            order: OrderId(row.order_id),
            order_number: row.order_number,
            total: Money {
                minor: row.total_minor,
                currency: row.currency,
            },
            state: serde_json::from_str(&row.state).map_err(|_| bad("state"))?,
            steps: row.steps,
            mediator: row.mediator_id.map(AccountId).zip(name(row.mediator_name)),
            opened_at: Timestamp(row.opened_at_ms),
            closed_at: row.closed_at_ms.map(Timestamp),
            visitor: row.visitor_id.map(VisitorId),
            customer: row.customer_id.map(CustomerId),
            buyer: name(row.customer_name).or_else(|| name(row.contact_name)),
            unread: (count(row.unread_desk), count(row.unread_shopper)),
        })
    }
}

impl TryFrom<FileRow> for EvidenceRow {
    type Error = StorageError;
    fn try_from(row: FileRow) -> Result<Self, StorageError> {
        let bad = |column| StorageError::inconsistent("attachment", column);
        Ok(Self {
            id: AttachmentId(row.id),
            name: FileName::parse(&row.name).map_err(|_| bad("name"))?,
            media: Media::from_code(&row.media_type).ok_or(bad("media_type"))?,
            size: u32::try_from(row.size_bytes).map_err(|_| bad("size_bytes"))?,
            sha256: row.sha256,
            side: side(&row.uploader_kind),
            uploader: row.uploader_id,
            at: Timestamp(row.created_at_ms),
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<DisputeRow>, StorageError> {
    rows.into_iter().map(TryInto::try_into).collect()
}

fn json(state: &DisputeState) -> Result<String, StorageError> {
    serde_json::to_string(state).map_err(|_| bad("state"))
}

/// Where a page of disputes goes on: the time that it is sorted by, and the id.
pub type DisputeCursor = (Timestamp, ConversationId);

/// Upwards from the beginning, or downwards from the end of time.
fn cursor(after: Option<DisputeCursor>, wanted: DisputesWanted) -> (i64, Uuid) {
    match (after, wanted) {
        (Some((at, id)), _) => (at.0, id.0),
        (None, DisputesWanted::Closed) => (i64::MAX, Uuid::max()),
        (None, DisputesWanted::Waiting | DisputesWanted::Open) => (i64::MIN, Uuid::nil()),
    }
}

impl Session {
    /// Who mediates in a dispute, once somebody does.
    pub async fn mediator_of(&mut self, scope: StoreScope, id: ConversationId) -> Result<Option<AccountId>, StorageError> {
        self.within(scope).await?;
        let found: Option<Option<Uuid>> =
            on!(self, conn => sqlx::query_scalar(MEDIATOR_OF).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(found.flatten().map(AccountId))
    }

    /// The dispute that a conversation is.
    pub async fn dispute(&mut self, scope: StoreScope, id: ConversationId) -> Result<Option<DisputeRow>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(DISPUTE).bind(id.0).bind(scope.0.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The same, whosever it is: for the marketplace's team.
    pub async fn dispute_anywhere(&mut self, _: Installation, id: ConversationId) -> Result<Option<DisputeRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(DISPUTE_ANYWHERE).bind(id.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The disputes about an order, the last one first. At most one of them is open.
    pub async fn disputes_of_order(&mut self, scope: StoreScope, order: OrderId) -> Result<Vec<DisputeRow>, StorageError> {
        self.within(scope).await?;
        all(on!(self, conn => sqlx::query_as(DISPUTES_OF_ORDER).bind(scope.0.0).bind(order.0).bind(OF_ORDER_MAX).fetch_all(conn).await)?)
    }

    /// A page of a vendor's disputes; one row more than a page tells that there is another.
    pub async fn disputes(
        &mut self,
        scope: StoreScope,
        wanted: DisputesWanted,
        after: Option<DisputeCursor>,
    ) -> Result<Vec<DisputeRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = cursor(after, wanted);
        let sql = match wanted {
            DisputesWanted::Waiting | DisputesWanted::Open => OPEN_DISPUTES,
            DisputesWanted::Closed => CLOSED_DISPUTES,
        };
        all(on!(self, conn => sqlx::query_as(sql).bind(scope.0.0).bind(at).bind(id).bind(DISPUTE_ROWS_MAX + 1).fetch_all(conn).await)?)
    }

    /// The same of all vendors: for the marketplace's team.
    pub async fn disputes_anywhere(
        &mut self,
        _: Installation,
        wanted: DisputesWanted,
        after: Option<DisputeCursor>,
    ) -> Result<Vec<DisputeRow>, StorageError> {
        self.within(Installation).await?;
        let (at, id) = cursor(after, wanted);
        let sql = match wanted {
            DisputesWanted::Waiting => WAITING_DISPUTES_ANYWHERE,
            DisputesWanted::Open => OPEN_DISPUTES_ANYWHERE,
            DisputesWanted::Closed => CLOSED_DISPUTES_ANYWHERE,
        };
        all(on!(self, conn => sqlx::query_as(sql).bind(at).bind(id).bind(DISPUTE_ROWS_MAX + 1).fetch_all(conn).await)?)
    }

    /// Disputes whose deadline has passed, some of them.
    pub async fn due_disputes(&mut self, _: Installation, now: Timestamp) -> Result<Vec<(StoreScope, ConversationId)>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<(Uuid, Uuid)> = on!(self, conn => sqlx::query_as(DUE_DISPUTES).bind(now.0).bind(DUE_MAX).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(store, id)| (StoreScope(StoreId(store)), ConversationId(id)))
            .collect())
    }

    /// Open disputes of a store whose deadline comes before a moment, some of them in the order of their ids.
    pub async fn short_disputes(
        &mut self,
        scope: StoreScope,
        before: Timestamp,
        after: Option<ConversationId>,
    ) -> Result<Vec<ConversationId>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(SHORT_DISPUTES)
            .bind(scope.0.0).bind(before.0).bind(after.map_or(Uuid::nil(), |id| id.0)).bind(DUE_MAX).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(ConversationId).collect())
    }

    /// How many disputes wait for the team.
    pub async fn waiting_disputes(&mut self, _: Installation) -> Result<u32, StorageError> {
        self.within(Installation).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(COUNT_WAITING_DISPUTES).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// The files that were given in a conversation, with what proves that they are still the same, the first one first.
    pub async fn evidence(&mut self, scope: StoreScope, id: ConversationId) -> Result<Vec<EvidenceRow>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<FileRow> =
            on!(self, conn => sqlx::query_as(EVIDENCE).bind(id.0).bind(scope.0.0).bind(EVIDENCE_MAX).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Tx {
    /// A conversation becomes a dispute; answers its number. A second open one about the same order is a conflict.
    pub async fn insert_dispute(&mut self, scope: StoreScope, new: &NewDispute, at: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        let number = self.next_case(scope).await?;
        let state = json(&new.state)?;
        on!(self.session, conn => sqlx::query(INSERT_DISPUTE)
            .bind(new.conversation.0).bind(scope.0.0).bind(new.order.0).bind(number).bind(new.problem.code())
            .bind(&state).bind(new.state.code()).bind(new.state.deadline().map(|t| t.0)).bind(at.0)
            .bind(new.total.minor).bind(&new.total.currency)
            .execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(number)
    }

    /// Where a dispute stands from now on; `false` when somebody else took a step since `steps` of them were counted.
    pub async fn set_dispute(
        &mut self,
        scope: StoreScope,
        id: ConversationId,
        steps: i64,
        state: &DisputeState,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let (text, closed) = (json(state)?, state.is_closed().then_some(at.0));
        let rows = on!(self.session, conn => sqlx::query(SET_DISPUTE)
            .bind(id.0).bind(scope.0.0).bind(steps).bind(&text).bind(state.code()).bind(state.deadline().map(|t| t.0)).bind(closed)
            .execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(rows == 1)
    }

    /// The same state with another deadline. Nobody took a step; whoever asks holds the conversation.
    pub async fn set_deadline(&mut self, scope: StoreScope, id: ConversationId, state: &DisputeState) -> Result<(), StorageError> {
        self.within(scope).await?;
        let text = json(state)?;
        on!(self.session, conn => sqlx::query(SET_DEADLINE)
            .bind(id.0).bind(scope.0.0).bind(&text).bind(state.deadline().map(|t| t.0)).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Who mediates from now on.
    pub async fn set_mediator(&mut self, scope: StoreScope, id: ConversationId, mediator: AccountId) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_MEDIATOR)
            .bind(id.0).bind(scope.0.0).bind(mediator.0).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// There is something in a dispute that the desk, or the buyer, has not seen.
    pub async fn told_of_dispute(&mut self, scope: StoreScope, id: ConversationId, desk: bool, buyer: bool) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(TOLD_OF_DISPUTE)
            .bind(id.0).bind(scope.0.0).bind(i64::from(desk)).bind(i64::from(buyer)).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }
}
