//! What arrived, for the store's owner: each letter with what became of it and why, and as it came.

use model::{
    id::{ConversationId, LetterId},
    refusal::Refusal,
    time::Timestamp,
};
use storage::{LETTER_ROWS_MAX, LetterRow, StorageError};

use super::raw;
use crate::{Actor, Fault, Services};

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterLine {
    /// Which.
    pub id: LetterId,
    /// When it came.
    pub at: Timestamp,
    /// Who says they wrote it; `None` once that is forgotten.
    pub sender: Option<String>,
    /// One line of theirs.
    pub subject: String,
    /// [`super::Verdict::code`].
    pub verdict: String,
    /// [`super::Reason::code`].
    pub reason: Option<String>,
    /// Where it stands.
    pub conversation: Option<ConversationId>,
    /// Kilobytes, rounded up.
    pub kilobytes: i64,
    /// Whether it can still be read as it came.
    pub kept: bool,
}

/// A page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LettersPage {
    /// The newest first.
    pub lines: Vec<LetterLine>,
    /// Where the next page begins.
    pub next: Option<(Timestamp, LetterId)>,
    /// The store's own address; `None`: no mail reaches us.
    pub address: Option<String>,
}

impl From<LetterRow> for LetterLine {
    fn from(row: LetterRow) -> Self {
        Self {
            id: LetterId(row.id),
            at: Timestamp(row.received_at_ms),
            sender: row.sender,
            subject: row.subject.unwrap_or_default(),
            kept: row.forgotten_at_ms.is_none() && row.reason.as_deref() != Some(super::Reason::TooLarge.code()),
            verdict: row.verdict,
            reason: row.reason,
            conversation: row.conversation_id.map(ConversationId),
            kilobytes: (row.size_bytes + 1_023) / 1_024,
        }
    }
}

/// A page of the letters that arrived at the owner's store.
pub async fn letters(services: &Services, actor: &Actor, after: Option<(Timestamp, LetterId)>) -> Result<LettersPage, Fault> {
    actor.must_own()?;
    let scope = actor.scope();
    let (rows, store) = services
        .storage()
        .read(move |s| Box::pin(async move { Ok::<_, StorageError>((s.letters(scope, after).await?, s.store(scope).await?)) }))
        .await?;
    let full = i64::try_from(rows.len()).is_ok_and(|n| n == LETTER_ROWS_MAX);
    let lines: Vec<LetterLine> = rows.into_iter().map(LetterLine::from).collect();
    Ok(LettersPage {
        next: lines.last().filter(|_| full).map(|line| (line.at, line.id)),
        lines,
        address: services
            .mail_in()
            .zip(store)
            .map(|(mail_in, store)| format!("{}@{}", store.slug, mail_in.domain)),
    })
}

/// A letter as it came, all of it.
pub async fn raw_letter(services: &Services, actor: &Actor, id: LetterId) -> Result<Vec<u8>, Fault> {
    actor.must_own()?;
    let scope = actor.scope();
    let row = services
        .storage()
        .read(move |s| Box::pin(async move { s.letter(scope, id).await }))
        .await?;
    row.filter(|row| row.forgotten_at_ms.is_none()).ok_or(Refusal::NotFound)?;
    raw::read(services, id).await?.ok_or(Fault::Refused(Refusal::NotFound))
}
