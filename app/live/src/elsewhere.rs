//! The same [`Client`] where there is no browser: it cannot exist, so that pages are written once and rendered on the server.

use std::convert::Infallible;

use model::{
    event::{Audience, Mark},
    id::{AccountId, ClientId, ConversationId, Epoch, Seq},
    text::Body,
};
use uuid::Uuid;

use crate::traffic::{Door, Failure, News};

/// A link with a browser around it; outside of one there is none. See the browser's for what each method does.
#[derive(Clone, Debug)]
pub struct Client(Infallible);

impl Client {
    /// Always `None` here.
    pub fn start(_door: Door, _token: Option<String>, _on_news: impl Fn(News) + 'static) -> Option<Self> {
        None
    }

    /// A new id for one thing that is wanted.
    #[expect(clippy::disallowed_methods, reason = "a program's ids are made here")]
    pub fn new_cid() -> ClientId {
        ClientId(Uuid::now_v7())
    }

    /// Never called here.
    pub fn set_token(&self, _token: Option<String>) {
        match self.0 {}
    }

    /// Never called here.
    pub fn keep_for(&self, _owner: AccountId) {
        match self.0 {}
    }

    /// Never called here.
    pub fn follow(&self, _conv: ConversationId, _aud: Audience, _known: Option<(Epoch, Seq)>) {
        match self.0 {}
    }

    /// Never called here.
    pub fn unfollow(&self, _conv: ConversationId, _aud: Audience) {
        match self.0 {}
    }

    /// Never called here.
    pub fn post(&self, _conv: ConversationId, _aud: Audience, _body: Body) -> ClientId {
        match self.0 {}
    }

    /// Never called here.
    pub fn retry(&self, _cid: ClientId) {
        match self.0 {}
    }

    /// Never called here.
    pub fn discard(&self, _cid: ClientId) {
        match self.0 {}
    }

    /// Never called here.
    pub fn read(&self, _conv: ConversationId, _mark: Mark) {
        match self.0 {}
    }

    /// Never called here.
    pub fn typing(&self, _conv: ConversationId, _on: bool) {
        match self.0 {}
    }

    /// Never called here.
    pub fn submit(&self, _what: &'static str, _form: &str, _then: impl FnOnce(Result<String, Failure>) + 'static) {
        match self.0 {}
    }

    /// Never called here.
    pub fn stop(&self) {
        match self.0 {}
    }
}
