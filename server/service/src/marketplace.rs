//! The marketplace's own house: its stores, its people, reading along, how fast vendors answer, and who did what. Everything here is for
//! its team, who are looked up again in the transaction that acts for them; and, in `everywhere`, for whoever serves several stores.

pub mod audit;
pub mod everywhere;
pub mod export;
pub mod oversight;
pub mod people;
pub mod reports;
pub mod stores;

use model::{
    refusal::{Field, Refusal},
    text::Comment,
    time::Timestamp,
};
use storage::{AuditRow, StorageError, StoreScope, Tx};
use uuid::Uuid;

use crate::{
    Fault,
    clock::new_id,
    team::{self, TeamMember},
};

/// Where a page of stores or of people begins: after the last one of the page before.
pub type AfterName = Option<(String, Uuid)>;

/// A page and where the next one begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on it.
    pub rows: Vec<T>,
    /// Where the next one begins, if there is one.
    pub next: AfterName,
}

/// A page of what was found with one row more, if there is another page.
fn page_of<T>(mut rows: Vec<T>, size: i64, place: impl Fn(&T) -> (String, Uuid)) -> Page<T> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(place);
    Page { rows, next }
}

/// Why somebody does it, in their own words: it is written down, and in part shown to those whom it concerns.
pub fn reason(typed: &str) -> Result<String, Refusal> {
    Comment::parse(typed).map(String::from).map_err(|refusal| match refusal {
        Refusal::Missing(_) => Refusal::Missing(Field::Reason),
        Refusal::TooLong { max, .. } => Refusal::TooLong { field: Field::Reason, max },
        other => other,
    })
}

/// Whoever administers the marketplace, if they still do.
pub(crate) async fn administrator(tx: &mut Tx, member: &TeamMember) -> Result<TeamMember, Fault> {
    let member = team::still(tx, member).await?;
    member.must_administer()?;
    Ok(member)
}

/// Writes down who did what to a store, and why.
pub(crate) async fn audit_at(
    tx: &mut Tx,
    scope: StoreScope,
    who: &TeamMember,
    (action, object): (&str, Uuid),
    reason: Option<String>,
    at: Timestamp,
) -> Result<(), StorageError> {
    let row = AuditRow {
        account: Some(who.actor().account),
        action: action.to_owned(),
        object: Some(object),
        reason,
        at,
    };
    tx.audit(scope, new_id(), &row).await
}

#[cfg(test)]
mod tests {
    use model::limits::COMMENT_CHARS_MAX;

    use super::*;

    #[test]
    fn nobody_reads_or_closes_anything_without_saying_why() {
        assert_eq!(reason(" \n"), Err(Refusal::Missing(Field::Reason)));
        assert_eq!(reason(" both asked us "), Ok("both asked us".to_owned()));
        let long = reason(&"x".repeat(COMMENT_CHARS_MAX + 1));
        assert!(matches!(long, Err(Refusal::TooLong { field: Field::Reason, .. })), "{long:?}");
    }

    #[test]
    fn a_row_too_many_is_the_next_page() {
        let page = page_of(vec!["a", "b", "c"], 2, |name| ((*name).to_owned(), Uuid::nil()));
        assert_eq!((page.rows, page.next), (vec!["a", "b"], Some(("b".to_owned(), Uuid::nil()))));
        assert_eq!(page_of(vec!["a"], 2, |_| (String::new(), Uuid::nil())).next, None);
    }
}
