//! `/`: what this installation is, the way in, and the demo when it is running.

use leptos::prelude::*;
use model::words::Words;
use ui::{Erase, Erased};

use super::shell::Page;

/// Who works at the demo's two stores, and what all of them sign in with.
const DEMO_STAFF: [&str; 2] = ["anna@delft.example", "lucia@oliva.example"];
const DEMO_PASSWORD: &str = "vitrine-demo";

/// The page. `demo` is the address of the demo's shop.
pub fn home(words: &Words, css: &str, signed_in: bool, demo: Option<&str>) -> String {
    let page = Page {
        words,
        css,
        title: words.get("site.home.title"),
        query: String::new(),
    };
    page.around(|| {
        let (href, way_in) = if signed_in {
            ("/desk", "site.to_desk")
        } else {
            ("/sign-in", "site.sign_in")
        };
        view! {
            <section class="hero">
                <h1>{words.get("site.home.headline")}</h1>
                <p class="hero__text measure">{words.get("site.home.text")}</p>
                <p class="cluster">
                    <a class="button" href=href>
                        {words.get(way_in)}
                    </a>
                </p>
            </section>
            {demo.map(|shop| demo_card(words, shop))}
        }
        .erase()
    })
}

fn demo_card(words: &Words, shop: &str) -> Erased {
    let sign_in = words.with(
        "site.demo.sign_in",
        &[("first", DEMO_STAFF[0]), ("second", DEMO_STAFF[1]), ("password", DEMO_PASSWORD)],
    );
    view! {
        <section class="card stack" aria-labelledby="demo">
            <h2 class="card__title" id="demo">
                {words.get("site.demo.title")}
            </h2>
            <ol class="steps">
                <li>{sign_in}</li>
                <li>{words.get("site.demo.online")}</li>
                <li>
                    <a href=shop.to_owned()>{words.get("site.demo.shop")}</a>
                </li>
            </ol>
        </section>
    }
    .erase()
}
