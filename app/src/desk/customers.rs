//! Customers: everybody the store knows, found by name, address or number, and the card of the one that is chosen.

use leptos::{prelude::*, task::spawn_local};
use model::{
    card::{CardOf, CustomerRow},
    id::CustomerId,
};
use ui::{Act, Button, Empty, Erase, Erased, Field, Icon, Look, Reading, Slot, effect, icon, pressed, submitted};

use super::{
    customer_card,
    frame::{self, loaded},
    list::Phase,
    state::DeskState,
};
use crate::api::customers as door;

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct People {
    desk: DeskState,
    rows: Slot<Vec<CustomerRow>>,
    more: RwSignal<bool>,
    phase: Slot<Phase>,
    typed: RwSignal<String>,
    /// What was searched for last.
    searched: RwSignal<String>,
    chosen: Slot<Option<CustomerId>>,
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let people = People {
        desk,
        rows: Slot::new(Vec::new()),
        more: RwSignal::new(false),
        phase: Slot::new(Phase::Loading),
        typed: RwSignal::new(String::new()),
        searched: RwSignal::new(String::new()),
        chosen: Slot::new(None),
    };
    effect(move || people.load());
    let of = Reading::new(move || people.chosen.get().map(CardOf::Customer));
    let nobody = of.clone();
    let nobody = Reading::new(move || {
        let is_nobody = nobody.get().is_none();
        is_nobody.then(|| view! { <Empty glyph=icon::user title=desk.t("desk.customers.choose") /> }.erase())
    });
    let back = Act::new(move |()| people.chosen.set(None));
    view! {
        {frame::head(desk, "desk.customers", "desk.customers.explained")}
        <form class="customers__search" role="search" novalidate=true on:submit=submitted(move || people.search())>
            <Field id="customers-search" label=desk.t("desk.customers.search") name="search" kind="search" text=people.typed />
            <Button submit=true look=Look::Quiet>
                {desk.t("desk.customers.find")}
            </Button>
        </form>
        <div class="letters" data-open=Reading::flag(move || people.chosen.with(Option::is_some))>
            <div class="letters__list">{loaded(desk, people.phase, move || people.load(), move || list(people))}</div>
            <div class="letters__opened">
                <div class="letter__back customers__back" hidden=Reading::flag(move || people.chosen.with(Option::is_none))>
                    <Button look=Look::Quiet on_press=back>
                        <Icon glyph=icon::arrow_left />
                        {desk.t("desk.back")}
                    </Button>
                </div>
                {nobody}
                {customer_card::card(desk, of)}
            </div>
        </div>
    }
    .erase()
}

impl People {
    fn search(self) {
        self.searched.set(self.typed.get_untracked());
        self.phase.set(Phase::Loading);
        self.load();
    }

    /// The first page.
    fn load(self) {
        self.fetch(None);
    }

    fn fetch(self, after: Option<CustomerRow>) {
        let search = self.searched.get_untracked();
        spawn_local(async move {
            let further = after.is_some();
            let answer = door::fetch_customers(search.clone(), after.map(|row| (row.since, row.id))).await;
            // Meanwhile something else may have been asked, or the page be gone.
            if self.searched.try_get_untracked() != Some(search) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.rows.update(|rows| {
                        if !further {
                            rows.clear();
                        }
                        rows.extend(page.rows);
                    });
                    self.more.set(page.more);
                    self.phase.set(Phase::Ready);
                }
                Err(error) if further => self.desk.refused(&error),
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }
}

fn list(people: People) -> Erased {
    let desk = people.desk;
    let lines = people
        .rows
        .with(|rows| rows.iter().map(|row| line(people, row)).collect::<Vec<Erased>>());
    if lines.is_empty() {
        return view! { <Empty glyph=icon::users title=desk.t("desk.customers.none") /> }.erase();
    }
    let further = Act::new(move |()| people.fetch(people.rows.with_untracked(|rows| rows.last().cloned())));
    let more = people.more.get().then(|| {
        view! {
            <p class="inbox__more">
                <Button look=Look::Quiet on_press=further>
                    {desk.t("desk.more")}
                </Button>
            </p>
        }
        .erase()
    });
    view! {
        <ul class="letters__rows" role="list" aria-label=desk.t("desk.customers")>
            {lines}
        </ul>
        {more}
    }
    .erase()
}

fn line(people: People, row: &CustomerRow) -> Erased {
    let desk = people.desk;
    let id = row.id;
    let current = Reading::new(move || (people.chosen.get() == Some(id)).then(|| "true".to_owned()));
    let status = match &row.number {
        Some(number) => [desk.t("desk.card.member").as_str(), " ", number.as_str()].concat(),
        None => desk.t("desk.card.visitor"),
    };
    let email = row.email.as_ref().map(ToString::to_string);
    view! {
        <li>
            <button type="button" class="row" aria-current=current on:click=pressed(move || people.chosen.set(Some(id)))>
                <span class="row__who truncate">{row.name.clone()}</span>
                <span class="row__said truncate">{email}</span>
                <span class="row__meta">{status}</span>
            </button>
        </li>
    }
    .erase()
}
