//! Start-up, top to bottom: configuration, database, verbs, sockets, routes, listener. And the same way down.

use std::{fmt, io, net::SocketAddr, os::unix::fs::DirBuilderExt as _, sync::Arc, time::Duration};

use axum::Router;
use model::text::Origin;
use service::{
    Clock, Fault, Services, duty, files, post_office, retention, setup, team,
    turns::{self, Job},
    webhooks,
};
use storage::{Engine, Storage, StorageError};
use tokio::net::TcpListener;

use crate::{
    assets::{Assets, MissingPrograms},
    config::{Config, ConfigError, database::DatabaseConfig},
    http::{self, api::pace::Pace, layer, layer::rate_limit::Budgets},
    lifecycle::{Lifecycle, Signals},
    listener::{self, descriptors, seats::Seats},
    live::Live,
    mail_in, metrics, operate,
    policy::Route,
    state::AppState,
    supervisor,
};

/// Why the server did not start, in words for the person who started it.
#[derive(Debug)]
pub struct StartError(String);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<StorageError> for StartError {
    fn from(error: StorageError) -> Self {
        Self(error.to_string())
    }
}

impl From<Fault> for StartError {
    fn from(fault: Fault) -> Self {
        Self(fault.to_string())
    }
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl From<MissingPrograms> for StartError {
    fn from(_: MissingPrograms) -> Self {
        Self("this executable was built without its browser programs: build it with `cargo xtask build`".to_owned())
    }
}

/// A server that is ready to serve.
pub struct Server {
    /// All routes, with their layers.
    pub router: Router,
    /// The table of what it serves.
    pub routes: Vec<Route>,
    /// What its handlers reach.
    pub state: AppState,
}

/// Puts a server together over an open database. What tests use, too.
pub fn assemble(
    config: &Config,
    storage: Storage,
    clock: Clock,
    lifecycle: Lifecycle,
    demo_shop: Option<String>,
) -> Result<Server, StartError> {
    // The renderer's effects run on this runtime. Told once a process; a second time changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let services = Services::new(storage, clock, config.http.origin(&axum::http::HeaderMap::new()));
    services.keep_files_in(config.files.shelf());
    services.open_post(config.mail.open()?);
    services.open_webhooks(config.webhooks.open()?);
    mail_in::announce(config, &services);
    let live = Arc::new(Live::new(services.clone(), config.limits.rate_factor));
    live.listen();
    let state = AppState {
        services,
        http: Arc::new(config.http.clone()),
        assets: Arc::new(Assets::load(config.watch.clone())?),
        live,
        pace: Arc::new(Pace::new(config.limits.rate_factor)),
        lifecycle,
        demo_shop: demo_shop.map(Into::into),
    };
    let (router, routes) = http::routes(&state).finish(http::site::nowhere);
    let budgets = Arc::new(Budgets::new(&routes, config.limits.rate_factor));
    let router = layer::wrap(router.with_state(state.clone()), &state.http, budgets);
    Ok(Server { router, routes, state })
}

/// Serves until it is asked to stop.
pub async fn serve(config: Config) -> Result<(), StartError> {
    let signals = Signals::listen()?;
    let (config, listener) = listen(config).await?;
    let lifecycle = Lifecycle::new();
    let server = assemble(&config, open(&config).await?, Clock::system(), lifecycle.clone(), None)?;
    mail_in::open(&config.mail_in, &server.state.services, &lifecycle).await?;
    if team::catch_up(&server.state.services).await? {
        println!(
            "The marketplace's team has a desk now, at {}/team.",
            server.state.services.public_url()
        );
    }
    if let Some(token) = setup::begin(&server.state.services).await? {
        println!("Welcome. Make the first administrator and store here (the link works once):");
        println!("  {}/setup?token={}", server.state.services.public_url(), token.reveal());
    }
    println!("Vitrine is at {}", server.state.services.public_url());
    server.state.live.join_others(&config.bus, lifecycle.stop());
    let seats = Seats::new(&descriptors::fitting(&config.limits), &lifecycle);
    metrics::open(&config, &server.state, &seats).await?;
    // Whoever connects from now on is answered: the socket is open, and the tables are up to date.
    lifecycle.spawn(supervisor::report(config.notify.clone(), lifecycle.draining().clone()));
    run(server, vec![listener], Vec::new(), seats, lifecycle, signals).await;
    Ok(())
}

/// Serves the demo: a marketplace in the database, and its shop on another site. Never on an address that others can reach, because
/// everybody knows its passwords.
pub async fn demo(config: Config, shop: SocketAddr) -> Result<(), StartError> {
    if !config.http.listen.ip().is_loopback() || !shop.ip().is_loopback() {
        return Err(StartError(
            "the demo's passwords are public, so it listens on loopback addresses only".to_owned(),
        ));
    }
    let signals = Signals::listen()?;
    let (config, listener) = listen(config).await?;
    let shop_listener = listener::bind(shop).await?;
    let port = shop_listener.local_addr()?.port();
    let lifecycle = Lifecycle::new();
    let origin = format!("http://localhost:{port}");
    let server = assemble(
        &config,
        open(&config).await?,
        Clock::system(),
        lifecycle.clone(),
        Some(origin.clone()),
    )?;
    let services = server.state.services.clone();
    mail_in::open(&config.mail_in, &services, &lifecycle).await?;
    let origins: Vec<Origin> = [origin.clone(), format!("http://127.0.0.1:{port}")]
        .iter()
        .filter_map(|o| Origin::parse(o).ok())
        .collect();
    let market = demo::data::marketplace();
    let secrets = demo::seed::fill(&services, market, &origins).await?;
    let shop = demo::shop::router(demo::shop::Shop {
        vitrine: services.public_url().to_owned(),
        secrets,
        now: unix_seconds,
    });
    print_demo(services.public_url(), &origin);
    server.state.live.join_others(&config.bus, lifecycle.stop());
    let seats = Seats::new(&descriptors::fitting(&config.limits), &lifecycle);
    metrics::open(&config, &server.state, &seats).await?;
    // Browsers may resolve `localhost` to either loopback address.
    let mut shops = vec![shop_listener];
    shops.extend(
        listener::bind(SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), port))
            .await
            .ok(),
    );
    run(
        server,
        vec![listener],
        shops.into_iter().map(|l| (l, shop.clone())).collect(),
        seats,
        lifecycle,
        signals,
    )
    .await;
    Ok(())
}

fn unix_seconds() -> i64 {
    Clock::system().now().0 / 1_000
}

fn print_demo(vitrine: &str, shop: &str) {
    println!("The demo is running.");
    println!();
    println!("  The shop          {shop}");
    println!("  The back office   {vitrine}/desk");
    println!();
    println!("  Staff     Atelier Delft: anna@delft.example, bram@delft.example");
    println!("            Casa Oliva:    lucia@oliva.example, marc@oliva.example");
    println!("  Team      mira@market.example, tom@market.example: the marketplace's house, {vitrine}/team");
    println!("  Shoppers  jane@customer.example, pieter@customer.example, carmen@customer.example, luc@customer.example");
    println!("            (sign in at {shop}/login)");
    println!("  Password  {}", demo::data::PASSWORD);
    println!();
    println!("Press Chat Now on a page of the shop. Without anybody online it takes a message; go online in the back office to talk.");
    println!("Threads, tickets and disputes stand ready on all sides: the shopper's, the vendor's and the team's.");
}

/// Opens the socket, and from then on knows the port even if the system chose it.
async fn listen(mut config: Config) -> Result<(Config, TcpListener), StartError> {
    let listener = listener::open(&config.http).await?;
    config.http.listen = listener.local_addr()?;
    Ok((config, listener))
}

/// Opens the database of the configuration, and makes its folder.
async fn open(config: &Config) -> Result<Storage, StartError> {
    if let Some(folder) = operate::unfinished_restore(config) {
        return Err(StartError(format!(
            "{}: a backup was being put in, and that was not finished. Run `vitrine restore` once more",
            folder.display()
        )));
    }
    let engine = match &config.database {
        DatabaseConfig::Sqlite { file } => {
            // Everything that anybody ever said lies in it.
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&config.data)
                .map_err(|e| StartError(format!("{}: {e}", config.data.display())))?;
            Engine::Sqlite(file.clone())
        }
        DatabaseConfig::Postgres { url } => Engine::Postgres(url.clone()),
    };
    Ok(Storage::open(engine).await?)
}

async fn run(
    server: Server,
    listeners: Vec<TcpListener>,
    others: Vec<(TcpListener, Router)>,
    seats: Seats,
    lifecycle: Lifecycle,
    signals: Signals,
) {
    let Server { router, state, .. } = server;
    let all = listeners.into_iter().map(|l| (l, router.clone())).chain(others);
    for (listener, router) in all {
        let (lifecycle_of_it, http, seats) = (lifecycle.clone(), state.http.clone(), seats.clone());
        lifecycle.spawn(listener::serve(listener, router, lifecycle_of_it, http, seats));
    }
    lifecycle.spawn(keep_time(state.clone()));
    lifecycle.spawn(keep_house(state.clone()));
    lifecycle.spawn(carry_mail(state.clone()));
    lifecycle.spawn(carry_news(state.clone()));
    lifecycle.run(signals).await;
    turns::give_back(&state.services).await;
    state.services.storage().checkpoint().await;
}

/// The post office, every second. It finishes the letters it has in hand; what waits, waits for the next start.
async fn carry_mail(state: AppState) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = state.lifecycle.draining().cancelled() => return,
            _ = every.tick() => {}
        }
        while !state.lifecycle.draining().is_cancelled() {
            match post_office::round(&state.services).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(fault) => {
                    tracing::warn!(error = %fault, "The post was left for the next second");
                    break;
                }
            }
        }
    }
}

/// Webhooks, every second. It finishes the calls it has in hand; what waits, waits for the next start.
async fn carry_news(state: AppState) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = state.lifecycle.draining().cancelled() => return,
            _ = every.tick() => {}
        }
        while !state.lifecycle.draining().is_cancelled() {
            match webhooks::round(&state.services).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(fault) => {
                    tracing::warn!(error = %fault, "News for other programs were left for the next second");
                    break;
                }
            }
        }
    }
}

/// Sockets whose sessions are over stay open for so long at most.
const SESSIONS_EVERY: Duration = Duration::from_secs(10);

/// Sessions that end by themselves, on a task of their own: that is a question for each desk, and leases are renewed meanwhile.
async fn keep_sessions(state: AppState) {
    let mut every = tokio::time::interval(SESSIONS_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = state.lifecycle.draining().cancelled() => return,
            _ = every.tick() => {}
        }
        state.live.look_at_sessions().await;
    }
}

/// What time brings, every second.
pub async fn keep_time(state: AppState) {
    state.lifecycle.spawn(keep_sessions(state.clone()));
    let mut every = tokio::time::interval(Duration::from_secs(1));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = state.lifecycle.draining().cancelled() => return,
            _ = every.tick() => {}
        }
        state.live.sweep();
        state.services.storage().look_at_disk().await;
        if let Err(fault) = duty::tick(&state.services).await {
            tracing::warn!(error = %fault, "The second's work was left for the next one");
        }
        if let Err(fault) = files::tick(&state.services).await {
            tracing::warn!(error = %fault, "The sweep of files was left for the next one");
        }
    }
}

/// What is kept long enough goes, once an hour; the first time when the server has come to rest.
async fn keep_house(state: AppState) {
    let hour = Duration::from_hours(1);
    let mut every = tokio::time::interval_at(tokio::time::Instant::now() + Duration::from_mins(1), hour);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = state.lifecycle.draining().cancelled() => return,
            _ = every.tick() => {}
        }
        match turns::take(&state.services, Job::House).await {
            Ok(Some(_)) => {}
            // Another server keeps it.
            Ok(None) => continue,
            Err(fault) => {
                tracing::warn!(error = %fault, "The house was left for the next hour");
                continue;
            }
        }
        tokio::select! {
            () = state.lifecycle.draining().cancelled() => return,
            swept = retention::sweep(&state.services) => {
                if let Err(fault) = swept {
                    tracing::warn!(error = %fault, "What is overdue was left for the next hour");
                }
            }
        }
        if let Err(fault) = service::mail_in::tick(&state.services).await {
            tracing::warn!(error = %fault, "Letters that are old enough were left for the next hour");
        }
        tokio::select! {
            () = state.lifecycle.draining().cancelled() => return,
            tidied = turns::tidy(&state.services) => {
                if let Err(fault) = tidied {
                    tracing::warn!(error = %fault, "What servers left for each other was left for the next hour");
                }
            }
        }
    }
}
