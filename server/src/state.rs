//! What every handler can reach. Cheap to clone.

use std::sync::Arc;

use service::Services;

use crate::{assets::Assets, config::http::HttpConfig, http::api::pace::Pace, lifecycle::Lifecycle, live::Live};

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    /// The verbs.
    pub services: Services,
    /// Who may reach the server, and under which name.
    pub http: Arc<HttpConfig>,
    /// The programs, styles and pictures.
    pub assets: Arc<Assets>,
    /// The sockets, and what they follow.
    pub live: Arc<Live>,
    /// How much each key may ask.
    pub pace: Arc<Pace>,
    /// How the server ends.
    pub lifecycle: Lifecycle,
    /// Where the demo shop is, while the demo runs.
    pub demo_shop: Option<Arc<str>>,
}
