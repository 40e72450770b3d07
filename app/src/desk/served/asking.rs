//! The browser's half of a served page: one request for all of them, and its answer put into the desk.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, HtmlDialogElement, HtmlElement},
};
use web_sys::{DomParser, FormData, HtmlFormElement, SupportedType, UrlSearchParams};

use super::{SERVED, Served, Why};
use crate::{
    api::ApiError,
    desk::{list::Phase, route},
};

/// Says that an answer is on its way, also to those who do not see.
const BUSY: &str = "aria-busy";
/// A dialog that an answer brings along open.
const OPEN: &str = "dialog[open]";
/// What somebody is in the middle of.
const IN_HAND: &str = ":is(dialog[open],:popover-open)";
/// What an answer says: what is wrong, or what became of the form.
const NEWS: &str = "[aria-invalid=true],[role=alert],[role=status]";

/// How often a page was asked for. One of them stands at a time.
static ASKED: AtomicU32 = AtomicU32::new(0);

/// Fetches a page, or sends the form of one, and shows the answer.
pub(super) fn ask(served: Served, address: &str, form: Option<JsValue>, why: Why) {
    ask_from(served, address, form, why, String::new());
}

/// The same; `pressed` is the id of the button, if it has one: whoever pressed it goes on there.
fn ask_from(served: Served, address: &str, form: Option<JsValue>, why: Why, pressed: String) {
    let Some(host) = served.host.now() else { return };
    if why != Why::Changed {
        // Whoever presses twice wants it once; whoever turns to another page does not wait.
        if why == Why::Pressed && host.has_attribute(BUSY) {
            return;
        }
        // The names here are valid names of attributes.
        let _ = host.set_attribute(BUSY, "true");
    }
    let number = ASKED.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    let (address, place) = (address.to_owned(), route::address());
    spawn_local(async move {
        let answer = live::part(&address, form.as_ref()).await;
        // Whoever turned to another page meanwhile reads that one.
        if place != route::address() {
            return;
        }
        if why == Why::Changed {
            // It comes too late for what was asked since, and never in between.
            let in_between = host.has_attribute(BUSY) || find(&host, IN_HAND).is_some();
            if in_between || ASKED.load(Ordering::Relaxed) != number {
                return;
            }
        } else {
            let _ = host.remove_attribute(BUSY);
        }
        let held = if why == Why::Changed {
            focused().map(|element| element.id()).unwrap_or_default()
        } else {
            pressed
        };
        match answer.ok_or_else(ApiError::unreached).and_then(|page| show(&host, &page, why)) {
            Ok(()) => {
                served.phase.set(Phase::Ready);
                lead(&host, &held, why);
            }
            // The connection's bar says that the server is away.
            Err(_) if why == Why::Changed => {}
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
    let mut pressed = String::new();
    if let Some(button) = event.submitter() {
        pressed = button.id();
        // A form may have several buttons; the one that was pressed is part of what is said.
        if let Some(name) = button.get_attribute("name") {
            data.append_with_str(&name, &button.get_attribute("value").unwrap_or_default())
                .ok()?;
        }
    }
    let form = if form.enctype().starts_with("multipart") {
        data.into()
    } else {
        UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?.into()
    };
    ask_from(served, &address, Some(form), Why::Pressed, pressed);
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
    focused().is_some()
}

/// What has the focus on such a page.
fn focused() -> Option<Element> {
    let focused = document().active_element()?;
    focused.closest(".served").ok()?.map(|_| focused)
}

fn find(host: &HtmlElement, what: &str) -> Option<Element> {
    host.query_selector(what).ok().flatten()
}

/// Puts an answer into its place. One that is no page is a refusal, or not ours.
fn show(host: &HtmlElement, answer: &str, why: Why) -> Result<(), ApiError> {
    adopt(host, answer, why).ok_or_else(|| model::json::from_str(answer).map_or_else(|_| ApiError::unreached(), ApiError::Refused))
}

/// The content of the answer's `<main>`, as elements. A document that is parsed like this runs nothing.
fn adopt(host: &HtmlElement, answer: &str, why: Why) -> Option<()> {
    let page = DomParser::new().ok()?.parse_from_string(answer, SupportedType::TextHtml).ok()?;
    let main = page.query_selector("main").ok()??;
    // What came out the same stays, with what somebody is about to press.
    if why == Why::Changed && main.inner_html() == host.inner_html() {
        return Some(());
    }
    host.set_text_content(None);
    while let Some(node) = main.first_child() {
        host.append_child(&node).ok()?;
    }
    Some(())
}

/// The focus goes to what is wrong, to what became of the form, to what was pressed, or to the page's name. Where nobody asked, it stays.
fn lead(host: &HtmlElement, held: &str, why: Why) {
    let stay = document().get_element_by_id(held);
    if why != Why::Pressed && why != Why::Turned {
        focus(stay);
        return;
    }
    let (news, dialog) = (find(host, NEWS), find(host, OPEN));
    // A dialog gives the focus back to what had it before.
    if news.is_none() || dialog.is_some() {
        focus(stay.or_else(|| find(host, "h1")));
    }
    if let Some(dialog) = dialog {
        raise(dialog.unchecked_ref());
    }
    focus(news);
}

/// Over the page, as all dialogs of the desk are: the focus stays in it, and Escape closes it.
fn raise(dialog: &HtmlDialogElement) {
    dialog.close();
    // Refused only while it is out of the document, and then there is nothing to show.
    let _ = dialog.show_modal();
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A sentence takes the focus only when it is told to.
        if element.tab_index() < 0 {
            element.set_tab_index(-1);
        }
        // Refused only by what is hidden.
        let _ = element.focus();
    }
}
