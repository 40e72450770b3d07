//! Conversations, as the store's own programs reach them: read, and answered in the store's name.

use model::{
    conversation::{Kind, Stage, StageName},
    desk::{Folder, InboxCursor},
    event::{Audience, Event, EventKind},
    id::{AccountId, ConversationId, Seq},
    limits::{INBOX_ROWS_MAX, PAGE_EVENTS_MAX},
    party::{Author, Side},
    refusal::Refusal,
    text::Body,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use storage::{Conversation, ConversationScope, KeptAnswer, NewEvent};

use crate::{
    Fault, Services, answers,
    api_keys::{ApiCaller, standing},
    cases,
    orders::met,
    safety,
};

/// How long an answer is kept under the name that its request was given.
const KEPT_MS: i64 = 86_400_000;

/// Something that was said: its place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct Said {
    pub seq: Seq,
    pub at: Timestamp,
}

/// A page of the store's conversations, the last moved first, and where the next begins.
pub async fn conversations(
    services: &Services,
    caller: &ApiCaller,
    folder: Folder,
    after: Option<InboxCursor>,
) -> Result<(Vec<Conversation>, Option<InboxCursor>), Fault> {
    let scope = caller.scope();
    let mut found = services
        .storage()
        .read(|s| Box::pin(async move { s.folder(scope, folder, after).await }))
        .await?;
    let size = usize::try_from(INBOX_ROWS_MAX).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|c| InboxCursor {
        at: c.last_event_at,
        id: c.id,
    });
    Ok((found, next))
}

/// One conversation of the store.
pub async fn conversation(services: &Services, caller: &ApiCaller, id: ConversationId) -> Result<Conversation, Fault> {
    let scope = ConversationScope::Desk(caller.scope());
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.conversation(scope, id).await }))
        .await?;
    found.ok_or(Fault::Refused(Refusal::NotFound))
}

/// What follows an event of a log, oldest first. The desk's own log needs its own scope.
pub async fn events(
    services: &Services,
    caller: &ApiCaller,
    id: ConversationId,
    audience: Audience,
    after: Seq,
) -> Result<Vec<Event>, Fault> {
    if audience == Audience::Desk && !caller.scopes.notes {
        return Err(Refusal::NotAllowed.into());
    }
    conversation(services, caller, id).await?;
    let scope = caller.scope();
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.events_after(scope, id, audience, after, PAGE_EVENTS_MAX).await }))
        .await?)
}

/// Says something in the store's name. Under the same name (`Idempotency-Key`) it is said once, and answered the same for a day.
pub async fn say(services: &Services, caller: &ApiCaller, id: ConversationId, body: Body, name: Option<String>) -> Result<Said, Fault> {
    let body = Box::pin(safety::first(services, caller.scope(), caller.key.0, None, body)).await?;
    let first = say_once(services, caller, id, body.clone(), name.clone()).await;
    if met(&first) {
        return say_once(services, caller, id, body, name).await;
    }
    first
}

async fn say_once(services: &Services, caller: &ApiCaller, id: ConversationId, body: Body, name: Option<String>) -> Result<Said, Fault> {
    let (caller, at) = (*caller, services.clock().now());
    let since = at.plus_ms(-KEPT_MS);
    let mut hasher = Sha256::new();
    hasher.update(id.0.as_bytes());
    hasher.update(body.as_str().as_bytes());
    let request_sha256 = hasher.finalize().to_vec();
    // One program's names are not another's.
    let name = name.map(|name| format!("{}:{name}", caller.key));
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                standing(tx, &caller).await?;
                let scope = caller.scope();
                if let Some(name) = &name
                    && let Some(kept) = tx.kept_answer(scope, name, since).await?
                {
                    if kept.request_sha256 != request_sha256 {
                        return Err(Fault::Refused(Refusal::ClientIdReused));
                    }
                    return serde_json::from_str(&kept.answer).map_err(|_| Fault::Refused(Refusal::Malformed));
                }
                let found = tx.hold_conversation(ConversationScope::Desk(scope), id).await?;
                let conversation = found.ok_or(Fault::Refused(Refusal::NotFound))?;
                let store = tx.store(scope).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let stage = conversation.stage.name();
                if conversation.kind == Kind::Live && stage == StageName::Closed {
                    return Err(Fault::Refused(Refusal::Closed));
                }
                let voice = Author::Operator {
                    // Nobody of the staff: the key itself, in the store's name.
                    id: AccountId(caller.key.0),
                    name: store.settings.operator_name.unwrap_or(store.name),
                };
                // Threads, tickets and disputes take what their desk says, or refuse it because they are over.
                cases::answered(tx, &conversation, (voice.clone(), caller.key.0), at).await?;
                // A chat that somebody sits in front of stays whose it is, and whose turn it is in a dispute its steps say; everything else
                // now waits for the customer.
                if !stage.takes_a_place() && conversation.kind != Kind::Dispute {
                    let next = Stage::Mail {
                        awaiting: Side::Shopper,
                        since: at,
                    };
                    tx.set_stage(scope, id, &next).await?;
                }
                let event = NewEvent {
                    conversation: id,
                    audience: Audience::All,
                    author: voice,
                    author_id: Some(caller.key.0),
                    client: None,
                    kind: EventKind::Posted { body },
                    via: None,
                };
                let event = tx.record(scope, event, at).await?;
                answers::queue(tx, scope, &conversation, &event).await?;
                let said = Said {
                    seq: event.seq,
                    at: event.at,
                };
                if let Some(name) = &name {
                    let answer = serde_json::to_string(&said).map_err(|_| Fault::Refused(Refusal::Malformed))?;
                    tx.keep_answer(scope, name, &KeptAnswer { request_sha256, answer }, at, since)
                        .await?;
                }
                Ok(said)
            })
        })
        .await
}
