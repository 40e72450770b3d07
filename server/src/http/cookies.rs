//! The three cookies: a person's at the desk, a visitor's at one store, and a member's of one. All are opaque, and none is readable by scripts.

use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use http::{HeaderMap, HeaderName};
use model::limits::{DESK_ABSOLUTE_MS, MEMBER_SESSION_MS, VISITOR_SESSION_MS};

use crate::config::http::HttpConfig;

/// Where the panel's program puts its token when the browser keeps its cookie from us.
pub const SESSION_HEADER: HeaderName = HeaderName::from_static("x-vitrine-session");

/// `__Host-` binds a cookie to this host and to https; browsers refuse the prefix without it (plain-HTTP loopback).
fn name(http: &HttpConfig, plain: &str) -> String {
    if http.is_https() {
        format!("__Host-{plain}")
    } else {
        plain.to_owned()
    }
}

fn visitor_name(http: &HttpConfig, slug: &str) -> String {
    name(http, &format!("lcv-{slug}"))
}

/// The token of the person at the desk.
pub fn desk_token(http: &HttpConfig, jar: &CookieJar) -> Option<String> {
    jar.get(&name(http, "vitrine")).map(|c| c.value().to_owned())
}

/// Signs somebody in, in this browser.
pub fn set_desk(http: &HttpConfig, jar: CookieJar, token: &str) -> CookieJar {
    let cookie = Cookie::build((name(http, "vitrine"), token.to_owned()))
        .path("/")
        .http_only(true)
        .secure(http.is_https())
        .same_site(SameSite::Lax)
        .max_age(seconds(DESK_ABSOLUTE_MS));
    jar.add(cookie)
}

/// Signs them out, in this browser.
pub fn clear_desk(http: &HttpConfig, jar: CookieJar) -> CookieJar {
    jar.remove(Cookie::build((name(http, "vitrine"), "")).path("/"))
}

/// The token of the visitor: the program's own word first, because it is this tab's, then the cookie.
pub fn visitor_token(http: &HttpConfig, headers: &HeaderMap, jar: &CookieJar, slug: &str) -> Option<String> {
    let header = headers.get(SESSION_HEADER).and_then(|h| h.to_str().ok()).map(str::to_owned);
    header.or_else(|| visitor_cookie(http, jar, slug))
}

/// The same from the cookie alone: all that pictures and links send.
pub fn visitor_cookie(http: &HttpConfig, jar: &CookieJar, slug: &str) -> Option<String> {
    jar.get(&visitor_name(http, slug)).map(|c| c.value().to_owned())
}

/// Recognises the visitor from now on. Only set when they press Start Chat, Send or Send message.
///
/// In the shop's page we are a third party: the cookie is partitioned, so that it exists under this shop only. Browsers take `Secure` on
/// loopback too; in a closed network without https it would be refused, and the token in memory carries the conversation.
pub fn set_visitor(http: &HttpConfig, jar: CookieJar, slug: &str, token: &str) -> CookieJar {
    let cookie = Cookie::build((visitor_name(http, slug), token.to_owned()))
        .path("/")
        .http_only(true)
        .max_age(seconds(VISITOR_SESSION_MS));
    let cookie = if http.is_https() || http.listen.ip().is_loopback() {
        cookie.secure(true).same_site(SameSite::None).partitioned(true)
    } else {
        cookie.same_site(SameSite::Lax)
    };
    jar.add(cookie)
}

/// What the names of members' cookies begin with; the store's public name follows.
const MEMBER: &str = "lcm-";

fn member_name(http: &HttpConfig, slug: &str) -> String {
    name(http, &format!("{MEMBER}{slug}"))
}

/// The token of somebody in the member centre of a store.
pub fn member_token(http: &HttpConfig, jar: &CookieJar, slug: &str) -> Option<String> {
    jar.get(&member_name(http, slug)).map(|c| c.value().to_owned())
}

/// The stores in whose member centre this browser is, or was: their public names, as the cookies say.
pub fn member_stores(http: &HttpConfig, jar: &CookieJar) -> Vec<String> {
    let prefix = name(http, MEMBER);
    let slugs = jar.iter().filter_map(|cookie| cookie.name().strip_prefix(&prefix));
    slugs.map(str::to_owned).collect()
}

/// Somebody is in the member centre of a store, in this browser. Set by a form of ours only.
pub fn set_member(http: &HttpConfig, jar: CookieJar, slug: &str, token: &str) -> CookieJar {
    let cookie = Cookie::build((member_name(http, slug), token.to_owned()))
        .path("/")
        .http_only(true)
        .secure(http.is_https())
        .same_site(SameSite::Lax)
        .max_age(seconds(MEMBER_SESSION_MS));
    jar.add(cookie)
}

/// They left.
pub fn clear_member(http: &HttpConfig, jar: CookieJar, slug: &str) -> CookieJar {
    jar.remove(Cookie::build((member_name(http, slug), "")).path("/"))
}

fn seconds(ms: i64) -> time::Duration {
    time::Duration::milliseconds(ms)
}
