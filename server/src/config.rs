//! What an installation decides: read once at start-up from the command line and the environment, then only passed on.
//!
//! The rest of the program never asks the environment. Every variable is in [`VARIABLES`], which is also the text of `--help`.

pub mod bus;
pub mod database;
pub mod files;
pub mod http;
pub mod limits;
pub mod mail;
pub mod mail_in;
pub mod metrics;
pub mod network;
pub mod webhooks;

use std::{
    fmt::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use self::{
    bus::BusConfig, database::DatabaseConfig, files::FilesConfig, http::HttpConfig, limits::LimitsConfig, mail::MailConfig,
    mail_in::MailInConfig, metrics::MetricsConfig, webhooks::WebhooksConfig,
};
use crate::logging::LogConfig;

/// How a variable is looked up: the environment, or a table in a test.
pub type LookUp<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// A variable, as `--help` shows it.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means, with its default.
    pub meaning: &'static str,
}

/// Every variable that is read.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "VITRINE_LISTEN",
        meaning: "address and port to listen on, like --listen [127.0.0.1:3000]",
    },
    Variable {
        name: "VITRINE_DATA",
        meaning: "folder that holds everything, like --data [data]",
    },
    Variable {
        name: "VITRINE_PUBLIC_URL",
        meaning: "what people type: scheme, host and port, such as https://chat.example. Required, and https, unless the server listens on loopback only",
    },
    Variable {
        name: "VITRINE_ALLOW_HTTP",
        meaning: "1 allows a public URL without https, in a closed network [0]",
    },
    Variable {
        name: "VITRINE_DATABASE_URL",
        meaning: "postgres://USER:PASSWORD@HOST/NAME [a SQLite file in the data folder]",
    },
    Variable {
        name: "VITRINE_NATS_URL",
        meaning: "where several servers on one PostgreSQL tell each other what happens, if not through PostgreSQL: nats://USER:PASSWORD@HOST:4222 or tls://…, several of one cluster separated by commas [PostgreSQL]",
    },
    Variable {
        name: "VITRINE_SMTP_URL",
        meaning: "the mail server: smtp://USER:PASSWORD@HOST:587 (STARTTLS), smtps://… (TLS), or smtp://…?tls=none in a closed network [letters lie in the folder mail of the data folder]",
    },
    Variable {
        name: "VITRINE_SMTP_CA",
        meaning: "file with certificates of an authority of your own, in PEM, for the mail server [those that everybody trusts]",
    },
    Variable {
        name: "VITRINE_MAIL_FROM",
        meaning: "the address that letters are from, such as chat@shop.example; required with VITRINE_SMTP_URL",
    },
    Variable {
        name: "VITRINE_DISK_FLOOR",
        meaning: "what stays free of the disk that files are kept on: no more are taken below it; bytes, or with K, M, G or T [1G]",
    },
    Variable {
        name: "VITRINE_CLAMD",
        meaning: "ClamAV's clamd, which looks through every file before it is taken: unix:/path/of/clamd.ctl or tcp:HOST:PORT [files are not looked through]",
    },
    Variable {
        name: "VITRINE_MAIL_IN_DOMAIN",
        meaning: "the domain whose mail reaches this server, such as in.shop.example: answers to letters come back to it [no mail arrives]",
    },
    Variable {
        name: "VITRINE_MAIL_IN_AUTHSERV",
        meaning: "the name under which your mail server writes Authentication-Results; without it no sender counts as proven [none]",
    },
    Variable {
        name: "VITRINE_LMTP_LISTEN",
        meaning: "where your mail server hands letters over by LMTP or SMTP: 127.0.0.1:2424, or the path of a socket. Never on the internet [nowhere]",
    },
    Variable {
        name: "VITRINE_IMAP_URL",
        meaning: "a mailbox of its own that is read instead: imaps://USER:PASSWORD@HOST/INBOX, or imap://…?tls=none in a closed network [none]",
    },
    Variable {
        name: "VITRINE_IMAP_CA",
        meaning: "file with certificates of an authority of your own, in PEM, for that mailbox's server [those that everybody trusts]",
    },
    Variable {
        name: "VITRINE_WEBHOOK_ALLOW",
        meaning: "addresses or ranges of your own network, separated by commas, that webhooks may reach over any port and without TLS: 10.0.0.0/8 [only public addresses, by https]",
    },
    Variable {
        name: "VITRINE_TRUSTED_PROXIES",
        meaning: "addresses or ranges, separated by commas, whose X-Forwarded-For is believed: 10.0.0.0/8,::1 [none]",
    },
    Variable {
        name: "VITRINE_RATE_FACTOR",
        meaning: "multiplies every budget of requests and connections of one client [1]",
    },
    Variable {
        name: "VITRINE_MAX_CONNECTIONS",
        meaning: "connections at once [20000]",
    },
    Variable {
        name: "VITRINE_METRICS_LISTEN",
        meaning: "where Prometheus reads /metrics, on loopback: 127.0.0.1:9464 [nowhere]",
    },
    Variable {
        name: "VITRINE_METRICS_ANYWHERE",
        meaning: "1 allows an address for it that is not loopback, in a network of your own: nobody is asked for a password there [0]",
    },
    Variable {
        name: "VITRINE_LOG",
        meaning: "what is logged: a level, or module=level pairs [info]",
    },
    Variable {
        name: "VITRINE_LOG_FORMAT",
        meaning: "text or json [text]",
    },
];

/// What the command line said. It goes before the environment.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// `--listen`.
    pub listen: Option<SocketAddr>,
    /// `--data`.
    pub data: Option<PathBuf>,
}

/// What an installation decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// Who may reach the server, and under which name.
    pub http: HttpConfig,
    /// Where the data is kept.
    pub database: DatabaseConfig,
    /// How servers on one database talk to each other.
    pub bus: BusConfig,
    /// How letters leave.
    pub mail: MailConfig,
    /// How letters arrive.
    pub mail_in: MailInConfig,
    /// How news for other programs leave.
    pub webhooks: WebhooksConfig,
    /// Files that people give.
    pub files: FilesConfig,
    /// How much the server takes on.
    pub limits: LimitsConfig,
    /// Where the numbers about this process are shown.
    pub metrics: MetricsConfig,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Where the supervisor that started this process wants to hear how far it is (`NOTIFY_SOCKET`, as systemd sets it).
    pub notify: Option<String>,
    /// Set while `cargo leptos watch` runs the server.
    pub watch: Option<WatchConfig>,
}

/// Where `cargo leptos watch` puts the desk's program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchConfig {
    /// The folder on disk that is served at `/pkg`.
    pub folder: PathBuf,
    /// The name of the program's files, without their endings.
    pub output: String,
}

impl Config {
    /// From the command line and the environment.
    pub fn from_env(given: Given) -> Result<Self, ConfigError> {
        Self::read(given, &environment)
    }

    /// From the command line and whatever answers for the environment.
    pub fn read(given: Given, look_up: &LookUp) -> Result<Self, ConfigError> {
        let listen = match (given.listen, look_up("VITRINE_LISTEN")) {
            (Some(listen), _) => listen,
            (None, Some(text)) => text
                .trim()
                .parse()
                .map_err(|_| ConfigError::new("VITRINE_LISTEN", "it must be an address and a port, such as 127.0.0.1:3000"))?,
            (None, None) => SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
        };
        let data = given
            .data
            .or_else(|| look_up("VITRINE_DATA").map(PathBuf::from))
            .unwrap_or_else(|| PathBuf::from("data"));
        let database = DatabaseConfig::read(&data, look_up)?;
        Ok(Self {
            http: HttpConfig::read(listen, look_up)?,
            bus: BusConfig::read(&database, look_up)?,
            database,
            mail: MailConfig::read(&data, look_up)?,
            mail_in: MailInConfig::read(look_up)?,
            webhooks: WebhooksConfig::read(look_up)?,
            files: FilesConfig::read(&data, look_up)?,
            limits: LimitsConfig::read(look_up)?,
            metrics: MetricsConfig::read(look_up)?,
            log: LogConfig::read(look_up)?,
            notify: look_up("NOTIFY_SOCKET"),
            watch: watch(look_up),
            data,
        })
    }
}

impl fmt::Display for Config {
    /// What `check-config` prints: one line each, no secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let public = self
            .http
            .public
            .as_ref()
            .map_or("as asked, on loopback only", |origin| origin.as_str());
        let proxies: Vec<String> = self.http.trusted_proxies.iter().map(ToString::to_string).collect();
        writeln!(f, "listens on         {}", self.http.listen)?;
        writeln!(f, "public URL         {public}")?;
        writeln!(f, "data folder        {}", self.data.display())?;
        writeln!(f, "database           {}", self.database)?;
        writeln!(f, "other servers      {}", self.bus)?;
        writeln!(f, "mail               {}", self.mail)?;
        writeln!(f, "mail that arrives  {}", self.mail_in)?;
        writeln!(f, "webhooks           {}", self.webhooks)?;
        writeln!(f, "disk floor         {} bytes", self.files.disk_floor)?;
        match &self.files.scanner {
            Some(scanner) => writeln!(f, "virus scanner      {scanner}")?,
            None => writeln!(f, "virus scanner      none")?,
        }
        writeln!(
            f,
            "trusted proxies    {}",
            if proxies.is_empty() {
                "none".to_owned()
            } else {
                proxies.join(", ")
            }
        )?;
        writeln!(f, "rate factor        {}", self.limits.rate_factor)?;
        writeln!(
            f,
            "connections        {}, from one client {}",
            self.limits.connections_max, self.limits.connections_per_client_max
        )?;
        writeln!(f, "metrics            {}", self.metrics)?;
        write!(f, "log                {}, {}", self.log.filter, self.log.format)
    }
}

/// The part of `--help` about the environment.
pub fn help() -> String {
    let mut text = String::from("Environment:\n");
    for variable in VARIABLES {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}\n          {}", variable.name, variable.meaning);
    }
    text
}

/// Why the server does not start with this configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    variable: &'static str,
    problem: String,
}

impl ConfigError {
    /// What is wrong with which variable, and what to do about it.
    pub fn new(variable: &'static str, problem: impl Into<String>) -> Self {
        Self {
            variable,
            problem: problem.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}.", self.variable, self.problem)
    }
}

impl std::error::Error for ConfigError {}

/// A variable of the environment; one that is set to nothing is not set.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    match std::env::var(name) {
        Ok(value) => Some(value).filter(|value| !value.trim().is_empty()),
        Err(std::env::VarError::NotPresent) => None,
        // It will not parse, and that is what the person should hear.
        Err(std::env::VarError::NotUnicode(raw)) => Some(raw.to_string_lossy().into_owned()),
    }
}

/// What cargo-leptos tells the server it runs.
fn watch(look_up: &LookUp) -> Option<WatchConfig> {
    look_up("LEPTOS_WATCH")?;
    let root = PathBuf::from(look_up("LEPTOS_SITE_ROOT")?);
    Some(WatchConfig {
        folder: root.join(look_up("LEPTOS_SITE_PKG_DIR").unwrap_or_else(|| "pkg".to_owned())),
        output: look_up("LEPTOS_OUTPUT_NAME").unwrap_or_else(|| "desk".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn nothing_set_starts_on_loopback_with_a_file() {
        let config = Config::read(Given::default(), &|_| None).expect("the defaults are fine");
        assert_eq!(config.http.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(
            config.database,
            DatabaseConfig::Sqlite {
                file: "data/vitrine.db".into()
            }
        );
        assert_eq!(config.watch, None);
    }

    #[test]
    fn the_command_line_goes_before_the_environment() {
        let set = |name: &str| match name {
            "VITRINE_LISTEN" => Some("127.0.0.1:4000".to_owned()),
            "VITRINE_DATA" => Some("/srv/vitrine".to_owned()),
            _ => None,
        };
        let given = Given {
            listen: "127.0.0.1:5000".parse().ok(),
            data: None,
        };
        let config = Config::read(given, &set).expect("fine");
        assert_eq!(config.http.listen.port(), 5000);
        assert_eq!(config.data, PathBuf::from("/srv/vitrine"));
    }

    #[test]
    fn every_variable_that_is_read_is_in_the_help() {
        let asked = RefCell::new(Vec::new());
        let config = Config::read(Given::default(), &|name| {
            asked.borrow_mut().push(name.to_owned());
            None
        });
        assert!(config.is_ok());
        let help = help();
        for name in asked.into_inner().iter().filter(|name| name.starts_with("VITRINE_")) {
            assert!(help.contains(name.as_str()), "{name}");
        }
    }

    #[test]
    fn the_printed_configuration_holds_no_secret() {
        let set = |name: &str| (name == "VITRINE_DATABASE_URL").then(|| "postgres://me:geheim@db/vitrine".to_owned());
        let config = Config::read(Given::default(), &set).expect("fine");
        assert!(!config.to_string().contains("geheim"));
        assert!(config.to_string().contains("127.0.0.1:3000"));
    }
}
