//! The panel as a page: in the shop's frame, and on its own at `/c/{store}`. Readable and usable before its program has run.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use model::{
    availability::Availability,
    language::Language,
    panel::{FormAnswer, Frame, PanelStart},
    refusal::Refusal,
    text::Sku,
};
use serde::Deserialize;
use service::{Fault, stores, visitor};
use widget::{Panel, PanelProps};

use crate::{
    http::{
        answer::Failed,
        language,
        layer::security_headers::PagePolicy,
        page,
        page::{Document, Program},
        panel::Asker,
        rating::Outcome,
        site,
        store_style::store_style,
    },
    state::AppState,
};

/// What the address may say.
#[derive(Debug, Deserialize)]
pub struct Asked {
    lang: Option<String>,
    product: Option<String>,
    left: Option<String>,
    thanks: Option<String>,
}

/// Where the panel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the shop's frame.
    Widget,
    /// On its own.
    Page,
    /// One thread, in the member centre.
    Thread,
}

/// In the shop's frame.
pub async fn widget(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Response {
    show(state, Place::Widget, &slug, asked, headers, jar).await
}

/// On its own.
pub async fn page(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Response {
    show(state, Place::Page, &slug, asked, headers, jar).await
}

async fn show(state: AppState, place: Place, slug: &str, asked: Asked, headers: HeaderMap, jar: CookieJar) -> Response {
    let store = match stores::by_slug(&state.services, slug).await {
        Ok(store) => store,
        Err(Fault::Refused(Refusal::NotFound)) => return site::not_found(&state, &headers),
        Err(fault) => return Failed::from(fault).into_response(),
    };
    let language = language::choose(asked.lang.as_deref(), &headers, store.default_language);
    let asker = match Asker::find(&state, slug, &headers, &jar).await {
        Ok(asker) => asker,
        Err(failed) => return failed.into_response(),
    };
    let product = asked.product.as_deref().and_then(|p| Sku::parse(p).ok());
    let said = asked
        .thanks
        .as_deref()
        .and_then(Outcome::of_word)
        .map(|outcome| outcome.sentence(language));
    let answer = (asked.left.is_some() || said.is_some()).then(|| FormAnswer {
        message_left: asked.left.is_some(),
        said,
        ..FormAnswer::default()
    });
    match render(&state, &asker, place, language, product, answer).await {
        Ok(response) => response,
        Err(fault) => Failed::from(fault).into_response(),
    }
}

/// The page, as it is for this asker now.
pub async fn render(
    state: &AppState,
    asker: &Asker,
    place: Place,
    language: Language,
    product: Option<Sku>,
    answer: Option<FormAnswer>,
) -> Result<Response, Fault> {
    let services = &state.services;
    let conversation = match &asker.visitor {
        Some((session, _)) => visitor::current(services, session.scope).await?,
        None => None,
    };
    let nonce = page::nonce();
    let (frame, policy) = match place {
        Place::Widget => {
            let origins: Vec<String> = stores::origins(services, asker.store.id)
                .await?
                .into_iter()
                .map(|o| o.as_str().to_owned())
                .collect();
            (
                Frame::Embedded { origins: origins.clone() },
                PagePolicy::program(nonce).framed_by(origins),
            )
        }
        Place::Page => (Frame::Page, PagePolicy::program(nonce)),
        Place::Thread => {
            let token = asker.visitor.as_ref().map(|(_, token)| token.clone());
            let token = token.ok_or(Refusal::NotFound)?;
            (Frame::Thread { token }, PagePolicy::program(nonce).framed_by([]))
        }
    };
    let availability = stores::availability(services, &asker.store).await?;
    let mut store = stores::panel_store(services, &asker.store, language).await?;
    store.note = stores::note(services, &asker.store, availability, language);
    let start = PanelStart {
        store,
        words: catalogue::panel(language),
        // Who is signed in at the shop, only the shop's token says, and that comes later, by the program.
        availability: if asker.blocked {
            Availability::Hidden
        } else {
            availability.for_visitor(asker.store.settings.live_for, false)
        },
        conversation,
        frame,
        product,
        answer,
    };
    let json = ui::start_json(&start).unwrap_or_default();
    let title = catalogue::embed(language).with("embed.title", &[("store", asker.store.name.as_str())]);
    let program = state.assets.widget();
    let document = Document {
        language,
        title: &title,
        css: &program.css,
        style: &store_style(&asker.store.settings),
        program: Some(Program {
            script: &program.js,
            start: &json,
        }),
        policy,
    };
    let mut response = document.around(move || Panel(PanelProps { start }));
    *response.status_mut() = StatusCode::OK;
    Ok(response)
}
