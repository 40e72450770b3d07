//! What the desk calls people, and what its badges count. Pure.

use model::{desk::InboxRow, id::ConversationId, party::Customer, text::Name, time::Timestamp, words::Words};

/// "Jane Doe (C-1001)" for a person the shop vouches for, "Guest 17" for everyone else (P-30, P-31).
pub(crate) fn customer_label(words: &Words, customer: &Customer) -> String {
    match customer {
        Customer::Member { number, name } => format!("{name} ({number})"),
        Customer::Guest { number, .. } => words.with("desk.guest", &[("number", &number.to_string())]),
    }
}

/// The name a guest typed: shown beside the label, because nobody vouches for it.
pub(crate) fn typed_name(customer: &Customer) -> Option<&Name> {
    match customer {
        Customer::Member { .. } => None,
        Customer::Guest { name, .. } => name.as_ref(),
    }
}

/// Messages of shoppers that nobody at the desk has seen: the number in the page's title.
pub(crate) fn unread_total(rows: &[InboxRow], unread: impl Fn(&InboxRow) -> u32) -> u32 {
    rows.iter().map(unread).sum()
}

/// The page's title: "(2) Vitrine" while two messages wait.
pub(crate) fn page_title(unread: u32) -> String {
    if unread == 0 {
        "Vitrine".to_owned()
    } else {
        format!("({unread}) Vitrine")
    }
}

/// Who has waited longest for an answer.
pub(crate) fn longest_waiting(rows: &[InboxRow]) -> Option<ConversationId> {
    rows.iter()
        .filter_map(|row| row.waiting_since.map(|since| (since, row.id)))
        .min()
        .map(|(_, id)| id)
}

/// "5 min", "2 h": how long somebody waits, in whole units.
pub(crate) fn waited(words: &Words, since: Timestamp, now: Timestamp) -> String {
    let minutes = now.since_ms(since) / 60_000;
    match minutes {
        0 => words.get("desk.waiting_just_now"),
        1..60 => words.with("desk.waiting_minutes", &[("n", &minutes.to_string())]),
        60..1_440 => words.with("desk.waiting_hours", &[("n", &(minutes / 60).to_string())]),
        _ => words.count("desk.waiting_days", (minutes / 1_440).unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{
        conversation::{About, Kind, StageName},
        id::Seq,
        language::Language,
    };

    use super::*;

    fn words() -> Words {
        let texts: BTreeMap<String, String> = [
            ("desk.guest", "Guest %{number}"),
            ("desk.waiting_just_now", "just now"),
            ("desk.waiting_minutes", "%{n} min"),
            ("desk.waiting_hours", "%{n} h"),
            ("desk.waiting_days.one", "%{n} day"),
            ("desk.waiting_days.other", "%{n} days"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
        Words::new(Language::En, texts)
    }

    fn row(n: u8, unread: u32, waiting_since: Option<i64>) -> InboxRow {
        InboxRow {
            id: format!("00000000-0000-7000-8000-0000000000{n:02}").parse().expect("an id"),
            kind: Kind::Live,
            stage: StageName::Queued,
            customer: Customer::Guest {
                number: i64::from(n),
                name: None,
            },
            operator: None,
            about: About::Nothing,
            preview: String::new(),
            preview_mine: false,
            at: Timestamp(0),
            waiting_since: waiting_since.map(Timestamp),
            unread,
            head: Seq(1),
            saved: false,
            rating: None,
        }
    }

    #[test]
    fn p_30_a_signed_in_customer_is_called_by_name_and_number() {
        let jane = Customer::Member {
            number: "C-1001".to_owned(),
            name: Name::parse("Jane Doe").expect("a name"),
        };
        assert_eq!(customer_label(&words(), &jane), "Jane Doe (C-1001)");
        assert_eq!(typed_name(&jane), None);
    }

    #[test]
    fn p_31_everyone_else_is_a_guest_with_a_number() {
        let guest = Customer::Guest {
            number: 17,
            name: Some(Name::parse("%{number}").expect("a name")),
        };
        assert_eq!(customer_label(&words(), &guest), "Guest 17");
        assert_eq!(typed_name(&guest).map(Name::as_str), Some("%{number}"));
    }

    #[test]
    fn the_title_counts_what_nobody_has_seen() {
        assert_eq!(
            unread_total(&[row(1, 2, None), row(2, 0, None), row(3, 1, None)], |row| row.unread),
            3
        );
        assert_eq!(page_title(3), "(3) Vitrine");
        assert_eq!(page_title(0), "Vitrine");
    }

    #[test]
    fn the_longest_waiting_is_the_earliest_and_only_among_those_who_wait() {
        let rows = [row(1, 0, None), row(2, 1, Some(500)), row(3, 1, Some(400))];
        assert_eq!(longest_waiting(&rows), Some(rows[2].id));
        assert_eq!(longest_waiting(&rows[..1]), None);
    }

    #[test]
    fn waiting_is_told_in_whole_units() {
        let words = words();
        let told = |ms| waited(&words, Timestamp(0), Timestamp(ms));
        assert_eq!(told(59_999), "just now");
        assert_eq!(told(60_000), "1 min");
        assert_eq!(told(3_600_000), "1 h");
        assert_eq!(told(86_400_000), "1 day");
        assert_eq!(told(2 * 86_400_000), "2 days");
        assert_eq!(waited(&words, Timestamp(9), Timestamp(0)), "just now");
    }
}
