//! Files over HTTP: in by either side's door, out by one that looks at who asks.

use std::fmt::Write as _;

use axum::{
    Json,
    extract::{Path, RawQuery, Request, State},
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{id::AttachmentId, panel::Posted, refusal::Refusal};
use service::{
    Actor, Fault, Party, disputes,
    files::{self, Opened, Size},
    marketplace::oversight,
    members,
    support::{self, Asking},
    team, visitor,
};

use crate::{
    http::{
        account,
        answer::Failed,
        cookies, desk,
        panel::Asker,
        panel_form,
        sent_form::{self, Sent},
    },
    state::AppState,
};

/// Even opened as a page, a file could do nothing (hardening D9).
const SANDBOX: &str = "default-src 'none'; sandbox";

/// The shopper gives a file, from the program or from a browser without scripts.
pub async fn panel(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    request: Request,
) -> Result<Response, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    // Looked at before anything is read. A thread without scripts has its session in the form: there the member's own goes before it.
    if asker.party().is_err() && account::member(&state, &asker.store, &jar).await?.is_none() {
        return Err(Refusal::NotFound.into());
    }
    let sent = sent_form::read(request).await?;
    let asker = asker.or_by(&state, sent.fields.session()).await?;
    let party = asker.party()?;
    let posted = share(&state, &party, &sent).await;
    if !sent_form::wants_page(&headers) {
        return Ok(Json(posted?).into_response());
    }
    let language = sent.fields.language(&headers, asker.store.default_language);
    match posted {
        Ok(_) => Ok(sent.fields.back(&slug, language, false).into_response()),
        Err(fault) => Ok(panel_form::again(&state, asker, &sent.fields, language, fault).await?),
    }
}

/// Somebody at the desk gives a file.
pub async fn from_desk(State(state): State<AppState>, jar: CookieJar, request: Request) -> Result<Json<Posted>, Failed> {
    let party = Party::Desk(desk::signed_in(&state, &jar).await?.actor);
    let sent = sent_form::read(request).await?;
    Ok(Json(share(&state, &party, &sent).await?))
}

async fn share(state: &AppState, party: &Party, sent: &Sent) -> Result<Posted, Fault> {
    let conversation = sent.fields.conversation()?;
    let (name, bytes) = match &sent.file {
        Some((name, bytes)) => (name.as_str(), bytes.to_vec()),
        None => ("", Vec::new()),
    };
    files::share(&state.services, party, conversation, sent.fields.cid(), name, bytes).await
}

/// A file, for whoever takes part in its conversation: by the cookie of the desk, by that of a visitor or a member of the store, or by the key that a
/// visitor without a cookie was given (`?k=…`).
/// With `?show` a picture comes as small as it is shown. With `?save` it is never shown, and when there is none, the page it was asked from stays.
pub async fn open(
    State(state): State<AppState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Failed> {
    let query = query.unwrap_or_default();
    let save = query.split('&').any(|part| part == "save");
    let shown = query.split('&').any(|part| part == "show");
    let size = if shown { Size::Small } else { Size::Whole };
    let key = query.split('&').find_map(|part| part.strip_prefix("k="));
    let desk = desk::recognise(&state, &jar).await?.map(|recognised| recognised.actor);
    let found = match find(&state, &id, key, desk, &headers, &jar).await {
        Ok(opened) => files::read(&state.services, &opened, size).await.map(|bytes| (opened, bytes)),
        Err(fault) => Err(fault),
    };
    match found {
        Ok((opened, bytes)) => Ok(hand_out(&opened, bytes, save)),
        // The panel's frame is on its way here: it stays where it is.
        Err(Fault::Refused(Refusal::NotFound)) if save => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(fault) => Err(fault.into()),
    }
}

/// As whom somebody at a desk opens a file of another one: as one of the marketplace's team, or as whoever asked that for help.
async fn elsewhere(state: &AppState, actor: &Actor, file: AttachmentId) -> Result<Vec<Party>, Fault> {
    let mut parties = Vec::new();
    match team::member(&state.services, actor).await {
        Ok(member) => {
            parties.extend(oversight::party_of_file(&state.services, &member, file).await?);
            parties.extend(disputes::party_of_file(&state.services, &member, file).await?);
            parties.push(Party::Desk(member.actor().clone()));
        }
        Err(Fault::Refused(_)) => {}
        Err(fault) => return Err(fault),
    }
    for asking in [Asking::Store(actor.clone()), Asking::Person(actor.clone())] {
        parties.extend(support::party_of_file(&state.services, &asking, file).await?);
    }
    Ok(parties)
}

async fn find(
    state: &AppState,
    id: &str,
    key: Option<&str>,
    desk: Option<Actor>,
    headers: &HeaderMap,
    jar: &CookieJar,
) -> Result<Opened, Fault> {
    let id: AttachmentId = id.parse().map_err(|_| Refusal::NotFound)?;
    let store = files::store_of(&state.services, id).await?;
    let mut parties = Vec::new();
    if let Some(actor) = desk {
        // What never was is looked for like what is another store's: as long, too.
        if store.as_ref().is_none_or(|store| store.id != actor.store) {
            parties = elsewhere(state, &actor, id).await?;
        }
        parties.push(Party::Desk(actor));
    }
    let closed = store.as_ref().is_none_or(|store| store.suspended);
    if let Some(store) = store {
        if let Some(token) = cookies::visitor_token(&state.http, headers, jar, store.slug.as_str())
            && !closed
            && let Some(session) = visitor::recognise(&state.services, &store, &token).await?
        {
            parties.push(Party::Visitor(session.scope));
        }
        if let Some(member) = account::member(state, &store, jar).await? {
            parties.extend(members::party_of_file(&state.services, member.scope, id).await?);
        }
    }
    for party in parties {
        match files::open(&state.services, &party, id).await {
            Err(Fault::Refused(Refusal::NotFound)) => {}
            other => return other,
        }
    }
    let key = key.filter(|_| !closed).ok_or(Refusal::NotFound)?;
    files::key::open(&state.services, id, key, |scope| state.live.is_connected(scope)).await
}

fn hand_out(opened: &Opened, bytes: Vec<u8>, save: bool) -> Response {
    let Opened { name, media, .. } = opened;
    let disposition = disposition(media.is_picture() && !save, name.as_str());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media.content_type())),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, bytes).into_response()
}

/// Only what was written anew may be `shown`; the name goes in both spellings of RFC 6266, and none of its characters can end it.
fn disposition(shown: bool, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " .-_()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let way = if shown { "inline" } else { "attachment" };
    let mut text = format!("{way}; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        // Writing to a string cannot fail.
        let _ = if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            write!(text, "{}", char::from(byte))
        } else {
            write!(text, "%{byte:02X}")
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hd_2_a_name_cannot_break_its_header() {
        assert_eq!(
            disposition(false, "a\"; filename=b\r\n.pdf"),
            "attachment; filename=\"a__ filename_b__.pdf\"; filename*=UTF-8''a%22%3B%20filename%3Db%0D%0A.pdf"
        );
        assert_eq!(
            disposition(true, "Grüße.png"),
            "inline; filename=\"Gr__e.png\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.png"
        );
        assert!(HeaderValue::from_str(&disposition(false, "日本語 \u{7f}.txt")).is_ok());
    }
}
