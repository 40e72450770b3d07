//! The history as a table: one line per signed-in customer (P-63), one per conversation of a guest (P-64), saved ones first.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{
    id::ConversationId,
    party::Customer,
    text::{EmailAddress, Phone},
    time::Timestamp,
};

/// What is asked of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    /// Words that must be in it; empty: everything.
    pub search: String,
    /// In which order.
    pub sort: HistorySort,
    /// Only what somebody pressed Save Chat for.
    pub saved_only: bool,
    /// The last line that was shown. A search has one page only.
    pub after: Option<HistoryPlace>,
}

/// The order of the table, below the saved lines and among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum HistorySort {
    #[default]
    Newest,
    Oldest,
    NameUp,
    NameDown,
}

impl HistorySort {
    /// Which of two lines stands first. Saved ones stand above all others, whatever the order.
    pub fn compare(self, a: &HistoryPlace, b: &HistoryPlace) -> Ordering {
        let times = (a.at, a.id).cmp(&(b.at, b.id));
        let names = a.name.cmp(&b.name).then(times);
        b.saved.cmp(&a.saved).then(match self {
            Self::Newest => times.reverse(),
            Self::Oldest => times,
            Self::NameUp => names,
            Self::NameDown => names.reverse(),
        })
    }
}

/// Where a line stands in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPlace {
    /// Whether it is pinned above the others (D-22, D-28).
    pub saved: bool,
    /// The customer's name as it is sorted: in small letters, empty for guests who gave none.
    pub name: String,
    /// When the last message came.
    pub at: Timestamp,
    /// The conversation that the line shows: of a customer, a saved one before others, and the latest of these.
    pub id: ConversationId,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// Where it stands, with the date of the last message (P-58).
    pub place: HistoryPlace,
    /// With whom (P-57).
    pub customer: Customer,
    /// The beginning of the customer's last message (P-59); empty when there was none.
    pub said: String,
    /// Known only of those who were signed in (P-60).
    pub email: Option<EmailAddress>,
    /// The same.
    pub phone: Option<Phone>,
    /// What they said of it, 1 to 5.
    pub stars: Option<u8>,
}

impl HistoryRow {
    /// The conversation that the line shows.
    pub fn id(&self) -> ConversationId {
        self.place.id
    }
}

/// A page of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// In the order that was asked for.
    pub rows: Vec<HistoryRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<HistoryPlace>,
    /// A search met more than it shows: these are from the newest matches, and another word would help.
    pub cut: bool,
}

crate::read_struct! {
    HistoryPlace { saved, name, at, id }
    HistoryRow { place, customer, said, email, phone, stars }
    HistoryPage { rows, next, cut }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn place(n: u128, saved: bool, name: &str, at: i64) -> HistoryPlace {
        HistoryPlace {
            saved,
            name: name.to_owned(),
            at: Timestamp(at),
            id: ConversationId(Uuid::from_u128(n)),
        }
    }

    #[test]
    fn d_28_saved_lines_stand_first_in_every_order() {
        let old_saved = place(1, true, "zoe", 1);
        let new_plain = place(2, false, "anna", 9);
        for sort in [HistorySort::Newest, HistorySort::Oldest, HistorySort::NameUp, HistorySort::NameDown] {
            assert_eq!(sort.compare(&old_saved, &new_plain), Ordering::Less, "{sort:?}");
        }
    }

    #[test]
    fn lines_of_one_moment_and_name_still_have_an_order() {
        let (a, b) = (place(1, false, "jane", 5), place(2, false, "jane", 5));
        assert_eq!(HistorySort::Newest.compare(&b, &a), Ordering::Less);
        assert_eq!(HistorySort::Oldest.compare(&a, &b), Ordering::Less);
        assert_eq!(HistorySort::NameUp.compare(&a, &b), Ordering::Less);
        assert_eq!(HistorySort::NameDown.compare(&b, &a), Ordering::Less);
    }
}
