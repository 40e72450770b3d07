//! Short texts that the other side reads: subjects, names, reasons, and what files are called. None of them can wait, so where a message
//! would, they go without what was found. Whoever types one is asked as they are about a message; a program, a letter and a file are not
//! asked: theirs go, without what must not be read by others.

use model::{
    id::{ClientId, ConversationId},
    safety as detector,
    text::{Body, Comment, FileName, Name},
};
use storage::{Installation, Session, StorageError, StoreScope};
use uuid::Uuid;

use super::{at_once, in_room, looked, of_others, without};
use crate::{Fault, Party, Services};

/// What something begins with: its lines (a subject, names) and its first words. They are looked at together, so that nobody is asked twice.
pub(crate) async fn opening<const N: usize>(
    services: &Services,
    store: StoreScope,
    author: Uuid,
    start: ClientId,
    mut lines: [Option<Name>; N],
    body: Body,
) -> Result<([Option<Name>; N], Body), Fault> {
    let mut said = Vec::with_capacity(N + 1);
    for line in lines.iter().flatten() {
        said.push(looked(line.as_str()).await?);
    }
    said.push(looked(body.as_str()).await?);
    let Some(said) = at_once(services, store, author, Some(start), said).await? else {
        return Ok((lines, body));
    };
    let mut said = said.into_iter();
    for line in lines.iter_mut().flatten() {
        if let Some(text) = said.next() {
            *line = Name::parse(&no_longer(&text, line.as_str()))?;
        }
    }
    let body = said.next().map_or(Ok(body), |text| Body::parse(&text))?;
    Ok((lines, body))
}

/// What somebody calls themselves.
pub(crate) async fn name(
    services: &Services,
    store: StoreScope,
    author: Uuid,
    start: ClientId,
    name: Option<Name>,
) -> Result<Option<Name>, Fault> {
    let Some(typed) = name else { return Ok(None) };
    let said = at_once(services, store, author, Some(start), vec![looked(typed.as_str()).await?]).await?;
    match said.and_then(|mut said| said.pop()) {
        Some(text) => Ok(Some(Name::parse(&no_longer(&text, typed.as_str()))?)),
        None => Ok(Some(typed)),
    }
}

/// Why somebody does something, where others read it.
pub(crate) async fn reason(services: &Services, store: StoreScope, author: Uuid, reason: String) -> Result<String, Fault> {
    let said = at_once(services, store, author, None, vec![looked(&reason).await?]).await?;
    Ok(match said.and_then(|mut said| said.pop()) {
        Some(text) => no_longer(&text, &reason),
        None => reason,
    })
}

/// What somebody says of a conversation that they take part in: with a step of a dispute, or with a rating. `cid` is the one of the step.
pub(crate) async fn stated(
    services: &Services,
    party: &Party,
    id: ConversationId,
    cid: ClientId,
    typed: &Comment,
) -> Result<Comment, Fault> {
    let looked = looked(typed.as_str()).await?;
    if looked.found.is_empty() {
        return Ok(typed.clone());
    }
    match in_room(services, party, id, cid, looked, None).await? {
        Some(text) => Ok(Comment::parse(&no_longer(&text, typed.as_str()))?),
        None => Ok(typed.clone()),
    }
}

/// A text of which nobody can be asked: without what must not be read by others, and never longer than it was.
pub(crate) async fn quietly(s: &mut Session, store: StoreScope, public_url: &str, text: &str) -> Result<String, StorageError> {
    let found = detector::find(text);
    if found.is_empty() {
        return Ok(text.to_owned());
    }
    let Some(policy) = s.safety(Installation).await? else {
        return Ok(text.to_owned());
    };
    let found = of_others(s, store, public_url, text, found).await?;
    Ok(no_longer(&without(text, &found, policy), text))
}

/// What a file is called. Its ending says what it is, and stays.
pub(crate) async fn file_name(services: &Services, named: FileName) -> Result<FileName, Fault> {
    let (stem, ending) = match named.as_str().rsplit_once('.') {
        Some((stem, ending)) => (stem, Some(ending)),
        None => (named.as_str(), None),
    };
    let found = detector::find(stem);
    if found.is_empty() {
        return Ok(named);
    }
    let policy = services
        .storage()
        .read(|s| Box::pin(async move { s.safety(Installation).await }))
        .await?;
    let Some(policy) = policy else { return Ok(named) };
    let stem = no_longer(&without(stem, &found, policy), stem);
    let whole = ending.map_or_else(|| stem.clone(), |ending| [stem.as_str(), ".", ending].concat());
    Ok(FileName::parse(&whole)?)
}

/// A mask can be longer than what it hides; the text has its bounds all the same.
fn no_longer(text: &str, typed: &str) -> String {
    text.chars().take(typed.chars().count()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_25_a_mask_makes_nothing_longer() {
        assert_eq!(no_longer("•••• 1111", "4111111111111111"), "•••• 1111");
        assert_eq!(no_longer("see ••••", "see t.m"), "see •••");
    }
}
