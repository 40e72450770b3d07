//! `/account/{store}/contact`: which channel is the right one (A-19…A-21). A chat when somebody is there, a thread when a trace is wanted, a
//! ticket when the marketplace is to help. What was typed for one goes along to another.

use leptos::prelude::*;
use model::refusal::{Field as Which, Refusal};
use ui::{Erase, Erased, Field};

use super::{
    super::sign_in::{error_of, whole_form},
    Account,
};

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct ContactPage {
    /// Whether somebody is there to chat.
    pub chat: bool,
    /// Whether the marketplace takes tickets here.
    pub ticket: bool,
    /// What they come for: `now`, `written`, `marketplace`; anything else: they have not said.
    pub need: String,
    /// Of the form, so that what is sent twice is one thing.
    pub cid: String,
    /// As typed here or elsewhere.
    pub message: String,
    /// As typed elsewhere.
    pub subject: String,
    /// The product it is about: its key and its name.
    pub product: Option<(String, String)>,
    /// Why the last try was refused.
    pub answer: Option<Refusal>,
}

/// A channel: the word of its button in the form, and the keys of its name and of what it is for.
type Channel = (&'static str, &'static str, &'static str);

const CHAT: Channel = ("chat", "site.contact.chat", "site.contact.chat_for");
const THREAD: Channel = ("thread", "site.contact.thread", "site.contact.thread_for");
const TICKET: Channel = ("ticket", "site.contact.ticket", "site.contact.ticket_for");

impl ContactPage {
    /// The channels that there are, the fitting one first.
    fn channels(&self) -> Vec<Channel> {
        let mut found = Vec::new();
        if self.chat {
            found.push(CHAT);
        }
        found.push(THREAD);
        if self.ticket {
            found.push(TICKET);
        }
        let fitting = match self.need.as_str() {
            "written" => THREAD,
            "marketplace" => TICKET,
            _ => CHAT,
        };
        found.sort_by_key(|channel| *channel != fitting);
        found
    }
}

/// The page.
pub fn contact(account: &Account<'_>, page: &ContactPage) -> String {
    let words = account.words;
    let title = words.with("site.contact.title", &[("store", account.store)]);
    account.around(title, || {
        let offers = page
            .channels()
            .into_iter()
            .enumerate()
            .map(|(n, channel)| offer(account, channel, n == 0))
            .collect_view();
        let away = (!page.chat).then(|| view! { <p class="notice">{words.get("site.contact.away")}</p> }.erase());
        view! {
            <div class="stack">
                {needs(account, page)}
                {away}
                <form class="stack" method="post" novalidate=true action=account.path("/contact")>
                    {whole_form(words, page.answer, &[Which::Message])}
                    {hidden("cid", &page.cid)}
                    {hidden("need", &page.need)}
                    {hidden("subject", &page.subject)}
                    {page.product.as_ref().map(|(sku, name)| (hidden("product", sku), hidden("named", name)).erase())}
                    <Field
                        id="message"
                        label=words.get("field.message")
                        name="message"
                        rows=4
                        hint=words.get("site.contact.moves_along")
                        text=RwSignal::new(page.message.clone())
                        error=Signal::stored(error_of(words, page.answer, Which::Message))
                    />
                    <div class="contact__offers">{offers}</div>
                </form>
            </div>
        }
        .erase()
    })
}

fn hidden(name: &'static str, value: &str) -> Erased {
    view! { <input type="hidden" name=name value=value.to_owned() /> }.erase()
}

/// What somebody may come for: links, so that the fitting channel comes first without a program.
fn needs(account: &Account<'_>, page: &ContactPage) -> Erased {
    let words = account.words;
    let path = account.path("/contact");
    let joint = if path.contains('?') { '&' } else { '?' };
    let link = |need: &'static str, key: &str| {
        // Nothing asked yet: what is offered first is the chat, when somebody is there.
        let chosen = if page.need.is_empty() && page.chat { "now" } else { &page.need };
        let current = (chosen == need).then_some("page");
        view! {
            <a class="tab" href=format!("{path}{joint}need={need}") aria-current=current>
                {words.get(key)}
            </a>
        }
        .erase()
    };
    view! {
        <p class="field__label">{words.get("site.contact.need")}</p>
        <nav class="tabs tabs--rows" aria-label=words.get("site.contact.need")>
            {link("now", "site.contact.need_now")} {link("written", "site.contact.need_written")}
            {link("marketplace", "site.contact.need_marketplace")}
        </nav>
    }
    .erase()
}

fn offer(account: &Account<'_>, (word, name, text): Channel, first: bool) -> Erased {
    let words = account.words;
    let fits = first.then(|| view! { <span class="badge">{words.get("site.contact.recommended")}</span> }.erase());
    let class = if first { "button" } else { "button button--quiet" };
    view! {
        <section class="card stack" data-channel=word>
            <h2 class="card__title">{words.get(name)} " " {fits}</h2>
            <p class="muted">{words.with(text, &[("store", account.store)])}</p>
            <div class="cluster">
                <button class=class type="submit" name="go" value=word>
                    {words.get(name)}
                </button>
            </div>
        </section>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(chat: bool, need: &str) -> &'static str {
        let page = ContactPage {
            chat,
            ticket: true,
            need: need.to_owned(),
            ..ContactPage::default()
        };
        page.channels()[0].0
    }

    #[test]
    fn a_19_a_20_a_21_the_fitting_channel_comes_first() {
        assert_eq!(first(true, "now"), "chat");
        assert_eq!(first(true, ""), "chat");
        assert_eq!(first(true, "written"), "thread");
        assert_eq!(first(true, "marketplace"), "ticket");
        // Nobody is there: what is asked now is asked in writing.
        assert_eq!(first(false, "now"), "thread");
    }
}
