//! Settings, Your site: the web sites that may show the chat, the line to copy into them, the secret that signs who is signed in
//! there, and the page that needs none of it.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::{desk::YourSite, refusal::Field as Which, text::Origin};
use ui::{Button, Dialog, Erase, Erased, Field, Icon, Look, Time, copy, icon};

use super::{list::Phase, offline_messages::skeleton, state::DeskState};
use crate::api::{ApiError, your_site as door};

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Settings {
    site: RwSignal<Option<YourSite>>,
    phase: RwSignal<Phase>,
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
        site: RwSignal::new(None),
        phase: RwSignal::new(Phase::Loading),
        busy: RwSignal::new(false),
        wrong: RwSignal::new(None),
        typed: RwSignal::new(String::new()),
        secret: RwSignal::new(None),
    };
    Effect::new(move || settings.load());
    let phase = Memo::new(move |_| settings.phase.get());
    view! {
        <header class="page__head">
            <h1>{desk.t("desk.your_site")}</h1>
            <p>{desk.t("desk.your_site_explained")}</p>
        </header>
        {move || match phase.get() {
            Phase::Loading => skeleton(desk),
            Phase::Failed(error) => failed(desk, settings, &error),
            Phase::Ready => {
                view! { <div class="stack settings">{origins(desk, settings)} {snippet(desk, settings)} {secret(desk, settings)} {public_page(desk, settings)}</div> }
                    .erase()
            }
        }}
    }
    .erase()
}

impl Settings {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_your_site().await {
                Ok(site) => {
                    self.site.try_set(Some(site));
                    self.phase.try_set(Phase::Ready);
                }
                Err(error) => drop(self.phase.try_set(Phase::Failed(error))),
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
                    self.site.try_set(Some(site));
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

fn failed(desk: DeskState, settings: Settings, error: &ApiError) -> Erased {
    let sentence = error.sentence(&desk.words());
    let again = Callback::new(move |()| {
        settings.phase.set(Phase::Loading);
        settings.load();
    });
    view! {
        <div class="notice" data-tone="danger" role="alert">
            <p>{sentence}</p>
            <Button look=Look::Quiet on_press=again>
                {desk.t("desk.try_again")}
            </Button>
        </div>
    }
    .erase()
}

fn origins(desk: DeskState, settings: Settings) -> Erased {
    let known = Memo::new(move |_| {
        settings
            .site
            .with(|site| site.as_ref().map(|site| site.origins.clone()).unwrap_or_default())
    });
    let none = Memo::new(move |_| known.with(Vec::is_empty));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        settings.add(desk);
    };
    let row = move |origin: String| {
        let label = desk.words().with("desk.remove_site", &[("site", &origin)]);
        let removed = origin.clone();
        let remove = Callback::new(move |()| settings.remove(desk, &removed));
        view! {
            <li class="sites__row">
                <code>{origin}</code>
                <Button look=Look::Icon label=label busy=settings.busy on_press=remove>
                    <Icon glyph=icon::x />
                </Button>
            </li>
        }
    };
    view! {
        <section class="card stack" aria-labelledby="sites">
            <h2 class="card__title" id="sites">
                {desk.t("desk.sites")}
            </h2>
            <p class="muted small measure">{desk.t("desk.sites_explained")}</p>
            <ul class="sites" role="list" aria-labelledby="sites" hidden=move || none.get()>
                <For each=move || known.get() key=String::clone children=row />
            </ul>
            {move || none.get().then(|| view! { <p class="notice">{desk.t("desk.no_sites")}</p> })}
            <form class="sites__add" novalidate=true on:submit=submit>
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
        </section>
    }
    .erase()
}

fn snippet(desk: DeskState, settings: Settings) -> Erased {
    let line = Memo::new(move |_| {
        settings
            .site
            .with(|site| site.as_ref().map(|site| site.snippet.clone()).unwrap_or_default())
    });
    view! {
        <section class="card stack" aria-labelledby="snippet">
            <h2 class="card__title" id="snippet">
                {desk.t("desk.snippet")}
            </h2>
            <p class="muted small measure">{desk.t("desk.snippet_explained")}</p>
            {copyable(desk, line.into())}
        </section>
    }
    .erase()
}

fn secret(desk: DeskState, settings: Settings) -> Erased {
    let asking = RwSignal::new(false);
    let since = Memo::new(move |_| settings.site.with(|site| site.as_ref().and_then(|site| site.secret_since)));
    let make = Callback::new(move |()| {
        // A shop that signs with the old one stops being recognised: that is asked first.
        if since.get_untracked().is_some() {
            asking.set(true);
        } else {
            settings.make_secret(desk);
        }
    });
    let cancel = Callback::new(move |()| asking.set(false));
    let replace = Callback::new(move |()| {
        asking.set(false);
        settings.make_secret(desk);
    });
    let shown = move || {
        settings.secret.get().map(|secret| {
            view! {
                <div class="notice stack" data-tone="warn" role="status">
                    <p>{desk.t("desk.secret_once")}</p>
                    {copyable(desk, Signal::stored(secret))}
                </div>
            }
        })
    };
    view! {
        <section class="card stack" aria-labelledby="secret">
            <h2 class="card__title" id="secret">
                {desk.t("desk.secret")}
            </h2>
            <p class="muted small measure">{desk.t("desk.secret_explained")}</p>
            <p class="small">
                {move || {
                    since
                        .get()
                        .map_or_else(
                            || desk.t("desk.no_secret").erase(),
                            |at| {
                                view! {
                                    {desk.t("desk.secret_since")}
                                    " "
                                    <Time at=at words=desk.words() />
                                }
                                    .erase()
                            },
                        )
                }}
            </p>
            {shown}
            <div class="cluster">
                <Button look=Look::Quiet busy=settings.busy on_press=make>
                    {desk.t("desk.new_secret")}
                </Button>
            </div>
            <Dialog id="new-secret" title=desk.t("desk.new_secret_question") open=asking>
                <p class="dialog__text">{desk.t("desk.new_secret_warning")}</p>
                <div class="dialog__actions">
                    <Button look=Look::Quiet on_press=cancel>
                        {desk.t("desk.cancel")}
                    </Button>
                    <Button look=Look::Danger on_press=replace>
                        {desk.t("desk.new_secret")}
                    </Button>
                </div>
            </Dialog>
        </section>
    }
    .erase()
}

fn public_page(desk: DeskState, settings: Settings) -> Erased {
    let page = Memo::new(move |_| {
        settings
            .site
            .with(|site| site.as_ref().map(|site| site.page.clone()).unwrap_or_default())
    });
    view! {
        <section class="card stack" aria-labelledby="public-page">
            <h2 class="card__title" id="public-page">
                {desk.t("desk.public_page")}
            </h2>
            <p class="muted small measure">{desk.t("desk.public_page_explained")}</p>
            <p>
                <a href=move || page.get() target="_blank" rel="external">
                    {move || page.get()}
                </a>
            </p>
        </section>
    }
    .erase()
}

/// Text to take along: selectable, and a button where the browser has a clipboard.
fn copyable(desk: DeskState, text: Signal<String>) -> Erased {
    let copied = RwSignal::new(false);
    let take = Callback::new(move |()| {
        copy(&text.get_untracked());
        copied.set(true);
    });
    view! {
        <div class="copy">
            <pre class="copy__text">{move || text.get()}</pre>
            <Button look=Look::Quiet on_press=take>
                <Icon glyph=icon::copy />
                <span aria-live="polite">{move || desk.t(if copied.get() { "desk.copied" } else { "desk.copy" })}</span>
            </Button>
        </div>
    }
    .erase()
}
