//! `/account/{store}`: the shopper's own side, for whoever came in by the shop's token or by a link in a letter. Plain pages and plain
//! forms; the one thing that lives in them is the thread, which is the panel in a frame. The ways in are in `doors`.

pub mod contact;
mod disputes;
pub mod doors;
pub mod messages;
pub mod orders;
pub mod threads;
mod tickets;

use app::site::{self, Account, Here, escaped};
use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{id::ClientId, language::Language, refusal::Refusal, text::Name, time::Timestamp, words::Words};
use serde::Deserialize;
use service::{
    Fault,
    clock::new_id,
    hours,
    members::{self, Member, Room},
    stores,
};
use storage::{MemberReach, StoreRow};

use crate::{
    http::{
        answer::Failed,
        cookies, language,
        layer::rate_limit::Budget,
        sent_form,
        site::{not_found, page as html_page},
    },
    policy::{Policy, Registry, Route},
    state::AppState,
};

/// Stores that one browser is listed for.
const STORES_MAX: usize = 20;

/// The member centre's routes.
pub fn register(registry: &mut Registry<AppState>) {
    registry
        .add(Route::get("/account", Policy::Member), home)
        .add(Route::get("/account/{store}", Policy::Member), messages::list)
        .add(
            Route::post("/account/{store}/messages", Policy::Member).within(Budget::Start),
            messages::write,
        )
        .add(
            Route::get("/account/{store}/messages/{conversation}", Policy::Member),
            messages::conversation,
        )
        .add(
            Route::get("/account/{store}/thread/{conversation}", Policy::Member),
            messages::thread,
        )
        .add(Route::get("/account/{store}/orders", Policy::Member), orders::list)
        .add(Route::get("/account/{store}/orders/{number}", Policy::Member), orders::order)
        .add(
            Route::post("/account/{store}/orders/{number}", Policy::Member).within(Budget::Start),
            orders::write,
        )
        .add(Route::post("/account/{store}/leave", Policy::Member), doors::leave)
        .add(Route::get("/account/{store}/enter", Policy::Public), doors::enter_page)
        .add(
            Route::post("/account/{store}/enter", Policy::Public).within(Budget::SignIn),
            doors::enter,
        )
        .add(
            Route::post("/account/{store}/link", Policy::Public).within(Budget::SignIn),
            doors::ask_for_link,
        )
        .add(Route::get("/account/{store}/contact", Policy::Member), contact::page)
        .add(
            Route::post("/account/{store}/contact", Policy::Member).within(Budget::Start),
            contact::choose,
        );
    threads::register(registry);
    disputes::register(registry);
    tickets::register(registry);
}

/// What an address may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lang: Option<String>,
    before: Option<String>,
}

/// What a form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Written {
    cid: String,
    message: String,
}

impl Written {
    fn cid(&self) -> ClientId {
        self.cid.parse().unwrap_or_else(|_| new_id())
    }

    /// As the form shows it again that was refused.
    fn again(self, refusal: Refusal) -> Self {
        let (cid, message) = sent_form::again(refusal, self.cid, self.message);
        Self { cid, message }
    }
}

/// The member whose cookie came along, at this store.
pub(super) async fn member(state: &AppState, store: &StoreRow, jar: &CookieJar) -> Result<Option<Member>, Fault> {
    match cookies::member_token(&state.http, jar, store.slug.as_str()) {
        Some(token) => members::recognise(&state.services, store, &token).await,
        None => Ok(None),
    }
}

/// Where somebody arrives, as an address.
pub(super) fn path_of(slug: &str, room: &Room) -> String {
    match room {
        Room::Messages => format!("/account/{slug}"),
        Room::Conversation(id) => format!("/account/{slug}/messages/{id}"),
        Room::Order(number) => format!("/account/{slug}/orders/{}", escaped(number)),
    }
}

/// A page with somebody's own things: kept by nobody, and its address is told to nobody.
pub(super) fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// Somebody inside, and how their pages are written.
struct Inside {
    store: StoreRow,
    member: Member,
    words: Words,
    chosen: bool,
}

impl Inside {
    /// Who asks; or what anybody else is answered: the way in.
    async fn find(
        state: &AppState,
        slug: &str,
        asked: Option<&str>,
        headers: &HeaderMap,
        jar: &CookieJar,
    ) -> Result<Result<Self, Response>, Failed> {
        let store = match stores::by_slug(&state.services, slug).await {
            Ok(store) => store,
            Err(Fault::Refused(Refusal::NotFound)) => return Ok(Err(not_found(state, headers))),
            Err(fault) => return Err(fault.into()),
        };
        let Some(member) = member(state, &store, jar).await? else {
            let enter = format!("/account/{}/enter", store.slug);
            return Ok(Err(Redirect::to(&enter).into_response()));
        };
        let own = member.row.language.map(Language::code);
        let language = language::choose(asked.or(own), headers, store.default_language);
        Ok(Ok(Self {
            words: catalogue::site(language),
            chosen: asked.is_some(),
            store,
            member,
        }))
    }

    /// Where "Submit a request" leads to: where the store says, else to its mailbox, else to its messages (S-36).
    fn help(&self) -> Option<String> {
        let settings = &self.store.settings;
        let page = settings
            .help_url
            .clone()
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        let mailbox = settings.service_email.as_ref().or(settings.shop_email.as_ref());
        page.or_else(|| mailbox.map(|to| format!("mailto:{to}")))
            .or_else(|| (self.member.scope.reach == MemberReach::All).then(|| format!("/account/{}#message", self.store.slug)))
    }

    fn show(&self, state: &AppState, status: StatusCode, here: Here, page: impl FnOnce(&Account<'_>) -> String) -> Response {
        let (desk, help) = (state.assets.desk(), self.help());
        let wall = |at: Timestamp| hours::on_the_wall(&self.store.settings, at);
        let account = Account {
            words: &self.words,
            css: &desk.css,
            slug: self.store.slug.as_str(),
            store: self.store.name.as_str(),
            who: self.member.row.name.as_ref().map(Name::as_str),
            here,
            unread: self.member.unread,
            whole: self.member.scope.reach == MemberReach::All,
            chosen: self.chosen,
            help: help.as_deref(),
            wall: &wall,
        };
        private(html_page(status, page(&account)))
    }
}

/// The stores in whose member centre this browser is.
pub async fn home(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let mut found = Vec::new();
    for slug in cookies::member_stores(&state.http, &jar).into_iter().take(STORES_MAX) {
        let Ok(store) = stores::by_slug(&state.services, &slug).await else {
            continue;
        };
        if member(&state, &store, &jar).await?.is_some() {
            found.push((slug, store.name.as_str().to_owned()));
        }
    }
    let language = language::choose(asked.lang.as_deref(), &headers, Language::default());
    let html = site::account_home(&catalogue::site(language), &state.assets.desk().css, &found);
    Ok(private(html_page(StatusCode::OK, html)))
}
