//! The table of people: their switch **Live chat**, and the button that ends or renews their work here.

use leptos::prelude::*;
use model::{id::AccountId, party::Role, staff::StaffMember};
use ui::{Act, Button, Erase, Erased, Known, Look, Reading, Slot, Switch, each, known};

use super::{
    super::frame::{Question, question},
    Page,
};
use crate::api::staff as door;

/// The table, and the question before somebody is signed out for good.
pub(super) fn people(page: Page) -> Erased {
    let desk = page.desk;
    let ids = known(move || {
        page.staff
            .with(|staff| staff.people.iter().map(|person| person.id).collect::<Vec<_>>())
    });
    let asking = RwSignal::new(false);
    let leaving = Slot::new(None::<AccountId>);
    let ask = Act::new(move |id| {
        leaving.set(Some(id));
        asking.set(true);
    });
    view! {
        <div class="table__scroll">
            <table class="table" aria-label=desk.t("desk.staff")>
                <thead>
                    <tr>
                        <th scope="col">{desk.t("desk.staff_page.person")}</th>
                        <th scope="col">{desk.t("desk.staff_page.live_chat")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{desk.t("desk.actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{each(move || ids.get(), AccountId::to_string, move |id| row(page, id, ask.clone()))}</tbody>
            </table>
        </div>
        {end(page, asking, leaving)}
    }
    .erase()
}

/// The cells follow their person; the row itself stays, because a browser takes nothing but cells in it.
fn row(page: Page, id: AccountId, ask: Act<AccountId>) -> Erased {
    let person = known(move || page.staff.with(|staff| staff.people.iter().find(|person| person.id == id).cloned()));
    let active = known(move || person.with(|person| person.as_ref().is_some_and(|person| person.active)));
    let who = Reading::new(move || person.get().map(|person| who(page, &person)));
    let live_chat = Reading::new(move || active.get().then(|| live_chat(page, id, person)));
    let act = Reading::new(move || person.get().map(|person| act(page, &person, ask.clone())));
    view! {
        <tr data-left=Reading::flag(move || !active.get())>
            <th scope="row">{who}</th>
            <td>{live_chat}</td>
            <td class="staff__act">{act}</td>
        </tr>
    }
    .erase()
}

fn who(page: Page, person: &StaffMember) -> Erased {
    let desk = page.desk;
    let role = desk.t(match person.role {
        Role::Owner => "desk.staff_page.owner",
        Role::Operator => "desk.staff_page.operator",
    });
    let stands = desk.t(match (person.active, person.on_duty) {
        (false, _) => "desk.staff_page.left",
        (true, true) => "desk.staff_page.on_duty",
        (true, false) => "desk.staff_page.off_duty",
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

fn live_chat(page: Page, id: AccountId, person: Known<Option<StaffMember>>) -> Erased {
    let on = Reading::new(move || person.with(|person| person.as_ref().is_some_and(|person| person.live_chat)));
    let change = Act::new(move |on| page.change(door::set_live_chat(id, on)));
    view! { <Switch label=page.desk.t("desk.staff_page.live_chat") on=on busy=page.busy on_change=change /> }.erase()
}

/// Nobody ends their own work here, so that a store keeps an owner; what the marketplace switched off stays so.
fn act(page: Page, person: &StaffMember, ask: Act<AccountId>) -> Erased {
    let (desk, id) = (page.desk, person.id);
    if id == desk.me().id || person.switched_off {
        return ().erase();
    }
    let (key, press) = if person.active {
        ("desk.staff_page.deactivate", Act::new(move |()| ask.run(id)))
    } else {
        let back = Act::new(move |()| page.change(door::reactivate_staff(id)));
        ("desk.staff_page.reactivate", back)
    };
    view! {
        <Button look=Look::Quiet busy=page.busy on_press=press>
            {desk.t(key)}
        </Button>
    }
    .erase()
}

/// The question before somebody's work ends here.
fn end(page: Page, asking: RwSignal<bool>, leaving: Slot<Option<AccountId>>) -> Erased {
    let desk = page.desk;
    let name = move || {
        let id = leaving.get()?;
        page.staff.with(|staff| {
            let person = staff.people.iter().find(|person| person.id == id);
            person.map(|person| person.name.to_string())
        })
    };
    let asked = Question {
        id: "deactivate".to_owned(),
        title: "desk.staff_page.deactivate_question",
        text: Reading::new(move || {
            let name = name().unwrap_or_default();
            desk.words().with("desk.staff_page.deactivate_text", &[("name", &name)])
        }),
        yes: desk.says("desk.staff_page.deactivate"),
    };
    let end = move || {
        if let Some(id) = leaving.get_untracked() {
            page.change(door::deactivate_staff(id));
        }
    };
    question(desk, asked, asking, end)
}
