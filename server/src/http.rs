//! The doors over HTTP: the whole route table stands here, and each handler is a door into a verb.

pub mod account;
pub mod answer;
pub mod api;
pub mod asker;
pub mod cookies;
pub mod desk;
pub mod desk_pages;
mod disputes;
pub mod docs;
pub mod files;
pub mod health;
pub mod history_export;
pub mod invite;
pub mod language;
pub mod layer;
pub mod mail_link;
pub mod order_status;
pub mod page;
pub mod panel;
pub mod panel_form;
pub mod panel_page;
pub mod preview;
pub mod privacy;
pub mod rating;
mod sent_form;
pub mod settings;
pub mod site;
pub mod status;
pub mod store_style;
pub mod team;
mod tickets;
pub mod unsubscribe;

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
    let (storage, live) = (state.services.storage().clone(), state.live.clone());
    health::register(&mut registry, state.lifecycle.clone(), move || {
        let (storage, live) = (storage.clone(), live.clone());
        async move { !live.is_blind() && health::in_time(async move { storage.answers().await }).await }
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

    account::register(&mut registry);

    registry
        .add(Route::get("/m/{token}", Policy::Link), mail_link::page)
        .add(Route::post("/m/{token}", Policy::Link).within(Budget::SignIn), mail_link::answer);

    registry
        .add(Route::get("/unsubscribe/{token}", Policy::Link), unsubscribe::page)
        .add(
            Route::post("/unsubscribe/{token}", Policy::Link).within(Budget::SignIn),
            unsubscribe::answer,
        );

    let owner = Policy::Operator(Need::Owner);
    registry
        .add(Route::get("/desk/pages/senders", owner), settings::senders::page)
        .add(Route::post("/desk/pages/senders", owner), settings::senders::save)
        .add(
            Route::post("/desk/pages/senders/code", owner).within(Budget::SignIn),
            settings::senders::prove,
        )
        .add(
            Route::post("/desk/pages/senders/new-code", owner).within(Budget::SignIn),
            settings::senders::new_code,
        )
        .add(Route::get("/desk/pages/arrived", owner), settings::arrived::page)
        .add(Route::get("/desk/pages/arrived/{id}", owner), settings::arrived::letter)
        .add(Route::get("/desk/pages/mail", owner), settings::mail::page)
        .add(Route::post("/desk/pages/mail/test", owner), settings::mail::test)
        .add(Route::post("/desk/pages/mail/retry", owner), settings::mail::retry)
        .add(Route::get("/desk/pages/your-site", owner), settings::your_site::page)
        .add(Route::post("/desk/pages/your-site", owner), settings::your_site::add)
        .add(Route::post("/desk/pages/your-site/remove", owner), settings::your_site::remove)
        .add(Route::post("/desk/pages/your-site/secret", owner), settings::your_site::new_secret)
        .add(Route::get("/desk/pages/privacy", owner), settings::privacy::page)
        .add(Route::post("/desk/pages/privacy", owner), settings::privacy::keep)
        .add(Route::post("/desk/pages/privacy/person", owner), settings::privacy::find)
        .add(Route::post("/desk/pages/privacy/erase", owner), settings::privacy::erase)
        .add(Route::post("/desk/pages/privacy/unblock", owner), settings::privacy::unblock)
        .add(Route::get("/desk/pages/staff", owner), settings::staff::page)
        .add(Route::post("/desk/pages/staff/live-chat", owner), settings::staff::live_chat)
        .add(Route::post("/desk/pages/staff/deactivate", owner), settings::staff::deactivate)
        .add(Route::post("/desk/pages/staff/reactivate", owner), settings::staff::reactivate)
        .add(Route::post("/desk/pages/staff/invite", owner), settings::staff::invite)
        .add(Route::post("/desk/pages/staff/withdraw", owner), settings::staff::withdraw);

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
        .add(Route::get("/widget/{store}/order", Policy::Visitor), order_status::widget)
        .add(Route::get("/c/{store}/order", Policy::Visitor), order_status::page)
        .add(
            Route::post("/w/{store}/order", Policy::Visitor).within(Budget::Order),
            order_status::answer,
        );

    registry
        .add(Route::get("/desk", Policy::Operator(Need::Staff)), desk::page)
        .add(Route::get("/desk/{*page}", Policy::Operator(Need::Staff)), desk::page)
        // Its address is also that of messages without a socket, which are posted.
        .add(Route::get("/desk/messages", Policy::Operator(Need::Staff)), desk::page)
        .add(
            Route::get("/desk/history/export.csv", Policy::Operator(Need::Owner)),
            history_export::csv,
        )
        .add(
            Route::get("/desk/history/export.json", Policy::Operator(Need::Owner)),
            history_export::json,
        )
        .add(
            Route::get("/desk/pages/api-keys", Policy::Operator(Need::Owner)),
            settings::api_keys::page,
        )
        .add(
            Route::post("/desk/pages/api-keys", Policy::Operator(Need::Owner)),
            settings::api_keys::make,
        )
        .add(
            Route::post("/desk/pages/api-keys/revoke", Policy::Operator(Need::Owner)),
            settings::api_keys::revoke,
        )
        .add(
            Route::post("/desk/pages/api-keys/hook", Policy::Operator(Need::Owner)),
            settings::api_keys::hook,
        )
        .add(Route::get("/desk/pages/webhooks", owner), settings::webhooks::page)
        .add(Route::post("/desk/pages/webhooks", owner), settings::webhooks::make)
        .add(Route::post("/desk/pages/webhooks/secret", owner), settings::webhooks::new_secret)
        .add(Route::post("/desk/pages/webhooks/remove", owner), settings::webhooks::remove)
        .add(Route::post("/desk/pages/webhooks/on", owner), settings::webhooks::switch_on)
        .add(Route::post("/desk/pages/webhooks/replay", owner), settings::webhooks::replay)
        .add(
            Route::get("/desk/pages/imports", Policy::Operator(Need::Owner)),
            settings::imports::page,
        )
        .add(
            Route::post("/desk/pages/imports", Policy::Operator(Need::Owner)).within(Budget::Files),
            settings::imports::take,
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
    desk_pages::communication::register(&mut registry);
    desk_pages::disputes::register(&mut registry);
    desk_pages::tickets::register(&mut registry);
    desk_pages::everywhere::register(&mut registry);
    team::register(&mut registry);
    api::register(&mut registry);
    registry
}
