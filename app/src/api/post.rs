//! Settings, Mail: what became of the store's letters.

use leptos::prelude::server;
use model::{
    id::MailId,
    post::{KeptLetter, PostCursor, PostView},
};

use super::{ApiError, lean::Lean};

/// The state of the post, and a page of letters.
#[server(prefix = "/fn", endpoint = "post", protocol = Lean)]
pub(crate) async fn fetch_post(after: Option<PostCursor>) -> Result<PostView, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::post_office::read(&services, &actor, after).await?)
}

/// Tries a letter that failed once more.
#[server(prefix = "/fn", endpoint = "retry_mail", protocol = Lean)]
pub(crate) async fn retry_mail(mail: MailId) -> Result<PostView, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::post_office::retry(&services, &actor, mail).await?)
}

/// Sends a test mail to whoever asks.
#[server(prefix = "/fn", endpoint = "send_test_mail", protocol = Lean)]
pub(crate) async fn send_test_mail() -> Result<PostView, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::post_office::send_test(&services, &actor).await?)
}

/// A letter in the mail folder.
#[server(prefix = "/fn", endpoint = "kept_letter", protocol = Lean)]
pub(crate) async fn read_letter(mail: MailId) -> Result<KeptLetter, ApiError> {
    let (services, actor) = super::context::actor()?;
    Ok(service::post_office::letter(&services, &actor, mail).await?)
}
