//! The doors of the public pages: home, sign-in, sign-out, and the set-up of a new installation. Plain forms, no scripts.

use std::collections::HashMap;

use app::site::{self, SetupForm};
use axum::{
    Form,
    extract::{Query, State},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode, header};
use model::{
    language::Language,
    refusal::{Field, Refusal},
    text::{EmailAddress, Name, Origin, Slug},
};
use serde::Deserialize;
use service::{
    Fault, accounts,
    setup::{self, FirstStore},
};

use crate::{
    extract::client_ip::Client,
    http::{
        answer::{self, Failed},
        cookies, desk, language,
        layer::security_headers::PagePolicy,
    },
    state::AppState,
};

/// The address's questions, as they came.
type Asked = Query<HashMap<String, String>>;

pub(super) fn page(status: StatusCode, html: String) -> Response {
    let mut response = (status, Html(html)).into_response();
    response.extensions_mut().insert(PagePolicy::page(""));
    response
}

/// The language of the page; of a form's answer, that of the page the form was on.
pub(super) fn language_of(asked: &HashMap<String, String>, headers: &HeaderMap) -> Language {
    let from = headers
        .get(header::REFERER)
        .and_then(|r| r.to_str().ok())
        .and_then(|r| r.split_once("lang="))
        .map(|(_, rest)| rest.chars().take(2).collect::<String>());
    language::choose(
        asked.get("lang").map(String::as_str).or(from.as_deref()),
        headers,
        Language::default(),
    )
}

/// What this installation is.
pub async fn home(State(state): State<AppState>, Query(asked): Asked, headers: HeaderMap, jar: CookieJar) -> Result<Response, Failed> {
    let signed_in = desk::recognise(&state, &jar).await?.is_some();
    let words = catalogue::site(language_of(&asked, &headers));
    Ok(page(
        StatusCode::OK,
        site::home(&words, &state.assets.desk().css, signed_in, state.demo_shop.as_deref()),
    ))
}

/// The form to sign in with.
pub async fn sign_in_page(State(state): State<AppState>, Query(asked): Asked, headers: HeaderMap) -> Response {
    let words = catalogue::site(language_of(&asked, &headers));
    page(StatusCode::OK, site::sign_in(&words, &state.assets.desk().css, None, ""))
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct SignIn {
    email: String,
    password: String,
}

/// Signs in, or shows the form again with the address still in it.
pub async fn sign_in(
    State(state): State<AppState>,
    client: Client,
    Query(asked): Asked,
    headers: HeaderMap,
    jar: CookieJar,
    Form(form): Form<SignIn>,
) -> Result<Response, Failed> {
    match accounts::sign_in(&state.services, &form.email, form.password, &client.key().to_string()).await {
        Ok(signed_in) => {
            // Whoever was signed in in this browser is so no longer, and their sockets go with their session.
            if let Some(before) = cookies::desk_token(&state.http, &jar) {
                accounts::sign_out(&state.services, &before).await?;
            }
            let jar = cookies::set_desk(&state.http, jar, signed_in.token.reveal());
            Ok((jar, Redirect::to("/desk")).into_response())
        }
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            let words = catalogue::site(language_of(&asked, &headers));
            let html = site::sign_in(&words, &state.assets.desk().css, Some(refusal), &form.email);
            Ok(page(answer::status(refusal), html))
        }
    }
}

/// Signs out.
pub async fn sign_out(State(state): State<AppState>, jar: CookieJar) -> Result<Response, Failed> {
    if let Some(token) = cookies::desk_token(&state.http, &jar) {
        accounts::sign_out(&state.services, &token).await?;
    }
    Ok((cookies::clear_desk(&state.http, jar), Redirect::to("/sign-in")).into_response())
}

/// The form that makes the first administrator and store, for whoever holds the link.
pub async fn setup_page(State(state): State<AppState>, Query(asked): Asked, headers: HeaderMap) -> Result<Response, Failed> {
    let token = asked.get("token").map_or("", String::as_str);
    if !setup::is_open(&state.services, token).await? {
        return Ok(not_found(&state, &headers));
    }
    let language = language_of(&asked, &headers);
    let typed = SetupForm {
        language,
        ..SetupForm::default()
    };
    let html = site::setup(&catalogue::site(language), &state.assets.desk().css, token, None, &typed);
    Ok(page(StatusCode::OK, html))
}

/// What the form sends.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Setup {
    token: String,
    store_name: String,
    slug: String,
    origin: String,
    name: String,
    email: String,
    password: String,
    language: String,
}

/// Makes them and signs them in, or shows the form again with everything but the password still in it.
pub async fn setup(State(state): State<AppState>, headers: HeaderMap, jar: CookieJar, Form(form): Form<Setup>) -> Result<Response, Failed> {
    if !setup::is_open(&state.services, &form.token).await? {
        return Ok(not_found(&state, &headers));
    }
    let language: Language = form.language.parse().unwrap_or_default();
    let made = match first_store(&form, language) {
        Ok(first) => setup::finish(&state.services, &form.token, first).await,
        Err(refusal) => Err(refusal.into()),
    };
    match made {
        Ok(signed_in) => {
            let jar = cookies::set_desk(&state.http, jar, signed_in.token.reveal());
            Ok((jar, Redirect::to("/desk/settings/your-site")).into_response())
        }
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            let typed = SetupForm {
                store_name: form.store_name,
                slug: form.slug,
                origin: form.origin,
                name: form.name,
                email: form.email,
                language,
            };
            let html = site::setup(
                &catalogue::site(language),
                &state.assets.desk().css,
                &form.token,
                Some(refusal),
                &typed,
            );
            Ok(page(answer::status(refusal), html))
        }
    }
}

fn first_store(form: &Setup, language: Language) -> Result<FirstStore, Refusal> {
    let origin = form.origin.trim();
    Ok(FirstStore {
        store_name: Name::parse(&form.store_name).map_err(|r| of_field(r, Field::Store))?,
        slug: Slug::parse(&form.slug)?,
        origin: if origin.is_empty() { None } else { Some(Origin::parse(origin)?) },
        name: Name::parse(&form.name)?,
        email: EmailAddress::parse(&form.email)?,
        password: form.password.clone(),
        language,
    })
}

/// A store's name is refused as a store's, not as a person's.
fn of_field(refusal: Refusal, field: Field) -> Refusal {
    match refusal {
        Refusal::Missing(_) => Refusal::Missing(field),
        Refusal::TooLong { max, .. } => Refusal::TooLong { field, max },
        other => other,
    }
}

/// What is not in the table of routes: a page for people, a refusal for programs.
pub async fn nowhere(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let page_wanted = headers
        .get(header::ACCEPT)
        .and_then(|a| a.to_str().ok())
        .is_some_and(|a| a.contains("text/html"));
    if page_wanted {
        not_found(&state, &headers)
    } else {
        Failed::from(Refusal::NotFound).into_response()
    }
}

/// The page for what is not there, or is nobody's business.
pub fn not_found(state: &AppState, headers: &HeaderMap) -> Response {
    let words = catalogue::site(language_of(&HashMap::new(), headers));
    page(StatusCode::NOT_FOUND, site::not_found(&words, &state.assets.desk().css))
}
