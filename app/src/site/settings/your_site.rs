//! Settings, Your site: the web sites that may show the chat, the line to copy into them, the secret that signs who is signed in
//! there, and the page that needs none of it. The secret is shown once, on the page that made it.

use leptos::prelude::*;
use model::{
    desk::YourSite,
    refusal::{Field as Which, Refusal},
    words::Words,
};
use ui::{Button, Erase, Erased, Field, Icon, Look, icon};

use super::{
    SettingsFrame, moment,
    parts::{Question, card, copyable, question},
};
use crate::site::sign_in::{error_of, whole_form};

/// Where the page is.
pub const YOUR_SITE: &str = "/desk/pages/your-site";
/// Where another secret is asked for.
const SECRET: &str = "/desk/pages/your-site/secret";

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct YourSitePage {
    /// The settings as they stand.
    pub site: YourSite,
    /// A secret that was made just now.
    pub secret: Option<String>,
    /// Why a site was refused, and what was typed.
    pub answer: Option<Refusal>,
    /// The same.
    pub typed: String,
}

/// The page.
pub fn your_site(frame: SettingsFrame<'_>, page: &YourSitePage) -> String {
    let words = frame.words;
    frame.alone("site.your_site.title", "site.your_site.explained", || {
        view! {
            <div class="stack settings">
                {origins(words, page)} {snippet(words, &page.site)} {secret(words, page)} {public_page(words, &page.site)}
            </div>
        }
        .erase()
    })
}

fn origins(words: &Words, page: &YourSitePage) -> Erased {
    let known = &page.site.origins;
    let list = if known.is_empty() {
        view! { <p class="notice">{words.get("site.your_site.no_sites")}</p> }.erase()
    } else {
        let rows = known.iter().map(|site| row(words, site)).collect_view();
        view! {
            <ul class="sites" role="list" aria-labelledby="sites">
                {rows}
            </ul>
        }
        .erase()
    };
    let add = words.get("site.your_site.add_site");
    let content = view! {
        {list}
        {whole_form(words, page.answer, &[Which::Origin])}
        <form class="sites__add" method="post" action=YOUR_SITE novalidate=true>
            <Field
                id="site"
                label=words.get("site.your_site.new_site")
                name="origin"
                kind="url"
                text=RwSignal::new(page.typed.clone())
                hint=words.get("site.your_site.new_site_hint")
                error=Signal::stored(error_of(words, page.answer, Which::Origin))
            />
            <Button submit=true>{add}</Button>
        </form>
    };
    card(
        "sites",
        words.get("site.your_site.sites"),
        words.get("site.your_site.sites_explained"),
        content.erase(),
    )
}

fn row(words: &Words, site: &str) -> Erased {
    let label = words.with("site.your_site.remove_site", &[("site", site)]);
    view! {
        <li class="sites__row">
            <code>{site.to_owned()}</code>
            <form method="post" action="/desk/pages/your-site/remove">
                <input type="hidden" name="origin" value=site.to_owned() />
                <Button look=Look::Icon label=label submit=true>
                    <Icon glyph=icon::x />
                </Button>
            </form>
        </li>
    }
    .erase()
}

fn snippet(words: &Words, site: &YourSite) -> Erased {
    card(
        "snippet",
        words.get("site.your_site.snippet"),
        words.get("site.your_site.snippet_explained"),
        copyable(words, &site.snippet),
    )
}

fn secret(words: &Words, page: &YourSitePage) -> Erased {
    let shown = page.secret.as_deref().map(|secret| {
        view! {
            <div class="notice stack" data-tone="warn" role="status">
                <p>{words.get("site.your_site.secret_once")}</p>
                {copyable(words, secret)}
            </div>
        }
        .erase()
    });
    let make = words.get("site.your_site.new_secret");
    let (stands, make) = match page.site.secret_since {
        None => (
            words.get("site.your_site.no_secret").erase(),
            view! {
                <form class="cluster" method="post" action=SECRET>
                    <Button look=Look::Quiet submit=true>{make}</Button>
                </form>
            }
            .erase(),
        ),
        // A shop that signs with the old one stops being recognised: that is asked first.
        Some(at) => (
            view! {
                {words.get("site.your_site.secret_since")}
                " "
                {moment(at)}
            }
            .erase(),
            view! {
                <div class="cluster">
                    <button class="button button--quiet" type="button" popovertarget="new-secret">
                        {make}
                    </button>
                </div>
                {again(words)}
            }
            .erase(),
        ),
    };
    let content = view! {
        <p class="small">{stands}</p>
        {shown}
        {make}
    };
    card(
        "secret",
        words.get("site.your_site.secret"),
        words.get("site.your_site.secret_explained"),
        content.erase(),
    )
}

/// The question before another secret is made.
fn again(words: &Words) -> Erased {
    let asked = Question {
        id: "new-secret".to_owned(),
        title: words.get("site.your_site.new_secret_question"),
        text: words.get("site.your_site.new_secret_warning"),
        yes: words.get("site.your_site.new_secret"),
        action: SECRET,
        fields: Vec::new(),
    };
    question(words, asked)
}

fn public_page(words: &Words, site: &YourSite) -> Erased {
    let content = view! {
        <p>
            <a href=site.page.clone() target="_blank" rel="external">
                {site.page.clone()}
            </a>
        </p>
    };
    card(
        "public-page",
        words.get("site.your_site.public_page"),
        words.get("site.your_site.public_page_explained"),
        content.erase(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language, time::Timestamp};

    use super::*;

    fn shown(page: &YourSitePage) -> String {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: true,
        };
        your_site(frame, page)
    }

    #[test]
    fn what_was_typed_stays_and_the_line_to_copy_is_not_markup() {
        let html = shown(&YourSitePage {
            site: YourSite {
                origins: vec!["https://tea.example".to_owned()],
                snippet: "<script async src=\"https://chat.example/embed.js\"></script>".to_owned(),
                ..YourSite::default()
            },
            answer: Some(Refusal::Invalid(Which::Origin)),
            typed: "\"><b>tea".to_owned(),
            ..YourSitePage::default()
        });
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(html.contains("refusal.invalid_origin") && html.contains("aria-invalid"), "{html}");
        assert!(html.contains("value=\"https://tea.example\""), "{html}");
    }

    #[test]
    fn a_secret_is_shown_once_and_replacing_it_is_asked_first() {
        let mut page = YourSitePage::default();
        let html = shown(&page);
        assert!(html.contains(SECRET) && !html.contains("popover"), "{html}");
        page.site.secret_since = Some(Timestamp(0));
        page.secret = Some("whole-secret".to_owned());
        let html = shown(&page);
        assert!(
            html.contains("whole-secret") && html.contains("popovertarget=\"new-secret\""),
            "{html}"
        );
        page.secret = None;
        assert!(!shown(&page).contains("whole-secret"));
    }
}
