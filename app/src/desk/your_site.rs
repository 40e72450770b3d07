//! Settings, Your site: the web sites that may show the chat, the line to copy into them, the secret that signs who is signed in
//! there, and the page that needs none of it.

use leptos::{prelude::*, task::spawn_local};
use model::{desk::YourSite, refusal::Field as Which, text::Origin};
use ui::{Act, Button, Erase, Erased, Field, Icon, Look, Reading, Slot, Time, each, effect, icon, known, submitted};

use super::{
    frame::{self, Question, card, copyable, loaded, question},
    list::Phase,
    state::DeskState,
};
use crate::api::{ApiError, your_site as door};

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Settings {
    site: Slot<Option<YourSite>>,
    phase: Slot<Phase>,
    busy: RwSignal<bool>,
    /// What is wrong with the site that was typed.
    wrong: RwSignal<Option<String>>,
    typed: RwSignal<String>,
    /// The secret, this once.
    secret: RwSignal<Option<String>>,
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let settings = Settings {
        site: Slot::new(None),
        phase: Slot::new(Phase::Loading),
        busy: RwSignal::new(false),
        wrong: RwSignal::new(None),
        typed: RwSignal::new(String::new()),
        secret: RwSignal::new(None),
    };
    effect(move || settings.load());
    let cards = move || {
        view! { <div class="stack settings">{origins(desk, settings)} {snippet(desk, settings)} {secret(desk, settings)} {public_page(desk, settings)}</div> }
            .erase()
    };
    view! {
        {frame::head(desk, "desk.your_site", "desk.your_site_explained")}
        {loaded(desk, settings.phase, move || settings.load(), cards)}
    }
    .erase()
}

impl Settings {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_your_site().await {
                Ok(site) => {
                    self.site.set(Some(site));
                    self.phase.set(Phase::Ready);
                }
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    /// Replaces the list. What was typed goes only when it was taken.
    fn save(self, desk: DeskState, origins: Vec<String>, typed_too: bool) {
        self.busy.set(true);
        self.wrong.set(None);
        spawn_local(async move {
            let answer = door::save_origins(origins).await;
            self.busy.try_set(false);
            match answer {
                Ok(site) => {
                    self.site.set(Some(site));
                    if typed_too {
                        self.typed.try_set(String::new());
                    }
                }
                Err(ApiError::Refused(refusal)) if refusal.field() == Some(Which::Origin) => {
                    self.wrong.try_set(Some(desk.words().refusal(refusal)));
                }
                Err(error) => desk.refused(&error),
            }
        });
    }

    /// What is no web site's address is said at once; what the store cannot take, the server says.
    fn add(self, desk: DeskState) {
        let typed = self.typed.get_untracked();
        if typed.trim().is_empty() {
            return;
        }
        match Origin::parse(&typed) {
            Ok(origin) => {
                let mut origins = self.known();
                origins.push(origin.into());
                self.save(desk, origins, true);
            }
            Err(refusal) => self.wrong.set(Some(desk.words().refusal(refusal))),
        }
    }

    fn remove(self, desk: DeskState, origin: &str) {
        self.save(desk, self.known().into_iter().filter(|known| known != origin).collect(), false);
    }

    fn known(self) -> Vec<String> {
        self.site
            .with_untracked(|site| site.as_ref().map(|site| site.origins.clone()))
            .unwrap_or_default()
    }

    fn make_secret(self, desk: DeskState) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = door::new_identity_secret().await;
            self.busy.try_set(false);
            match answer {
                Ok(secret) => {
                    self.secret.try_set(Some(secret));
                    self.load();
                }
                Err(error) => desk.refused(&error),
            }
        });
    }
}

/// Something of the site, while it is there; reactive.
fn of_site<T: Default>(settings: Settings, look: fn(&YourSite) -> T) -> T {
    settings.site.with(|site| site.as_ref().map(look).unwrap_or_default())
}

fn origins(desk: DeskState, settings: Settings) -> Erased {
    let known_ones = known(move || of_site(settings, |site| site.origins.clone()));
    let none = known(move || known_ones.with(Vec::is_empty));
    let said = Reading::new(move || {
        none.get()
            .then(|| view! { <p class="notice">{desk.t("desk.no_sites")}</p> }.erase())
    });
    let content = view! {
        <ul class="sites" role="list" aria-labelledby="sites" hidden=Reading::flag(move || none.get())>
            {each(move || known_ones.get(), String::clone, move |site| row(desk, settings, site))}
        </ul>
        {said}
        <form class="sites__add" novalidate=true on:submit=submitted(move || settings.add(desk))>
            <Field
                id="site"
                label=desk.t("desk.new_site")
                name="origin"
                kind="url"
                text=settings.typed
                hint=desk.t("desk.new_site_hint")
                error=settings.wrong
            />
            <Button submit=true busy=settings.busy>
                {desk.t("desk.add_site")}
            </Button>
        </form>
    };
    card("sites", desk.t("desk.sites"), Some(desk.t("desk.sites_explained")), content.erase())
}

fn row(desk: DeskState, settings: Settings, origin: String) -> Erased {
    let label = desk.words().with("desk.remove_site", &[("site", &origin)]);
    let removed = origin.clone();
    let remove = Act::new(move |()| settings.remove(desk, &removed));
    view! {
        <li class="sites__row">
            <code>{origin}</code>
            <Button look=Look::Icon label=label busy=settings.busy on_press=remove>
                <Icon glyph=icon::x />
            </Button>
        </li>
    }
    .erase()
}

fn snippet(desk: DeskState, settings: Settings) -> Erased {
    let line = Reading::new(move || of_site(settings, |site| site.snippet.clone()));
    let text = Some(desk.t("desk.snippet_explained"));
    card("snippet", desk.t("desk.snippet"), text, copyable(desk, line))
}

fn secret(desk: DeskState, settings: Settings) -> Erased {
    let asking = RwSignal::new(false);
    let since = known(move || of_site(settings, |site| site.secret_since));
    let make = Act::new(move |()| {
        // A shop that signs with the old one stops being recognised: that is asked first.
        if since.get_untracked().is_some() {
            asking.set(true);
        } else {
            settings.make_secret(desk);
        }
    });
    let shown = Reading::new(move || {
        settings.secret.get().map(|secret| {
            view! {
                <div class="notice stack" data-tone="warn" role="status">
                    <p>{desk.t("desk.secret_once")}</p>
                    {copyable(desk, Reading::new(move || secret.clone()))}
                </div>
            }
            .erase()
        })
    });
    let stands = Reading::new(move || match since.get() {
        None => desk.t("desk.no_secret").erase(),
        Some(at) => view! {
            {desk.t("desk.secret_since")}
            " "
            <Time at=at words=desk.words() />
        }
        .erase(),
    });
    let replace = Question {
        id: "new-secret".to_owned(),
        title: "desk.new_secret_question",
        text: desk.says("desk.new_secret_warning"),
        yes: desk.says("desk.new_secret"),
    };
    let content = view! {
        <p class="small">{stands}</p>
        {shown}
        <div class="cluster">
            <Button look=Look::Quiet busy=settings.busy on_press=make>
                {desk.t("desk.new_secret")}
            </Button>
        </div>
        {question(desk, replace, asking, move || settings.make_secret(desk))}
    };
    card(
        "secret",
        desk.t("desk.secret"),
        Some(desk.t("desk.secret_explained")),
        content.erase(),
    )
}

fn public_page(desk: DeskState, settings: Settings) -> Erased {
    let page = Reading::new(move || of_site(settings, |site| site.page.clone()));
    let address = page.clone();
    let content = view! {
        <p>
            <a href=Reading::new(move || Some(address.get())) target="_blank" rel="external">
                {page}
            </a>
        </p>
    };
    let text = Some(desk.t("desk.public_page_explained"));
    card("public-page", desk.t("desk.public_page"), text, content.erase())
}
