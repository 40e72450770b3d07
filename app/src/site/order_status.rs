//! "Where is my order?", in the panel's own frame and as a page of its own: plain forms, no program. It decides nothing: what may be shown
//! was decided before it gets here.

use leptos::prelude::*;
use model::{
    language::Language,
    order::{OrderLine, OrderView, Tracking},
    refusal::{Field as Which, Refusal},
    time::Timestamp,
    words::Words,
};
use ui::{Button, Erase, Erased, Field, LanguageSwitch};

use super::{sign_in::error_of, written};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct WherePage {
    /// What it says.
    pub words: Words,
    /// The store, in addresses.
    pub slug: String,
    /// The store, on screen.
    pub store: String,
    /// Whether it stands in the shop's frame.
    pub embedded: bool,
    /// How far one is.
    pub shown: WhereShown,
}

/// How far one is.
#[derive(Clone, Debug)]
pub enum WhereShown {
    /// The question, with what was typed.
    Ask {
        /// The number.
        number: String,
        /// The address or the postcode.
        fact: String,
        /// Why it was not enough.
        trouble: Option<WhereTrouble>,
    },
    /// Perhaps a code was mailed.
    Code {
        /// The number, as it was typed.
        number: String,
        /// What the code goes with.
        ticket: String,
        /// Whether one was typed that is not right.
        wrong: bool,
    },
    /// The order.
    Order {
        /// What is shown of it.
        facts: Box<OrderFacts>,
        /// What lets one write about it.
        ticket: String,
        /// The id of what is written next.
        cid: String,
        /// What was typed.
        message: String,
        /// What is wrong with that.
        refusal: Option<Refusal>,
    },
    /// Something was written about it.
    Written {
        /// The order's number.
        number: String,
        /// Where its thread is, for whoever may read it.
        thread: Option<String>,
    },
}

/// Why the question was not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhereTrouble {
    /// No order with this number and this fact.
    Wrong,
    /// Neither address nor postcode was typed.
    NoFact,
    /// What was open is closed again.
    Expired,
    /// Something about the form.
    Refused(Refusal),
}

/// What is shown of an order.
#[derive(Clone, Debug)]
pub struct OrderFacts {
    /// Lines, totals, parcel.
    pub view: OrderView,
    /// The key of the word for where it stands.
    pub state: &'static str,
    /// When it was made, as the clock on the store's wall showed it.
    pub placed: Timestamp,
}

/// The page, without its document.
pub fn where_order(page: WherePage) -> Erased {
    let words = page.words.clone();
    let place = if page.embedded { "widget" } else { "c" };
    let here = format!("/{place}/{}", page.slug);
    let back = format!("{here}?lang={}", words.language().code());
    let href = Callback::new(move |language: Language| format!("{here}/order?lang={}", language.code()));
    let content = content(&page);
    view! {
        <div class="panel" data-embedded=page.embedded.then_some("")>
            <header class="panel__header">
                <div class="panel__names">
                    <h1 class="panel__store">{page.store}</h1>
                    <p class="panel__greeting">
                        <a class="order__back" href=back>
                            {words.get("site.where.back")}
                        </a>
                    </p>
                </div>
            </header>
            <main class="panel__main">
                <div class="panel__form">
                    <h2>{words.get("site.where.title")}</h2>
                    {content}
                </div>
            </main>
            <footer class="panel__foot">
                <LanguageSwitch label=words.get("site.language") current=words.language() href=href />
            </footer>
        </div>
    }
    .erase()
}

fn content(page: &WherePage) -> Erased {
    let words = &page.words;
    match &page.shown {
        WhereShown::Ask { number, fact, trouble } => ask(page, number, fact, *trouble),
        WhereShown::Code { number, ticket, wrong } => code(page, number, ticket, *wrong),
        WhereShown::Order {
            facts,
            ticket,
            cid,
            message,
            refusal,
        } => view! {
            {shown(words, facts)}
            {help(page, &facts.view.row.number, [("ticket", ticket.clone()), ("cid", cid.clone())], message, *refusal)}
        }
        .erase(),
        WhereShown::Written { number, thread } => sent(words, number, thread.clone()),
    }
}

/// A form of this page, with what every one of them sends.
fn form<const N: usize>(page: &WherePage, fields: [(&'static str, String); N], content: Erased) -> Erased {
    let back = if page.embedded { "widget" } else { "page" };
    let lang = page.words.language().code();
    let hidden = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form class="order__form" method="post" novalidate=true action=format!("/w/{}/order", page.slug)>
            <input type="hidden" name="back" value=back />
            <input type="hidden" name="lang" value=lang />
            {hidden}
            {content}
        </form>
    }
    .erase()
}

fn alert(text: String) -> Erased {
    view! {
        <p class="panel__error" role="alert">
            {text}
        </p>
    }
    .erase()
}

fn ask(page: &WherePage, number: &str, fact: &str, trouble: Option<WhereTrouble>) -> Erased {
    let words = &page.words;
    let refusal = match trouble {
        Some(WhereTrouble::Refused(refusal)) => Some(refusal),
        _ => None,
    };
    let said = match trouble {
        Some(WhereTrouble::Wrong) => Some(words.get("site.where.wrong")),
        Some(WhereTrouble::Expired) => Some(words.get("site.where.expired")),
        Some(WhereTrouble::Refused(refusal)) if refusal.field() != Some(Which::Order) => Some(words.refusal(refusal)),
        _ => None,
    };
    let no_fact = (trouble == Some(WhereTrouble::NoFact)).then(|| words.get("site.where.no_fact"));
    let show = words.get("site.where.show");
    let content = view! {
        {said.map(alert)}
        <Field
            id="number"
            label=words.get("field.order")
            name="number"
            required=true
            text=RwSignal::new(number.to_owned())
            error=Signal::stored(error_of(words, refusal, Which::Order))
        />
        <Field
            id="fact"
            label=words.get("site.where.fact")
            name="fact"
            required=true
            hint=words.get("site.where.fact_hint")
            text=RwSignal::new(fact.to_owned())
            error=Signal::stored(no_fact)
        />
        <Button submit=true>{show}</Button>
        <p class="panel__note">{words.get("site.where.mail_hint")}</p>
        <button class="button button--quiet" type="submit" name="do" value="mail">
            {words.get("site.where.mail")}
        </button>
    };
    let intro = words.with("site.where.intro", &[("store", &page.store)]);
    view! {
        <p class="panel__intro">{intro}</p>
        {form(page, [], content.erase())}
    }
    .erase()
}

fn code(page: &WherePage, number: &str, ticket: &str, wrong: bool) -> Erased {
    let words = &page.words;
    let error = wrong.then(|| words.get("site.where.wrong_code"));
    let open = words.get("site.where.open");
    let content = view! {
        <Field
            id="code"
            label=words.get("field.code")
            name="code"
            autocomplete="one-time-code"
            required=true
            text=RwSignal::new(String::new())
            error=Signal::stored(error)
        />
        <Button submit=true>{open}</Button>
    };
    let fields = [
        ("do", "code".to_owned()),
        ("number", number.to_owned()),
        ("ticket", ticket.to_owned()),
    ];
    view! {
        <p class="panel__intro" role="status">
            {words.get("site.where.mailed")}
        </p>
        {form(page, fields, content.erase())}
        <p class="panel__note">{words.get("site.where.no_mail")}</p>
    }
    .erase()
}

fn shown(words: &Words, facts: &OrderFacts) -> Erased {
    let language = words.language();
    let row = &facts.view.row;
    let lines = facts.view.lines.iter().map(|line| one_line(line, language)).collect_view();
    view! {
        <dl class="order__facts">
            <dt>{words.get("field.order")}</dt>
            <dd>{row.number.clone()}</dd>
            <dt>{words.get("site.where.state")}</dt>
            <dd>
                <strong>{words.get(facts.state)}</strong>
            </dd>
            <dt>{words.get("site.where.parcel")}</dt>
            <dd>{parcel(words, facts.view.tracking.as_ref())}</dd>
            <dt>{words.get("site.where.placed")}</dt>
            <dd>
                <time datetime=row.placed_at.rfc3339()>{written::day(facts.placed, language)}</time>
            </dd>
        </dl>
        <ul class="order__lines" aria-label=words.get("site.where.lines")>
            {lines}
        </ul>
        <p class="order__total">
            <span>{words.get("site.where.total")}</span>
            <strong>{written::money(&row.total, language)}</strong>
        </p>
    }
    .erase()
}

fn one_line(line: &OrderLine, language: Language) -> Erased {
    let mut price = line.price.clone();
    price.minor = price.minor.saturating_mul(line.quantity);
    view! {
        <li>
            <span dir="auto">{format!("{} × {}", line.quantity, line.name)}</span>
            <span class="order__price">{written::money(&price, language)}</span>
        </li>
    }
    .erase()
}

fn parcel(words: &Words, tracking: Option<&Tracking>) -> Erased {
    let Some(Tracking { number, carrier, url }) = tracking.cloned() else {
        return words.get("site.where.no_parcel").erase();
    };
    let named = match carrier {
        Some(carrier) => format!("{carrier} {number}"),
        None => number,
    };
    match url {
        Some(url) => view! {
            <a href=url target="_blank" rel="noopener noreferrer">
                {named}
            </a>
        }
        .erase(),
        None => named.erase(),
    }
}

/// "This does not help".
fn help(page: &WherePage, number: &str, fields: [(&'static str, String); 2], message: &str, refusal: Option<Refusal>) -> Erased {
    let words = &page.words;
    let whole = refusal.filter(|refusal| refusal.field() != Some(Which::Message));
    let send = words.get("site.where.send");
    let content = view! {
        {whole.map(|refusal| alert(words.refusal(refusal)))}
        <Field
            id="message"
            label=words.get("field.message")
            name="message"
            rows=3
            required=true
            text=RwSignal::new(message.to_owned())
            error=Signal::stored(error_of(words, refusal, Which::Message))
        />
        <Button submit=true>{send}</Button>
    };
    let [ticket, cid] = fields;
    let fields = [("do", "write".to_owned()), ("number", number.to_owned()), ticket, cid];
    view! {
        <section class="order__help" aria-labelledby="help">
            <h3 id="help">{words.get("site.where.help")}</h3>
            <p class="panel__note">{words.with("site.where.help_text", &[("store", &page.store)])}</p>
            {form(page, fields, content.erase())}
        </section>
    }
    .erase()
}

fn sent(words: &Words, number: &str, thread: Option<String>) -> Erased {
    let link = thread.map(|thread| {
        view! {
            <p>
                <a class="button" href=thread target="_blank" rel="noopener">
                    {words.get("site.where.thread")}
                </a>
            </p>
        }
    });
    view! {
        <p class="panel__intro" role="status">
            {words.with("site.where.written", &[("number", number)])}
        </p>
        {link}
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn html(shown: WhereShown) -> String {
        let page = WherePage {
            words: Words::new(Language::En, BTreeMap::new()),
            slug: "delft".to_owned(),
            store: "<Atelier>".to_owned(),
            embedded: true,
            shown,
        };
        Owner::new().with(|| where_order(page).to_html())
    }

    #[test]
    fn what_was_typed_stays_and_is_not_markup() {
        let page = html(WhereShown::Ask {
            number: "\"><script>".to_owned(),
            fact: String::new(),
            trouble: Some(WhereTrouble::Wrong),
        });
        assert!(!page.contains("<script") && !page.contains("<Atelier>"), "{page}");
        assert!(page.contains("role=\"alert\"") && page.contains("site.where.wrong"), "{page}");
        assert!(page.contains("href=\"/widget/delft?lang=en\""), "{page}");
    }

    #[test]
    fn the_page_with_a_code_says_nothing_of_the_order() {
        let page = html(WhereShown::Code {
            number: "M-1".to_owned(),
            ticket: "t".to_owned(),
            wrong: true,
        });
        assert!(page.contains("name=\"code\"") && page.contains("aria-invalid=\"true\""), "{page}");
        assert!(!page.contains("order__facts"), "{page}");
    }
}
