//! The history as a table. A line is one conversation of a guest, or all that a signed-in customer has in the history: then it shows a
//! saved one before others, and the latest of these. Nothing is kept of lines; each page asks which conversations stand for one.

use model::{
    desk::InboxCursor,
    event::EventKind,
    history::{HistoryPlace, HistoryRow, HistorySort},
    id::{ConversationId, CustomerId},
    limits::LINE_CONVERSATIONS_MAX,
    party::Customer,
    text::{EmailAddress, Name, Phone},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::{Conversation, all, select_conversation},
    scope::StoreScope,
    session::{Conn, Session, on},
    statement::statements,
};

/// The shelves of `conversation.shelf`.
const SAVED: i64 = 2;
const PLAIN: i64 = 1;
/// Stands behind every name there is.
const LAST_NAME: &str = "\u{10ffff}";

/// What every line shows. Of a customer's conversations the last one stands for them, which the index knows without reading the others; a
/// guest's stands for itself.
macro_rules! select_line {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.shelf, c.sort_name, c.history_at_ms, cu.external_id, cu.name AS customer_name, c.guest_number, c.customer_id,
            c.contact_name, c.contact_email, c.contact_phone, cu.email AS customer_email, cu.phone AS customer_phone, c.rating,
            (SELECT e.payload FROM event e WHERE e.conversation_id = c.id AND e.store_id = c.store_id AND e.audience = 'all'
                AND e.kind = 'posted' AND e.author_kind = 'shopper' ORDER BY e.seq DESC LIMIT 1) AS said
            FROM conversation c
            LEFT JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id
            WHERE c.store_id = $1 AND (c.customer_id IS NULL OR c.id = (SELECT n.id FROM conversation n
                WHERE n.store_id = c.store_id AND n.customer_id = c.customer_id AND n.shelf IS NOT NULL
                ORDER BY n.shelf DESC, n.history_at_ms DESC, n.id DESC LIMIT 1)) ",
            $rest
        )
    };
}

statements! {
    LINES_NEWEST = select_line!("AND c.shelf = $2 AND (c.history_at_ms, c.id) < ($3, $4) ORDER BY c.history_at_ms DESC, c.id DESC LIMIT $5");
    LINES_OLDEST = select_line!("AND c.shelf = $2 AND (c.history_at_ms, c.id) > ($3, $4) ORDER BY c.history_at_ms, c.id LIMIT $5");
    LINES_NAME_UP = select_line!(
        "AND c.shelf = $2 AND (c.sort_name, c.history_at_ms, c.id) > ($3, $4, $5) ORDER BY c.sort_name, c.history_at_ms, c.id LIMIT $6");
    LINES_NAME_DOWN = select_line!(
        "AND c.shelf = $2 AND (c.sort_name, c.history_at_ms, c.id) < ($3, $4, $5)
        ORDER BY c.sort_name DESC, c.history_at_ms DESC, c.id DESC LIMIT $6");
    LINE_OF_CUSTOMER = select_line!(
        "AND c.customer_id = $2 AND c.shelf IS NOT NULL ORDER BY c.shelf DESC, c.history_at_ms DESC, c.id DESC LIMIT 1");
    LINE_OF_CONVERSATION = select_line!("AND c.id = $2 AND c.shelf IS NOT NULL LIMIT 1");
    WHOSE_LINE = "SELECT id, customer_id FROM conversation WHERE id = $1 AND store_id = $2 AND shelf IS NOT NULL";
    CONVERSATIONS_OF_LINE = select_conversation!(
        "WHERE c.store_id = $1 AND c.customer_id = $2 AND c.shelf IS NOT NULL AND (c.last_event_at_ms, c.id) < ($3, $4)
        ORDER BY c.last_event_at_ms DESC, c.id DESC LIMIT $5");
    CONVERSATION_OF_LINE = select_conversation!("WHERE c.store_id = $1 AND c.id = $2 AND c.shelf IS NOT NULL");
    OVER_OF_CUSTOMER = "SELECT id FROM conversation
        WHERE store_id = $1 AND customer_id = $2 AND shelf IS NOT NULL AND stage = 'closed' AND legal_hold_at_ms IS NULL ORDER BY id LIMIT $3";
    OVER_OF_CONVERSATION = "SELECT id FROM conversation
        WHERE store_id = $1 AND id = $2 AND shelf IS NOT NULL AND stage = 'closed' AND legal_hold_at_ms IS NULL LIMIT $3";
    HELD_OF_CUSTOMER = "SELECT COUNT(*) FROM conversation
        WHERE store_id = $1 AND customer_id = $2 AND shelf IS NOT NULL AND legal_hold_at_ms IS NOT NULL";
    HELD_OF_CONVERSATION = "SELECT COUNT(*) FROM conversation
        WHERE store_id = $1 AND id = $2 AND shelf IS NOT NULL AND legal_hold_at_ms IS NOT NULL";
}

// Many lines at once. A question costs SQLite little and PostgreSQL a way there and back, so only that is asked for all of them together; and
// only that has a type for several ids.
const POSTGRES_LINES_OF_CUSTOMERS: &str = select_line!("AND c.customer_id = ANY($2) AND c.shelf IS NOT NULL");
const POSTGRES_LINES_OF_CONVERSATIONS: &str = select_line!("AND c.id = ANY($2) AND c.shelf IS NOT NULL");

/// Whose conversations stand in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HistoryLine {
    /// All of a signed-in customer (P-63).
    Customer(CustomerId),
    /// One of a guest (P-64).
    Conversation(ConversationId),
}

impl HistoryLine {
    /// The line of a conversation.
    pub fn of(conversation: ConversationId, customer: Option<CustomerId>) -> Self {
        customer.map_or(Self::Conversation(conversation), Self::Customer)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    shelf: i64,
    sort_name: String,
    history_at_ms: i64,
    external_id: Option<String>,
    customer_name: Option<String>,
    guest_number: Option<i64>,
    customer_id: Option<Uuid>,
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    customer_email: Option<String>,
    customer_phone: Option<String>,
    rating: Option<i64>,
    said: Option<String>,
}

fn name(text: Option<&str>) -> Option<Name> {
    text.and_then(|text| Name::parse(text).ok())
}

impl From<Row> for HistoryRow {
    fn from(row: Row) -> Self {
        let customer = match &row.external_id {
            Some(number) => Customer::Member {
                number: number.clone(),
                name: name(row.customer_name.as_deref())
                    .or_else(|| name(row.contact_name.as_deref()))
                    .or_else(|| name(Some(number)))
                    .unwrap_or_else(|| Name::parse("?").expect("one character is a name")),
            },
            None => Customer::Guest {
                number: row.guest_number.unwrap_or_default(),
                name: name(row.contact_name.as_deref()),
            },
        };
        // Only of those who were signed in (P-60): what guests type is in the conversation.
        let signed_in = row.customer_id.is_some();
        let of_customer = |typed: Option<String>, known: Option<String>| typed.or(known).filter(|_| signed_in);
        let said = row.said.and_then(|payload| serde_json::from_str::<EventKind>(&payload).ok());
        Self {
            place: HistoryPlace {
                saved: row.shelf == SAVED,
                name: row.sort_name,
                at: Timestamp(row.history_at_ms),
                id: ConversationId(row.id),
            },
            customer,
            said: match said {
                Some(EventKind::Posted { body }) => body.preview(),
                _ => String::new(),
            },
            email: of_customer(row.contact_email, row.customer_email).and_then(|email| EmailAddress::parse(&email).ok()),
            phone: of_customer(row.contact_phone, row.customer_phone).and_then(|phone| Phone::parse(&phone).ok()),
            stars: row.rating.and_then(|stars| u8::try_from(stars).ok()),
        }
    }
}

impl Session {
    /// Lines of one shelf, the saved one or the other, from a place on.
    pub async fn history_lines(
        &mut self,
        scope: StoreScope,
        saved: bool,
        sort: HistorySort,
        after: Option<&HistoryPlace>,
        limit: i64,
    ) -> Result<Vec<HistoryRow>, StorageError> {
        self.within_planned(scope).await?;
        let shelf = if saved { SAVED } else { PLAIN };
        let backwards = matches!(sort, HistorySort::Newest | HistorySort::NameDown);
        let (last_name, last_at, last_id) = if backwards {
            (LAST_NAME, i64::MAX, Uuid::max())
        } else {
            ("", i64::MIN, Uuid::nil())
        };
        let name = after.map_or(last_name, |place| place.name.as_str());
        let (at, id) = after.map_or((last_at, last_id), |place| (place.at.0, place.id.0));
        let by_time = match sort {
            HistorySort::Newest => Some(LINES_NEWEST),
            HistorySort::Oldest => Some(LINES_OLDEST),
            HistorySort::NameUp | HistorySort::NameDown => None,
        };
        let by_name = if backwards { LINES_NAME_DOWN } else { LINES_NAME_UP };
        let rows: Vec<Row> = match by_time {
            Some(sql) => {
                on!(self, conn => sqlx::query_as(sql).bind(scope.0.0).bind(shelf).bind(at).bind(id).bind(limit).fetch_all(conn).await)?
            }
            None => on!(self, conn => sqlx::query_as(by_name)
                .bind(scope.0.0).bind(shelf).bind(name).bind(at).bind(id).bind(limit).fetch_all(conn).await)?,
        };
        Ok(rows.into_iter().map(HistoryRow::from).collect())
    }

    /// One line, if anything of it is in the history.
    pub async fn history_line(&mut self, scope: StoreScope, line: HistoryLine) -> Result<Option<HistoryRow>, StorageError> {
        self.within(scope).await?;
        let (sql, id) = match line {
            HistoryLine::Customer(customer) => (LINE_OF_CUSTOMER, customer.0),
            HistoryLine::Conversation(conversation) => (LINE_OF_CONVERSATION, conversation.0),
        };
        let row: Option<Row> = on!(self, conn => sqlx::query_as(sql).bind(scope.0.0).bind(id).fetch_optional(conn).await)?;
        Ok(row.map(HistoryRow::from))
    }

    /// Those of these lines of which anything is in the history, in any order.
    pub async fn history_lines_of(&mut self, scope: StoreScope, lines: &[HistoryLine]) -> Result<Vec<HistoryRow>, StorageError> {
        self.within(scope).await?;
        let mut rows: Vec<HistoryRow> = Vec::new();
        if matches!(self.conn, Conn::Sqlite(_)) {
            for line in lines {
                rows.extend(self.history_line(scope, *line).await?);
            }
            return Ok(rows);
        }
        let (mut customers, mut conversations) = (Vec::new(), Vec::new());
        for line in lines {
            match line {
                HistoryLine::Customer(customer) => customers.push(customer.0),
                HistoryLine::Conversation(conversation) => conversations.push(conversation.0),
            }
        }
        for (sql, ids) in [
            (POSTGRES_LINES_OF_CUSTOMERS, customers),
            (POSTGRES_LINES_OF_CONVERSATIONS, conversations),
        ] {
            if let (Conn::Postgres(conn), false) = (&mut self.conn, ids.is_empty()) {
                let found: Vec<Row> = sqlx::query_as(sql).bind(scope.0.0).bind(ids).fetch_all(&mut **conn).await?;
                rows.extend(found.into_iter().map(HistoryRow::from));
            }
        }
        Ok(rows)
    }

    /// The line in which a conversation stands; `None` when it stands in none, is another store's, or never was.
    pub async fn line_of(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<Option<HistoryLine>, StorageError> {
        self.within(scope).await?;
        let row: Option<(Uuid, Option<Uuid>)> =
            on!(self, conn => sqlx::query_as(WHOSE_LINE).bind(conversation.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(row.map(|(id, customer)| HistoryLine::of(ConversationId(id), customer.map(CustomerId))))
    }

    /// The conversations of a line, the latest first; one more than are shown at once tells that there is another.
    pub async fn conversations_of_line(
        &mut self,
        scope: StoreScope,
        line: HistoryLine,
        before: Option<InboxCursor>,
    ) -> Result<Vec<Conversation>, StorageError> {
        self.within(scope).await?;
        let (at, id) = before.map_or((i64::MAX, Uuid::max()), |cursor| (cursor.at.0, cursor.id.0));
        all(match line {
            HistoryLine::Customer(customer) => on!(self, conn => sqlx::query_as(CONVERSATIONS_OF_LINE)
                .bind(scope.0.0).bind(customer.0).bind(at).bind(id).bind(LINE_CONVERSATIONS_MAX + 1).fetch_all(conn).await)?,
            HistoryLine::Conversation(conversation) => on!(self, conn => sqlx::query_as(CONVERSATION_OF_LINE)
                .bind(scope.0.0).bind(conversation.0).fetch_all(conn).await)?,
        })
    }

    /// Whether a legal hold keeps any conversation of a line.
    pub async fn held_in_line(&mut self, scope: StoreScope, line: HistoryLine) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let (sql, id) = match line {
            HistoryLine::Customer(customer) => (HELD_OF_CUSTOMER, customer.0),
            HistoryLine::Conversation(conversation) => (HELD_OF_CONVERSATION, conversation.0),
        };
        let held: i64 = on!(self, conn => sqlx::query_scalar(sql).bind(scope.0.0).bind(id).fetch_one(conn).await)?;
        Ok(held > 0)
    }

    /// Conversations of a line that may be deleted: those that are over and under no legal hold.
    pub async fn over_of_line(&mut self, scope: StoreScope, line: HistoryLine, limit: i64) -> Result<Vec<ConversationId>, StorageError> {
        self.within(scope).await?;
        let (sql, id) = match line {
            HistoryLine::Customer(customer) => (OVER_OF_CUSTOMER, customer.0),
            HistoryLine::Conversation(conversation) => (OVER_OF_CONVERSATION, conversation.0),
        };
        let ids: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(sql).bind(scope.0.0).bind(id).bind(limit).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(ConversationId).collect())
    }
}
