//! The form that begins a ticket. Whatever was typed elsewhere comes along, and what was refused stays.

use leptos::prelude::*;
use model::{
    case::{Priority, Topic},
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field};

use super::{choice, priorities, topics};
use crate::site::sign_in::{error_of, whole_form};

/// The form, as it is filled in.
#[derive(Clone, Debug)]
pub struct TicketForm {
    /// Where it is sent to.
    pub action: String,
    /// All tickets.
    pub back: String,
    /// So that what is sent twice begins one.
    pub cid: String,
    /// In one line.
    pub subject: String,
    /// About what.
    pub topic: Topic,
    /// How urgent.
    pub priority: Priority,
    /// The first words.
    pub message: String,
    /// The conversation that becomes a ticket.
    pub from: Option<String>,
    /// Why it was refused.
    pub answer: Option<Refusal>,
}

/// What is wrong with the subject: it is parsed as a name, and called a subject.
fn error_of_subject(words: &Words, answer: Option<Refusal>) -> Option<String> {
    let refusal = answer.filter(|refusal| refusal.field() == Some(Which::Name))?;
    let (field, number) = (words.get("site.tickets.subject"), refusal.number().unwrap_or_default().to_string());
    Some(words.with(refusal.key(), &[("field", &field), ("n", &number)]))
}

/// The page's content.
pub(super) fn form(words: &Words, form: &TicketForm) -> Erased {
    let create = words.get("site.tickets.create");
    let from = form.from.as_ref().map(|from| {
        view! {
            <input type="hidden" name="from" value=from.clone() />
            <p class="notice">{words.get("site.tickets.history_goes_along")}</p>
        }
        .erase()
    });
    view! {
        <div class="stack">
            <p>
                <a href=form.back.clone()>{words.get("site.tickets.back")}</a>
            </p>
            <form class="card stack ticket__new" method="post" novalidate=true action=form.action.clone()>
                {whole_form(words, form.answer, &[Which::Name, Which::Message])}
                <input type="hidden" name="cid" value=form.cid.clone() />
                {from}
                <Field
                    id="ticket-subject"
                    label=words.get("site.tickets.subject")
                    name="subject"
                    required=true
                    text=RwSignal::new(form.subject.clone())
                    error=Signal::stored(error_of_subject(words, form.answer))
                />
                {choice("ticket-category", "topic", words.get("site.tickets.category"), topics(words), form.topic.code())}
                {choice(
                    "ticket-priority",
                    "priority",
                    words.get("site.tickets.priority"),
                    priorities(words),
                    form.priority.code(),
                )}
                <Field
                    id="ticket-message"
                    label=words.get("field.message")
                    name="message"
                    rows=6
                    required=true
                    text=RwSignal::new(form.message.clone())
                    hint=words.get("site.tickets.never_passwords")
                    error=Signal::stored(error_of(words, form.answer, Which::Message))
                />
                <div class="cluster">
                    <Button submit=true>{create}</Button>
                </div>
            </form>
        </div>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn a_18_what_was_typed_stays_and_a_missing_subject_is_called_a_subject() {
        let texts = [
            ("site.tickets.subject", "Subject"),
            ("refusal.missing", "%{field}: please fill this in."),
        ];
        let texts = texts.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned()));
        let words = Words::new(Language::En, texts.collect::<BTreeMap<_, _>>());
        let filled = TicketForm {
            action: "/here".to_owned(),
            back: "/".to_owned(),
            cid: "c".to_owned(),
            subject: String::new(),
            topic: Topic::Technical,
            priority: Priority::High,
            message: "\"><b>broken".to_owned(),
            from: None,
            answer: Some(Refusal::Missing(Which::Name)),
        };
        let html = Owner::new().with(|| form(&words, &filled).to_html());
        assert!(
            html.contains("Subject: please fill this in.") && html.contains("aria-invalid"),
            "{html}"
        );
        assert!(!html.contains("<b>") && html.contains("value=\"technical\" selected"), "{html}");
        assert!(!html.contains("role=\"alert\""), "{html}");
    }
}
