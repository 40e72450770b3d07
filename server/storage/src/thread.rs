//! Lists of threads: a desk's, and one customer's, by how far they are. What a thread is stands in `case`.

use model::{case::CaseStatus, id::CustomerId};

use crate::{
    StorageError,
    case::{CASE_ROWS_MAX, CaseCursor, CaseRow, Row, all, cursor, select_case},
    scope::StoreScope,
    session::{Session, on},
    statement::statements,
};

statements! {
    THREADS = select_case!(
        "WHERE f.store_id = $1 AND f.kind = 'thread' AND (f.changed_at_ms, f.conversation_id) < ($2, $3)
        AND ($4 = 'all' OR f.status = $4 OR ($4 = 'open' AND f.status IN ('new', 'pending')))
        ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $5");
    THREADS_OF_CUSTOMER = select_case!(
        "WHERE f.store_id = $1 AND f.kind = 'thread' AND c.customer_id = $6 AND (f.changed_at_ms, f.conversation_id) < ($2, $3)
        AND ($4 = 'all' OR f.status = $4 OR ($4 = 'open' AND f.status IN ('new', 'pending')))
        ORDER BY f.changed_at_ms DESC, f.conversation_id DESC LIMIT $5");
    THREADS_WAITING = "SELECT COUNT(*) FROM case_file f
        JOIN conversation c ON c.id = f.conversation_id AND c.store_id = f.store_id AND c.erased_at_ms IS NULL
        WHERE f.store_id = $1 AND f.kind = 'thread' AND f.status IN ('new', 'pending') AND c.awaiting = 'desk'";
}

/// Which threads of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThreadFilter {
    /// All of them.
    #[default]
    All,
    /// Those in which somebody is still to do something.
    Open,
    /// Those that are so far.
    Status(CaseStatus),
}

impl ThreadFilter {
    /// In addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Status(status) => status.code(),
        }
    }

    /// The reverse of [`ThreadFilter::code`]; what nobody knows is all of them.
    pub fn from_code(code: &str) -> Self {
        match code {
            "open" => Self::Open,
            other => CaseStatus::from_code(other).map_or(Self::All, Self::Status),
        }
    }
}

impl Session {
    /// A page of a desk's threads, newest first; one row more than a page tells that there is another.
    pub async fn threads(
        &mut self,
        scope: StoreScope,
        filter: ThreadFilter,
        after: Option<CaseCursor>,
    ) -> Result<Vec<CaseRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = cursor(after);
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(THREADS)
            .bind(scope.0.0).bind(at).bind(id).bind(filter.code()).bind(CASE_ROWS_MAX + 1).fetch_all(conn).await)?;
        all(rows)
    }

    /// The same of one customer's.
    pub async fn threads_of_customer(
        &mut self,
        scope: StoreScope,
        customer: CustomerId,
        filter: ThreadFilter,
        after: Option<CaseCursor>,
    ) -> Result<Vec<CaseRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = cursor(after);
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(THREADS_OF_CUSTOMER)
            .bind(scope.0.0).bind(at).bind(id).bind(filter.code()).bind(CASE_ROWS_MAX + 1).bind(customer.0).fetch_all(conn).await)?;
        all(rows)
    }

    /// How many threads wait for the desk.
    pub async fn threads_waiting(&mut self, scope: StoreScope) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(THREADS_WAITING).bind(scope.0.0).fetch_one(conn).await)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_it_was_written() {
        for filter in [ThreadFilter::All, ThreadFilter::Open, ThreadFilter::Status(CaseStatus::Resolved)] {
            assert_eq!(ThreadFilter::from_code(filter.code()), filter);
        }
        assert_eq!(ThreadFilter::from_code("'; DROP"), ThreadFilter::All);
    }
}
