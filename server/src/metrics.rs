//! Numbers for Prometheus, on a listener of their own: what this process does, and what waits in the installation.
//!
//! No store, no person and no address is among them, and no number is kept beyond the process. The public listener has no such page.

mod page;
mod process;
pub mod requests;

use std::{io, sync::Arc};

use axum::{Router, extract::State, response::Response, routing::get};
use http::{HeaderValue, header};
use storage::{Gauges, Installation, StorageError};

use self::page::{Kind, Page};
use crate::{
    config::{Config, database::DatabaseConfig, http::HttpConfig, limits::LimitsConfig},
    lifecycle::Lifecycle,
    listener::{self, seats::Seats},
    logging,
    state::AppState,
};

/// The page's own media type (Prometheus, text format 0.0.4).
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Connections of those who watch: a handful.
const WATCHERS_MAX: usize = 16;

/// What the page is made of.
#[derive(Clone)]
struct Watched {
    state: AppState,
    seats: Seats,
    config: Arc<Config>,
    since_ms: i64,
}

/// Shows the numbers where the configuration says so. Its connections are counted apart: they are let in when everybody else is turned away.
pub async fn open(config: &Config, state: &AppState, seats: &Seats) -> io::Result<()> {
    let Some(listen) = config.metrics.listen else { return Ok(()) };
    let listener = listener::bind(listen).await?;
    let limits = LimitsConfig {
        connections_max: WATCHERS_MAX,
        connections_per_client_max: WATCHERS_MAX,
        ..LimitsConfig::default()
    };
    let lifecycle: &Lifecycle = &state.lifecycle;
    tracing::info!("Numbers for Prometheus are at {}", config.metrics);
    lifecycle.spawn(listener::serve(
        listener,
        router(config, state, seats),
        lifecycle.clone(),
        Arc::new(HttpConfig::loopback(listen)),
        Seats::new(&limits, lifecycle),
    ));
    Ok(())
}

/// The page, and nothing else.
pub fn router(config: &Config, state: &AppState, seats: &Seats) -> Router {
    let watched = Watched {
        state: state.clone(),
        seats: seats.clone(),
        config: Arc::new(config.clone()),
        since_ms: state.services.clock().now().0,
    };
    Router::new().route("/metrics", get(show)).with_state(watched)
}

async fn show(State(watched): State<Watched>) -> Response {
    let now = watched.state.services.clock().now();
    let gauges: Result<Gauges, StorageError> = watched
        .state
        .services
        .storage()
        .read(|s| Box::pin(async move { s.gauges(Installation, now).await }))
        .await;
    let mut page = Page::new();
    page.head("vitrine_build_info", Kind::Gauge, "The version of this process.");
    page.line("vitrine_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.one(
        "vitrine_database_up",
        Kind::Gauge,
        "Whether the database answered just now.",
        u8::from(gauges.is_ok()),
    );
    of_process(&mut page, &watched);
    of_traffic(&mut page, &watched);
    // What cannot be counted is left out: a nought would be a lie.
    if let Ok(gauges) = gauges {
        what_waits(&mut page, &gauges, now.0);
    }
    let mut response = Response::new(page.into_text().into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

fn of_process(page: &mut Page, watched: &Watched) {
    let process = process::look();
    page.one(
        "process_start_time_seconds",
        Kind::Gauge,
        "When this process began.",
        watched.since_ms / 1_000,
    );
    if let Some(bytes) = process.resident_bytes {
        page.one("process_resident_memory_bytes", Kind::Gauge, "Memory of this process.", bytes);
    }
    if let Some(seconds) = process.cpu_seconds {
        page.one(
            "process_cpu_seconds_total",
            Kind::Counter,
            "What this process has calculated.",
            seconds,
        );
    }
    if let Some(open) = process.open_files {
        page.one("process_open_fds", Kind::Gauge, "Files and connections that are open.", open);
    }
    if let Ok(metrics) = tokio::runtime::Handle::try_current().map(|handle| handle.metrics()) {
        page.one("vitrine_tasks", Kind::Gauge, "Tasks that are alive.", metrics.num_alive_tasks());
    }
    if let Ok(free) = service::files::free_bytes(&watched.config.data) {
        page.one("vitrine_disk_free_bytes", Kind::Gauge, "Free on the disk of the data folder.", free);
    }
    if let DatabaseConfig::Sqlite { file } = &watched.config.database {
        let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |file| file.len());
        page.head("vitrine_database_bytes", Kind::Gauge, "The size of the database's files.");
        page.line("vitrine_database_bytes", &[("file", "database")], size(file));
        let [log, _] = storage::companions(file);
        page.line("vitrine_database_bytes", &[("file", "log")], size(&log));
    }
    let logged = logging::counted();
    page.head(
        "vitrine_log_messages_total",
        Kind::Counter,
        "What was worth a warning, or an error, in the log.",
    );
    page.line("vitrine_log_messages_total", &[("level", "error")], logged.errors);
    page.line("vitrine_log_messages_total", &[("level", "warn")], logged.warnings);
}

fn of_traffic(page: &mut Page, watched: &Watched) {
    page.one(
        "vitrine_connections",
        Kind::Gauge,
        "Connections that are open.",
        watched.seats.taken(),
    );
    page.one(
        "vitrine_connections_max",
        Kind::Gauge,
        "Connections that there is room for.",
        watched.seats.max(),
    );
    page.one(
        "vitrine_sockets",
        Kind::Gauge,
        "Sockets that are open.",
        watched.state.live.sockets_open(),
    );
    page.one(
        "vitrine_draining",
        Kind::Gauge,
        "Whether this process is ending.",
        u8::from(watched.state.lifecycle.is_draining()),
    );
    page.head("vitrine_http_requests_total", Kind::Counter, "Requests that were answered.");
    for (class, count) in requests::answered() {
        page.line("vitrine_http_requests_total", &[("status", class)], count);
    }
    page.times(
        "vitrine_http_request_seconds",
        "How long answers took; without those that wait on purpose.",
        &requests::times(),
    );
    page.times(
        "vitrine_write_seconds",
        "How long writes took, from being asked for to being durable.",
        &watched.state.services.storage().writes(),
    );
}

fn what_waits(page: &mut Page, gauges: &Gauges, now_ms: i64) {
    let piles = [
        ("letters", "queued", gauges.letters_queued),
        ("letters", "failed", gauges.letters_failed),
        ("webhooks", "queued", gauges.news_queued),
        ("webhooks", "failed", gauges.news_failed),
        ("chats", "waiting", gauges.chats_waiting),
        ("chats", "live", gauges.chats_live),
    ];
    page.head("vitrine_waiting", Kind::Gauge, "How much of what is in which state.");
    for (what, state, pile) in piles {
        page.line("vitrine_waiting", &[("what", what), ("state", state)], pile.count);
    }
    page.head("vitrine_waiting_oldest_seconds", Kind::Gauge, "Since when the oldest of them is.");
    for (what, state, pile) in piles {
        let seconds = pile.oldest.map_or(0, |since| (now_ms - since.0).max(0) / 1_000);
        page.line("vitrine_waiting_oldest_seconds", &[("what", what), ("state", state)], seconds);
    }
    page.one(
        "vitrine_on_duty",
        Kind::Gauge,
        "People of all staffs who are on duty.",
        gauges.on_duty,
    );
}
