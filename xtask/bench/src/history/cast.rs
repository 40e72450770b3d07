//! The stores and the people at their desks.

use model::{
    id::{AccountId, StoreId},
    language::Language,
    party::Role,
    settings::{HistoryFills, StoreSettings},
    text::{EmailAddress, Name, Slug},
};
use service::{Actor, Services, clock::new_id};
use storage::{Installation, NewAccount, NewStore, StorageError, StoreScope};

use crate::Result;

/// Stores of the large database; the first one is much larger than the others.
pub(crate) const STORES: usize = 100;
/// What everybody at a desk is called.
const OPERATOR: &str = "Robin Smit";

/// Everybody who answers.
pub(crate) struct Cast {
    pub(crate) stores: Vec<House>,
}

/// A store with the one person at its desk.
pub(crate) struct House {
    pub(crate) id: StoreId,
    pub(crate) slug: String,
    pub(crate) actor: Actor,
}

impl Cast {
    /// Makes the stores through the product's own statements.
    pub(crate) async fn assemble(services: &Services, stores: usize) -> Result<Self> {
        let mut cast = Self { stores: Vec::new() };
        for n in 0..stores {
            cast.stores.push(house(services, &format!("store-{n}")).await?);
        }
        Ok(cast)
    }
}

async fn house(services: &Services, slug: &str) -> Result<House> {
    let (id, account): (StoreId, AccountId) = (new_id(), new_id());
    let store = NewStore {
        id,
        slug: Slug::parse(slug)?,
        name: Name::parse(slug)?,
        default_language: Language::En,
        settings: StoreSettings {
            history: HistoryFills::AtOnce,
            ..StoreSettings::default()
        },
    };
    let person = NewAccount {
        id: account,
        email: EmailAddress::parse(&format!("owner@{slug}.example"))?,
        name: Name::parse(OPERATOR)?,
        // Nobody signs in.
        password_hash: "-".to_owned(),
        language: Language::En,
    };
    let now = services.clock().now();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                tx.insert_store(Installation, &store, now).await?;
                tx.insert_account(Installation, &person, now).await?;
                tx.insert_membership(StoreScope(id), account, Role::Owner, now).await?;
                Ok::<_, StorageError>(())
            })
        })
        .await?;
    Ok(House {
        id,
        slug: slug.to_owned(),
        actor: Actor {
            account,
            store: id,
            role: Role::Owner,
            live_chat: true,
            name: Name::parse(OPERATOR)?,
            operator_name: None,
        },
    })
}
