//! Settings, Privacy: how long things are kept, all that is known of one person, and who is blocked. Each card is a form of its own; what
//! one of them was answered stands in it, and nowhere else.

mod blocked;
mod person;
mod retention;

use leptos::prelude::*;
use model::{
    privacy::{Blocked, ErasedPerson, Overdue, PersonBy, PersonFound},
    refusal::Refusal,
    settings::Retention,
};
use ui::Erase;

pub use self::retention::kept_code;
use super::SettingsFrame;

/// Where the page is.
pub const PRIVACY: &str = "/desk/pages/privacy";

/// What became of the form that says how long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionSaid {
    /// Nothing is saved yet: this would be deleted.
    Counted(Overdue),
    /// It was saved.
    Saved,
    /// Not saved: somebody else saved meanwhile.
    Changed,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PrivacyForms {
    /// How long things are kept, or what was chosen just now.
    pub keep: Retention,
    /// How often the store's settings had been saved when that was read.
    pub rev: i64,
    /// What became of it.
    pub said: Option<RetentionSaid>,
    /// What a person is looked for by.
    pub by: PersonBy,
    /// What was typed of them.
    pub who: String,
    /// Why nobody is shown.
    pub wrong: Option<Refusal>,
    /// What is known of them.
    pub found: Option<PersonFound>,
    /// What became of an erasure.
    pub erased: Option<ErasedPerson>,
    /// Who may not write, the last one first.
    pub blocked: Vec<Blocked>,
}

/// The page.
pub fn privacy(frame: SettingsFrame<'_>, page: &PrivacyForms) -> String {
    let words = frame.words;
    frame.alone("site.privacy.title", "site.privacy.explained", || {
        view! {
            <div class="stack settings">
                {retention::card(words, page)} {person::card(words, page)} {blocked::card(words, &page.blocked)}
            </div>
            {page.found.is_some().then(|| person::question(words, page))}
        }
        .erase()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{
        desk::Theme, language::Language, party::Customer, privacy::Searched, refusal::Field, text::Name, time::Timestamp, words::Words,
    };

    use super::*;

    fn shown(page: &PrivacyForms) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: true,
        };
        privacy(frame, page)
    }

    #[test]
    fn what_would_be_deleted_is_shown_before_it_is_saved_and_what_was_chosen_stays() {
        let mut page = PrivacyForms {
            keep: Retention {
                chats_days: 77,
                ..Retention::default()
            },
            rev: 3,
            ..PrivacyForms::default()
        };
        let html = shown(&page);
        // What was set elsewhere is not lost by saving the page.
        assert!(html.contains("value=\"77\" selected"), "{html}");
        assert!(
            !html.contains("site.privacy.counted") && !html.contains("name=\"counted\""),
            "{html}"
        );
        page.said = Some(RetentionSaid::Counted(Overdue {
            chats: 4_711,
            ..Overdue::default()
        }));
        let html = shown(&page);
        assert!(html.contains("4711") && html.contains("site.privacy.sure"), "{html}");
        assert!(
            html.contains("name=\"counted\"") && html.contains("value=\"77 365 30 30\""),
            "{html}"
        );
        page.said = Some(RetentionSaid::Changed);
        let html = shown(&page);
        assert!(
            html.contains("refusal.changed_meanwhile") && html.contains("role=\"alert\""),
            "{html}"
        );
    }

    #[test]
    fn nobody_is_erased_before_they_were_looked_at() {
        let mut page = PrivacyForms {
            by: PersonBy::Customer,
            who: "\"><b>C-1".to_owned(),
            wrong: Some(Refusal::NotFound),
            ..PrivacyForms::default()
        };
        let html = shown(&page);
        assert!(
            html.contains(">site.privacy.nobody<") && html.contains("aria-invalid=\"true\""),
            "{html}"
        );
        assert!(html.contains("value=\"customer\" selected"), "{html}");
        assert!(!html.contains("<b>") && !html.contains("/desk/pages/privacy/erase"), "{html}");
        page.wrong = Some(Refusal::Missing(Field::Text));
        assert!(shown(&page).contains("refusal.missing"));
        page.wrong = None;
        page.found = Some(PersonFound {
            names: vec!["<i>Jane".to_owned()],
            conversations: 2,
            held: 1,
            messages: 3,
            last: Some(Timestamp(0)),
        });
        let html = shown(&page);
        assert!(!html.contains("<i>") && html.contains("1970-01-01 00:00 UTC"), "{html}");
        assert!(html.contains("action=\"/desk/privacy/export\""), "{html}");
        assert!(
            html.contains("action=\"/desk/pages/privacy/erase\"") && html.contains("site.privacy.held.one"),
            "{html}"
        );
    }

    #[test]
    fn an_erasure_is_proven_and_the_blocked_can_be_let_in() {
        let page = PrivacyForms {
            erased: Some(ErasedPerson {
                conversations: 2,
                held: 0,
                searched: Searched::Elsewhere,
            }),
            blocked: vec![Blocked {
                conversation: "0197aaaa-0000-7000-8000-000000000001".parse().expect("an id"),
                customer: Customer::Guest {
                    number: 17,
                    name: Name::parse("<u>Piet").ok(),
                },
                since: Timestamp(0),
            }],
            ..PrivacyForms::default()
        };
        let html = shown(&page);
        assert!(
            html.contains("site.privacy.erased.other") && html.contains("site.privacy.elsewhere"),
            "{html}"
        );
        assert!(!html.contains("site.privacy.held") && !html.contains("<u>"), "{html}");
        assert!(html.contains("Piet") && html.contains("/desk/pages/privacy/unblock"), "{html}");
        assert!(!html.contains("site.privacy.nobody_blocked"), "{html}");
    }
}
