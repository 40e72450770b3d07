//! The clock of a ticket, in words: by when the team answers or solves, and how late it is. Never by a colour alone.

use leptos::prelude::*;
use model::words::Words;
use ui::{Erase, Erased, Icon, icon};

const MINUTE_MS: u64 = 60_000;

/// What is due next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The first answer; else the solution.
    pub answer: bool,
    /// In so many milliseconds; less than nothing: so long ago.
    pub in_ms: i64,
}

/// The sentence, with a sign before it once it is late.
pub(super) fn due(words: &Words, due: Due) -> Erased {
    let late = due.in_ms <= 0;
    let key = match (due.answer, late) {
        (true, false) => "site.tickets.answer_due",
        (true, true) => "site.tickets.answer_overdue",
        (false, false) => "site.tickets.solution_due",
        (false, true) => "site.tickets.solution_overdue",
    };
    let said = words.with(key, &[("time", &span(words, due.in_ms.unsigned_abs()))]);
    let sign = late.then(|| view! { <Icon glyph=icon::circle_alert /> }.erase());
    view! {
        <span class="due" data-late=late.then_some("")>
            {sign}
            {said}
        </span>
    }
    .erase()
}

/// A span of time, as precise as somebody needs it who plans a day.
fn span(words: &Words, ms: u64) -> String {
    let minutes = ms.div_ceil(MINUTE_MS).max(1);
    let (key, n) = match minutes {
        0..60 => ("site.tickets.minutes", minutes),
        60..2_880 => ("site.tickets.hours", minutes / 60),
        _ => ("site.tickets.days", minutes / 1_440),
    };
    words.with(key, &[("n", &n.to_string())])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn a_i4_what_is_late_says_so_in_words() {
        let texts = [
            ("site.tickets.answer_due", "Answer due in %{time}"),
            ("site.tickets.answer_overdue", "Answer overdue by %{time}"),
            ("site.tickets.solution_due", "Solution due in %{time}"),
            ("site.tickets.minutes", "%{n} min"),
            ("site.tickets.hours", "%{n} h"),
            ("site.tickets.days", "%{n} d"),
        ];
        let texts = texts.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned()));
        let words = Words::new(Language::En, texts.collect::<BTreeMap<_, _>>());
        let shown = |answer, in_ms| Owner::new().with(|| due(&words, Due { answer, in_ms }).to_html());
        assert!(shown(true, 3 * 3_600_000).contains("Answer due in 3 h"));
        assert!(shown(true, 59_000).contains("Answer due in 1 min"));
        assert!(shown(false, 72 * 3_600_000).contains("Solution due in 3 d"));
        let late = shown(true, -7_200_000);
        assert!(late.contains("Answer overdue by 2 h") && late.contains("data-late"), "{late}");
    }
}
