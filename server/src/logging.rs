//! What is logged, how, and where panics go. It decides nothing about what is worth logging.

use std::{
    fmt,
    io::IsTerminal as _,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

use crate::config::{ConfigError, LookUp};

/// What sqlx says at `info`, the notices of PostgreSQL, helps nobody who runs a shop.
const FILTER: &str = "info,sqlx=warn";

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct LogConfig {
    /// A level, or `module=level` pairs.
    pub filter: Targets,
    /// For people or for programs.
    pub format: LogFormat,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines, coloured on a terminal.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogConfig {
    /// Reads `VITRINE_LOG` and `VITRINE_LOG_FORMAT`.
    pub fn read(look_up: &LookUp) -> Result<Self, ConfigError> {
        let filter = look_up("VITRINE_LOG").unwrap_or_else(|| FILTER.to_owned());
        let filter = filter
            .parse()
            .map_err(|_| ConfigError::new("VITRINE_LOG", "it must be a level, or module=level pairs with commas between them"))?;
        let format = match look_up("VITRINE_LOG_FORMAT").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => return Err(ConfigError::new("VITRINE_LOG_FORMAT", "it must be text or json")),
        };
        Ok(Self { filter, format })
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// Begins to log to the standard error stream. Called once, by `main`.
pub fn start(config: &LogConfig) {
    // What the filter leaves out is not counted either.
    let registry = tracing_subscriber::registry().with(config.filter.clone()).with(Counting);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => registry.with(lines.with_ansi(std::io::stderr().is_terminal())).init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).init(),
    }
    // A panic is one log line like any other, inside the span of the request that caused it.
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
}

static ERRORS: AtomicU64 = AtomicU64::new(0);
static WARNINGS: AtomicU64 = AtomicU64::new(0);

/// What was logged since the process began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Errors.
    pub errors: u64,
    /// Warnings.
    pub warnings: u64,
}

/// How much was worth an error or a warning: for those who watch, and would rather not read.
pub fn counted() -> Logged {
    Logged {
        errors: ERRORS.load(Relaxed),
        warnings: WARNINGS.load(Relaxed),
    }
}

/// Counts what is logged.
struct Counting;

impl<S: Subscriber> Layer<S> for Counting {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        if level == Level::ERROR {
            ERRORS.fetch_add(1, Relaxed);
        } else if level == Level::WARN {
            WARNINGS.fetch_add(1, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_refused_at_the_start() {
        let with = |name: &'static str, value: &'static str| LogConfig::read(&move |asked| (asked == name).then(|| value.to_owned()));
        assert!(with("VITRINE_LOG", "server=debug,info").is_ok());
        assert!(with("VITRINE_LOG", "server=loud").is_err());
        assert_eq!(with("VITRINE_LOG_FORMAT", "json").map(|log| log.format), Ok(LogFormat::Json));
        assert!(with("VITRINE_LOG_FORMAT", "xml").is_err());
    }
}
