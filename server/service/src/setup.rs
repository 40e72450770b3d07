//! The first administrator, the first store and the desk of the marketplace's team, made through a link that is printed once and works
//! once.

use model::{
    language::Language,
    party::Role,
    refusal::{Field, Refusal},
    settings::StoreSettings,
    text::{EmailAddress, Name, Origin, Slug},
};
use storage::{Installation, NewAccount, NewStore, StorageError, StoreScope};

use crate::{
    Fault, Services,
    accounts::{self, SignedIn, open_session},
    clock::new_id,
    secret::{self, Secret},
    team::{self, TEAM_SLUG},
};

const META: &str = "setup_sha256";

/// What the form asks.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct FirstStore {
    pub store_name: Name,
    pub slug: Slug,
    pub origin: Option<Origin>,
    pub name: Name,
    pub email: EmailAddress,
    pub password: String,
    pub language: Language,
}

/// A new one-time token, if nobody has set this installation up; an older one is good no longer.
pub async fn begin(services: &Services) -> Result<Option<Secret>, Fault> {
    // Also on a disk that is full: a server that is started there answers whoever reads.
    services
        .storage()
        .write_in_need(|tx| {
            Box::pin(async move {
                if tx.count_accounts(Installation).await? > 0 {
                    return Ok(None);
                }
                let token = Secret::new();
                tx.set_meta(Installation, META, &hex(&token.hash())).await?;
                Ok(Some(token))
            })
        })
        .await
}

/// Whether a token is the one that is out.
pub async fn is_open(services: &Services, token: &str) -> Result<bool, Fault> {
    let expected = hex(&secret::hash(token));
    let stored = services
        .storage()
        .read(|s| Box::pin(async move { s.meta(Installation, META).await }))
        .await?;
    Ok(stored == Some(expected))
}

/// Makes the first administrator and store, and signs them in. Two who hold the same link: one of them wins.
pub async fn finish(services: &Services, token: &str, first: FirstStore) -> Result<SignedIn, Fault> {
    let hash = hex(&secret::hash(token));
    if !is_open(services, token).await? {
        return Err(Refusal::NotFound.into());
    }
    // The desk of the marketplace's team is called so.
    if first.slug.as_str() == TEAM_SLUG {
        return Err(Refusal::Taken(Field::Slug).into());
    }
    let desk = Name::parse(&catalogue::site(first.language).get("site.tickets.marketplace"))?;
    let password_hash = accounts::hash_password(services, &first.password).await?;
    let now = services.clock().now();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                if !tx.take_meta(Installation, META, &hash).await? || tx.count_accounts(Installation).await? > 0 {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                let store = new_id();
                let account = new_id();
                let new_store = NewStore {
                    id: store,
                    slug: first.slug,
                    name: first.store_name,
                    default_language: first.language,
                    settings: StoreSettings::default(),
                };
                tx.insert_store(Installation, &new_store, now).await.map_err(taken(Field::Slug))?;
                tx.set_origins(StoreScope(store), first.origin.as_slice()).await?;
                let new_account = NewAccount {
                    id: account,
                    email: first.email,
                    name: first.name,
                    password_hash,
                    language: first.language,
                };
                tx.insert_account(Installation, &new_account, now)
                    .await
                    .map_err(taken(Field::Email))?;
                tx.insert_membership(StoreScope(store), account, Role::Owner, now).await?;
                // Whoever sets the installation up administers the marketplace; they begin at their own store (decision 0012).
                let marketplace = team::ensure(tx, desk, first.language, now).await?;
                tx.insert_membership(marketplace, account, Role::Owner, now).await?;
                let token = open_session(tx, account, now).await?;
                tx.choose_store(Installation, &token.hash(), account, store).await?;
                Ok(SignedIn { token, account })
            })
        })
        .await
}

fn taken(field: Field) -> impl Fn(StorageError) -> Fault {
    move |error| match error {
        StorageError::Conflict(_) => Fault::Refused(Refusal::Taken(field)),
        other => Fault::Broken(other),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}
