//! One line of the history opened over the page (P-61), with all conversations of a signed-in customer: the latest stands below the
//! earlier ones (P-63). Here they are only read; whoever wants to answer finds the conversation in the recap window.

use leptos::{prelude::*, task::spawn_local};
use model::{
    desk::{InboxCursor, InboxRow},
    id::ConversationId,
};
use ui::{Act, Button, Dialog, Erase, Erased, Look, Reading, Slot, Time, each, effect, known};

use super::{
    super::{
        chat_tools, deeds, facts,
        label::customer_label,
        state::DeskState,
        thread::{Load, Thread},
        thread_view::{Answering, thread_view},
    },
    Shelf, door,
};
use crate::api::conversation;

/// What is opened. It lives with the dialog's content.
#[derive(Clone, Copy)]
struct Opened {
    line: ConversationId,
    /// The oldest first.
    rows: Slot<Vec<InboxRow>>,
    /// Where the earlier ones begin.
    earlier: Slot<Option<InboxCursor>>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<String>>,
}

/// The dialog.
pub(super) fn reader(desk: DeskState, shelf: Shelf) -> Erased {
    let open = RwSignal::new(false);
    // The browser closes a dialog by itself on Escape; then nothing is chosen any more.
    effect(move || open.set(shelf.chosen.with(Option::is_some)));
    let mut was = false;
    effect(move || {
        let now = open.get();
        if std::mem::replace(&mut was, now) && !now {
            shelf.chosen.set(None);
        }
    });
    let close = Act::new(move |()| shelf.chosen.set(None));
    let chosen = known(move || shelf.chosen.get());
    let content = Reading::new(move || chosen.get().map(|line| opened(desk, line)));
    view! {
        <Dialog id="history" title=desk.t("desk.conversation") open=open>
            <div class="reader">{content}</div>
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=close>
                    {desk.t("desk.close")}
                </Button>
            </div>
        </Dialog>
    }
    .erase()
}

fn opened(desk: DeskState, line: ConversationId) -> Erased {
    let opened = Opened {
        line,
        rows: Slot::new(Vec::new()),
        earlier: Slot::new(None),
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
    };
    opened.fetch(desk);
    let who = Reading::new(move || {
        opened.rows.with(|rows| {
            rows.last()
                .map_or_else(|| desk.t("desk.loading"), |row| customer_label(&desk.words(), &row.customer))
        })
    });
    let ids = known(move || opened.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>()));
    let earlier = Reading::new(move || {
        let press = Act::new(move |()| opened.fetch(desk));
        opened.earlier.with(Option::is_some).then(|| {
            view! {
                <p class="inbox__more">
                    <Button look=Look::Quiet busy=opened.busy on_press=press>
                        {desk.t("desk.history_earlier")}
                    </Button>
                </p>
            }
            .erase()
        })
    });
    let failed = Reading::new(move || {
        let why = opened.failed.get();
        why.map(|why| view! { <p class="notice" data-tone="danger" role="alert">{why}</p> }.erase())
    });
    view! {
        <h3 class="reader__who">{who}</h3>
        {failed}
        {earlier}
        {each(move || ids.get(), ConversationId::to_string, move |id| conversation_of(desk, opened, id))}
    }
    .erase()
}

impl Opened {
    /// The latest conversations of the line, or those before the ones that are here.
    fn fetch(self, desk: DeskState) {
        self.busy.set(true);
        let before = self.earlier.get_untracked();
        spawn_local(async move {
            let answer = door::fetch_line(self.line, before).await;
            self.busy.try_set(false);
            match answer {
                Ok(page) => {
                    self.earlier.set(page.next);
                    self.rows.update(|rows| {
                        let mut all: Vec<InboxRow> = page.rows.into_iter().rev().collect();
                        all.append(rows);
                        *rows = all;
                    });
                }
                Err(error) => drop(self.failed.try_set(Some(error.sentence(&desk.words())))),
            }
        });
    }
}

/// One of them, with its date above it.
fn conversation_of(desk: DeskState, opened: Opened, id: ConversationId) -> Erased {
    let at = opened
        .rows
        .with_untracked(|rows| rows.iter().find(|row| row.id == id).map(|row| row.at));
    let thread = to_be_read(desk, id);
    let loaded = thread.row.clone();
    let row = known(move || loaded.get());
    view! {
        <section class="reader__conversation">
            <header class="reader__head">
                <h4 class="small muted">{at.map(|at| view! { <Time at=at words=desk.words() /> }.erase())}</h4>
                {chat_tools::tools(desk, &thread, row)}
            </header>
            {facts::contact(desk, &thread)}
            {thread_view(desk, thread, "history", Reading::new(|| true), Answering::Nowhere)}
        </section>
    }
    .erase()
}

/// The conversation in hand when it is, so that what comes in is seen; else only loaded. Nobody follows a whole history.
fn to_be_read(desk: DeskState, id: ConversationId) -> Thread {
    if desk.recap_row(id).is_some() {
        return deeds::in_hand(desk, id);
    }
    let thread = Thread::new(id, String::new());
    let loading = thread.clone();
    spawn_local(async move {
        match conversation::open_conversation(id).await {
            Ok(found) => loading.fill(found),
            Err(error) => loading.load.set(Load::Failed(error)),
        }
    });
    thread
}
