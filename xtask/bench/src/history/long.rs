//! One conversation that never seems to end, written message by message through the verbs, which also leaves the search index with the
//! small pieces at its end that it has in daily use.

use futures::future::try_join_all;
use model::{
    desk::WindowKind,
    event::Audience,
    id::ConversationId,
    panel::{StartChat, Whence},
    text::{Body, EmailAddress, Name},
};
use rand::{SeedableRng, rngs::SmallRng};
use service::{Party, Services, clock::new_id, conversation, duty, stores, visitor};

use super::{cast::Cast, check::said, vocabulary::Vocabulary};
use crate::Result;

/// Messages that are on their way at once.
const AT_ONCE: usize = 100;

/// Writes it, in the largest store; it ends as every chat does.
pub(crate) async fn write(services: &Services, cast: &Cast, messages: usize) -> Result<ConversationId> {
    let house = &cast.stores[0];
    let store = stores::by_slug(services, &house.slug).await.map_err(said)?;
    duty::go_on(services, &house.actor, WindowKind::Recap).await.map_err(said)?;
    let start = StartChat {
        cid: new_id(),
        name: Some(Name::parse("Sanne Kuipers")?),
        email: Some(EmailAddress::parse("sanne@customer.example")?),
        identity: None,
        origin: Whence::default(),
    };
    let begun = visitor::start_chat(services, &store, None, start, visitor::Browser::default())
        .await
        .map_err(said)?;
    let id = begun.conversation.id;
    let session = visitor::recognise(services, &store, &begun.pass.token).await.map_err(said)?;
    let shopper = Party::Visitor(session.ok_or("a visitor is not recognised")?.scope);
    let desk = Party::Desk(house.actor.clone());
    let vocabulary = Vocabulary::new();
    let mut rng = SmallRng::seed_from_u64(7);
    let mut written = 0;
    while written < messages {
        let some = AT_ONCE.min(messages - written);
        let mut posts = Vec::with_capacity(some);
        for n in written..written + some {
            let body = Body::parse(&vocabulary.sentence(&mut rng))?;
            let party = if n.is_multiple_of(2) { &shopper } else { &desk };
            posts.push(conversation::post(services, party, id, Audience::All, new_id(), body));
        }
        try_join_all(posts).await.map_err(said)?;
        written += some;
    }
    conversation::end(services, &house.actor, id).await.map_err(said)?;
    Ok(id)
}
