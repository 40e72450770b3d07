//! Tickets as they are looked for: by whoever began them, and by the marketplace's team, what is due first on top. What a case is, and how
//! one changes, is in `case`.

use model::{
    case::Topic,
    conversation::Kind,
    id::{AccountId, ConversationId, CustomerId, StoreId, VisitorId},
};
use uuid::Uuid;

use crate::{
    StorageError,
    case::{CASE_ROWS_MAX, CaseCursor, CaseRow, Requester, Row, all, cursor, select_case},
    notice::Notice,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Panels that are closed when somebody leaves.
const ROOMS_MAX: i64 = 500;

/// Whether the requester of ticket `f` is there no more: their account is switched off, or they wrote for a store that they left.
macro_rules! left {
    () => {
        "EXISTS (SELECT 1 FROM account ra WHERE ra.id = f.requester_account_id AND (ra.deactivated_at_ms IS NOT NULL
            OR (f.on_behalf = 1 AND NOT EXISTS (SELECT 1 FROM membership m
                WHERE m.account_id = ra.id AND m.store_id = f.requester_store_id AND m.until_at_ms IS NULL))))"
    };
}

statements! {
    REQUESTER_LEFT = concat!("SELECT COUNT(*) FROM case_file f WHERE f.conversation_id = $1 AND f.kind = 'ticket' AND ", left!());
    UNREAD_OF_LEFT = concat!(
        "SELECT CAST(COALESCE(SUM(c.unread_shopper), 0) AS BIGINT) FROM conversation c
        JOIN case_file f ON f.conversation_id = c.id AND f.store_id = c.store_id AND f.kind = 'ticket'
        WHERE c.store_id = $1 AND c.customer_id = $2 AND c.erased_at_ms IS NULL AND ",
        left!()
    );
    /// Of those that are not over, the last ones.
    ROOMS_OF_LEFT = concat!(
        "SELECT c.store_id, c.visitor_id FROM case_file f
        JOIN conversation c ON c.id = f.conversation_id AND c.store_id = f.store_id AND c.visitor_id IS NOT NULL
        WHERE f.requester_account_id = $1 AND f.kind = 'ticket' AND f.status <> 'closed' AND ",
        left!(),
        " ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $2"
    );
    TICKETS_OF_STORE = select_case!(
        "WHERE f.store_id = $1 AND f.kind = 'ticket' AND f.requester_store_id = $2 AND f.on_behalf = 1
        AND (f.changed_at_ms, f.conversation_id) < ($3, $4) ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $5");
    TICKETS_OF_PERSON = select_case!(
        "WHERE f.store_id = $1 AND f.kind = 'ticket' AND f.requester_account_id = $2 AND f.on_behalf = 0
        AND (f.changed_at_ms, f.conversation_id) < ($3, $4) ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $5");
    TICKETS_OF_SHOPPER = select_case!(
        "WHERE f.store_id = $1 AND f.kind = 'ticket' AND f.requester_store_id = $2 AND f.requester_customer_id = $3
        AND (f.changed_at_ms, f.conversation_id) < ($4, $5) ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $6");
    /// What is due comes in the order in which it is due; behind it what waits for nobody of the team, the last change first.
    QUEUE = select_case!(
        "WHERE f.store_id = $1 AND f.kind = 'ticket'
        AND (f.status = $2 OR $2 = 'all' OR ($2 = 'open' AND f.status IN ('new', 'pending')))
        AND (f.topic = $3 OR $3 = 'all')
        AND ($4 = 'all' OR ($4 = 'nobody' AND f.assignee_id IS NULL) OR ($4 = 'mine' AND f.assignee_id = $5))
        AND (COALESCE(f.due_at_ms, 9223372036854775807 - f.changed_at_ms), f.conversation_id) > ($6, $7)
        ORDER BY COALESCE(f.due_at_ms, 9223372036854775807 - f.changed_at_ms), f.conversation_id LIMIT $8");
    UNREAD_TICKETS_OF = "SELECT CAST(COALESCE(SUM(c.unread_shopper), 0) AS BIGINT) FROM case_file f
        JOIN conversation c ON c.id = f.conversation_id AND c.store_id = f.store_id AND c.erased_at_ms IS NULL
        WHERE f.store_id = $1 AND f.kind = 'ticket' AND f.requester_store_id = $2 AND f.on_behalf = 1";
    /// Whatever has a time by which somebody of the team is to do something.
    TICKETS_DUE = "SELECT COUNT(*) FROM case_file f
        JOIN conversation c ON c.id = f.conversation_id AND c.store_id = f.store_id AND c.erased_at_ms IS NULL
        WHERE f.store_id = $1 AND f.kind = 'ticket' AND f.status IN ('new', 'pending') AND f.due_at_ms IS NOT NULL";
    MOVE_REQUESTER = "UPDATE case_file SET requester_customer_id = $4
        WHERE store_id = $1 AND requester_store_id = $2 AND requester_customer_id = $3";
}

/// Whose tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketsOf {
    /// Those that anybody of a store began for it.
    Store(StoreId),
    /// Those that somebody began for themselves: nobody else where they work sees them (B11).
    Person(AccountId),
    /// A shopper's of a store.
    Shopper(StoreId, CustomerId),
}

impl TicketsOf {
    /// Whether it is one of those.
    pub fn holds(self, ticket: &CaseRow) -> bool {
        ticket.kind == Kind::Ticket
            && match (self, ticket.requester) {
                (Self::Store(of), Requester::Account { store, on_behalf, .. }) => on_behalf && of == store,
                (Self::Person(who), Requester::Account { account, on_behalf, .. }) => !on_behalf && who == account,
                (Self::Shopper(of, who), Requester::Shopper { store, customer }) => of == store && who == customer,
                _ => false,
            }
    }
}

/// Tickets of which status the team wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusWanted {
    /// Those that somebody is to do something about.
    #[default]
    Open,
    /// Those that are said to be done.
    Resolved,
    /// Those that are over.
    Closed,
    /// All.
    All,
}

impl StatusWanted {
    /// All of them, as they are offered.
    pub const ALL: [Self; 4] = [Self::Open, Self::Resolved, Self::Closed, Self::All];

    /// As it stands in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::All => "all",
        }
    }
}

/// Whose tickets, of the team's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssigneeWanted {
    /// Everybody's and nobody's.
    #[default]
    All,
    /// Those that nobody has.
    Nobody,
    /// One's own.
    Mine,
}

impl AssigneeWanted {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::All, Self::Nobody, Self::Mine];

    /// As it stands in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Nobody => "nobody",
            Self::Mine => "mine",
        }
    }
}

/// Which tickets of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueWanted {
    /// Of which status.
    pub status: StatusWanted,
    /// Whose.
    pub assignee: AssigneeWanted,
    /// About what; `None`: anything.
    pub topic: Option<Topic>,
}

/// Where a page of the queue goes on: behind this place in its order.
pub type QueueCursor = (i64, ConversationId);

impl CaseRow {
    /// Its place in the team's queue.
    pub fn place(&self) -> QueueCursor {
        let place = self.due_at.map_or(i64::MAX - self.changed_at.0, |due| due.0);
        (place, self.conversation)
    }
}

impl Session {
    /// Whether a conversation is a ticket whose requester is there no more: to them it does not exist, by whichever door they come. Their
    /// store's other people and the team go on with it. Where they work stands in the rows of another store than the ticket's, so this is
    /// asked for the whole installation.
    pub async fn requester_left(&mut self, _: Installation, ticket: ConversationId) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(REQUESTER_LEFT).bind(ticket.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }

    /// How many answers in such tickets a customer of the team's desk has not seen.
    pub async fn unread_of_left(&mut self, _: Installation, team: StoreId, customer: CustomerId) -> Result<u32, StorageError> {
        self.within(Installation).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(UNREAD_OF_LEFT).bind(team.0).bind(customer.0).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(0))
    }

    /// A page of somebody's tickets at the team's desk, the last change first; one row more than a page tells that there is another.
    pub async fn tickets_of(&mut self, scope: StoreScope, of: TicketsOf, after: Option<CaseCursor>) -> Result<Vec<CaseRow>, StorageError> {
        self.within(scope).await?;
        let ((at, id), limit) = (cursor(after), CASE_ROWS_MAX + 1);
        let rows: Vec<Row> = match of {
            TicketsOf::Store(store) => on!(self, conn => sqlx::query_as(TICKETS_OF_STORE)
                .bind(scope.0.0).bind(store.0).bind(at).bind(id).bind(limit).fetch_all(conn).await)?,
            TicketsOf::Person(account) => on!(self, conn => sqlx::query_as(TICKETS_OF_PERSON)
                .bind(scope.0.0).bind(account.0).bind(at).bind(id).bind(limit).fetch_all(conn).await)?,
            TicketsOf::Shopper(store, customer) => on!(self, conn => sqlx::query_as(TICKETS_OF_SHOPPER)
                .bind(scope.0.0).bind(store.0).bind(customer.0).bind(at).bind(id).bind(limit).fetch_all(conn).await)?,
        };
        all(rows)
    }

    /// Answers to a store's own tickets that nobody there has read. `scope` is the team's desk.
    pub async fn unread_tickets_of(&mut self, scope: StoreScope, store: StoreId) -> Result<u32, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(UNREAD_TICKETS_OF).bind(scope.0.0).bind(store.0).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// How many tickets wait for the team.
    pub async fn tickets_due(&mut self, scope: StoreScope) -> Result<u32, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(TICKETS_DUE).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// A page of the team's queue; one row more than a page tells that there is another.
    pub async fn ticket_queue(
        &mut self,
        scope: StoreScope,
        wanted: QueueWanted,
        me: AccountId,
        after: Option<QueueCursor>,
    ) -> Result<Vec<CaseRow>, StorageError> {
        self.within(scope).await?;
        let (place, id) = after.map_or((i64::MIN, Uuid::nil()), |(place, id)| (place, id.0));
        let topic = wanted.topic.map_or("all", Topic::code);
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(QUEUE)
            .bind(scope.0.0).bind(wanted.status.code()).bind(topic).bind(wanted.assignee.code()).bind(me.0)
            .bind(place).bind(id).bind(CASE_ROWS_MAX + 1).fetch_all(conn).await)?;
        all(rows)
    }
}

impl Tx {
    /// Somebody left a store a moment ago, or their account was switched off: the panels of tickets that are theirs no more close, wherever
    /// they are open.
    pub async fn close_rooms_of_left(&mut self, _: Installation, account: AccountId) -> Result<(), StorageError> {
        self.within(Installation).await?;
        let rooms: Vec<(Uuid, Uuid)> =
            on!(self.session, conn => sqlx::query_as(ROOMS_OF_LEFT).bind(account.0).bind(ROOMS_MAX).fetch_all(conn).await)?;
        for (store, visitor) in rooms {
            self.notice(Notice::Visitor {
                store: StoreId(store),
                visitor: VisitorId(visitor),
            });
        }
        Ok(())
    }

    /// Of two records of a shopper one is left at their store: the tickets go with it. `scope` is the team's desk.
    pub async fn move_requester(
        &mut self,
        scope: StoreScope,
        store: StoreId,
        gone: CustomerId,
        left: CustomerId,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(MOVE_REQUESTER)
            .bind(scope.0.0).bind(store.0).bind(gone.0).bind(left.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_has_a_name_of_its_own() {
        let mut codes: Vec<&str> = StatusWanted::ALL.map(StatusWanted::code).to_vec();
        codes.dedup();
        assert_eq!(codes, ["open", "resolved", "closed", "all"]);
        assert_eq!(AssigneeWanted::ALL.map(AssigneeWanted::code), ["all", "nobody", "mine"]);
    }
}
