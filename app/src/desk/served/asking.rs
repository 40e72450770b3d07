//! The browser's half of a served page: one request for all of them, and its answer put into the desk.

use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, HtmlElement},
};
use web_sys::{DomParser, FormData, HtmlFormElement, SupportedType, UrlSearchParams};

use super::{SERVED, Served};
use crate::{api::ApiError, desk::list::Phase};

/// Says that an answer is on its way, also to those who do not see.
const BUSY: &str = "aria-busy";

/// Fetches a page, or sends the form of one, and shows the answer. `focus`: whether the person goes on reading there.
pub(super) fn ask(served: Served, address: &str, form: Option<JsValue>, focus: bool) {
    let Some(host) = served.host.now() else { return };
    // Whoever presses twice wants it once.
    if host.has_attribute(BUSY) {
        return;
    }
    // The names here are valid names of attributes.
    let _ = host.set_attribute(BUSY, "true");
    let address = address.to_owned();
    spawn_local(async move {
        let answer = live::part(&address, form.as_ref()).await;
        let _ = host.remove_attribute(BUSY);
        match answer.ok_or_else(ApiError::unreached).and_then(|page| show(&host, &page)) {
            Ok(()) => {
                served.phase.set(Phase::Ready);
                if focus {
                    lead_to_the_news(&host);
                }
            }
            // What is there stays, with all that was typed into it.
            Err(error) if host.first_element_child().is_some() => served.desk.refused(&error),
            Err(error) => served.phase.set(Phase::Failed(error)),
        }
    });
}

/// Sends a form of the page as it is filled in, the way the browser would; `None` where the browser does.
pub(super) fn send(served: Served, event: &SubmitEvent) -> Option<()> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let address = form.get_attribute("action").filter(|to| to.starts_with(SERVED))?;
    event.prevent_default();
    let data = FormData::new_with_form(&form).ok()?;
    // A form may have several buttons; the one that was pressed is part of what is said.
    if let Some(button) = event.submitter()
        && let Some(name) = button.get_attribute("name")
    {
        data.append_with_str(&name, &button.get_attribute("value").unwrap_or_default())
            .ok()?;
    }
    let form = if form.enctype().starts_with("multipart") {
        data.into()
    } else {
        UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?.into()
    };
    ask(served, &address, Some(form), true);
    Some(())
}

/// Copies the text beside a button that brings along what it says afterwards; `None` for everything else that is pressed.
pub(super) fn copy_beside(event: &MouseEvent) -> Option<()> {
    let button = event.target()?.dyn_into::<Element>().ok()?.closest("[data-copied]").ok()??;
    ui::copy(&button.previous_element_sibling()?.text_content()?);
    button
        .last_element_child()?
        .set_text_content(button.get_attribute("data-copied").as_deref());
    Some(())
}

/// Whether the focus is on such a page.
pub(super) fn has_focus() -> bool {
    let focused = document().active_element();
    focused.is_some_and(|element| element.closest(".served").is_ok_and(|page| page.is_some()))
}

/// Puts an answer into its place. One that is no page is a refusal, or not ours.
fn show(host: &HtmlElement, answer: &str) -> Result<(), ApiError> {
    adopt(host, answer).ok_or_else(|| model::json::from_str(answer).map_or_else(|_| ApiError::unreached(), ApiError::Refused))
}

/// The content of the answer's `<main>`, as elements. A document that is parsed like this runs nothing.
fn adopt(host: &HtmlElement, answer: &str) -> Option<()> {
    let page = DomParser::new().ok()?.parse_from_string(answer, SupportedType::TextHtml).ok()?;
    let main = page.query_selector("main").ok()??;
    host.set_text_content(None);
    while let Some(node) = main.first_child() {
        host.append_child(&node).ok()?;
    }
    Some(())
}

/// The focus goes to what is wrong, to what became of the form, or to the page's name.
fn lead_to_the_news(host: &HtmlElement) {
    let find = |what| host.query_selector(what).ok().flatten();
    let news = find("[aria-invalid=true],[role=alert],[role=status]").or_else(|| find("h1"));
    if let Some(news) = news.and_then(|news| news.dyn_into::<HtmlElement>().ok()) {
        // A sentence takes the focus only when it is told to.
        if news.tab_index() < 0 {
            news.set_tab_index(-1);
        }
        // Refused only by what is hidden.
        let _ = news.focus();
    }
}
