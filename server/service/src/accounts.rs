//! People who sign in with a password: in, out, and how they like their screens.

use model::{
    desk::{Me, Theme},
    id::{AccountId, StoreId},
    language::Language,
    limits::{DESK_ABSOLUTE_MS, DESK_IDLE_MS, PASSWORD_CHARS_MAX},
    refusal::Refusal,
    text::EmailAddress,
};
use storage::{Installation, NewSession, Session, StorageError, Tx};

use crate::{
    Actor, Fault, Services, duty, passwords,
    secret::{self, Secret},
    services::lock,
};

/// A session is written as used at most this often.
const TOUCH_MS: i64 = 60_000;

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// For the cookie.
    pub token: Secret,
    /// Who.
    pub account: AccountId,
}

/// Somebody who came with a good session.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Who, where, and what they may do now.
    pub actor: Actor,
    /// The hash of their session's token.
    pub session: Vec<u8>,
}

/// Signs in. A wrong password and an unknown address take the same time and get the same answer.
pub async fn sign_in(services: &Services, email: &str, password: String, client: &str) -> Result<SignedIn, Fault> {
    let now = services.clock().now();
    let shown = email.trim().to_lowercase();
    let account_key = format!("account {shown}");
    let client_key = format!("client {client}");
    let keys = [account_key.as_str(), client_key.as_str()];
    lock(services.attempts()).check(&keys, now)?;
    if password.chars().count() > PASSWORD_CHARS_MAX {
        return Err(Refusal::WrongPassword.into());
    }
    let account = match EmailAddress::parse(&shown) {
        Ok(email) => {
            services
                .storage()
                .read(|s| Box::pin(async move { s.account_of_email(Installation, &email).await }))
                .await?
        }
        Err(_) => None,
    };
    let account = account.filter(|a| a.active);
    let right = services
        .passwords()
        .verify(password, account.as_ref().map(|a| a.password_hash.clone()))
        .await?;
    let Some(account) = account.filter(|_| right) else {
        if lock(services.attempts()).failed(&keys, now) {
            tracing::warn!("Very many sign-ins fail, for whomever and from wherever: somebody may be trying passwords");
        }
        return Err(Refusal::WrongPassword.into());
    };
    lock(services.attempts()).succeeded(&account_key);
    let id = account.id;
    let token = services
        .storage()
        .write_in_need(move |tx| Box::pin(async move { open_session(tx, id, now).await }))
        .await?;
    Ok(SignedIn { token, account: id })
}

/// A new session for somebody who has proved who they are. Always a new token: one that was planted is never adopted.
pub(crate) async fn open_session(tx: &mut Tx, account: AccountId, now: model::time::Timestamp) -> Result<Secret, StorageError> {
    let token = Secret::new();
    let new = NewSession {
        token_sha256: token.hash(),
        account,
        at: now,
        idle_expires_at: now.plus_ms(DESK_IDLE_MS),
        absolute_expires_at: now.plus_ms(DESK_ABSOLUTE_MS),
    };
    tx.insert_session(Installation, &new).await?;
    Ok(token)
}

/// Who comes with this token, if anybody.
pub async fn recognise(services: &Services, token: &str) -> Result<Option<Recognised>, Fault> {
    recognise_hash(services, secret::hash(token)).await
}

/// The same, for a socket that remembers only the hash.
pub async fn recognise_hash(services: &Services, session: Vec<u8>) -> Result<Option<Recognised>, Fault> {
    let now = services.clock().now();
    let hash = session.clone();
    let found = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(session) = s.desk_session(Installation, &hash, now).await? else {
                    return Ok::<_, StorageError>(None);
                };
                let actor = actor_of(s, session.account, session.store).await?;
                Ok(actor.map(|actor| (actor, session.last_seen_at)))
            })
        })
        .await?;
    let Some((actor, seen)) = found else { return Ok(None) };
    if now.since_ms(seen) > TOUCH_MS {
        let hash = session.clone();
        let touched = services
            .storage()
            .write_in_need(move |tx| Box::pin(async move { tx.touch_session(Installation, &hash, now, now.plus_ms(DESK_IDLE_MS)).await }))
            .await;
        // Whoever only reads is not turned away because the database cannot be written; the next request tries again.
        match touched {
            Err(error) if error.retryable() => tracing::warn!(%error, "That a session is in use was not written down"),
            other => other?,
        }
    }
    Ok(Some(Recognised { actor, session }))
}

/// The store that a session works for now, if it is good. Asking is no use of it: a socket that only stays open keeps no session alive.
pub async fn store_of(services: &Services, session: Vec<u8>) -> Result<Option<StoreId>, Fault> {
    let now = services.clock().now();
    let actor = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some(session) = s.desk_session(Installation, &session, now).await? else {
                    return Ok::<_, StorageError>(None);
                };
                actor_of(s, session.account, session.store).await
            })
        })
        .await?;
    Ok(actor.map(|actor| actor.store))
}

/// What an account is now, at the store that was chosen; else at the first store that it works for. One that is suspended is none.
pub(crate) async fn actor_of(session: &mut Session, account: AccountId, chosen: Option<StoreId>) -> Result<Option<Actor>, StorageError> {
    let mut memberships = session.memberships(Installation, account).await?;
    memberships.retain(|m| !m.suspended);
    let here = memberships.iter().position(|m| Some(m.store) == chosen).unwrap_or_default();
    Ok(memberships.into_iter().nth(here).map(Actor::from))
}

/// Works for another of one's own stores from now on, in this session. Whoever was on duty at the one that is left is off duty there, as
/// if the last window had closed. A store that is not theirs does not exist.
pub async fn switch(services: &Services, from: &Recognised, to: StoreId) -> Result<(), Fault> {
    let (account, hash) = (from.actor.account, from.session.clone());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let memberships = tx.memberships(Installation, account).await?;
                if !memberships.iter().any(|m| m.store == to && !m.suspended) {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                Ok(tx.choose_store(Installation, &hash, account, to).await?)
            })
        })
        .await?;
    if from.actor.store == to {
        return Ok(());
    }
    duty::depart(services, &from.actor).await
}

/// What this person is now, looked up again inside the transaction that acts for them.
pub(crate) async fn still(tx: &mut Tx, actor: &Actor) -> Result<Actor, Fault> {
    let memberships = tx.memberships(Installation, actor.account).await?;
    let now = memberships
        .into_iter()
        .find(|m| m.store == actor.store && !m.suspended)
        .map(Actor::from);
    now.ok_or(Fault::Refused(Refusal::NotSignedIn))
}

/// The hash of a new password, once it is a good one.
pub async fn hash_password(services: &Services, password: &str) -> Result<String, Fault> {
    passwords::check(password)?;
    Ok(services.passwords().hash(password.to_owned()).await?)
}

/// Signs out: the session is good no longer, here and on its sockets.
pub async fn sign_out(services: &Services, token: &str) -> Result<(), Fault> {
    let now = services.clock().now();
    let hash = secret::hash(token);
    services
        .storage()
        .write_in_need(move |tx| {
            Box::pin(async move {
                if let Some(session) = tx.desk_session(Installation, &hash, now).await? {
                    tx.revoke_session(Installation, &hash, session.account, now).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Who is signed in, for their own screen.
pub async fn me(services: &Services, actor: &Actor) -> Result<Me, Fault> {
    let id = actor.account;
    let (row, muted) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let row = s.account(Installation, id).await?;
                Ok::<_, StorageError>((row, s.is_muted(Installation, id).await?))
            })
        })
        .await?;
    let row = row.ok_or(Fault::Refused(Refusal::NotSignedIn))?;
    Ok(Me {
        id: row.id,
        name: row.name,
        email: row.email,
        language: row.language,
        theme: row.theme,
        muted,
    })
}

/// The language of one's own screens.
pub async fn set_language(services: &Services, actor: &Actor, language: Language) -> Result<(), Fault> {
    let id = actor.account;
    Ok(services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_language(Installation, id, language).await }))
        .await?)
}

/// Light, dark, or as the system says, on one's own screens.
pub async fn set_theme(services: &Services, actor: &Actor, theme: Theme) -> Result<(), Fault> {
    let id = actor.account;
    Ok(services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_theme(Installation, id, theme).await }))
        .await?)
}

/// Silence on one's own screens, whatever the store's settings say; or their sounds again.
pub async fn set_muted(services: &Services, actor: &Actor, muted: bool) -> Result<(), Fault> {
    let (id, now) = (actor.account, services.clock().now());
    Ok(services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_muted(Installation, id, muted.then_some(now)).await }))
        .await?)
}

/// Switches an account off: its sessions end, and its sockets with them.
pub async fn deactivate(services: &Services, account: AccountId) -> Result<(), Fault> {
    let now = services.clock().now();
    Ok(services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                tx.deactivate(Installation, account, now).await?;
                tx.close_rooms_of_left(Installation, account).await
            })
        })
        .await?)
}
