//! Reading what is a vendor's and a buyer's. Only those who administer the marketplace may, one conversation at a time, for one hour, with
//! a reason; and both sides read in it who reads along, and why. There is no way in without that: what is found before is a place, never a
//! word of what was said there.

use model::{
    case::Statement,
    event::{Audience, EventKind},
    id::{AttachmentId, ConversationId},
    refusal::Refusal,
    time::Timestamp,
};
use storage::{Installation, NewEvent, NewOversight, OversightRow, PlaceRow, StorageError, StoreScope};

use super::{administrator, audit_at, reason};
use crate::{
    Fault, Mediator, Party, Services,
    clock::new_id,
    rooms::{self, Before, RoomView},
    safety,
    team::TeamMember,
};

/// How long somebody reads along for one reason.
const OVERSIGHT_MS: i64 = 3_600_000;
/// Characters of a search that are read.
const SOUGHT_CHARS_MAX: usize = 100;

/// A conversation that somebody of the team reads along in.
#[derive(Clone, Debug)]
pub struct Overseen {
    /// Where it stands.
    pub place: PlaceRow,
    /// Until when.
    pub until: Timestamp,
    /// A page of it.
    pub room: RoomView,
}

/// Conversations by their id, by the number of a thread or dispute, or by that of the order they are about.
pub async fn find(services: &Services, member: &TeamMember, sought: &str) -> Result<Vec<PlaceRow>, Fault> {
    member.must_administer()?;
    let sought: String = sought.trim().chars().take(SOUGHT_CHARS_MAX).collect();
    if sought.is_empty() {
        return Ok(Vec::new());
    }
    services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                if let Ok(id) = sought.parse::<ConversationId>() {
                    return Ok(s.place(Installation, id).await?.into_iter().collect());
                }
                let mut found = Vec::new();
                if let Ok(number) = sought.trim_start_matches('#').parse::<i64>() {
                    found = s.places_of_number(Installation, number).await?;
                }
                for (scope, order) in s.orders_of_number(Installation, &sought).await? {
                    for place in s.places_about(scope, order).await? {
                        if !found.contains(&place) {
                            found.push(place);
                        }
                    }
                }
                Ok::<_, Fault>(found)
            })
        })
        .await
}

/// All that somebody reads along in now.
pub async fn mine(services: &Services, member: &TeamMember) -> Result<Vec<OversightRow>, Fault> {
    member.must_administer()?;
    let (account, now) = (member.actor().account, services.clock().now());
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.oversights_of(Installation, account, now).await }))
        .await?)
}

/// Begins to read along, and says so to both sides, in the same transaction. Whoever does already goes on, and is not announced twice.
pub async fn open(services: &Services, member: &TeamMember, id: ConversationId, why: &str) -> Result<(), Fault> {
    member.must_administer()?;
    let (team, author) = (member.actor().scope(), member.actor().account.0);
    // Both sides read it.
    let why = Box::pin(safety::reason(services, team, author, reason(why)?)).await?;
    let (member, now) = (member.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &member).await?;
                let place = tx.place(Installation, id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let (scope, account) = (StoreScope(place.store), member.actor().account);
                if tx.oversees(scope, id, account, now).await?.is_some() {
                    return Ok(());
                }
                let voice = mediator(&member, &place).voice();
                let new = NewOversight {
                    id: new_id(),
                    conversation: id,
                    account,
                    name: member.actor().name.clone(),
                    reason: why.clone(),
                    since: now,
                    until: now.plus_ms(OVERSIGHT_MS),
                };
                tx.insert_oversight(scope, &new).await?;
                let what = Statement::Overseen {
                    by: member.actor().name.clone(),
                    reason: why.clone(),
                };
                let event = NewEvent {
                    conversation: id,
                    audience: Audience::All,
                    author: voice,
                    author_id: Some(account.0),
                    client: None,
                    kind: EventKind::Stated { what },
                    via: None,
                };
                tx.record(scope, event, now).await?;
                Ok(audit_at(tx, scope, &member, ("conversation.overseen", id.0), Some(why), now).await?)
            })
        })
        .await
}

/// A page of a conversation that one reads along in. Without having said why in the last hour, there is none.
pub async fn read(services: &Services, member: &TeamMember, id: ConversationId, before: Option<Before>) -> Result<Overseen, Fault> {
    member.must_administer()?;
    let (account, now) = (member.actor().account, services.clock().now());
    let (place, until) = services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let place = s.place(Installation, id).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let until = s.oversees(StoreScope(place.store), id, account, now).await?;
                Ok::<_, Fault>((place, until.ok_or(Fault::Refused(Refusal::NotFound))?))
            })
        })
        .await?;
    let party = Party::Mediator(mediator(member, &place));
    let room = rooms::read(services, &party, id, before).await?;
    Ok(Overseen { place, until, room })
}

/// Who somebody is to a file of a conversation that they read along in now; `None`, if they do not.
pub async fn party_of_file(services: &Services, member: &TeamMember, id: AttachmentId) -> Result<Option<Party>, Fault> {
    if !member.administers() {
        return Ok(None);
    }
    let (account, now) = (member.actor().account, services.clock().now());
    let place = services
        .storage()
        .read(move |s| {
            Box::pin(async move {
                let Some(file) = s.attachment(Installation, id).await? else {
                    return Ok::<_, StorageError>(None);
                };
                let until = s.oversees(StoreScope(file.store), file.conversation, account, now).await?;
                if until.is_none() {
                    return Ok(None);
                }
                s.place(Installation, file.conversation).await
            })
        })
        .await?;
    Ok(place.map(|place| Party::Mediator(mediator(member, &place))))
}

/// As whom one reads: a stranger to both sides, in this one room.
fn mediator(member: &TeamMember, place: &PlaceRow) -> Mediator {
    Mediator {
        team: member.actor().clone(),
        store: place.store,
        conversation: place.conversation,
    }
}
