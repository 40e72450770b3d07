//! Settings, Import: a file of customers or of orders, checked or taken in. A file with one bad line is not taken in at all; the page says
//! which lines, and why.

use leptos::prelude::*;
use model::{refusal::Refusal, words::Words};
use ui::{Button, Erase, Erased};

use super::{SettingsFrame, done};

/// Where the page is.
pub const IMPORTS: &str = "/desk/pages/imports";

/// A line that cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file; the first line is 1.
    pub line: u64,
    /// The column, if one is to blame.
    pub column: Option<String>,
    /// The key of the reason.
    pub reason: &'static str,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportAnswer {
    /// It was read, and nothing was written: so many customers or orders.
    Checked(u64),
    /// All of it was taken in: so many.
    Taken(u64),
    /// Nothing was: these lines. And whether there are more than these.
    Bad {
        /// The first of them.
        lines: Vec<BadLine>,
        /// Whether there are more.
        more: bool,
    },
    /// The file as a whole was refused.
    Refused(Refusal),
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct ImportsPage {
    /// What became of the last file.
    pub answer: Option<ImportAnswer>,
    /// Whether orders were chosen.
    pub orders: bool,
}

/// The page.
pub fn imports(frame: SettingsFrame<'_>, page: &ImportsPage) -> String {
    let words = frame.words;
    frame.around(IMPORTS, "site.imports.explained", || {
        let submit = words.get("site.imports.take");
        view! {
            <div class="stack">
                {page.answer.as_ref().map(|answer| told(words, answer))}
                <form
                    class="card stack integrations__form"
                    method="post"
                    action=IMPORTS
                    enctype="multipart/form-data"
                    aria-labelledby="import"
                >
                    <h2 class="card__title" id="import">
                        {words.get("site.imports.file_title")}
                    </h2>
                    <fieldset class="integrations__choices">
                        <legend class="field__label">{words.get("site.imports.kind")}</legend>
                        <label class="integrations__choice">
                            <input type="radio" name="kind" value="customers" checked=!page.orders />
                            {words.get("site.imports.customers")}
                        </label>
                        <label class="integrations__choice">
                            <input type="radio" name="kind" value="orders" checked=page.orders />
                            {words.get("site.imports.orders")}
                        </label>
                    </fieldset>
                    <div class="field">
                        <label class="field__label" for="file">
                            {words.get("site.imports.file")}
                        </label>
                        <input
                            class="input"
                            id="file"
                            name="file"
                            type="file"
                            accept=".csv,text/csv"
                            required=true
                            aria-describedby="file-hint"
                        />
                        <p class="field__hint" id="file-hint">
                            {words.get("site.imports.file_hint")}
                        </p>
                    </div>
                    <div class="cluster">
                        <button class="button button--quiet" type="submit" name="deed" value="check">
                            {words.get("site.imports.check")}
                        </button>
                        <Button submit=true>{submit}</Button>
                    </div>
                </form>
                {columns(words)}
            </div>
        }
        .erase()
    })
}

fn told(words: &Words, answer: &ImportAnswer) -> Erased {
    match answer {
        ImportAnswer::Checked(n) => done(words.count("site.imports.checked", *n)),
        ImportAnswer::Taken(n) => done(words.count("site.imports.taken", *n)),
        ImportAnswer::Refused(refusal) => bad_news(words.refusal(*refusal)),
        ImportAnswer::Bad { lines, more } => {
            let rows = lines.iter().map(|line| bad_line(words, line)).collect_view();
            view! {
                {bad_news(words.get("site.imports.nothing_taken"))}
                <div class="table__scroll" tabindex="0" role="region" aria-label=words.get("site.imports.bad_lines")>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{words.get("site.imports.line")}</th>
                                <th scope="col">{words.get("site.imports.column")}</th>
                                <th scope="col">{words.get("site.imports.reason")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {more.then(|| view! { <p class="muted">{words.get("site.imports.more")}</p> })}
            }
            .erase()
        }
    }
}

fn bad_news(text: String) -> Erased {
    view! {
        <div class="notice" data-tone="danger" role="alert">
            <p>{text}</p>
        </div>
    }
    .erase()
}

fn bad_line(words: &Words, bad: &BadLine) -> Erased {
    view! {
        <tr>
            <th scope="row">{bad.line}</th>
            <td>
                <code>{bad.column.clone()}</code>
            </td>
            <td>{words.get(bad.reason)}</td>
        </tr>
    }
    .erase()
}

/// What the files look like.
fn columns(words: &Words) -> Erased {
    view! {
        <section class="card stack" aria-labelledby="columns">
            <h2 class="card__title" id="columns">
                {words.get("site.imports.columns")}
            </h2>
            <h3>{words.get("site.imports.customers")}</h3>
            <pre class="copy__text" tabindex="0">
                "external_id,name,email,phone,language\nC-1001,Jane Doe,jane@customer.example,+31 6 1234 5678,en"
            </pre>
            <h3>{words.get("site.imports.orders")}</h3>
            <p class="muted small measure">{words.get("site.imports.orders_hint")}</p>
            <pre class="copy__text" tabindex="0">
                "number,state,currency,total,placed_at,customer,email,postcode,ship_to,carrier,tracking_number,tracking_url,sku,product,quantity,price\n"
                "2041,shipped,EUR,64.80,2026-07-01T10:00:00Z,C-1001,jane@customer.example,2611 AB,,PostNL,3STEST1,,TEA-1,Teapot,1,49.90\n"
                "2041,shipped,EUR,64.80,2026-07-01T10:00:00Z,C-1001,jane@customer.example,2611 AB,,PostNL,3STEST1,,CUP-2,Cup,2,7.45"
            </pre>
        </section>
    }
    .erase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{desk::Theme, language::Language};

    use super::*;

    #[test]
    fn each_bad_line_is_named_with_its_reason() {
        let words = Words::new(Language::En, BTreeMap::new());
        let frame = SettingsFrame {
            words: &words,
            css: "/a.css",
            theme: Theme::System,
            part: false,
        };
        let page = ImportsPage {
            answer: Some(ImportAnswer::Bad {
                lines: vec![BadLine {
                    line: 7,
                    column: Some("currency".to_owned()),
                    reason: "site.imports.bad_currency",
                }],
                more: true,
            }),
            orders: true,
        };
        let html = imports(frame, &page);
        for part in [
            ">7<",
            "currency",
            "site.imports.bad_currency",
            "site.imports.more",
            "role=\"alert\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script"));
    }
}
