//! How each person at the desk leaves the windows of conversations: what is typed and not sent, and which stand open (P-i3, P-41).
//!
//! It is one's own: nobody else reads it, and nothing is recorded in any log.

use model::{desk::KeptWindow, limits::DRAFT_CHARS_MAX};

use crate::{Actor, Fault, Party, Services, accounts::still};

/// Keeps how a window was left. Too long a draft is cut and not refused: nobody is waiting for an answer.
pub async fn keep(services: &Services, actor: &Actor, window: KeptWindow) -> Result<(), Fault> {
    let (actor, at) = (actor.clone(), services.clock().now());
    let window = KeptWindow {
        // One of the databases has no such character.
        draft: window.draft.chars().filter(|c| *c != '\0').take(DRAFT_CHARS_MAX).collect(),
        ..window
    };
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let actor = still(tx, &actor).await?;
                let (scope, account) = (actor.scope(), actor.account);
                crate::conversation::find(tx, &Party::Desk(actor), window.id).await?;
                Ok(tx.keep_window(scope, account, &window, at).await?)
            })
        })
        .await
}

/// How this person left the windows.
pub async fn kept(services: &Services, actor: &Actor) -> Result<Vec<KeptWindow>, Fault> {
    let (scope, account) = (actor.scope(), actor.account);
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.kept_windows(scope, account).await }))
        .await?)
}
