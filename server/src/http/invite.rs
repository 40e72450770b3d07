//! `/invite/{token}`: somebody who was invited to a store's staff gives a name and a password, and is at work. A plain form, no scripts.

use std::collections::HashMap;

use app::site::{self, InviteForm};
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{language::Language, refusal::Refusal};
use serde::Deserialize;
use service::{
    Fault,
    staff::{self, Joining},
};

use crate::{
    extract::client_ip::Client,
    http::{
        answer::{self, Failed},
        cookies,
        site::{language_of, not_found, page as html_page},
    },
    state::AppState,
};

/// The form, for whoever holds the link. A link that is used up or too old is as good as none.
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let Some(invitation) = staff::asked(&state.services, &token).await? else {
        return Ok(not_found(&state, &headers));
    };
    let language = language_of(&asked, &headers);
    let form = InviteForm {
        token,
        store: invitation.store,
        email: invitation.email,
        known: invitation.known,
        name: String::new(),
    };
    let html = site::invite(&catalogue::site(language), &state.assets.desk().css, None, &form);
    Ok(html_page(StatusCode::OK, html))
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    password: String,
    language: String,
}

/// Joins and signs in, or shows the form again with the name still in it.
pub async fn join(
    State(state): State<AppState>,
    Path(token): Path<String>,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Form(typed): Form<Typed>,
) -> Result<Response, Failed> {
    let Some(invitation) = staff::asked(&state.services, &token).await? else {
        return Ok(not_found(&state, &headers));
    };
    let language: Language = typed.language.parse().unwrap_or_else(|_| language_of(&HashMap::new(), &headers));
    let joining = Joining {
        name: typed.name.clone(),
        password: typed.password,
        language,
        client: client.key().to_string(),
    };
    match staff::join(&state.services, &token, joining).await {
        Ok(signed_in) => {
            let jar = cookies::set_desk(&state.http, jar, signed_in.token.reveal());
            Ok((jar, Redirect::to("/desk")).into_response())
        }
        Err(Fault::Refused(Refusal::NotFound)) => Ok(not_found(&state, &headers)),
        Err(fault) => {
            let Some(refusal) = fault.refusal() else { return Err(fault.into()) };
            let form = InviteForm {
                token,
                store: invitation.store,
                email: invitation.email,
                known: invitation.known,
                name: typed.name,
            };
            let html = site::invite(&catalogue::site(language), &state.assets.desk().css, Some(refusal), &form);
            Ok(html_page(answer::status(refusal), html))
        }
    }
}
