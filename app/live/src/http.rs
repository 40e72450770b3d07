//! The few requests that the link makes by HTTP, to its own origin. What an answer means is the link's to decide.

use std::cell::RefCell;

use gloo_net::http::Request;
use model::{
    event::{Audience, Mark},
    id::{ClientId, ConversationId, Seq},
    panel::{EventsPage, MarkRead, PostMessage, Posted, Ticket},
    refusal::Refusal,
    text::Body,
};

use crate::traffic::{Door, Failure};

/// Where the session's token goes when the cookie is blocked.
const TOKEN_HEADER: &str = "x-vitrine-session";

/// See the module.
pub(crate) struct Http {
    /// Of all addresses, with its slash.
    base: String,
    is_desk: bool,
    token: RefCell<Option<String>>,
}

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

    pub(crate) async fn ticket(&self) -> Result<String, Failure> {
        let text = self.fetch("ticket", Some(String::new())).await?;
        serde_json::from_str::<Ticket>(&text)
            .map(|t| t.ticket)
            .map_err(|_| Failure::Unavailable)
    }

    pub(crate) async fn post(&self, conversation: ConversationId, cid: ClientId, body: Body) -> Result<Posted, Failure> {
        let request = serde_json::to_string(&PostMessage { conversation, cid, body }).map_err(|_| Failure::Unavailable)?;
        let text = self.fetch("messages", Some(request)).await?;
        serde_json::from_str(&text).map_err(|_| Failure::Unavailable)
    }

    pub(crate) async fn page(&self, conv: ConversationId, aud: Audience, after: Option<Seq>, wait_s: u32) -> Result<EventsPage, Failure> {
        let mut path = String::from("events?conversation=");
        path.push_str(&conv.to_string());
        path.push_str("&wait=");
        path.push_str(&wait_s.to_string());
        if let Some(after) = after {
            path.push_str("&after=");
            path.push_str(&after.to_string());
        }
        if self.is_desk {
            path.push_str("&audience=");
            path.push_str(aud.code());
        }
        let text = self.fetch(&path, None).await?;
        serde_json::from_str(&text).map_err(|_| Failure::Unavailable)
    }

    /// Nobody waits for this: what is lost is told again. The desk has no such address; its marks wait for the socket.
    pub(crate) async fn read(&self, conversation: ConversationId, mark: Mark) {
        if let (false, Ok(request)) = (self.is_desk, serde_json::to_string(&MarkRead { conversation, mark })) {
            drop(self.fetch("read", Some(request)).await);
        }
    }

    /// Posts `body`, or gets when there is none.
    async fn fetch(&self, path: &str, body: Option<String>) -> Result<String, Failure> {
        let url = [self.base.as_str(), path].concat();
        let mut request = if body.is_some() { Request::post(&url) } else { Request::get(&url) };
        if let Some(token) = &*self.token.borrow() {
            request = request.header(TOKEN_HEADER, token);
        }
        let request = match body {
            Some(json) => request.header("content-type", "application/json").body(json),
            None => request.build(),
        };
        let response = request
            .map_err(|_| Failure::Unavailable)?
            .send()
            .await
            .map_err(|_| Failure::Unavailable)?;
        let text = response.text().await.map_err(|_| Failure::Unavailable)?;
        match response.status() {
            200..=299 => Ok(text),
            400..=499 => Err(refusal(response.status(), &text)),
            _ => Err(Failure::Unavailable),
        }
    }
}

/// A "no" of ours is a refusal. One of something in between is no answer, except that it too may have lost the session.
fn refusal(status: u16, text: &str) -> Failure {
    match (serde_json::from_str::<Refusal>(text), status) {
        (Ok(refusal), _) => Failure::Refused(refusal),
        (Err(_), 401) => Failure::Refused(Refusal::NotSignedIn),
        (Err(_), _) => Failure::Unavailable,
    }
}
