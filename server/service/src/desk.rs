//! What the people who answer see.

use model::{
    conversation::Kind,
    desk::{DeskConversation, DeskStart, DeskStore, Folder, InboxCursor, InboxPage, Recap},
    event::Audience,
    id::{ConversationId, Seq},
    limits::{INBOX_ROWS_MAX, PAGE_EVENTS_MAX},
    refusal::Refusal,
    words::Words,
};
use storage::Installation;

use crate::{Actor, Fault, Party, Services, accounts, agent, conversation::view_of, hours, marketplace::everywhere, windows};

/// Everything the desk's program begins with.
pub async fn start(services: &Services, actor: &Actor, words: Words, version: &str) -> Result<DeskStart, Fault> {
    let me = accounts::me(services, actor).await?;
    let scope = actor.scope();
    let store = services.storage().read(|s| Box::pin(async move { s.store(scope).await })).await?;
    let store = store.ok_or(Fault::Refused(Refusal::NotSignedIn))?;
    Ok(DeskStart {
        me,
        store: DeskStore {
            id: store.id,
            slug: store.slug.as_str().to_owned(),
            name: store.name,
            role: actor.role,
            live_chat: actor.live_chat,
            sounds: store.settings.sounds,
        },
        words,
        recap: recap(services, actor).await?,
        version: version.to_owned(),
        kept: windows::kept(services, actor).await?,
        several: everywhere::several(services, actor).await?,
    })
}

/// The chats of this moment.
pub async fn recap(services: &Services, actor: &Actor) -> Result<Recap, Fault> {
    let (scope, account, now) = (actor.scope(), actor.account, services.clock().now());
    let live_chat = actor.live_chat;
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let duty = s.lease(scope, account, now).await?;
                Ok(Recap {
                    on_duty: duty.is_some(),
                    live_chat,
                    shut: s.store(scope).await?.is_some_and(|store| hours::is_shut(&store.settings, now)),
                    ongoing: s.ongoing(scope).await?.iter().map(storage::Conversation::row).collect(),
                    finished: s
                        .finished(scope, duty.map(|d| d.since))
                        .await?
                        .iter()
                        .map(storage::Conversation::row)
                        .collect(),
                    offline_unread: s.offline_unread(scope).await?,
                    shop_unread: s.unread_of_kind(scope, Kind::Shop).await?,
                    order_unread: s.unread_of_kind(scope, Kind::Order).await?,
                    thread_unread: s.unread_of_kind(scope, Kind::Thread).await?,
                    ticket_unread: match s.team_store(Installation).await? {
                        Some(team) if team == scope => s.unread_of_kind(team, Kind::Ticket).await?,
                        Some(team) => s.unread_tickets_of(team, scope.0).await?,
                        None => 0,
                    },
                    dispute_unread: s.unread_of_kind(scope, Kind::Dispute).await?,
                })
            })
        })
        .await
}

/// One conversation, for its window. Whether the shopper is there is known to the hub, not here.
pub async fn conversation(services: &Services, actor: &Actor, id: ConversationId) -> Result<DeskConversation, Fault> {
    let (party, epoch) = (Party::Desk(actor.clone()), services.storage().epoch());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let conversation = crate::conversation::find(s, &party, id).await?;
                let view = view_of(s, &party, &conversation, epoch).await?;
                let from = Seq((conversation.head_desk.0 - PAGE_EVENTS_MAX).max(0));
                let desk_events = s.events_after(party.store(), id, Audience::Desk, from, PAGE_EVENTS_MAX).await?;
                Ok(DeskConversation {
                    row: conversation.row(),
                    view,
                    desk_head: desk_events.last().map_or(conversation.head_desk, |e| e.seq),
                    desk_events,
                    contact: conversation.contact,
                    connection: agent::read(conversation.connection),
                    here: false,
                    held: s.owners_hold(party.store(), id).await?,
                })
            })
        })
        .await
}

/// A page of a list, newest first.
pub async fn inbox(services: &Services, actor: &Actor, folder: Folder, after: Option<InboxCursor>) -> Result<InboxPage, Fault> {
    let scope = actor.scope();
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.folder(scope, folder, after).await }))
        .await?;
    Ok(page_of(&found))
}

/// A page of what was found with one row more, if there is another page.
pub(crate) fn page_of(found: &[storage::Conversation]) -> InboxPage {
    let size = usize::try_from(INBOX_ROWS_MAX).unwrap_or(usize::MAX);
    let mut rows: Vec<_> = found.iter().map(storage::Conversation::row).collect();
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|r| InboxCursor { at: r.at, id: r.id });
    InboxPage { rows, next }
}
