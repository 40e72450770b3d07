//! Who is asking, and of what: the only place that reads what the server laid ready for a request.

use leptos::prelude::use_context;
use model::refusal::Refusal;
use service::{Actor, Services};

use super::ApiError;

/// Who asks, as the server's session said: nobody, or a person at work for one store.
#[derive(Clone)]
pub struct Caller(pub Option<Actor>);

/// Whoever asks must be signed in; otherwise the answer is [`Refusal::NotSignedIn`].
pub(super) fn actor() -> Result<(Services, Actor), ApiError> {
    let services = use_context::<Services>().ok_or_else(|| {
        tracing::error!("A server function was called without its services");
        ApiError::unavailable(String::new())
    })?;
    let Some(Caller(Some(actor))) = use_context::<Caller>() else {
        return Err(ApiError::refused(Refusal::NotSignedIn));
    };
    Ok((services, actor))
}
