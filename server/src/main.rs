//! The executable `vitrine`: reads the command line, and hands over.

use std::{fmt, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use server::{
    config::{self, Config, Given},
    logging, startup,
};

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

fn main() -> ExitCode {
    // Without a command it serves, so that `cargo leptos watch` needs no arguments.
    let command = Cli::parse().command.unwrap_or_else(|| Command::Serve(Place::default()));
    let (place, shop, only_check) = match command {
        Command::Serve(place) => (place, None, false),
        Command::Demo { place, shop } => (place, Some(shop), false),
        Command::CheckConfig(place) => (place, None, true),
    };
    let config = match Config::from_env(Given {
        listen: place.listen,
        data: place.data,
    }) {
        Ok(config) => config,
        Err(error) => return failed(&error),
    };
    if only_check {
        println!("{config}");
        return ExitCode::SUCCESS;
    }
    logging::start(&config.log);
    run(config, shop)
}

fn run(config: Config, shop: Option<SocketAddr>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let outcome = runtime.block_on(async {
        match shop {
            None => startup::serve(config).await,
            Some(shop) => startup::demo(config, shop).await,
        }
    });
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
}
