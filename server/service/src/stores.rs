//! Stores as the outside sees them.

use model::{
    availability::Availability,
    configuration::TextName,
    id::StoreId,
    language::Language,
    panel::PanelStore,
    refusal::Refusal,
    settings::{OfflineMode, StartBy},
    text::{Origin, Slug},
    time::Timestamp,
};
use storage::{Installation, Session, StorageError, StoreRow, StoreScope};

use crate::{Actor, Fault, Services, hours};

/// A store by its public name. A suspended one is not there.
pub async fn by_slug(services: &Services, slug: &str) -> Result<StoreRow, Fault> {
    let slug = Slug::parse(slug).map_err(|_| Refusal::NotFound)?;
    let store = services
        .storage()
        .read(|s| Box::pin(async move { s.store_of_slug(Installation, &slug).await }))
        .await?;
    store.filter(|s| !s.suspended).ok_or(Fault::Refused(Refusal::NotFound))
}

/// The store that somebody at its desk works for.
pub async fn own(services: &Services, actor: &Actor) -> Result<StoreRow, Fault> {
    let scope = actor.scope();
    let store = services
        .storage()
        .read(move |s| Box::pin(async move { s.store(scope).await }))
        .await?;
    store.ok_or(Fault::Refused(Refusal::NotFound))
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
    // Outside the opening hours nobody is there, whoever is on duty.
    let on_duty = if hours::is_shut(&store.settings, now) {
        0
    } else {
        session.on_duty(scope, now).await?
    };
    let taken = if on_duty == 0 { 0 } else { session.places_taken(scope).await? };
    Ok(Availability::of(on_duty, taken, store.settings.places, store.settings.offline))
}

/// What stands in the panel beside its form: when the store opens again, where it tells, and whom messages are for. The same for whoever
/// reads it.
pub fn note(services: &Services, store: &StoreRow, availability: Availability, language: Language) -> Option<String> {
    let members = (store.settings.offline_for == StartBy::Members).then(|| catalogue::embed(language).get("embed.note.members"));
    let said: Vec<String> = opens(services, store, availability, language).into_iter().chain(members).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// When the store opens again, where it tells (P-12 with hours).
pub fn opens(services: &Services, store: &StoreRow, availability: Availability, language: Language) -> Option<String> {
    let told = store.settings.offline == OfflineMode::FormWithHours && availability == Availability::Away;
    let hours = store.settings.hours.as_ref().filter(|_| told)?;
    let now = services.clock().now();
    // While it is open and nobody is there, the hours say nothing that is true.
    if hours::is_open(hours, now) {
        return None;
    }
    Some(hours::sentence(&hours::next_opening(hours, now)?, language))
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
    let (texts, orders) = services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let texts = s.texts(StoreScope(id)).await?;
                Ok::<_, Fault>((texts, s.has_orders(StoreScope(id)).await?))
            })
        })
        .await?;
    Ok(PanelStore {
        orders,
        ..panel_store_of(store, &texts, language)
    })
}

/// The same from texts in hand: language, name, value.
pub(crate) fn panel_store_of(store: &StoreRow, texts: &[(Language, String, String)], language: Language) -> PanelStore {
    let text = |name: TextName| {
        let find = |l: Language| {
            texts
                .iter()
                .find(|(language, n, _)| *language == l && n == name.code())
                .map(|(.., value)| value.clone())
        };
        find(language).or_else(|| find(store.default_language))
    };
    PanelStore {
        slug: store.slug.as_str().to_owned(),
        name: store.name.clone(),
        note: None,
        orders: false,
        header: text(TextName::Header),
        welcome: text(TextName::Welcome),
        offline_header: text(TextName::OfflineHeader),
        offline_welcome: text(TextName::OfflineWelcome),
        offline_fields: store.settings.offline_fields,
        // Whatever stands in the database: what is not a web address is no link.
        privacy_url: store
            .settings
            .privacy_url
            .clone()
            .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
    }
}
