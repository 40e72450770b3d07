//! The few requests that the link makes by HTTP, to its own origin. What an answer means is the link's to decide.

use std::cell::RefCell;

use model::{
    id::ClientId,
    json::Read,
    panel::{MarkRead, PostMessage, Ticket},
    refusal::Refusal,
};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FormData, HtmlFormElement, Window};

use crate::{
    fetch::{said, send},
    traffic::{Door, Failure, Input, Output},
};

/// See the module.
pub(crate) struct Http {
    /// Of all addresses, with its slash.
    base: String,
    is_desk: bool,
    token: RefCell<Option<String>>,
}

/// An address, and what is posted there; without a body it is fetched.
pub(crate) type Ask = (String, Option<String>);

impl Http {
    pub(crate) fn new(door: &Door, token: Option<String>) -> Self {
        let (base, is_desk) = match door {
            Door::Panel { store } => (["/w/", store.as_str(), "/"].concat(), false),
            Door::Desk { .. } => ("/desk/".to_owned(), true),
        };
        Self {
            base,
            is_desk,
            token: RefCell::new(token),
        }
    }

    pub(crate) fn set_token(&self, token: Option<String>) {
        *self.token.borrow_mut() = token;
    }

    /// The request for something that the link wants, if it is one.
    pub(crate) fn request(&self, output: &Output) -> Option<Ask> {
        match output {
            Output::FetchTicket { .. } => Some((self.address("ticket"), Some(String::new()))),
            Output::Post { conv, cid, body } => {
                let message = PostMessage {
                    conversation: *conv,
                    cid: *cid,
                    body: body.clone(),
                };
                Some((self.address("messages"), Some(json(&message))))
            }
            Output::Page { conv, aud, after, wait_s } => {
                let mut address = self.address("events?conversation=");
                address.push_str(&conv.to_string());
                address.push_str("&wait=");
                address.push_str(&wait_s.to_string());
                if let Some(after) = after {
                    address.push_str("&after=");
                    address.push_str(&after.0.to_string());
                }
                if self.is_desk {
                    address.push_str("&audience=");
                    address.push_str(aud.code());
                }
                Some((address, None))
            }
            // The desk has no such address; its marks wait for the socket.
            Output::Read { conv, mark } if !self.is_desk => {
                let read = MarkRead {
                    conversation: *conv,
                    mark: *mark,
                };
                Some((self.address("read"), Some(json(&read))))
            }
            _ => None,
        }
    }

    fn address(&self, path: &str) -> String {
        [self.base.as_str(), path].concat()
    }

    pub(crate) async fn fetch(&self, (address, json): Ask) -> Result<String, Failure> {
        // An empty body is a request that says nothing: still a POST.
        self.send(address, json.map(JsValue::from)).await
    }

    /// Sends a form, twice if need be: it carries an id, so that it counts once.
    pub(crate) async fn submit(&self, what: &str, form: FormData) -> Result<String, Failure> {
        let form = JsValue::from(form);
        let first = self.send(self.address(what), Some(form.clone())).await;
        match first {
            Err(Failure::Unavailable) => self.send(self.address(what), Some(form)).await,
            answered => answered,
        }
    }

    async fn send(&self, address: String, body: Option<JsValue>) -> Result<String, Failure> {
        let token = self.token.borrow().clone();
        let (status, text) = send(&address, said(token.as_deref()), body.as_ref())
            .await
            .ok_or(Failure::Unavailable)?;
        match status {
            200..=299 => Ok(text),
            400..=499 => Err(refusal(status, &text)),
            _ => Err(Failure::Unavailable),
        }
    }
}

/// A form of the page as it is filled in now, with a new id for what it wants.
pub(crate) fn filled(window: &Window, form: &str, cid: ClientId) -> Option<FormData> {
    let form: HtmlFormElement = window.document()?.get_element_by_id(form)?.dyn_into().ok()?;
    let data = FormData::new_with_form(&form).ok()?;
    data.set_with_str("cid", &cid.to_string()).ok()?;
    Some(data)
}

/// What the answer to a request is to the link. Nobody waits to hear that a mark arrived: what is lost is told again.
pub(crate) fn input(output: Output, answer: Result<String, Failure>) -> Option<Input> {
    match output {
        Output::FetchTicket { attempt } => Some(Input::Ticket {
            attempt,
            answer: read(answer).map(|Ticket { ticket }| ticket),
        }),
        Output::Post { cid, .. } => Some(Input::Posted { cid, answer: read(answer) }),
        Output::Page { conv, aud, .. } => Some(Input::Page {
            conv,
            aud,
            answer: read(answer),
        }),
        _ => None,
    }
}

/// There always is one: ids, numbers and texts are all that is said, and JSON can say those.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn read<T: Read>(answer: Result<String, Failure>) -> Result<T, Failure> {
    model::json::from_str(&answer?).map_err(|_| Failure::Unavailable)
}

/// A "no" of ours is a refusal. One of something in between is no answer, except that it too may have lost the session.
fn refusal(status: u16, text: &str) -> Failure {
    match (model::json::from_str::<Refusal>(text), status) {
        (Ok(refusal), _) => Failure::Refused(refusal),
        (Err(_), 401) => Failure::Refused(Refusal::NotSignedIn),
        (Err(_), _) => Failure::Unavailable,
    }
}
