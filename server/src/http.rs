//! The doors over HTTP: the whole route table stands here, and each handler is a door into a verb.

pub mod answer;
pub mod cookies;
pub mod desk;
pub mod docs;
pub mod files;
pub mod health;
pub mod history_export;
pub mod invite;
pub mod language;
pub mod layer;
pub mod mail_link;
pub mod page;
pub mod panel;
pub mod panel_form;
pub mod panel_page;
pub mod preview;
pub mod privacy;
pub mod rating;
mod sent_form;
pub mod site;
pub mod status;
pub mod store_style;

use crate::{
    assets,
    http::layer::rate_limit::Budget,
    live,
    policy::{Need, Policy, Registry, Route},
    state::AppState,
};

/// Every route that is served. What is not in here does not exist.
pub fn routes(state: &AppState) -> Registry<AppState> {
    let mut registry = Registry::new();
    let storage = state.services.storage().clone();
    health::register(&mut registry, state.lifecycle.clone(), move || {
        let storage = storage.clone();
        async move { storage.answers().await }
    });

    registry
        .add(Route::get("/", Policy::Public), site::home)
        .add(Route::get("/sign-in", Policy::Public), site::sign_in_page)
        .add(Route::post("/sign-in", Policy::Public).within(Budget::SignIn), site::sign_in)
        .add(Route::post("/sign-out", Policy::Operator(Need::Staff)), site::sign_out)
        .add(Route::get("/setup", Policy::Setup), site::setup_page)
        .add(Route::post("/setup", Policy::Setup).within(Budget::SignIn), site::setup)
        .add(Route::get("/invite/{token}", Policy::Link), invite::page)
        .add(Route::post("/invite/{token}", Policy::Link).within(Budget::SignIn), invite::join);

    registry
        .add(Route::get("/m/{token}", Policy::Link), mail_link::page)
        .add(Route::post("/m/{token}", Policy::Link).within(Budget::SignIn), mail_link::answer);

    assets::register(&mut registry, &state.assets);
    registry.add(Route::get("/docs/{name}", Policy::Public), docs::page);
    registry.add(Route::get("/status/{store}", Policy::Public).within(Budget::Status), status::status);

    registry
        .add(Route::get("/widget/{store}", Policy::Visitor), panel_page::widget)
        .add(Route::get("/c/{store}", Policy::Visitor), panel_page::page)
        .add(Route::post("/w/{store}/session", Policy::Visitor), panel::session)
        .add(Route::post("/w/{store}/start", Policy::Visitor).within(Budget::Start), panel::start)
        .add(
            Route::post("/w/{store}/messages", Policy::OwnConversation).within(Budget::Messages),
            panel::messages,
        )
        .add(Route::get("/w/{store}/events", Policy::OwnConversation), panel::events)
        .add(Route::post("/w/{store}/read", Policy::OwnConversation), panel::read)
        .add(Route::post("/w/{store}/end", Policy::OwnConversation), panel::end)
        .add(
            Route::post("/w/{store}/rating", Policy::OwnConversation).within(Budget::Messages),
            rating::rate,
        )
        .add(
            Route::post("/w/{store}/files", Policy::OwnConversation).within(Budget::Files),
            files::panel,
        )
        .add(Route::post("/w/{store}/ticket", Policy::OwnConversation), panel::ticket);

    registry
        .add(Route::get("/desk", Policy::Operator(Need::Staff)), desk::page)
        .add(Route::get("/desk/{*page}", Policy::Operator(Need::Staff)), desk::page)
        .add(
            Route::get("/desk/history/export.csv", Policy::Operator(Need::Owner)),
            history_export::csv,
        )
        .add(
            Route::get("/desk/history/export.json", Policy::Operator(Need::Owner)),
            history_export::json,
        )
        .add(Route::post("/desk/ticket", Policy::Operator(Need::Staff)), desk::ticket)
        .add(Route::post("/desk/privacy/export", Policy::Operator(Need::Owner)), privacy::export)
        .add(Route::post("/desk/preview", Policy::Operator(Need::Owner)), preview::preview)
        .add(
            Route::post("/desk/messages", Policy::Operator(Need::Staff)).within(Budget::Messages),
            desk::messages,
        )
        .add(Route::get("/desk/events", Policy::Operator(Need::Staff)), desk::events)
        .add(
            Route::post("/desk/files", Policy::Operator(Need::Staff)).within(Budget::Files),
            files::from_desk,
        )
        .add(Route::get("/files/{id}", Policy::Participant), files::open)
        .add(Route::post("/fn/{name}", Policy::ServerFunction), desk::server_function)
        .add(Route::get("/ws", Policy::Ticket), live::upgrade::upgrade);
    registry
}
