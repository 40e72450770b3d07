//! Ready-made answers: the store's, which its owner writes, and everybody's own.

use model::{
    canned::{CannedDraft, CannedReply, Shortcut},
    id::CannedReplyId,
    language::Language,
    limits::CANNED_REPLIES_MAX,
    party::Role,
    refusal::{Field, Refusal},
    text::Body,
};
use storage::{CannedContent, StorageError, Tx};

use crate::{Actor, Fault, Services, accounts::still, clock::new_id};

/// What this person is offered, by shortcut.
pub async fn list(services: &Services, actor: &Actor) -> Result<Vec<CannedReply>, Fault> {
    let (scope, account) = (actor.scope(), actor.account);
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.canned_replies(scope, account).await }))
        .await?)
}

/// A new answer, or another one in place of an old one. What is refused changes nothing.
pub async fn save(services: &Services, actor: &Actor, draft: CannedDraft) -> Result<Vec<CannedReply>, Fault> {
    let content = CannedContent {
        shortcut: Shortcut::parse(&draft.shortcut)?,
        texts: texts(&draft.texts)?,
    };
    let (who, at) = (actor.clone(), services.clock().now());
    let saved = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                let owner = match draft.id {
                    Some(id) => owner_of(tx, &who, id).await?,
                    None => draft.own.then_some(who.account),
                };
                may_change(&who, owner.is_some())?;
                let holder = tx.canned_of_shortcut(who.scope(), owner, &content.shortcut).await?;
                if holder.is_some_and(|holder| Some(holder) != draft.id) {
                    return Err(Fault::Refused(Refusal::Taken(Field::Shortcut)));
                }
                if let Some(id) = draft.id {
                    tx.change_canned_reply(who.scope(), id, &content).await?;
                } else {
                    if tx.canned_replies(who.scope(), who.account).await?.len() as i64 >= CANNED_REPLIES_MAX {
                        return Err(Fault::Refused(Refusal::TooLong {
                            field: Field::Shortcut,
                            max: CANNED_REPLIES_MAX as u32,
                        }));
                    }
                    tx.insert_canned_reply(who.scope(), new_id(), owner, &content, at).await?;
                }
                Ok(())
            })
        })
        .await;
    match saved {
        // Somebody was quicker with the same shortcut.
        Err(Fault::Broken(StorageError::Conflict(_))) => Err(Refusal::Taken(Field::Shortcut).into()),
        Err(fault) => Err(fault),
        Ok(()) => list(services, actor).await,
    }
}

/// Takes an answer away.
pub async fn remove(services: &Services, actor: &Actor, id: CannedReplyId) -> Result<Vec<CannedReply>, Fault> {
    let who = actor.clone();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                let owner = owner_of(tx, &who, id).await?;
                may_change(&who, owner.is_some())?;
                Ok::<_, Fault>(tx.delete_canned_reply(who.scope(), id).await?)
            })
        })
        .await?;
    list(services, actor).await
}

/// What was typed, in the languages that something was typed in.
fn texts(typed: &[(Language, String)]) -> Result<Vec<(Language, Body)>, Refusal> {
    let mut texts = Vec::new();
    for language in Language::ALL {
        let Some((_, text)) = typed.iter().find(|(l, text)| *l == language && !text.trim().is_empty()) else {
            continue;
        };
        let body = Body::parse(text).map_err(|refusal| match refusal {
            Refusal::TooLong { max, .. } => Refusal::TooLong { field: Field::Text, max },
            _ => Refusal::Missing(Field::Text),
        })?;
        texts.push((language, body));
    }
    if texts.is_empty() {
        return Err(Refusal::Missing(Field::Text));
    }
    Ok(texts)
}

/// Whose it is; somebody else's own does not exist.
async fn owner_of(tx: &mut Tx, who: &Actor, id: CannedReplyId) -> Result<Option<model::id::AccountId>, Fault> {
    tx.canned_owner(who.scope(), who.account, id)
        .await?
        .ok_or(Fault::Refused(Refusal::NotFound))
}

/// One's own, everybody; the store's, its owner.
fn may_change(who: &Actor, own: bool) -> Result<(), Refusal> {
    if own || who.role == Role::Owner {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_something_in_at_least_one_language() {
        assert_eq!(
            texts(&[(Language::En, "  ".to_owned()), (Language::Nl, String::new())]),
            Err(Refusal::Missing(Field::Text))
        );
        let both = texts(&[(Language::Fr, "Bonjour".to_owned()), (Language::En, "Hello".to_owned())]).expect("fine");
        assert_eq!(both.iter().map(|(l, _)| *l).collect::<Vec<_>>(), [Language::En, Language::Fr]);
    }

    #[test]
    fn too_long_is_said_of_the_text() {
        let refused = texts(&[(Language::En, "x".repeat(model::limits::BODY_CHARS_MAX + 1))]);
        assert_eq!(
            refused,
            Err(Refusal::TooLong {
                field: Field::Text,
                max: model::limits::BODY_CHARS_MAX as u32
            })
        );
    }
}
