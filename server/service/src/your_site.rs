//! Settings, Your site: where the store may be embedded, the line to copy, and the secret that signs identity tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    desk::YourSite,
    limits::ORIGINS_MAX,
    refusal::{Field, Refusal},
    text::Origin,
};

use crate::{Actor, Fault, Services, accounts::still, secret::random_bytes};

/// What the page shows.
pub async fn read(services: &Services, actor: &Actor) -> Result<YourSite, Fault> {
    actor.must_own()?;
    let scope = actor.scope();
    let (store, origins) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let store = s.store(scope).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                Ok::<_, Fault>((store, s.origins(scope).await?))
            })
        })
        .await?;
    let host = services.public_url();
    let slug = store.slug.as_str();
    Ok(YourSite {
        origins: origins.iter().map(|o| o.as_str().to_owned()).collect(),
        snippet: format!(r#"<script async src="{host}/embed.js" data-vitrine-store="{slug}"></script>"#),
        secret_since: store.identity_secret_at,
        page: format!("{host}/c/{slug}"),
    })
}

/// One more site that may embed the store. One that may already changes nothing.
pub async fn add_origin(services: &Services, actor: &Actor, typed: &str) -> Result<(), Fault> {
    actor.must_own()?;
    let origin = Origin::parse(typed)?;
    change(services, actor, move |origins| {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    })
    .await
}

/// A site that may embed the store no longer. One that may not anyway changes nothing.
pub async fn remove_origin(services: &Services, actor: &Actor, gone: &str) -> Result<(), Fault> {
    actor.must_own()?;
    let gone = gone.to_owned();
    change(services, actor, move |origins| origins.retain(|origin| origin.as_str() != gone)).await
}

async fn change(services: &Services, actor: &Actor, deed: impl FnOnce(&mut Vec<Origin>) + Send + 'static) -> Result<(), Fault> {
    let who = actor.clone();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                still(tx, &who).await?.must_own()?;
                let mut origins = tx.origins(who.scope()).await?;
                deed(&mut origins);
                if origins.len() > ORIGINS_MAX {
                    return Err(Fault::Refused(Refusal::TooLong {
                        field: Field::Origin,
                        max: ORIGINS_MAX as u32,
                    }));
                }
                Ok(tx.set_origins(who.scope(), &origins).await?)
            })
        })
        .await
}

/// A new secret, shown this once; tokens signed with the old one are refused from now on.
pub async fn new_secret(services: &Services, actor: &Actor) -> Result<String, Fault> {
    actor.must_own()?;
    // The shop signs with the text as it is shown, so that nobody has to decode anything.
    let secret = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let (who, shown, at) = (actor.clone(), secret.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                still(tx, &who).await?.must_own()?;
                Ok::<_, Fault>(tx.set_identity_secret(who.scope(), secret.as_bytes(), at).await?)
            })
        })
        .await?;
    Ok(shown)
}
