//! The languages as links: works before any program runs, and with scripts off.

use leptos::prelude::*;
use model::language::Language;

use crate::{
    erased::{Erase, Erased},
    prop::{Act, Reading},
};

/// A list of the languages in their own names.
#[component]
pub fn LanguageSwitch(
    /// What the list is called.
    #[prop(into)]
    label: String,
    /// The language of this page.
    current: Language,
    /// Where a language is found. Reactive, because a program may know more of its address than the server did.
    #[prop(into)]
    href: Act<Language, String>,
) -> impl IntoView {
    let mut links: Vec<Erased> = Vec::new();
    for language in Language::ALL {
        let here = (language == current).then_some("true");
        let href = href.clone();
        let address = Reading::new(move || Some(href.run(language)));
        let link = view! {
            <li>
                <a class="languages__link" href=address lang=language.code() hreflang=language.code() aria-current=here>
                    {language.own_name()}
                </a>
            </li>
        };
        links.push(link.erase());
    }
    view! {
        <nav class="languages" aria-label=label>
            <ul class="languages__list">{links}</ul>
        </nav>
    }
}
