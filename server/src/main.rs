//! The executable `vitrine`: reads the command line, and hands over.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use server::{
    config::{self, Config, Given},
    logging,
    operate::{self, doctor},
    startup,
};
use service::Clock;

/// Live chat and customer messages for shops and marketplaces.
#[derive(Parser)]
#[command(name = "vitrine", version, after_help = config::help())]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves Vitrine. A new installation prints a one-time link that makes the first administrator and store.
    #[command(after_help = config::help())]
    Serve(Place),
    /// Serves Vitrine with a demo marketplace in it, and a shop on another site that embeds it.
    #[command(after_help = config::help())]
    Demo {
        #[command(flatten)]
        place: Place,
        /// Where the demo shop listens.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3001")]
        shop: SocketAddr,
    },
    /// Prints the configuration as it would be used, and what is wrong with it.
    #[command(after_help = config::help())]
    CheckConfig(Place),
    /// Makes a backup of everything in a new folder. The server may run meanwhile.
    #[command(after_help = config::help())]
    Backup {
        #[command(flatten)]
        place: Place,
        /// The folder, which is made.
        #[arg(value_name = "FOLDER")]
        into: PathBuf,
    },
    /// Puts a backup in, while no server runs. What was erased since is erased again, and everybody of the staff signs in again.
    #[command(after_help = config::help())]
    Restore {
        #[command(flatten)]
        place: Place,
        /// The backup.
        #[arg(value_name = "FOLDER")]
        from: PathBuf,
        /// What is there moves aside, into a folder beside it. Nothing of it is deleted.
        #[arg(long)]
        replace: bool,
        /// The newest list of what was erased: what `vitrine erasures` printed, or a later backup.
        #[arg(long, value_name = "FILE")]
        erasures: Option<PathBuf>,
        /// Goes on although what was erased cannot be read any more: people who were erased since are back.
        #[arg(long)]
        without_erasures: bool,
    },
    /// Prints the list of what was erased, for a backup that is put in one day. It names no person.
    #[command(after_help = config::help())]
    Erasures(Place),
    /// Looks at everything that must be right: folder, disk, clock, database, server, public URL, sockets, mail.
    #[command(after_help = config::help())]
    Doctor {
        #[command(flatten)]
        place: Place,
        /// Only whether the server of this configuration is ready: for health checks.
        #[arg(long)]
        quick: bool,
        /// Under which name the mail server publishes the key that it signs with (DKIM).
        #[arg(long, value_name = "SELECTOR")]
        dkim: Option<String>,
    },
}

#[derive(Args, Default)]
struct Place {
    /// Where to listen, address and port. [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The folder that holds everything; it is made when it is not there. [default: data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What is to be done with a configuration.
enum Work {
    Serve,
    Demo { shop: SocketAddr },
    CheckConfig,
    Backup { into: PathBuf },
    Restore(operate::restore::Wanted),
    Erasures,
    Doctor { quick: bool, wanted: doctor::Wanted },
}

impl Command {
    fn split(self) -> (Place, Work) {
        match self {
            Self::Serve(place) => (place, Work::Serve),
            Self::Demo { place, shop } => (place, Work::Demo { shop }),
            Self::CheckConfig(place) => (place, Work::CheckConfig),
            Self::Backup { place, into } => (place, Work::Backup { into }),
            Self::Restore {
                place,
                from,
                replace,
                erasures,
                without_erasures,
            } => {
                let wanted = operate::restore::Wanted {
                    from,
                    replace,
                    erasures,
                    without_erasures,
                };
                (place, Work::Restore(wanted))
            }
            Self::Erasures(place) => (place, Work::Erasures),
            Self::Doctor { place, quick, dkim } => {
                let wanted = doctor::Wanted { dkim };
                (place, Work::Doctor { quick, wanted })
            }
        }
    }
}

fn main() -> ExitCode {
    // Without a command it serves, so that `cargo leptos watch` needs no arguments.
    let command = Cli::parse().command.unwrap_or_else(|| Command::Serve(Place::default()));
    let (place, work) = command.split();
    let config = match Config::from_env(Given {
        listen: place.listen,
        data: place.data,
    }) {
        Ok(config) => config,
        Err(error) => return failed(&error),
    };
    if matches!(work, Work::CheckConfig) {
        println!("{config}");
        return ExitCode::SUCCESS;
    }
    logging::start(&config.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    runtime.block_on(Box::pin(run(config, work)))
}

async fn run(config: Config, work: Work) -> ExitCode {
    match work {
        Work::Serve => ended(startup::serve(config).await),
        Work::Demo { shop } => ended(startup::demo(config, shop).await),
        // `main` has done it.
        Work::CheckConfig => ExitCode::SUCCESS,
        Work::Backup { into } => ended(backup(&config, &into).await),
        Work::Restore(wanted) => ended(restore(&config, wanted).await),
        Work::Erasures => ended(operate::erasures::text(&config).await.map(|list| println!("{list}"))),
        Work::Doctor { quick, wanted } => examine(&config, quick, &wanted).await,
    }
}

async fn backup(config: &Config, into: &Path) -> Result<(), operate::Trouble> {
    let manifest = operate::backup::run(config, into, Clock::system().now()).await?;
    println!("{}", operate::backup::told(&manifest, into));
    Ok(())
}

async fn restore(config: &Config, wanted: operate::restore::Wanted) -> Result<(), operate::Trouble> {
    let restored = Box::pin(operate::restore::run(config, wanted, Clock::system().now())).await?;
    println!("{}", operate::restore::told(&restored));
    Ok(())
}

/// What does not work is a failure of the command, too: for scripts.
async fn examine(config: &Config, quick: bool, wanted: &doctor::Wanted) -> ExitCode {
    let worst = if quick {
        let finding = doctor::quick(config).await;
        println!("{finding}");
        finding.level
    } else {
        Box::pin(doctor::run(config, wanted, Clock::system().now(), |finding| println!("{finding}"))).await
    };
    if worst == doctor::Level::Wrong {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn ended(outcome: Result<(), impl fmt::Display>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn fmt::Display) -> ExitCode {
    eprintln!("vitrine: {error}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_variable_is_in_the_help() {
        let help = Cli::command().render_long_help().to_string();
        for variable in config::VARIABLES {
            assert!(help.contains(variable.name), "{}", variable.name);
        }
    }

    #[test]
    fn without_a_command_it_serves() {
        assert!(Cli::parse_from(["vitrine"]).command.is_none());
        let Some(Command::Demo { place, shop }) = Cli::parse_from(["vitrine", "demo", "--listen", "127.0.0.1:4000", "--data", "x"]).command
        else {
            panic!("the demo was asked for")
        };
        assert_eq!(
            (place.listen, place.data),
            ("127.0.0.1:4000".parse().ok(), Some(PathBuf::from("x")))
        );
        assert_eq!(shop.port(), 3001);
    }

    #[test]
    fn what_a_restore_may_do_is_asked_for_in_so_many_words() {
        let asked = Cli::parse_from(["vitrine", "restore", "/backups/today", "--data", "x"]);
        let Some((place, Work::Restore(wanted))) = asked.command.map(Command::split) else {
            panic!("a restore was asked for")
        };
        assert_eq!(place.data, Some(PathBuf::from("x")));
        assert_eq!(wanted.from, PathBuf::from("/backups/today"));
        assert!(!wanted.replace && !wanted.without_erasures && wanted.erasures.is_none());
        assert!(Cli::try_parse_from(["vitrine", "backup"]).is_err(), "where to?");
    }
}
