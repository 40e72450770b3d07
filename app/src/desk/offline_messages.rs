//! Offline messages (D-05, D-27): what was left in the form while nobody was there, and the one that is opened beside the list.

use leptos::prelude::*;
use model::{
    conversation::About,
    desk::{Folder, InboxCursor, InboxRow},
    id::ConversationId,
};
use ui::{Act, Button, Empty, Erase, Erased, Icon, Look, Reading, Time, each, icon, known, pressed};

use super::{
    deeds, facts,
    frame::{self, unread},
    inbox::inbox,
    list::List,
    moving::moving,
    paths, recap_row,
    state::DeskState,
    thread::Thread,
    thread_view::{Answering, thread_view},
};

/// The list.
pub(super) type Letters = List<InboxRow, InboxCursor>;

/// The page. Which message is open stands in the address, so that it can be sent to a colleague.
pub(super) fn page(desk: DeskState) -> Erased {
    let chosen = known(move || desk.route.with(chosen_at));
    let choose = Act::new(move |id: Option<ConversationId>| {
        let address = id.map_or_else(
            || paths::OFFLINE_MESSAGES.to_owned(),
            |id| format!("{}/{id}", paths::OFFLINE_MESSAGES),
        );
        desk.route.turn(&address);
    });
    view! {
        {frame::head(desk, "desk.offline_messages", "desk.offline_explained")}
        {messages(desk, chosen.into(), choose)}
    }
    .erase()
}

fn chosen_at(path: &str) -> Option<ConversationId> {
    path.strip_prefix(paths::OFFLINE_MESSAGES)?.strip_prefix('/')?.parse().ok()
}

/// The list with the opened message beside it; also what the console shows.
pub(super) fn messages(desk: DeskState, chosen: Reading<Option<ConversationId>>, choose: Act<Option<ConversationId>>) -> Erased {
    let list = Letters::folder(desk, Folder::Offline);
    let nothing =
        move || view! { <Empty glyph=icon::inbox title=desk.t("desk.no_offline") text=desk.t("desk.no_offline_explained") /> }.erase();
    let (read, listed, choose_one) = (chosen.clone(), chosen.clone(), choose.clone());
    let lines = move || rows(desk, list, listed.clone(), choose_one.clone());
    let opened = Reading::new(move || {
        read.get().map_or_else(
            || view! { <Empty glyph=icon::inbox title=desk.t("desk.choose_message") /> }.erase(),
            |id| message(desk, id, choose.clone()),
        )
    });
    view! {
        <div class="letters" data-open=Reading::flag(move || chosen.get().is_some())>
            <div class="letters__list">{inbox(desk, list, nothing, lines)}</div>
            <div class="letters__opened">{opened}</div>
        </div>
    }
    .erase()
}

fn rows(desk: DeskState, list: Letters, chosen: Reading<Option<ConversationId>>, choose: Act<Option<ConversationId>>) -> Erased {
    let ids = known(move || list.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>()));
    view! {
        <ul class="letters__rows" role="list" aria-label=desk.t("desk.offline_messages")>
            {each(move || ids.get(), ConversationId::to_string, move |id| item(desk, list, id, chosen.clone(), choose.clone()))}
        </ul>
    }
    .erase()
}

fn item(
    desk: DeskState,
    list: Letters,
    id: ConversationId,
    chosen: Reading<Option<ConversationId>>,
    choose: Act<Option<ConversationId>>,
) -> Erased {
    let current = Reading::new(move || (chosen.get() == Some(id)).then(|| "true".to_owned()));
    view! {
        <li>
            <button type="button" class="row" aria-current=current on:click=pressed(move || choose.run(Some(id)))>
                {row(desk, list, id)}
            </button>
        </li>
    }
    .erase()
}

/// What a line shows, also in the message center.
pub(super) fn row(desk: DeskState, list: Letters, id: ConversationId) -> Erased {
    let row = known(move || list.row(id));
    let badge = unread(desk, "desk.unread_messages", move || {
        row.with(|row| row.as_ref().map_or(0, |row| desk.unread(row)))
    });
    let text = Reading::new(move || row.get().map(|row| text(desk, &row)));
    view! {
        {badge}
        {text}
    }
    .erase()
}

fn text(desk: DeskState, row: &InboxRow) -> Erased {
    view! {
        <span class="row__who truncate">{frame::who(desk, &row.customer)}</span>
        {recap_row::said(desk, row)}
        {about(desk, row)}
        <span class="row__meta">
            <Time at=row.at words=desk.words() />
        </span>
    }
    .erase()
}

fn message(desk: DeskState, id: ConversationId, choose: Act<Option<ConversationId>>) -> Erased {
    let thread = deeds::in_hand(desk, id);
    let back = Act::new(move |()| choose.run(None));
    view! {
        <article class="letter">
            <div class="letter__back">
                <Button look=Look::Quiet on_press=back>
                    <Icon glyph=icon::arrow_left />
                    {desk.t("desk.back")}
                </Button>
            </div>
            {facts::contact(desk, &thread)}
            {by_email(desk, &thread)}
            {moving(desk, &thread, "letter")}
            {thread_view(desk, thread, "letter", Reading::new(|| true), Answering::Here)}
        </article>
    }
    .erase()
}

/// What it is about: an order, or the product on whose page it was left (D-i6).
pub(super) fn about(desk: DeskState, row: &InboxRow) -> Option<Erased> {
    let text = match &row.about {
        About::Nothing => return None,
        About::Product(product) => {
            let name = product.name.as_ref().map_or_else(|| product.sku.to_string(), ToString::to_string);
            desk.words().with("desk.about_product", &[("product", &name)])
        }
        About::Order { number, .. } => desk.words().with("desk.about_order", &[("number", number)]),
    };
    Some(view! { <span class="row__about small truncate">{text}</span> }.erase())
}

/// The way to answer somebody who has left: by mail when there is an address, and in the conversation for when they are back.
fn by_email(desk: DeskState, thread: &Thread) -> Erased {
    let (contact, row) = (thread.contact.clone(), thread.row.clone());
    let shown = Reading::new(move || {
        let about = row.with(|row| row.as_ref().and_then(|row| about(desk, row)));
        let mail = contact.with(|contact| {
            contact.email.as_ref().map(|email| {
                view! {
                    <a class="button button--quiet" href=format!("mailto:{email}")>
                        {desk.t("desk.answer_by_email")}
                    </a>
                }
                .erase()
            })
        });
        view! {
            {about}
            <p class="small muted">{desk.t("desk.answer_explained")}</p>
            {mail}
        }
        .erase()
    });
    view! { <div class="letter__answer">{shown}</div> }.erase()
}
