//! Keys for the shop's own programs: made and revoked by the store's owner, shown once, kept as a hash. And the secret that the shop signs
//! its news with, which we must know to check them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{
    id::{ApiKeyId, StoreId},
    refusal::{Field, Refusal},
    text::{Name, Slug},
    time::Timestamp,
};
use storage::{API_KEYS_MAX, ApiKeyRow, AuditRow, Installation, NewApiKey, StoreScope, Tx};

use crate::{
    Actor, Fault, Services,
    accounts::still,
    clock::new_id,
    secret::{self, Secret},
};

/// What every key begins with, so that one that lies about is recognised.
const PREFIX: &str = "vtr_";
/// Characters of a key that its store still sees.
const SHOWN: usize = 10;
/// Characters of what may be a key.
const KEY_CHARS_MAX: usize = 100;
/// How exactly it is known when a key was last used: not every request is worth a write.
const USED_MS: i64 = 60_000;

/// What a key may do. Reading, every key may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// Hand over customers and orders, and answer as the store.
    pub write: bool,
    /// Read what only colleagues see.
    pub notes: bool,
}

impl Scopes {
    fn code(self) -> String {
        let mut code = String::from("read");
        if self.write {
            code.push_str(" write");
        }
        if self.notes {
            code.push_str(" notes");
        }
        code
    }

    /// The reverse, of what stands in the database.
    pub fn from_code(code: &str) -> Self {
        let has = |word: &str| code.split(' ').any(|one| one == word);
        Self {
            write: has("write"),
            notes: has("notes"),
        }
    }
}

/// A program with a key, recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiCaller {
    /// Its key.
    pub key: ApiKeyId,
    /// The key's store: the only one that it reaches.
    pub store: StoreId,
    /// What it may do.
    pub scopes: Scopes,
}

impl ApiCaller {
    /// The rows it may reach.
    pub fn scope(&self) -> StoreScope {
        StoreScope(self.store)
    }
}

/// What the owner sees of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Those that open something, the newest first.
    pub keys: Vec<ApiKeyRow>,
    /// Whether the shop has a secret to sign its news with.
    pub hook_secret_set: bool,
    /// The store's public name, which stands in the address that news are sent to.
    pub slug: Slug,
}

/// The keys of the store.
pub async fn list(services: &Services, actor: &Actor) -> Result<Keys, Fault> {
    actor.must_own()?;
    let scope = actor.scope();
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let store = s.store(scope).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                Ok::<_, Fault>(Keys {
                    keys: s.api_keys(scope).await?,
                    hook_secret_set: s.hook_secret(scope).await?.is_some(),
                    slug: store.slug,
                })
            })
        })
        .await
}

/// Makes a key. This is the only time that it is known.
pub async fn make(services: &Services, actor: &Actor, name: &str, scopes: Scopes) -> Result<String, Fault> {
    actor.must_own()?;
    let name = Name::parse(name)?;
    let key = format!("{PREFIX}{}", Secret::new().reveal());
    let new = NewApiKey {
        id: new_id(),
        token_sha256: secret::hash(&key),
        name: String::from(name),
        scope: scopes.code(),
        beginning: key.chars().take(SHOWN).collect(),
        made_by: actor.name.as_str().to_owned(),
    };
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                let keys = tx.api_keys(who.scope()).await?;
                if i64::try_from(keys.len()).unwrap_or(i64::MAX) >= API_KEYS_MAX {
                    return Err(Fault::Refused(Refusal::NotAllowed));
                }
                if keys.iter().any(|known| known.name == new.name) {
                    return Err(Fault::Refused(Refusal::Taken(Field::Name)));
                }
                tx.insert_api_key(who.scope(), &new, at).await?;
                note(tx, &who, "api_key.make", Some(new.id), at).await
            })
        })
        .await?;
    Ok(key)
}

/// A key opens nothing any more, from this moment on.
pub async fn revoke(services: &Services, actor: &Actor, id: ApiKeyId) -> Result<(), Fault> {
    actor.must_own()?;
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                if !tx.revoke_api_key(who.scope(), id, at).await? {
                    return Err(Fault::Refused(Refusal::NotFound));
                }
                note(tx, &who, "api_key.revoke", Some(id), at).await
            })
        })
        .await
}

/// A new secret for the shop's signed news, as Standard Webhooks write it (`whsec_…`); the old one ends. This is the only time that it is shown.
pub async fn new_hook_secret(services: &Services, actor: &Actor) -> Result<String, Fault> {
    actor.must_own()?;
    let bytes = secret::random_bytes::<32>();
    let (who, at) = (actor.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let who = still(tx, &who).await?;
                who.must_own()?;
                tx.set_hook_secret(who.scope(), &bytes).await?;
                note(tx, &who, "hook.secret", None, at).await
            })
        })
        .await?;
    Ok(format!("whsec_{}", STANDARD.encode(bytes)))
}

/// Whose key this is, as long as it opens something.
pub async fn recognise(services: &Services, key: &str) -> Result<Option<ApiCaller>, Fault> {
    if !key.starts_with(PREFIX) || key.len() > KEY_CHARS_MAX {
        return Ok(None);
    }
    let (hash, now) = (secret::hash(key), services.clock().now());
    let found = services
        .storage()
        .read(|s| Box::pin(async move { s.api_key_of_token(Installation, &hash).await }))
        .await?;
    let Some(found) = found else { return Ok(None) };
    let caller = ApiCaller {
        key: found.id,
        store: found.store,
        scopes: Scopes::from_code(&found.scope),
    };
    if found.used_at.is_none_or(|used| now.since_ms(used) >= USED_MS) {
        let used = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.api_key_used(caller.scope(), caller.key, now).await }))
            .await;
        // That it was used is worth knowing, and not worth refusing it.
        if let Err(error) = used {
            tracing::warn!(%error, "The use of a key was not written down");
        }
    }
    Ok(Some(caller))
}

/// Inside a transaction: a key that was revoked a moment ago does nothing any more.
pub(crate) async fn standing(tx: &mut Tx, caller: &ApiCaller) -> Result<(), Fault> {
    if !tx.api_key_stands(caller.scope(), caller.key).await? {
        return Err(Refusal::NotSignedIn.into());
    }
    if !caller.scopes.write {
        return Err(Refusal::NotAllowed.into());
    }
    Ok(())
}

async fn note(tx: &mut Tx, who: &Actor, action: &str, key: Option<ApiKeyId>, at: Timestamp) -> Result<(), Fault> {
    let row = AuditRow {
        account: Some(who.account),
        action: action.to_owned(),
        object: key.map(|key| key.0),
        reason: None,
        at,
    };
    Ok(tx.audit(who.scope(), new_id(), &row).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_were_written() {
        for (write, notes) in [(false, false), (true, false), (false, true), (true, true)] {
            let scopes = Scopes { write, notes };
            assert_eq!(Scopes::from_code(&scopes.code()), scopes);
        }
        assert_eq!(Scopes::from_code("rewrite"), Scopes::default());
    }
}
