//! How fast vendors answer: the first answer to conversations of the last thirty days, and what waits now.

use storage::{HOUSE_ROWS_MAX, Installation, Session, StorageError, StoreScope, VendorRow};

use super::{AfterName, Page, page_of};
use crate::{Fault, Services, team::TeamMember};

/// The days that a report looks back.
const REPORT_MS: i64 = 30 * 86_400_000;

/// How fast one of them answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorReport {
    /// Who.
    pub store: VendorRow,
    /// Conversations that had a first answer.
    pub answered: i64,
    /// Half of them had it within this, in milliseconds.
    pub median_ms: Option<i64>,
    /// Nine of ten had it within this.
    pub ninetieth_ms: Option<i64>,
    /// Conversations that wait for an answer now.
    pub unanswered: i64,
    /// How long the first of them has waited.
    pub longest_ms: Option<i64>,
}

/// A page of the stores with how fast they answer, by name.
pub async fn list(services: &Services, _: &TeamMember, after: AfterName) -> Result<Page<VendorReport>, Fault> {
    let now = services.clock().now();
    let since = now.plus_ms(-REPORT_MS);
    let page = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let stores = s.vendors(Installation, after).await?;
                let page = page_of(stores, HOUSE_ROWS_MAX, |row| (row.name.to_string(), row.id.0));
                let mut rows = Vec::with_capacity(page.rows.len());
                for store in page.rows {
                    let scope = StoreScope(store.id);
                    let answered = s.answered_since(scope, since).await?;
                    let (median_ms, ninetieth_ms) = (
                        waited(s, scope, answered, 50, since).await?,
                        waited(s, scope, answered, 90, since).await?,
                    );
                    let (unanswered, first) = s.unanswered(scope).await?;
                    rows.push(VendorReport {
                        store,
                        answered,
                        median_ms,
                        ninetieth_ms,
                        unanswered,
                        longest_ms: first.map(|first| now.since_ms(first)),
                    });
                }
                Ok::<_, StorageError>(Page { rows, next: page.next })
            })
        })
        .await?;
    Ok(page)
}

async fn waited(
    s: &mut Session,
    scope: StoreScope,
    answered: i64,
    percent: i64,
    since: model::time::Timestamp,
) -> Result<Option<i64>, StorageError> {
    if answered == 0 {
        return Ok(None);
    }
    s.waited_at_rank(scope, since, rank(answered, percent)).await
}

/// Which of so many, counted from 0, so many of a hundred are not behind: the nearest rank.
fn rank(count: i64, percent: i64) -> i64 {
    (count * percent + 99) / 100 - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_and_nine_of_ten_are_counted_up_to_the_nearest_rank() {
        assert_eq!((rank(1, 50), rank(1, 90)), (0, 0));
        assert_eq!((rank(2, 50), rank(2, 90)), (0, 1));
        assert_eq!((rank(10, 50), rank(10, 90)), (4, 8));
        assert_eq!((rank(11, 50), rank(11, 90)), (5, 9));
    }
}
