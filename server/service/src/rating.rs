//! After the chat: how it was (D-24), and a copy of it by mail (D-25).

use model::{
    event::{Audience, EventKind},
    id::ConversationId,
    refusal::{Field, Refusal},
    text::{Comment, EmailAddress},
};
use storage::NewEvent;

use crate::{
    Fault, Party, Services,
    clock::new_id,
    conversation::{find_held, standing},
    safety,
};

/// What the shopper said in the form after the chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rating {
    /// 1 to 5.
    pub stars: Option<u8>,
    /// In their own words.
    pub comment: Option<Comment>,
    /// Whether a copy is wanted.
    pub copy: bool,
    /// Where to, when that is not known or another place is wanted.
    pub to: Option<EmailAddress>,
}

/// Takes the form. Where the copy goes to is the answer, if one is wanted; who may have it without being asked is decided elsewhere.
///
/// The last rating counts. The same one again changes nothing, so the form may be sent twice.
pub async fn rate(services: &Services, party: &Party, id: ConversationId, rating: Rating) -> Result<Option<EmailAddress>, Fault> {
    let Rating { stars, comment, copy, to } = rating;
    let missing = Fault::Refused(Refusal::Missing(Field::Rating));
    let stars = match stars {
        Some(stars @ 1..=5) => Some(stars),
        Some(_) => return Err(missing),
        None if comment.is_some() || !copy => return Err(missing),
        None => None,
    };
    let comment = match comment {
        // It has no id of its own: every time it is given, it is given for the first time.
        Some(comment) => Some(Box::pin(safety::stated(services, party, id, new_id(), &comment)).await?),
        None => None,
    };
    let (party, at) = (party.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let party = standing(tx, &party).await?;
                let Party::Visitor(_) = &party else {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                };
                let conversation = find_held(tx, &party, id).await?;
                let to = match (copy, to.or(conversation.contact.email)) {
                    (true, None) => return Err(Fault::Refused(Refusal::Missing(Field::Email))),
                    (true, to) => to,
                    (false, _) => None,
                };
                let Some(stars) = stars else { return Ok(to) };
                let kind = EventKind::Rated { stars, comment };
                let before = match conversation.rating {
                    Some(_) => tx.last_of_kind(party.store(), id, kind.code()).await?,
                    None => None,
                };
                if before.is_none_or(|event| event.kind != kind) {
                    tx.set_rating(party.store(), id, stars).await?;
                    let event = NewEvent {
                        conversation: id,
                        audience: Audience::All,
                        author: party.author(),
                        author_id: Some(party.id()),
                        client: None,
                        kind,
                        via: None,
                    };
                    tx.record(party.store(), event, at).await?;
                }
                Ok(to)
            })
        })
        .await
}
