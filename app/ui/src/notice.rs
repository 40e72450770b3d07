//! The sentences for what happened in a conversation besides words.

use model::{
    conversation::StageName,
    event::EventKind,
    party::{Author, Side},
    words::Words,
};

/// The sentence for something that happened, as the reader's side reads it. `None` for words: they have a bubble.
pub fn notice_text(kind: &EventKind, author: &Author, me: Side, words: &Words) -> Option<String> {
    let name = match author {
        Author::Operator { name, .. } => name.as_str(),
        Author::Shopper | Author::System => "",
    };
    let key = match (kind, author) {
        (EventKind::Posted { .. } | EventKind::Shared { .. }, _) => return None,
        (EventKind::Rated { .. }, _) if me == Side::Shopper => "chat.notice.rated.you",
        (EventKind::Rated { .. }, _) => "chat.notice.rated.customer",
        (EventKind::Moved { number: Some(_), .. }, _) => "chat.notice.moved.order",
        (EventKind::Moved { .. }, _) => "chat.notice.moved.shop",
        (EventKind::Stated { .. }, _) => "chat.notice.stated",
        (EventKind::Taken, _) => "chat.notice.taken",
        (EventKind::Transferred { .. }, _) if me == Side::Desk => "chat.notice.transferred.desk",
        (EventKind::Transferred { .. }, _) => "chat.notice.transferred.shopper",
        (EventKind::Missed, _) if me == Side::Desk => "chat.notice.missed.desk",
        (EventKind::Missed, _) => "chat.notice.missed.shopper",
        (EventKind::DeskLeft, _) if me == Side::Desk => "chat.notice.desk_left.desk",
        (EventKind::DeskLeft, _) => "chat.notice.desk_left.shopper",
        (EventKind::Closed, Author::Operator { .. }) => "chat.notice.closed.operator",
        (EventKind::Closed, Author::Shopper) if me == Side::Shopper => "chat.notice.closed.you",
        (EventKind::Closed, Author::Shopper) => "chat.notice.closed.customer",
        (EventKind::Closed, Author::System) => "chat.notice.closed.system",
        (EventKind::Reopened { stage: StageName::Mail }, _) => "chat.notice.reopened.mail",
        (EventKind::Reopened { .. }, _) => "chat.notice.reopened.live",
    };
    let to = match kind {
        EventKind::Transferred { to } => to.name.as_str(),
        EventKind::Moved { number: Some(number), .. } => number.as_str(),
        _ => "",
    };
    let stars = match kind {
        EventKind::Rated { stars, .. } => stars.to_string(),
        _ => String::new(),
    };
    Some(words.with(key, &[("name", name), ("to", to), ("n", &stars)]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{language::Language, text::Name};

    use super::*;

    #[test]
    fn an_ending_is_told_from_where_one_stands() {
        let keys = [
            "chat.notice.closed.you",
            "chat.notice.closed.customer",
            "chat.notice.closed.operator",
        ];
        let texts: BTreeMap<_, _> = keys.iter().map(|k| ((*k).to_owned(), format!("{k} %{{name}}"))).collect();
        let words = Words::new(Language::En, texts);
        let anna = Author::Operator {
            id: uuid::Uuid::nil().into(),
            name: Name::parse("Anna").expect("fine"),
        };
        let says = |author: &Author, me| notice_text(&EventKind::Closed, author, me, &words).expect("a notice");
        assert_eq!(says(&Author::Shopper, Side::Shopper), "chat.notice.closed.you ");
        assert_eq!(says(&Author::Shopper, Side::Desk), "chat.notice.closed.customer ");
        assert_eq!(says(&anna, Side::Shopper), "chat.notice.closed.operator Anna");
    }
}
