//! All that is known of one person, as a file to hand over.

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderValue, header};
use model::{privacy::PersonBy, refusal::Refusal};
use serde::Deserialize;
use service::{Fault, privacy};

use crate::{
    http::{answer::Failed, desk::signed_in},
    state::AppState,
};

/// Whom the form asks for. It is posted, so that nobody's address stands in a log of addresses.
#[derive(Debug, Deserialize)]
struct Asked {
    by: String,
    who: String,
}

/// The file.
pub async fn export(State(state): State<AppState>, jar: CookieJar, body: Bytes) -> Result<Response, Failed> {
    let actor = signed_in(&state, &jar).await?.actor;
    let Asked { by, who } = serde_urlencoded::from_bytes(&body).map_err(|_| Refusal::Malformed)?;
    let by = PersonBy::from_code(&by).ok_or(Refusal::Malformed)?;
    let told = privacy::export(&state.services, &actor, by, &who).await?;
    let text = serde_json::to_vec_pretty(&told).map_err(|_| Failed::from(Fault::Refused(Refusal::Malformed)))?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static(r#"attachment; filename="person.json""#),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
