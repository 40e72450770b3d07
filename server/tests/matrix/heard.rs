//! What a door said, without what may differ between two askings; and requests that name a store which is not theirs.

use std::fmt;

use reqwest::{Client, Request, header};
use testkit::StoreOf;

use crate::support::Thing;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    headers: Vec<String>,
    location: String,
    body: String,
}

impl Heard {
    /// Shown, done, or led on to where it is.
    pub(crate) fn is_open(&self) -> bool {
        self.status < 400 && !self.asks_to_sign_in()
    }

    /// In so many words, or by leading there.
    pub(crate) fn asks_to_sign_in(&self) -> bool {
        let led = self.location.starts_with("/sign-in") || self.location.ends_with("/enter");
        self.status == 401 || (300..400).contains(&self.status) && led
    }

    /// Whether it says this anywhere.
    pub(crate) fn holds(&self, words: &str) -> bool {
        self.body.contains(words) || self.location.contains(words)
    }
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.body.chars().take(120).collect();
        write!(f, "{} {} {start:?}", self.status, self.location)
    }
}

/// Asks, and hears.
pub(crate) async fn hear(client: &Client, request: Request, thing: &Thing) -> Heard {
    let answer = client.execute(request).await.expect("an answer");
    let mut headers: Vec<String> = answer.headers().keys().map(ToString::to_string).collect();
    headers.sort();
    headers.dedup();
    let location = answer
        .headers()
        .get(header::LOCATION)
        .and_then(|to| to.to_str().ok())
        .unwrap_or_default();
    let (status, location) = (answer.status().as_u16(), without_names(location, thing));
    let bytes = answer.bytes().await.expect("a body");
    Heard {
        status,
        headers,
        location,
        body: without_names(&String::from_utf8_lossy(&bytes), thing),
    }
}

/// Everything that a thing is called by.
fn names(thing: &Thing) -> [String; 11] {
    let ids = [
        thing.conversation,
        thing.message,
        thing.thread,
        thing.dispute,
        thing.ticket,
        thing.buyers_ticket,
        thing.members_ticket,
    ]
    .map(|id| id.to_string());
    let [chat, message, thread, dispute, ticket, buyers, members] = ids;
    let (file, order) = (thing.file.clone(), thing.order.clone());
    [
        chat,
        message,
        thread,
        dispute,
        ticket,
        buyers,
        members,
        file,
        order,
        thing.number.clone(),
        thing.customer.clone(),
    ]
}

/// Two things are called by other names, and a form has a new id each time: apart from that, the same is the same.
fn without_names(text: &str, thing: &Thing) -> String {
    let text = names(thing)
        .iter()
        .fold(text.to_owned(), |text, name| text.replace(name.as_str(), "ID"));
    let mut told = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        told.push_str(before);
        let length = if is_id(from) {
            told.push_str("ID");
            ID_CHARS
        } else {
            let end = from.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(from.len());
            told.push_str(&from[..end]);
            end
        };
        rest = &from[length..];
    }
    told.push_str(rest);
    told
}

/// As ids are written: 8-4-4-4-12.
const ID_CHARS: usize = 36;

fn is_id(text: &str) -> bool {
    let Some(word) = text.as_bytes().get(..ID_CHARS) else {
        return false;
    };
    let right = |(n, byte): (usize, &u8)| {
        if matches!(n, 8 | 13 | 18 | 23) {
            *byte == b'-'
        } else {
            byte.is_ascii_hexdigit()
        }
    };
    word.iter().enumerate().all(right)
}

/// Whether a request says anything that the thing is called by.
pub(crate) fn about(request: &Request, thing: &Thing) -> bool {
    let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
    let body = String::from_utf8_lossy(body);
    names(thing)
        .iter()
        .any(|name| request.url().as_str().contains(name.as_str()) || body.contains(name.as_str()))
}

/// The same request, which names a store in every place where some program might believe it.
pub(crate) fn inject(request: &mut Request, store: &StoreOf) {
    const NAMES: [&str; 4] = ["store_id", "account_id", "vendor_id", "tenant"];
    let (id, slug) = (store.id.to_string(), store.slug);
    for name in NAMES {
        request.url_mut().query_pairs_mut().append_pair(name, &id);
    }
    request.url_mut().query_pairs_mut().append_pair("store", slug);
    for name in ["x-store-id", "x-vitrine-store", "x-tenant"] {
        request.headers_mut().insert(name, id.parse().expect("a header"));
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let (json, form) = (
        kind.starts_with("application/json"),
        kind.starts_with("application/x-www-form-urlencoded"),
    );
    let Some(bytes) = request.body().and_then(reqwest::Body::as_bytes).map(<[u8]>::to_vec) else {
        return;
    };
    if json && let Ok(serde_json::Value::Object(mut said)) = serde_json::from_slice(&bytes) {
        for name in NAMES {
            said.insert(name.to_owned(), id.clone().into());
        }
        said.insert("store".to_owned(), slug.into());
        set_body(request, serde_json::Value::Object(said).to_string());
    } else if form {
        let said = String::from_utf8_lossy(&bytes).into_owned();
        set_body(request, format!("{said}&store_id={id}&account_id={id}&vendor_id={id}&store={slug}"));
    }
}

fn set_body(request: &mut Request, body: String) {
    // It is counted anew.
    request.headers_mut().remove(header::CONTENT_LENGTH);
    *request.body_mut() = Some(body.into());
}

#[test]
fn two_answers_differ_by_what_they_say_and_not_by_names() {
    let id = "018f0000-0000-7000-8000-000000000001".parse().expect("an id");
    let thing = Thing::known_by("alpha", id);
    assert_eq!(without_names("a 018f0000-0000-7000-8000-000000000001 b", &thing), "a ID b");
    assert_eq!(
        without_names("cid=018F0000-0000-7000-8000-00000000000f&é=beef", &thing),
        "cid=ID&é=beef"
    );
    assert_eq!(without_names("deadbeef-1", &thing), "deadbeef-1");
}
