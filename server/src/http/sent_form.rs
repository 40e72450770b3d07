//! A form as it was sent: by a browser without scripts, or by our programs with a file in it. It reads; what the fields mean is for others.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest as _, Multipart, Request, multipart::MultipartError},
};
use http::{HeaderMap, StatusCode, header};
use model::{id::ClientId, limits::PANEL_BODY_BYTES_MAX, refusal::Refusal};
use service::clock::new_id;

use crate::http::{layer::body_limit::FILE_TOO_LARGE, panel_form::Fields};

/// More parts than any form of ours has.
const PARTS_MAX: usize = 32;

/// What was sent.
pub(super) struct Sent {
    /// What was typed, and what the form itself said.
    pub(super) fields: Fields,
    /// The file that was chosen: its name, as its giver's system calls it, and its bytes.
    pub(super) file: Option<(String, Bytes)>,
}

/// Reads either kind of form.
pub(super) async fn read(request: Request) -> Result<Sent, Refusal> {
    if !has_parts(request.headers()) {
        let body = to_bytes(request.into_body(), PANEL_BODY_BYTES_MAX).await;
        return Ok(Sent {
            fields: Fields::read(&body.map_err(|_| Refusal::Malformed)?),
            file: None,
        });
    }
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Refusal::Malformed)?;
    let (mut fields, mut file) = (Vec::new(), None);
    for _ in 0..PARTS_MAX {
        let Some(part) = parts.next_field().await.map_err(why)? else {
            return Ok(Sent {
                fields: Fields(fields),
                file,
            });
        };
        if let Some(name) = part.file_name().map(str::to_owned) {
            file = Some((name, part.bytes().await.map_err(why)?));
        } else {
            let name = part.name().unwrap_or_default().to_owned();
            fields.push((name, part.text().await.map_err(why)?));
        }
    }
    Err(Refusal::Malformed)
}

/// The id and the words with which a form of a room comes back that was refused. What waits for the team is kept: the form is a new one, and
/// empty. An id that names something else is of no more use; the words stay.
pub(super) fn again(refusal: Refusal, cid: String, typed: String) -> (String, String) {
    let fresh = || new_id::<ClientId>().to_string();
    match refusal {
        Refusal::Held => (fresh(), String::new()),
        Refusal::ClientIdReused => (fresh(), typed),
        _ => (cid, typed),
    }
}

fn has_parts(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Whether whoever sent it wants a page: a browser that follows a form does, a program does not.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

fn why(error: MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        FILE_TOO_LARGE
    } else {
        Refusal::Malformed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_25_a_form_whose_words_wait_is_a_new_one_and_every_other_keeps_them() {
        let shown = |refusal| again(refusal, "c".to_owned(), "typed".to_owned());
        let (cid, typed) = shown(Refusal::Held);
        assert!(cid != "c" && typed.is_empty());
        let (cid, typed) = shown(Refusal::ClientIdReused);
        assert!(cid != "c" && typed == "typed");
        assert_eq!(shown(Refusal::Busy), ("c".to_owned(), "typed".to_owned()));
    }
}
