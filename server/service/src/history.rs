//! Conversation history: the table, what stands behind one of its lines, deleting lines, and taking all of it away as a file.

use std::collections::BTreeSet;

use model::{
    desk::{InboxCursor, InboxPage},
    event::{Audience, Event},
    history::{HistoryPage, HistoryQuery, HistoryRow},
    id::{ConversationId, Seq},
    limits::{
        DELETE_LINES_MAX, INBOX_ROWS_MAX, LINE_CONVERSATIONS_MAX, PAGE_EVENTS_MAX, SEARCH_CHARS_MAX, SEARCH_ENTRIES_MAX, SEARCH_LINES_MAX,
    },
    refusal::Refusal,
};
use storage::{AuditRow, Conversation, HistoryLine, Session, Settled, StoreScope};

use crate::{Actor, Fault, Services, accounts::still, clock::new_id, privacy::outside};

/// Conversations that one transaction deletes: it must not keep shoppers waiting.
const DELETE_AT_ONCE: i64 = 20;

/// A page of the table.
pub async fn page(services: &Services, actor: &Actor, query: HistoryQuery) -> Result<HistoryPage, Fault> {
    let scope = actor.scope();
    let storage = services.storage();
    if query.search.trim().is_empty() {
        return storage.read(|s| Box::pin(async move { listed(s, scope, &query).await })).await;
    }
    let settled = storage.settled().await;
    storage
        .read(|s| Box::pin(async move { found(s, settled, scope, &query).await }))
        .await
}

/// The saved lines first, then the others; a page may hold the end of those and the beginning of these.
async fn listed(s: &mut Session, scope: StoreScope, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
    let after = query.after.as_ref();
    let size = usize::try_from(INBOX_ROWS_MAX).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    if after.is_none_or(|place| place.saved) {
        rows = s.history_lines(scope, true, query.sort, after, INBOX_ROWS_MAX + 1).await?;
    }
    if rows.len() <= size && !query.saved_only {
        let rest = INBOX_ROWS_MAX + 1 - i64::try_from(rows.len()).unwrap_or_default();
        let after = after.filter(|place| !place.saved);
        rows.extend(s.history_lines(scope, false, query.sort, after, rest).await?);
    }
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|row| row.place.clone());
    Ok(HistoryPage { rows, next, cut: false })
}

/// What a search finds, in one page: the lines of the newest matches, in the order that was asked for. Hits are not counted.
async fn found(s: &mut Session, settled: Settled, scope: StoreScope, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
    let words: String = query.search.chars().take(SEARCH_CHARS_MAX).collect();
    let matches = s.find_words(settled, scope, &words).await?;
    let cut = i64::try_from(matches.len()).is_ok_and(|n| n >= SEARCH_ENTRIES_MAX);
    let mut seen = BTreeSet::new();
    let lines = matches
        .into_iter()
        .map(|(conversation, customer)| HistoryLine::of(conversation, customer));
    let mut lines = lines.filter(|line| seen.insert(*line)).peekable();
    let mut rows: Vec<HistoryRow> = Vec::new();
    while rows.len() < SEARCH_LINES_MAX && lines.peek().is_some() {
        let some: Vec<HistoryLine> = lines.by_ref().take(SEARCH_LINES_MAX - rows.len()).collect();
        let found = s.history_lines_of(scope, &some).await?;
        rows.extend(found.into_iter().filter(|row| row.place.saved || !query.saved_only));
    }
    let cut = cut || lines.peek().is_some();
    rows.sort_by(|a, b| query.sort.compare(&a.place, &b.place));
    Ok(HistoryPage { rows, next: None, cut })
}

/// The conversations behind a line, the latest first (P-63).
pub async fn line(
    services: &Services,
    actor: &Actor,
    conversation: ConversationId,
    before: Option<InboxCursor>,
) -> Result<InboxPage, Fault> {
    let scope = actor.scope();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let line = s.line_of(scope, conversation).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let found = s.conversations_of_line(scope, line, before).await?;
                let size = usize::try_from(LINE_CONVERSATIONS_MAX).unwrap_or(usize::MAX);
                let mut rows: Vec<_> = found.iter().map(Conversation::row).collect();
                let more = rows.len() > size;
                rows.truncate(size);
                let next = rows.last().filter(|_| more).map(|row| InboxCursor { at: row.at, id: row.id });
                Ok(InboxPage { rows, next })
            })
        })
        .await
}

/// Deletes lines for good, each with all the conversations in it (P-62), and writes down who did it (P-i8). What is still going on, and
/// what a legal hold keeps, stays. Answers how many conversations went.
pub async fn delete(services: &Services, actor: &Actor, conversations: Vec<ConversationId>) -> Result<u32, Fault> {
    if conversations.len() > DELETE_LINES_MAX {
        return Err(Refusal::Malformed.into());
    }
    let scope = actor.scope();
    let lines: BTreeSet<HistoryLine> = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let mut lines = BTreeSet::new();
                for conversation in conversations {
                    lines.extend(s.line_of(scope, conversation).await?);
                }
                Ok::<_, Fault>(lines)
            })
        })
        .await?;
    if lines.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let mut deleted = 0;
    for line in &lines {
        loop {
            let some = delete_some(services, actor, *line).await?;
            deleted += some;
            if i64::from(some) < DELETE_AT_ONCE {
                break;
            }
        }
    }
    if deleted == 0 {
        return Err(why_not(services, scope, lines).await?.into());
    }
    Ok(deleted)
}

/// Why nothing of these lines can go: a legal hold keeps it, or it is still going on.
async fn why_not(services: &Services, scope: StoreScope, lines: BTreeSet<HistoryLine>) -> Result<Refusal, Fault> {
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                for line in lines {
                    if s.held_in_line(scope, line).await? {
                        return Ok(Refusal::OnHold);
                    }
                }
                Ok(Refusal::NotAllowed)
            })
        })
        .await
}

async fn delete_some(services: &Services, actor: &Actor, line: HistoryLine) -> Result<u32, Fault> {
    let (who, at) = (actor.clone(), services.clock().now());
    let wiped = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                let scope = who.scope();
                let mut wiped = Vec::new();
                for id in tx.over_of_line(scope, line, DELETE_AT_ONCE).await? {
                    wiped.push(tx.erase_conversation(scope, id, at).await?);
                    let row = AuditRow {
                        account: Some(who.account),
                        action: "conversation.deleted".to_owned(),
                        object: Some(id.0),
                        reason: None,
                        at,
                    };
                    tx.audit(scope, new_id(), &row).await?;
                }
                Ok::<_, Fault>(wiped)
            })
        })
        .await?;
    let some = u32::try_from(wiped.len()).unwrap_or(u32::MAX);
    // Files and letters, only now that the commit is durable.
    outside(services, wiped).await;
    Ok(some)
}

/// Before the history leaves as a file: only the owner may take it, and it is written down.
pub async fn begin_export(services: &Services, actor: &Actor) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let row = AuditRow {
                    account: Some(who.account),
                    action: "history.exported".to_owned(),
                    object: None,
                    reason: None,
                    at,
                };
                Ok::<_, Fault>(tx.audit(who.scope(), new_id(), &row).await?)
            })
        })
        .await
}

/// All that everyone in a conversation could see, the first event first. Notes of colleagues are not in it.
pub async fn transcript(services: &Services, actor: &Actor, conversation: ConversationId) -> Result<Vec<Event>, Fault> {
    let scope = actor.scope();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let mut events: Vec<Event> = Vec::new();
                loop {
                    let after = events.last().map_or(Seq::ZERO, |event| event.seq);
                    let page = s.events_after(scope, conversation, Audience::All, after, PAGE_EVENTS_MAX).await?;
                    if page.is_empty() {
                        return Ok(events);
                    }
                    events.extend(page);
                }
            })
        })
        .await
}
