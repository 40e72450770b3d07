//! As many shop messages as a store may have, each of a customer of its own, written into a database that the product made: for the
//! browser test that scrolls through them (`end2end/tests/lists.spec.ts`).

use std::path::PathBuf;

use clap::Args;
use model::{
    conversation::{About, Kind, Stage},
    desk::Contact,
    event::{Audience, EventKind},
    id::{ClientId, ConversationId, StoreId, VisitorId},
    language::Language,
    party::{Author, Side},
    text::{Body, Name, Slug},
    time::Timestamp,
};
use service::clock::new_id;
use storage::{Engine, Installation, NewConversation, NewEvent, Storage, StorageError, StoreScope, Tx, VisitorScope};

use crate::Result;

/// Conversations of one commit.
const AT_ONCE: usize = 500;
/// Between one message and the next.
const APART_MS: i64 = 1_000;

/// Fill the message center of a store.
#[derive(Args)]
pub(crate) struct Lists {
    /// The database of a server that does not run.
    #[arg(long)]
    database: PathBuf,
    /// The store's short name.
    #[arg(long)]
    store: String,
    /// How many messages.
    #[arg(long)]
    conversations: usize,
    /// When the oldest was written, in milliseconds since 1970; each of the others is a second younger.
    #[arg(long)]
    since_ms: i64,
}

impl Lists {
    pub(crate) async fn run(self) -> Result<()> {
        let storage = Storage::open(Engine::Sqlite(self.database)).await?;
        let slug = Slug::parse(&self.store)?;
        let store = storage
            .read(|s| Box::pin(async move { s.store_of_slug(Installation, &slug).await }))
            .await?
            .ok_or("there is no such store")?
            .id;
        for begun in (0..self.conversations).step_by(AT_ONCE) {
            let some: Vec<(Timestamp, Name, Body)> = (begun..self.conversations.min(begun + AT_ONCE))
                .map(|n| {
                    let at = Timestamp(self.since_ms + APART_MS * i64::try_from(n)?);
                    Ok((
                        at,
                        Name::parse(&format!("Customer {n:06}"))?,
                        Body::parse(&format!("Line {n:06}, is it in stock?"))?,
                    ))
                })
                .collect::<Result<_>>()?;
            storage
                .write(move |tx| {
                    Box::pin(async move {
                        for (at, name, body) in some {
                            write(tx, store, at, name, body).await?;
                        }
                        Ok::<_, StorageError>(())
                    })
                })
                .await?;
        }
        Ok(())
    }
}

async fn write(tx: &mut Tx, store: StoreId, at: Timestamp, name: Name, body: Body) -> std::result::Result<(), StorageError> {
    let scope = VisitorScope::all_of(store, new_id::<VisitorId>());
    tx.insert_visitor(scope, None, at).await?;
    let new = NewConversation {
        id: new_id::<ConversationId>(),
        kind: Kind::Shop,
        start_cid: None,
        stage: Stage::Mail {
            awaiting: Side::Desk,
            since: at,
        },
        customer: None,
        guest_number: tx.next_guest(StoreScope(store)).await?,
        contact: Contact {
            name: Some(name),
            email: None,
            phone: None,
        },
        first_name: None,
        last_name: None,
        about: About::Nothing,
        language: Language::En,
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(scope, &new, at).await?;
    let event = NewEvent {
        conversation: new.id,
        audience: Audience::All,
        author: Author::Shopper,
        author_id: Some(scope.visitor.0),
        client: Some((new_id::<ClientId>(), Vec::new())),
        kind: EventKind::Posted { body },
        via: None,
    };
    tx.record(StoreScope(store), event, at).await?;
    Ok(())
}
