//! The table: its columns are the guide's (P-57 to P-60), with a box before each line and what was said of the chat behind it.

use leptos::prelude::*;
use model::{
    history::{HistoryRow, HistorySort},
    id::ConversationId,
};
use ui::{Act, Button, Erase, Erased, Icon, Look, Reading, Time, changed, each, icon, known, pressed};

use super::{
    super::{
        facts::{call_link, mail_link},
        frame,
        label::customer_label,
        state::DeskState,
    },
    Shelf, pick,
};

/// The table, while there is anything in it.
pub(super) fn table(desk: DeskState, shelf: Shelf) -> Erased {
    let list = shelf.list;
    let ids = known(move || list.rows.with(|rows| rows.iter().map(HistoryRow::id).collect::<Vec<_>>()));
    let all = known(move || shelf.picked.with(|picked| ids.with(|ids| ids.iter().all(|id| picked.contains(id)))));
    let pick_all = changed(move |event| {
        let on = event_target_checked(&event);
        shelf.picked.update(|picked| pick(picked, ids.get_untracked().into_iter(), on));
    });
    view! {
        <div class="table__scroll">
            <table class="table history" aria-label=desk.t("desk.history")>
                <thead>
                    <tr>
                        <td class="history__pick">
                            <input
                                type="checkbox"
                                aria-label=desk.t("desk.history_select_all")
                                prop:checked=Reading::from(all)
                                on:change=pick_all
                            />
                        </td>
                        {sorted_head(desk, shelf, "desk.customer", HistorySort::NameUp, HistorySort::NameDown)}
                        {sorted_head(desk, shelf, "desk.date", HistorySort::Oldest, HistorySort::Newest)}
                        <th scope="col">{desk.t("desk.last_message")}</th>
                        <th scope="col">{desk.t("desk.email")}</th>
                        <th scope="col">{desk.t("desk.phone")}</th>
                        <th scope="col">{desk.t("desk.history_rating")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{desk.t("desk.actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{each(move || ids.get(), ConversationId::to_string, move |id| line(desk, shelf, id))}</tbody>
            </table>
        </div>
    }
    .erase()
}

/// A column that can be the order of the table. Pressed again, it turns round; dates begin with the newest, names with the first.
fn sorted_head(desk: DeskState, shelf: Shelf, key: &str, up: HistorySort, down: HistorySort) -> Erased {
    let sort = shelf.sort;
    let first = if up == HistorySort::NameUp { up } else { down };
    let second = if first == up { down } else { up };
    let order = Reading::new(move || {
        let order = match sort.get() {
            now if now == up => "ascending",
            now if now == down => "descending",
            _ => "none",
        };
        Some(order.to_owned())
    });
    let press = pressed(move || sort.update(|sort| *sort = if *sort == first { second } else { first }));
    view! {
        <th scope="col" aria-sort=order>
            <button type="button" class="history__sort" on:click=press>
                {desk.t(key)}
                <Icon glyph=icon::arrow_down />
            </button>
        </th>
    }
    .erase()
}

/// The cells follow their line; the line itself stays, because a browser takes nothing but cells in it.
fn line(desk: DeskState, shelf: Shelf, id: ConversationId) -> Erased {
    let row = known(move || shelf.list.row(id));
    let select = move || {
        let who = row.with(|row| row.as_ref().map(|row| customer_label(&desk.words(), &row.customer)));
        Some(desk.words().with("desk.history_select", &[("who", &who.unwrap_or_default())]))
    };
    let cell = move |draw: fn(DeskState, &HistoryRow) -> Option<Erased>| Reading::new(move || row.get().and_then(|row| draw(desk, &row)));
    let said = Reading::new(move || row.with(|row| row.as_ref().map(|row| row.said.clone()).unwrap_or_default()));
    let stars = Reading::new(move || {
        let stars = row.with(|row| row.as_ref().and_then(|row| row.stars));
        stars.map_or_else(String::new, |stars| {
            desk.words().with("desk.history_stars", &[("n", &stars.to_string())])
        })
    });
    let change = changed(move |event| {
        let on = event_target_checked(&event);
        shelf.deleted.set(None);
        shelf.picked.update(|picked| pick(picked, std::iter::once(id), on));
    });
    let see = Act::new(move |()| shelf.chosen.set(Some(id)));
    let saved = Reading::flag(move || row.with(|row| row.as_ref().is_some_and(|row| row.place.saved)));
    view! {
        <tr data-saved=saved>
            <td class="history__pick">
                <input
                    type="checkbox"
                    aria-label=Reading::new(select)
                    prop:checked=Reading::new(move || shelf.picked.with(|picked| picked.contains(&id)))
                    on:change=change
                />
            </td>
            <th scope="row">{cell(who)}</th>
            <td class="no-wrap">{cell(when)}</td>
            <td dir="auto">{said}</td>
            <td>{cell(email)}</td>
            <td class="no-wrap">{cell(phone)}</td>
            <td class="no-wrap">{stars}</td>
            <td>
                <Button look=Look::Quiet on_press=see>
                    {desk.t("desk.see_conversation")}
                </Button>
            </td>
        </tr>
    }
    .erase()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a column is drawn by one shape of function, and some cells are empty"
)]
fn who(desk: DeskState, row: &HistoryRow) -> Option<Erased> {
    let saved = row.place.saved.then(|| {
        view! {
            <span class="history__saved">
                <Icon glyph=icon::bookmark />
                {desk.t("desk.history_saved")}
            </span>
        }
        .erase()
    });
    let who = frame::who(desk, &row.customer);
    Some(view! { {who} {saved} }.erase())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a column is drawn by one shape of function, and some cells are empty"
)]
fn when(desk: DeskState, row: &HistoryRow) -> Option<Erased> {
    Some(view! { <Time at=row.place.at words=desk.words() /> }.erase())
}

fn email(_: DeskState, row: &HistoryRow) -> Option<Erased> {
    row.email.as_ref().map(mail_link)
}

fn phone(_: DeskState, row: &HistoryRow) -> Option<Erased> {
    row.phone.as_ref().map(call_link)
}
