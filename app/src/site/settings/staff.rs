//! Staff: who works for the store, who of them may chat live (D-02, D-03), and who is invited. A link is shown once, on the page that
//! invited. The desk fetches the page again whenever somebody comes or goes.

mod invite;

use leptos::prelude::*;
use model::{
    id::AccountId,
    party::Role,
    refusal::Refusal,
    staff::{Staff, StaffMember},
    words::Words,
};
use ui::{Erase, Erased, hidden_fields};

use super::{
    SettingsFrame,
    parts::{Question, question},
};

/// Where the page is.
pub const STAFF: &str = "/desk/pages/staff";

/// What the page shows.
#[derive(Clone, Debug)]
pub struct StaffPage {
    /// The store's people, and the invitations that are out.
    pub staff: Staff,
    /// Whoever looks at it: nobody ends their own work here.
    pub me: AccountId,
    /// The link of an invitation that was made just now.
    pub link: Option<String>,
    /// Why an invitation was refused, and what was typed.
    pub answer: Option<Refusal>,
    /// The same.
    pub typed: String,
}

/// The page.
pub fn staff(frame: SettingsFrame<'_>, page: &StaffPage) -> String {
    let words = frame.words;
    frame.alone("site.staff.title", "site.staff.explained", || {
        let leaving = page.staff.people.iter().filter(|person| may_leave(page, person));
        let questions = leaving.map(|person| deactivate(words, person)).collect_view();
        view! {
            {invite::answer(words, page)}
            <div class="stack staff">{people(words, page)} {invite::card(words, &page.staff.invitations)}</div>
            {invite::question(words)}
            {questions}
        }
        .erase()
    })
}

/// The table of people: their switch **Live chat**, and the button that ends or renews their work here.
fn people(words: &Words, page: &StaffPage) -> Erased {
    let rows = page.staff.people.iter().map(|person| row(words, page, person)).collect_view();
    view! {
        <div class="table__scroll">
            <table class="table" aria-label=words.get("site.staff.title")>
                <thead>
                    <tr>
                        <th scope="col">{words.get("site.staff.person")}</th>
                        <th scope="col">{words.get("site.staff.live_chat")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words.get("site.staff.actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .erase()
}

fn row(words: &Words, page: &StaffPage, person: &StaffMember) -> Erased {
    view! {
        <tr data-left=(!person.active).then_some("")>
            <th scope="row">{who(words, person)}</th>
            <td>{person.active.then(|| live_chat(words, person))}</td>
            <td class="staff__act">{act(words, page, person)}</td>
        </tr>
    }
    .erase()
}

fn who(words: &Words, person: &StaffMember) -> Erased {
    let role = words.get(match person.role {
        Role::Owner => "site.staff.owner",
        Role::Operator => "site.staff.operator",
    });
    let stands = words.get(match (person.active, person.on_duty) {
        (false, _) => "site.staff.left",
        (true, true) => "site.staff.on_duty",
        (true, false) => "site.staff.off_duty",
    });
    view! {
        <span class="staff__name">{person.name.to_string()}</span>
        <span class="staff__facts">{person.email.to_string()}</span>
        <span class="staff__facts">
            <span class="dot" data-online=person.on_duty.then_some("")></span>
            {role}
            " · "
            {stands}
        </span>
    }
    .erase()
}

/// The switch is the button of a form; by its id the desk finds the way back to it.
fn live_chat(words: &Words, person: &StaffMember) -> Erased {
    let fields = vec![("whom", person.id.to_string()), ("on", (!person.live_chat).to_string())];
    view! {
        <form method="post" action="/desk/pages/staff/live-chat">
            {hidden_fields(fields)}
            <button
                type="submit"
                class="switch"
                role="switch"
                id=format!("live-chat-{}", person.id)
                aria-checked=person.live_chat.to_string()
            >
                <span class="switch__track" aria-hidden="true">
                    <span class="switch__thumb"></span>
                </span>
                <span class="switch__label">{words.get("site.staff.live_chat")}</span>
            </button>
        </form>
    }
    .erase()
}

/// Nobody ends their own work here, so that a store keeps an owner; what the marketplace switched off stays so.
fn may_leave(page: &StaffPage, person: &StaffMember) -> bool {
    person.id != page.me && !person.switched_off && person.active
}

fn leaves_id(person: &StaffMember) -> String {
    format!("deactivate-{}", person.id)
}

fn act(words: &Words, page: &StaffPage, person: &StaffMember) -> Option<Erased> {
    let id = format!("work-{}", person.id);
    if may_leave(page, person) {
        return Some(
            view! {
                <button class="button button--quiet" type="button" id=id popovertarget=leaves_id(person)>
                    {words.get("site.staff.deactivate")}
                </button>
            }
            .erase(),
        );
    }
    (!person.active && !person.switched_off).then(|| {
        view! {
            <form method="post" action="/desk/pages/staff/reactivate">
                {hidden_fields(vec![("whom", person.id.to_string())])}
                <button class="button button--quiet" type="submit" id=id>
                    {words.get("site.staff.reactivate")}
                </button>
            </form>
        }
        .erase()
    })
}

/// The question before somebody's work ends here.
fn deactivate(words: &Words, person: &StaffMember) -> Erased {
    let asked = Question {
        id: leaves_id(person),
        title: words.get("site.staff.deactivate_question"),
        text: words.with("site.staff.deactivate_text", &[("name", person.name.as_str())]),
        yes: words.get("site.staff.deactivate"),
        action: "/desk/pages/staff/deactivate",
        fields: vec![("whom", person.id.to_string())],
    };
    question(words, asked)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{
        desk::Theme,
        language::Language,
        refusal::Field,
        staff::Invitation,
        text::{EmailAddress, Name},
        time::Timestamp,
    };

    use super::*;

    fn id(n: u8) -> AccountId {
        format!("0197aaaa-0000-7000-8000-00000000000{n}").parse().expect("an id")
    }

    fn person(n: u8, active: bool, switched_off: bool) -> StaffMember {
        StaffMember {
            id: id(n),
            name: Name::parse("Bram <b>").expect("a name"),
            email: EmailAddress::parse("bram@tea.example").expect("an address"),
            role: Role::Operator,
            live_chat: true,
            active,
            switched_off,
            on_duty: active,
        }
    }

    fn page(people: Vec<StaffMember>) -> StaffPage {
        StaffPage {
            staff: Staff {
                people,
                invitations: Vec::new(),
            },
            me: id(1),
            link: None,
            answer: None,
            typed: String::new(),
        }
    }

    fn shown(page: &StaffPage) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: true,
        };
        staff(frame, page)
    }

    #[test]
    fn everybody_but_oneself_can_leave_and_come_back_unless_the_marketplace_says_otherwise() {
        let html = shown(&page(vec![
            person(1, true, false),
            person(2, true, false),
            person(3, false, false),
            person(4, false, true),
        ]));
        assert!(!html.contains("<b>"), "{html}");
        assert_eq!(html.matches("role=\"switch\"").count(), 2, "who left has no switch: {html}");
        assert_eq!(html.matches("aria-checked=\"true\"").count(), 2, "{html}");
        // To open, and to close.
        assert_eq!(
            html.matches(&format!("popovertarget=\"deactivate-{}\"", id(2))).count(),
            2,
            "{html}"
        );
        assert!(!html.contains(&format!("deactivate-{}", id(1))), "{html}");
        assert_eq!(html.matches("/desk/pages/staff/reactivate").count(), 1, "{html}");
    }

    #[test]
    fn an_invitation_can_be_withdrawn_and_its_link_is_shown_once() {
        let mut page = page(Vec::new());
        let html = shown(&page);
        assert!(!html.contains(" open") && !html.contains("class=\"sites\""), "{html}");
        page.staff.invitations.push(Invitation {
            id: "0197aaaa-0000-7000-8000-000000000009".parse().expect("an id"),
            email: EmailAddress::parse("noor@tea.example").expect("an address"),
            expires_at: Timestamp(0),
        });
        page.link = Some("https://chat.example/invite/whole".to_owned());
        let html = shown(&page);
        assert!(html.contains("invite/whole") && html.contains("1970-01-01 00:00 UTC"), "{html}");
        assert!(html.contains(" open") && html.contains("/desk/pages/staff/withdraw"), "{html}");
        page.link = None;
        assert!(!shown(&page).contains("invite/whole"));
    }

    #[test]
    fn what_was_typed_stays_in_the_form_that_says_what_is_wrong() {
        let mut page = page(Vec::new());
        page.answer = Some(Refusal::Taken(Field::Email));
        page.typed = "\"><b>noor".to_owned();
        let html = shown(&page);
        assert!(html.contains(" open") && !html.contains("<b>"), "{html}");
        assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1, "{html}");
        assert_eq!(html.matches("name=\"email\"").count(), 2, "the empty one waits behind it: {html}");
    }
}
