//! People, as the server meets them: each with a browser of their own, and nothing but what the public doors give them.

use std::sync::{Arc, Mutex};

use model::{
    id::{ClientId, ConversationId},
    panel::{Begin, Begun, LeaveMessage, PostMessage, Posted, StartChat, Ticket, Whence},
    refusal::Refusal,
    text::{Body, EmailAddress, Name},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect};
use serde::{Serialize, de::DeserializeOwned};
use service::clock::new_id;

use crate::{Socket, with_file};

/// A browser: keeps cookies, follows no redirect by itself, and says of its requests what a page of ours would.
#[derive(Clone)]
pub struct Browser {
    base: String,
    client: Client,
}

impl Browser {
    /// A new one, without cookies.
    pub fn new(base: &str) -> Self {
        Self::keeping(base, true)
    }

    fn keeping(base: &str, cookies: bool) -> Self {
        let client = Client::builder()
            .cookie_store(cookies)
            .redirect(redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            base: base.to_owned(),
            client,
        }
    }

    /// The same browser, which puts a header of its own on every request.
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert(name, value.parse().expect("a header"));
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .default_headers(headers)
            .build();
        Self {
            base: self.base.clone(),
            client: client.expect("a client"),
        }
    }

    /// A request to our own pages, from one of them.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .header("sec-fetch-site", "same-origin")
            .header("origin", &self.base)
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Response {
        self.request(Method::POST, path).json(body).send().await.expect("an answer")
    }

    /// `POST` of a form.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request(Method::POST, path).form(fields).send().await.expect("an answer")
    }

    /// A ticket from a door, if it gives one.
    pub async fn ticket(&self, path: &str) -> Result<String, StatusCode> {
        let answer = self.request(Method::POST, path).send().await.expect("an answer");
        match answer.status() {
            StatusCode::OK => Ok(answer.json::<Ticket>().await.expect("a ticket").ticket),
            other => Err(other),
        }
    }

    /// The same browser with the same cookies, at another server.
    pub fn at(&self, base: &str) -> Self {
        Self {
            base: base.to_owned(),
            client: self.client.clone(),
        }
    }

    /// Where it goes.
    pub fn base(&self) -> &str {
        &self.base
    }
}

/// Reads an answer, or the refusal in it.
pub(crate) async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, Refusal> {
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    if status.is_success() {
        return Ok(serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}")));
    }
    Err(serde_json::from_str(&text).unwrap_or_else(|_| panic!("{status}: {text}")))
}

/// Somebody of a store's staff.
#[derive(Clone)]
pub struct Operator {
    /// Their browser.
    pub browser: Browser,
}

impl Operator {
    /// Signs in through the form.
    pub async fn sign_in(base: &str, email: &str, password: &str) -> Self {
        let browser = Browser::new(base);
        let answer = browser.submit("/sign-in", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{email} signs in");
        Self { browser }
    }

    /// The same person with the same session, at another server.
    pub fn at(&self, base: &str) -> Self {
        Self {
            browser: self.browser.at(base),
        }
    }

    /// A server function.
    pub async fn call<T: DeserializeOwned>(&self, name: &str, arguments: &impl Serialize) -> Result<T, Refusal> {
        let answer = self.browser.post(&format!("/fn/{name}"), arguments).await;
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        if status.is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}: {text}")));
        }
        let error: app_error::ApiError = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {status}: {e}: {text}"));
        Err(error.refused())
    }

    /// Goes on duty with the recap's switch.
    pub async fn go_online(&self) {
        let _: serde_json::Value = self
            .call("go_on_duty", &serde_json::json!({"window": "recap"}))
            .await
            .expect("goes on duty");
    }

    /// Goes off duty.
    pub async fn go_offline(&self) {
        let _: serde_json::Value = self.call("leave_duty", &serde_json::json!({})).await.expect("leaves");
    }

    /// A socket, with its `hello` said.
    pub async fn socket(&self) -> Socket {
        let ticket = self.browser.ticket("/desk/ticket").await.expect("a ticket");
        Socket::hello(self.browser.base(), &ticket).await
    }
}

/// The error of a server function, as it stands on the wire.
mod app_error {
    use model::refusal::Refusal;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum ApiError {
        Refused(Refusal),
        Unavailable { reference: String },
    }

    impl ApiError {
        pub(super) fn refused(self) -> Refusal {
            match self {
                Self::Refused(refusal) => refusal,
                Self::Unavailable { reference } => panic!("unavailable: {reference}"),
            }
        }
    }
}

/// A visitor of one store. The visitor's cookie is `Secure`, and this client keeps it from plain HTTP even on loopback, where browsers do
/// not; so the session travels in the header, as it does for programs whose cookie is blocked.
#[derive(Clone)]
pub struct Visitor {
    /// Their browser.
    pub browser: Browser,
    slug: String,
    token: Arc<Mutex<Option<String>>>,
}

impl Visitor {
    /// With a new browser.
    pub fn new(base: &str, slug: &str) -> Self {
        Self {
            browser: Browser::new(base),
            slug: slug.to_owned(),
            token: Arc::default(),
        }
    }

    /// With a new browser that keeps no cookie of ours, as those do that block them in frames: the program's own word is all there is.
    pub fn without_cookies(base: &str, slug: &str) -> Self {
        Self {
            browser: Browser::keeping(base, false),
            ..Self::new(base, slug)
        }
    }

    /// The same visitor with the same session, at another server.
    pub fn at(&self, base: &str) -> Self {
        Self {
            browser: self.browser.at(base),
            ..self.clone()
        }
    }

    /// A `POST` of JSON to the panel's own HTTP, with the session if there is one.
    pub async fn ask(&self, deed: &str, body: &impl Serialize) -> Response {
        let request = self.request(Method::POST, &self.path(deed)).json(body);
        request.send().await.expect("an answer")
    }

    /// A request with the session, if there is one.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.browser.request(method, path);
        let token = self.token.lock().expect("nobody panicked").clone();
        match token {
            Some(token) => request.header("x-vitrine-session", token),
            None => request,
        }
    }

    /// Gives a file.
    pub async fn give(&self, conversation: ConversationId, name: &str, bytes: &[u8]) -> Result<Posted, Refusal> {
        let request = self.request(Method::POST, &self.path("files"));
        let request = with_file(request, conversation, new_id(), name, bytes);
        read(request.send().await.expect("an answer")).await
    }

    /// A path of the panel's own HTTP at this store.
    pub fn path(&self, deed: &str) -> String {
        format!("/w/{}/{deed}", self.slug)
    }

    /// Presses Start Chat.
    pub async fn start(&self, name: &str) -> Result<Begun, Refusal> {
        self.begin(&Begin::Chat(StartChat {
            cid: new_id(),
            name: Name::parse(name).ok(),
            email: None,
            identity: None,
            origin: Whence::default(),
        }))
        .await
    }

    /// Leaves a message in the form.
    pub async fn leave(&self, message: &str) -> Result<Begun, Refusal> {
        self.begin(&Begin::Message(LeaveMessage {
            cid: new_id(),
            first_name: Name::parse("Jane").ok(),
            last_name: None,
            email: EmailAddress::parse("jane@customer.example").ok(),
            phone: None,
            message: Body::parse(message).expect("fine"),
            identity: None,
            origin: Whence::default(),
        }))
        .await
    }

    /// Either.
    pub async fn begin(&self, begin: &Begin) -> Result<Begun, Refusal> {
        let begun: Begun = read(self.ask("start", begin).await).await?;
        *self.token.lock().expect("nobody panicked") = Some(begun.pass.token.clone());
        Ok(begun)
    }

    /// Says something over HTTP.
    pub async fn post(&self, conversation: ConversationId, cid: ClientId, text: &str) -> Result<Posted, Refusal> {
        let message = PostMessage {
            conversation,
            cid,
            body: Body::parse(text).expect("fine"),
        };
        read(self.ask("messages", &message).await).await
    }

    /// A socket, with its `hello` said.
    pub async fn socket(&self) -> Socket {
        let ticket: Ticket = read(self.ask("ticket", &()).await).await.expect("a ticket");
        Socket::hello(self.browser.base(), &ticket.ticket).await
    }
}
