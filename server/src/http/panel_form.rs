//! The panel without scripts: the same deeds as plain forms. Went it well, the page is shown anew; did it not, the form comes back with
//! everything that was typed still in it.

use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use http::HeaderMap;
use model::{
    event::Audience,
    id::{ClientId, ConversationId},
    language::Language,
    panel::{Begin, FormAnswer, LeaveMessage, StartChat, Whence},
    refusal::{Field, Refusal},
    text::{Body, EmailAddress, Name, Phone, Sku},
};
use service::{Fault, clock::new_id, conversation};

use crate::{
    extract::client_ip::Client,
    http::{
        cookies, language, panel,
        panel_page::{self, Place},
    },
    state::AppState,
};

/// Fields of a form, as they came.
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    pub(super) fn read(body: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(body).unwrap_or_default())
    }

    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// A field that may be left empty.
    pub(super) fn optional<T>(&self, name: &str, field: Field, parse: impl Fn(&str) -> Result<T, Refusal>) -> Result<Option<T>, Refusal> {
        match parse(self.raw(name)) {
            Ok(value) => Ok(Some(value)),
            Err(Refusal::Missing(_)) => Ok(None),
            // A first name is refused as a first name, not as a name.
            Err(Refusal::TooLong { max, .. }) => Err(Refusal::TooLong { field, max }),
            Err(other) => Err(other),
        }
    }

    pub(super) fn cid(&self) -> ClientId {
        self.raw("cid").parse().unwrap_or_else(|_| new_id())
    }

    pub(super) fn conversation(&self) -> Result<ConversationId, Refusal> {
        self.raw("conversation").parse().map_err(|_| Refusal::NotFound)
    }

    fn whence(&self) -> Whence {
        Whence {
            product: Sku::parse(self.raw("product")).ok(),
            page: None,
            referrer: None,
        }
    }

    /// What is put back into the form. A message that waits for the team is kept there, and is not typed anew.
    fn typed(&self, refusal: Refusal) -> Vec<(String, String)> {
        const KEPT: [&str; 7] = ["name", "first_name", "last_name", "email", "phone", "message", "comment"];
        self.0
            .iter()
            .filter(|(name, value)| KEPT.contains(&name.as_str()) && !value.is_empty())
            .filter(|(name, _)| name != "message" || refusal != Refusal::Held)
            .cloned()
            .collect()
    }

    pub(super) fn language(&self, headers: &HeaderMap, otherwise: Language) -> Language {
        language::choose(Some(self.raw("lang")).filter(|l| !l.is_empty()), headers, otherwise)
    }

    /// The session of a thread in the member centre, whose panel has no cookie; else nothing.
    pub(super) fn session(&self) -> &str {
        if self.raw("back") == "thread" { self.raw("session") } else { "" }
    }

    fn place(&self) -> Place {
        match self.raw("back") {
            "widget" => Place::Widget,
            "thread" => Place::Thread,
            _ => Place::Page,
        }
    }

    /// Back to the page the form was on.
    pub(super) fn back(&self, slug: &str, language: Language, left: bool) -> Redirect {
        if let (Place::Thread, Ok(id)) = (self.place(), self.conversation()) {
            return Redirect::to(&format!("/account/{slug}/thread/{id}?lang={}", language.code()));
        }
        let page = if self.raw("back") == "widget" { "widget" } else { "c" };
        let left = if left { "&left=1" } else { "" };
        Redirect::to(&format!("/{page}/{slug}?lang={}{left}", language.code()))
    }

    /// The same, with a word about what came of it.
    pub(super) fn back_saying(&self, slug: &str, language: Language, word: &str) -> Redirect {
        let page = if self.raw("back") == "widget" { "widget" } else { "c" };
        Redirect::to(&format!("/{page}/{slug}?lang={}&thanks={word}", language.code()))
    }
}

/// Begins a chat, or leaves a message.
pub async fn start(
    state: &AppState,
    asker: panel::Asker,
    headers: &HeaderMap,
    client: Client,
    jar: CookieJar,
    body: &[u8],
) -> Result<Response, Fault> {
    let fields = Fields::read(body);
    let slug = asker.store.slug.as_str().to_owned();
    let language = fields.language(headers, asker.store.default_language);
    // Only a machine fills in what nobody can see: it is thanked, and nothing happens.
    if !fields.raw("website").is_empty() {
        return Ok(fields.back(&slug, language, true).into_response());
    }
    let begun = match read_begin(&fields) {
        Ok(begin) => panel::begin(state, &asker, begin, headers, client, language).await,
        Err(refusal) => Err(refusal.into()),
    };
    match begun {
        Ok(begun) => {
            let jar = cookies::set_visitor(&state.http, jar, &slug, &begun.pass.token);
            Ok((jar, fields.back(&slug, language, fields.raw("do") == "message")).into_response())
        }
        Err(fault) => again(state, asker, &fields, language, fault).await,
    }
}

fn read_begin(fields: &Fields) -> Result<Begin, Refusal> {
    if fields.raw("do") == "message" {
        return Ok(Begin::Message(LeaveMessage {
            cid: fields.cid(),
            first_name: fields.optional("first_name", Field::FirstName, Name::parse)?,
            last_name: fields.optional("last_name", Field::LastName, Name::parse)?,
            email: fields.optional("email", Field::Email, EmailAddress::parse)?,
            phone: fields.optional("phone", Field::Phone, Phone::parse)?,
            message: Body::parse(fields.raw("message"))?,
            identity: None,
            origin: fields.whence(),
        }));
    }
    Ok(Begin::Chat(StartChat {
        cid: fields.cid(),
        name: fields.optional("name", Field::Name, Name::parse)?,
        email: fields.optional("email", Field::Email, EmailAddress::parse)?,
        identity: None,
        origin: fields.whence(),
    }))
}

/// Says something.
pub async fn message(state: &AppState, asker: panel::Asker, headers: &HeaderMap, _jar: &CookieJar, body: &[u8]) -> Result<Response, Fault> {
    let fields = Fields::read(body);
    let asker = asker.or_by(state, fields.session()).await?;
    let slug = asker.store.slug.as_str().to_owned();
    let language = fields.language(headers, asker.store.default_language);
    let posted = async {
        let body = Body::parse(fields.raw("message"))?;
        conversation::post(
            &state.services,
            &asker.party()?,
            fields.conversation()?,
            Audience::All,
            fields.cid(),
            body,
        )
        .await
    };
    match posted.await {
        Ok(_) => Ok(fields.back(&slug, language, false).into_response()),
        Err(fault) => again(state, asker, &fields, language, fault).await,
    }
}

/// Ends the chat.
pub async fn end(state: &AppState, asker: panel::Asker, body: &[u8]) -> Result<Response, Fault> {
    let fields = Fields::read(body);
    let language = fields.language(&HeaderMap::new(), asker.store.default_language);
    conversation::end_by(&state.services, &asker.party()?, fields.conversation()?).await?;
    Ok(fields.back(asker.store.slug.as_str(), language, false).into_response())
}

/// The page again, with the reason above the form and the words still in it.
pub(super) async fn again(
    state: &AppState,
    asker: panel::Asker,
    fields: &Fields,
    language: Language,
    fault: Fault,
) -> Result<Response, Fault> {
    let Some(refusal) = fault.refusal() else { return Err(fault) };
    let words = catalogue::panel(language);
    let answer = FormAnswer {
        refused: Some(words.refusal(refusal)),
        message_left: false,
        typed: fields.typed(refusal),
        said: None,
    };
    let product = Sku::parse(fields.raw("product")).ok();
    let mut response = panel_page::render(state, &asker, fields.place(), language, product, Some(answer)).await?;
    *response.status_mut() = crate::http::answer::status(refusal);
    Ok(response)
}
