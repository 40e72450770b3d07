//! The ready-made answers that there are, one a row.

use leptos::prelude::*;
use model::{canned::CannedReply, text::Body};
use ui::{Act, Button, Erase, Erased, Icon, Look, Reading, Slot, each, icon};

use super::{
    super::frame::{Question, question},
    Answers,
};

/// The table, and the question before one of them goes.
pub(super) fn rows(answers: Answers) -> Erased {
    let desk = answers.desk;
    let going = Slot::new(None::<CannedReply>);
    let asking = RwSignal::new(false);
    let ask = Act::new(move |reply: CannedReply| {
        going.set(Some(reply));
        asking.set(true);
    });
    let delete = move || {
        if let Some(reply) = going.get_untracked() {
            answers.remove(reply.id);
        }
    };
    let asked = Question {
        id: "delete-canned".to_owned(),
        title: "desk.canned.delete_question",
        text: Reading::new(move || {
            let shortcut = going.with(|going| going.as_ref().map(|reply| reply.shortcut.to_string()).unwrap_or_default());
            desk.words().with("desk.canned.delete_text", &[("shortcut", &shortcut)])
        }),
        yes: desk.says("desk.canned.delete"),
    };
    let replies = move || desk.canned.get().unwrap_or_default();
    view! {
        <div class="table__scroll">
            <table class="table canned" aria-label=desk.t("desk.canned.title")>
                <thead>
                    <tr>
                        <th scope="col">{desk.t("field.shortcut")}</th>
                        <th scope="col">{desk.t("desk.canned.answer")}</th>
                        <th scope="col">{desk.t("desk.canned.languages")}</th>
                        <th scope="col">{desk.t("desk.canned.whose")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{desk.t("desk.canned.deeds")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{each(replies, key, move |reply| row(answers, reply, ask.clone()))}</tbody>
            </table>
        </div>
        {question(desk, asked, asking, delete)}
    }
    .erase()
}

/// An answer that says something else is another row.
fn key(reply: &CannedReply) -> String {
    let mut key = format!("{} {}", reply.id, reply.shortcut);
    for (language, text) in &reply.texts {
        for part in ["\n", language.code(), " ", text.as_str()] {
            key.push_str(part);
        }
    }
    key
}

fn row(answers: Answers, reply: CannedReply, ask: Act<CannedReply>) -> Erased {
    let desk = answers.desk;
    let shortcut = format!("/{}", reply.shortcut);
    let said = reply.text(&[desk.me().language]).map(Body::preview).unwrap_or_default();
    let languages = reply
        .texts
        .iter()
        .map(|(language, _)| language.own_name())
        .collect::<Vec<_>>()
        .join(", ");
    let whose = desk.t(if reply.own { "desk.canned.own" } else { "desk.canned.shared" });
    let tools = answers.may_change(&reply).then(|| {
        let named = [("shortcut", shortcut.as_str())];
        let edit_label = desk.words().with("desk.canned.edit", &named);
        let delete_label = desk.words().with("desk.canned.delete_one", &named);
        let (changed, gone) = (reply.clone(), reply.clone());
        let edit = Act::new(move |()| answers.form.change(&changed));
        let delete = Act::new(move |()| ask.run(gone.clone()));
        view! {
            <span class="canned__tools">
                <Button look=Look::Icon label=edit_label on_press=edit>
                    <Icon glyph=icon::pencil />
                </Button>
                <Button look=Look::Icon label=delete_label busy=answers.busy on_press=delete>
                    <Icon glyph=icon::trash />
                </Button>
            </span>
        }
        .erase()
    });
    view! {
        <tr>
            <th scope="row">
                <code>{shortcut}</code>
            </th>
            <td>{said}</td>
            <td>{languages}</td>
            <td>{whose}</td>
            <td>{tools}</td>
        </tr>
    }
    .erase()
}
