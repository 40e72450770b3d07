//! Two stores that must never meet, with the people of each.

use model::{
    id::{AccountId, StoreId},
    language::Language,
    party::Role,
    settings::StoreSettings,
    text::{EmailAddress, Name, Origin, Slug},
};
use service::{Services, accounts, clock::new_id};
use storage::{Installation, NewAccount, NewStore, StorageError, StoreScope};

/// Everybody's.
pub const PASSWORD: &str = "correct horse";
/// What the stores' shops sign with.
pub const SECRET: &[u8] = b"a secret of the shop";

/// One store and its people.
#[derive(Clone, Debug)]
pub struct StoreOf {
    /// Its id.
    pub id: StoreId,
    /// In addresses.
    pub slug: &'static str,
    /// The owner's address and id.
    pub owner: (String, AccountId),
    /// An operator's.
    pub operator: (String, AccountId),
    /// Of somebody who was switched off.
    pub deactivated: (String, AccountId),
}

impl StoreOf {
    /// More operators: their addresses.
    pub async fn employ(&self, services: &Services, count: usize) -> Vec<String> {
        let hash = accounts::hash_password(services, PASSWORD).await.expect("a good password");
        let people: Vec<NewAccount> = (0..count).map(|n| person(&format!("operator-{n}"), self.slug, &hash)).collect();
        let emails = people.iter().map(|person| person.email.to_string()).collect();
        let (now, id) = (services.clock().now(), self.id);
        services
            .storage()
            .write(move |tx| {
                Box::pin(async move {
                    for account in &people {
                        tx.insert_account(Installation, account, now).await?;
                        tx.insert_membership(StoreScope(id), account.id, Role::Operator, now).await?;
                    }
                    Ok::<_, StorageError>(())
                })
            })
            .await
            .expect("they are new");
        emails
    }
}

/// Two stores.
#[derive(Clone, Debug)]
pub struct World {
    /// The one that things belong to.
    pub alpha: StoreOf,
    /// The other one.
    pub beta: StoreOf,
}

impl World {
    /// Made in an empty database.
    pub async fn make(services: &Services) -> Self {
        let hash = accounts::hash_password(services, PASSWORD).await.expect("a good password");
        Self {
            alpha: store(services, "alpha", &hash).await,
            beta: store(services, "beta", &hash).await,
        }
    }

    /// One more store, with people of its own.
    pub async fn one_more(services: &Services, slug: &'static str) -> StoreOf {
        let hash = accounts::hash_password(services, PASSWORD).await.expect("a good password");
        store(services, slug, &hash).await
    }
}

/// Somebody of a store.
fn person(who: &str, slug: &str, hash: &str) -> NewAccount {
    NewAccount {
        id: new_id(),
        email: EmailAddress::parse(&format!("{who}@{slug}.example")).expect("fine"),
        name: Name::parse(&format!("{who} of {slug}")).expect("fine"),
        password_hash: hash.to_owned(),
        language: Language::En,
    }
}

async fn store(services: &Services, slug: &'static str, hash: &str) -> StoreOf {
    let now = services.clock().now();
    let people = [
        (person("owner", slug, hash), Role::Owner),
        (person("operator", slug, hash), Role::Operator),
        (person("deactivated", slug, hash), Role::Operator),
    ];
    let id: StoreId = new_id();
    let new = NewStore {
        id,
        slug: Slug::parse(slug).expect("fine"),
        name: Name::parse(slug).expect("fine"),
        default_language: Language::En,
        settings: StoreSettings::default(),
    };
    let ids: Vec<(String, AccountId)> = people.iter().map(|(p, _)| (p.email.to_string(), p.id)).collect();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                tx.insert_store(Installation, &new, now).await?;
                tx.set_identity_secret(StoreScope(id), SECRET, now).await?;
                tx.set_origins(
                    StoreScope(id),
                    &[Origin::parse(&format!("https://{}.example", new.slug)).expect("fine")],
                )
                .await?;
                for (account, role) in &people {
                    tx.insert_account(Installation, account, now).await?;
                    tx.insert_membership(StoreScope(id), account.id, *role, now).await?;
                }
                Ok::<_, StorageError>(())
            })
        })
        .await
        .expect("an empty database");
    let [owner, operator, deactivated] = ids.try_into().expect("three");
    accounts::deactivate(services, deactivated.1).await.expect("deactivates");
    StoreOf {
        id,
        slug,
        owner,
        operator,
        deactivated,
    }
}
