//! Signing in and out. Everybody's password is public, so nothing here slows down guessing.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    data::PASSWORD as EVERYBODYS,
    shop::{
        Site,
        html::{each, esc},
        layout::{self, Page},
        texts::{DEMO_PASSWORD, DEMO_PEOPLE, EMAIL, PASSWORD, REFUSED, SIGN_IN},
        visit::{self, Visit},
    },
};

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// The form, with the people of the demo beside it.
pub(super) async fn ask(State(site): State<Arc<Site>>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    form(&site, &visit, &asked.next, None)
}

/// The form was sent.
pub(super) async fn sign_in(State(site): State<Arc<Site>>, visit: Visit, Form(typed): Form<Typed>) -> Response {
    let email = typed.email.trim();
    match site
        .market
        .shoppers
        .iter()
        .find(|s| s.email.as_str().eq_ignore_ascii_case(email) && typed.password == EVERYBODYS)
    {
        Some(shopper) => (
            [(header::SET_COOKIE, visit::sign_in(&site, shopper))],
            Redirect::to(here(&typed.next)),
        )
            .into_response(),
        None => form(&site, &visit, &typed.next, Some(email)),
    }
}

/// Signs out.
pub(super) async fn sign_out() -> Response {
    ([(header::SET_COOKIE, visit::sign_out())], Redirect::to("/")).into_response()
}

/// Where to go afterwards: a path of this shop, never another site.
fn here(next: &str) -> &str {
    let ours = next.starts_with('/') && !next[1..].starts_with(['/', '\\']) && next.bytes().all(|b| b.is_ascii_graphic());
    if ours { next } else { "/orders" }
}

fn form(site: &Site, visit: &Visit, next: &str, refused: Option<&str>) -> Response {
    let title = visit.say(SIGN_IN);
    let alert = refused
        .map(|_| format!(r#"<p class="alert" role="alert">{}</p>"#, visit.say(REFUSED)))
        .unwrap_or_default();
    let people = each(&site.market.shoppers, |shopper| {
        format!(
            r#"<li lang="{}"><strong>{}</strong> <code>{}</code></li>"#,
            shopper.language.code(),
            esc(shopper.name.as_str()),
            esc(shopper.email.as_str())
        )
    });
    let body = format!(
        r#"<section class="sign-in">
<form class="panel" method="post" action="/login">
<h1>{title}</h1>
{alert}
<input type="hidden" name="next" value="{}">
<label for="email">{}</label>
<input id="email" name="email" type="email" autocomplete="username" required value="{}">
<label for="password">{}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="action">{title}</button>
</form>
<aside class="panel people"><h2>{}</h2><ul>{people}</ul><p>{} <code>{EVERYBODYS}</code></p></aside>
</section>"#,
        esc(next),
        visit.say(EMAIL),
        esc(refused.unwrap_or_default()),
        visit.say(PASSWORD),
        visit.say(DEMO_PEOPLE),
        visit.say(DEMO_PASSWORD)
    );
    let status = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    layout::answer(
        site,
        visit,
        status,
        &Page {
            title,
            house: None,
            embed: None,
            body,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(here("/stores/delft"), "/stores/delft");
        for elsewhere in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nset-cookie: x",
            "javascript:x",
        ] {
            assert_eq!(here(elsewhere), "/orders", "{elsewhere}");
        }
    }
}
