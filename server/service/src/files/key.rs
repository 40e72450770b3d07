//! Addresses of files that need no cookie, for shoppers whose browser keeps ours from us: pictures and links send no header.
//!
//! A key opens one file for one visitor, and nothing else. It is good for ten minutes; while a panel of that visitor is connected it
//! goes on being good, for a day at most, so that what is on their screen can still be saved. It names nobody: whose it is follows from
//! the conversation that the file was given in, and whoever was blocked meanwhile is as much a stranger as with a session.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use model::{
    event::{Event, EventKind},
    id::AttachmentId,
    limits::HANDLE_MS,
    refusal::Refusal,
    time::Timestamp,
};
use sha2::Sha256;
use storage::{ConversationScope, Installation, StoreScope, VisitorScope};

use super::Opened;
use crate::{Fault, Party, Services, secret::Secret};

/// How long a key is good by itself.
const KEY_MS: i64 = 10 * 60_000;
/// What is signed with the installation's secret begins with what it is for.
const PURPOSE: &[u8] = b"vitrine: a file, 1";
/// Under which name the installation's secret is kept.
const SECRET: &str = "file_key";

/// Makes keys for one visitor.
#[derive(Clone)]
pub struct Keys {
    secret: Arc<str>,
    scope: VisitorScope,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// For this visitor.
    pub async fn of(services: &Services, scope: VisitorScope) -> Result<Self, Fault> {
        let secret = secret(services).await?;
        Ok(Self { secret, scope })
    }

    /// Puts a key beside the file, if the event tells of one.
    pub fn give(&self, event: &mut Event, now: Timestamp) {
        if let EventKind::Shared { file } = &mut event.kind {
            let until = now.plus_ms(KEY_MS);
            file.key = signed(&self.secret, self.scope, file.id, until).map(|mac| {
                let mac = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
                format!("{}.{mac}", until.0)
            });
        }
    }
}

/// Puts keys beside all files that are told of.
pub async fn give(services: &Services, scope: VisitorScope, events: &mut [Event]) -> Result<(), Fault> {
    if !events.iter().any(|event| matches!(event.kind, EventKind::Shared { .. })) {
        return Ok(());
    }
    let (keys, now) = (Keys::of(services, scope).await?, services.clock().now());
    for event in events {
        keys.give(event, now);
    }
    Ok(())
}

/// A file, for whoever has its key. `is_connected` says whether a panel of the visitor is, at this moment. Every failure is the same.
pub async fn open(
    services: &Services,
    id: AttachmentId,
    key: &str,
    is_connected: impl Fn(VisitorScope) -> bool + Send,
) -> Result<Opened, Fault> {
    let (until, mac) = read(key).ok_or(Refusal::NotFound)?;
    let scope = visitor_of(services, id).await?;
    let secret = secret(services).await?;
    // Compares in constant time.
    let is_ours = signed(&secret, scope, id, until).is_some_and(|ours| ours.verify_slice(&mac).is_ok());
    let now = services.clock().now();
    let is_good = until > now || (until.plus_ms(HANDLE_MS) > now && is_connected(scope));
    if !is_ours || !is_good {
        return Err(Refusal::NotFound.into());
    }
    super::open(services, &Party::Visitor(scope), id).await
}

fn read(key: &str) -> Option<(Timestamp, Vec<u8>)> {
    let (until, mac) = key.split_once('.')?;
    Some((Timestamp(until.parse().ok()?), URL_SAFE_NO_PAD.decode(mac).ok()?))
}

/// The visitor in whose conversation the file was given, if they may still do anything here.
async fn visitor_of(services: &Services, id: AttachmentId) -> Result<VisitorScope, Fault> {
    services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let nobodys = || Fault::Refused(Refusal::NotFound);
                let row = s.attachment(Installation, id).await?.ok_or_else(nobodys)?;
                let desk = ConversationScope::Desk(StoreScope(row.store));
                let conversation = s.conversation(desk, row.conversation).await?.ok_or_else(nobodys)?;
                let scope = VisitorScope::all_of(row.store, conversation.visitor.ok_or_else(nobodys)?);
                let only = VisitorScope {
                    only: Some(conversation.id),
                    ..scope
                };
                if s.visitor_stands(only).await? { Ok(scope) } else { Err(nobodys()) }
            })
        })
        .await
}

/// All parts have one length each, so that no two files are signed as one. Every length of a secret will do, so it is always `Some`.
fn signed(secret: &str, scope: VisitorScope, id: AttachmentId, until: Timestamp) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(PURPOSE);
    mac.update(scope.store.0.as_bytes());
    mac.update(scope.visitor.0.as_bytes());
    mac.update(id.0.as_bytes());
    mac.update(&until.0.to_be_bytes());
    Some(mac)
}

/// The installation's: made when the first key is, and the same for every process on its database.
async fn secret(services: &Services) -> Result<Arc<str>, Fault> {
    let known = services.file_secret().get_or_try_init(|| async {
        let fresh = Secret::new();
        let settled = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.settle_meta(Installation, SECRET, fresh.reveal()).await }))
            .await?;
        Ok::<Arc<str>, Fault>(settled.into())
    });
    known.await.cloned()
}
