//! The doors over HTTP: the whole route table stands here, and each handler is a door into a verb.

pub mod answer;
pub mod cookies;
pub mod desk;
pub mod health;
pub mod language;
pub mod layer;
pub mod page;
pub mod panel;
pub mod panel_form;
pub mod panel_page;
pub mod site;
pub mod status;

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
        .add(Route::post("/setup", Policy::Setup).within(Budget::SignIn), site::setup);

    assets::register(&mut registry, &state.assets);
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
        .add(Route::post("/w/{store}/ticket", Policy::OwnConversation), panel::ticket);

    registry
        .add(Route::get("/desk", Policy::Operator(Need::Staff)), desk::page)
        .add(Route::get("/desk/{*page}", Policy::Operator(Need::Staff)), desk::page)
        .add(Route::post("/desk/ticket", Policy::Operator(Need::Staff)), desk::ticket)
        .add(
            Route::post("/desk/messages", Policy::Operator(Need::Staff)).within(Budget::Messages),
            desk::messages,
        )
        .add(Route::get("/desk/events", Policy::Operator(Need::Staff)), desk::events)
        .add(Route::post("/fn/{name}", Policy::ServerFunction), desk::server_function)
        .add(Route::get("/ws", Policy::Ticket), live::upgrade::upgrade);
    registry
}
