//! The person's own menu: language, light or dark, signing out.

use leptos::{ev, prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::Node};
use model::{desk::Theme, language::Language};
use ui::{Act, Erase, Erased, Icon, Place, Reading, Slot, Switch, effect, icon, pressed};

use super::{browser, paths, state::DeskState};
use crate::api::account;

/// The menu behind the person's name.
pub(super) fn person_menu(desk: DeskState) -> Erased {
    let node = Place::new();
    close_from_outside(node);
    let me = desk.me();
    let name = me.name.to_string();
    let whose = name.clone();
    view! {
        <details class="person" node_ref=node>
            <summary class="person__summary" aria-label=whose>
                <span class="avatar avatar--small" aria-hidden="true">
                    {initial(&name)}
                </span>
                <span class="person__name truncate">{name}</span>
                <Icon glyph=icon::chevron_down />
            </summary>
            <div class="menu person__menu">
                <p class="person__email small muted truncate">{me.email.to_string()}</p>
                <p class="truncate">{desk.store().name.to_string()}</p>
                <a class="menu__item" href="/buyer">
                    <Icon glyph=icon::life_buoy />
                    {desk.t("desk.buyer_dashboard")}
                </a>
                {desk.several().then(|| everywhere(desk))}
                {languages(desk, me.language)}
                {themes(desk, me.theme)}
                {sounds(desk)}
                <form method="post" action="/sign-out">
                    <button type="submit" class="menu__item">
                        <Icon glyph=icon::log_out />
                        {desk.t("desk.sign_out")}
                    </button>
                </form>
            </div>
        </details>
    }
    .erase()
}

/// The way to the page of all stores, for somebody who serves several.
fn everywhere(desk: DeskState) -> Erased {
    view! {
        <a class="menu__item" href=paths::EVERYWHERE>
            <Icon glyph=icon::inbox />
            {desk.t("desk.everywhere")}
        </a>
    }
    .erase()
}

/// The first letter of a name.
pub(super) fn initial(name: &str) -> String {
    name.chars().next().map(String::from).unwrap_or_default()
}

fn languages(desk: DeskState, current: Language) -> Erased {
    let choose = move |language: Language| {
        spawn_local(async move {
            match account::set_language(language).await {
                // The words of the other language come with the page.
                Ok(()) => browser::reload(),
                Err(error) => desk.refused(&error),
            }
        });
    };
    let buttons = Language::ALL
        .into_iter()
        .map(|language| {
            view! {
                <button
                    type="button"
                    class="button button--quiet button--small"
                    lang=language.code()
                    aria-pressed=if language == current { "true" } else { "false" }
                    on:click=pressed(move || choose(language))
                >
                    {language.own_name()}
                </button>
            }
            .erase()
        })
        .collect_view();
    view! {
        <div class="person__choice" role="group" aria-label=desk.t("desk.language")>
            {buttons}
        </div>
    }
    .erase()
}

fn themes(desk: DeskState, current: Theme) -> Erased {
    let chosen = Slot::new(current);
    let choose = move |theme: Theme| {
        chosen.set(theme);
        browser::show_theme(theme);
        spawn_local(async move {
            if let Err(error) = account::set_theme(theme).await {
                desk.refused(&error);
            }
        });
    };
    let buttons = [
        (Theme::System, "desk.theme.system"),
        (Theme::Light, "desk.theme.light"),
        (Theme::Dark, "desk.theme.dark"),
    ]
    .into_iter()
    .map(|(theme, key)| {
        view! {
            <button
                type="button"
                class="button button--quiet button--small"
                aria-pressed=Reading::spelled(move || chosen.get() == theme)
                on:click=pressed(move || choose(theme))
            >
                {desk.t(key)}
            </button>
        }
        .erase()
    })
    .collect_view();
    view! {
        <div class="person__choice" role="group" aria-label=desk.t("desk.appearance")>
            {buttons}
        </div>
    }
    .erase()
}

/// Silence for this person, wherever they sign in; the store's settings say what is heard at all.
fn sounds(desk: DeskState) -> Erased {
    let heard = Reading::new(move || !desk.muted.get());
    let change = Act::new(move |heard: bool| {
        desk.muted.set(!heard);
        spawn_local(async move {
            if let Err(error) = account::set_muted(!heard).await {
                desk.muted.set(heard);
                desk.refused(&error);
            }
        });
    });
    view! { <Switch label=desk.t("desk.sounds") on=heard on_change=change /> }.erase()
}

/// A menu that is left for something else closes; so does one that Escape is pressed in.
fn close_from_outside(node: Place) {
    effect(move || {
        let click = window_event_listener(ev::click, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            let inside = target.zip(node.now()).is_some_and(|(target, menu)| menu.contains(Some(&target)));
            if !inside {
                close(node);
            }
        });
        let key = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                close(node);
            }
        });
        on_cleanup(move || {
            click.remove();
            key.remove();
        });
    });
}

fn close(menu: Place) {
    if let Some(menu) = menu.now() {
        // The name is a valid attribute's name.
        let _ = menu.remove_attribute("open");
    }
}
