//! Stores as the outside sees them.

use model::{
    availability::Availability,
    id::StoreId,
    language::Language,
    panel::PanelStore,
    refusal::Refusal,
    text::{Origin, Slug},
    time::Timestamp,
};
use storage::{Installation, Session, StorageError, StoreRow, StoreScope};

use crate::{Fault, Services};

/// A store by its public name. A suspended one is not there.
pub async fn by_slug(services: &Services, slug: &str) -> Result<StoreRow, Fault> {
    let slug = Slug::parse(slug).map_err(|_| Refusal::NotFound)?;
    let store = services
        .storage()
        .read(|s| Box::pin(async move { s.store_of_slug(Installation, &slug).await }))
        .await?;
    store.filter(|s| !s.suspended).ok_or(Fault::Refused(Refusal::NotFound))
}

/// What a visitor may expect now.
pub async fn availability(services: &Services, store: &StoreRow) -> Result<Availability, Fault> {
    let now = services.clock().now();
    let store = store.clone();
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { availability_in(s, &store, now).await }))
        .await?)
}

pub(crate) async fn availability_in(session: &mut Session, store: &StoreRow, now: Timestamp) -> Result<Availability, StorageError> {
    let scope = StoreScope(store.id);
    let on_duty = session.on_duty(scope, now).await?;
    let taken = if on_duty == 0 { 0 } else { session.places_taken(scope).await? };
    Ok(Availability::of(on_duty, taken, store.settings.places, store.settings.offline))
}

/// The web sites that may embed the store.
pub async fn origins(services: &Services, store: StoreId) -> Result<Vec<Origin>, Fault> {
    Ok(services
        .storage()
        .read(|s| Box::pin(async move { s.origins(StoreScope(store)).await }))
        .await?)
}

/// What the panel shows of a store, in a language; a missing text falls back to the store's own language (P-i6).
pub async fn panel_store(services: &Services, store: &StoreRow, language: Language) -> Result<PanelStore, Fault> {
    let id = store.id;
    let texts = services
        .storage()
        .read(|s| Box::pin(async move { s.texts(StoreScope(id)).await }))
        .await?;
    let text = |name: &str| {
        let find = |l: Language| {
            texts
                .iter()
                .find(|(language, n, _)| *language == l && n == name)
                .map(|(.., value)| value.clone())
        };
        find(language).or_else(|| find(store.default_language))
    };
    Ok(PanelStore {
        slug: store.slug.as_str().to_owned(),
        name: store.name.clone(),
        header: text("header"),
        welcome: text("welcome"),
        offline_fields: store.settings.offline_fields,
    })
}
