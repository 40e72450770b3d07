//! A real server on a port of its own, in this process.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use server::{
    config::{Config, Given, bus::BusConfig},
    lifecycle::Lifecycle,
    listener::{self, seats::Seats},
    policy::Route,
    startup,
    state::AppState,
};
use service::Clock;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::{
    Browser, Database, Operator, Visitor,
    world::{PASSWORD, StoreOf, World},
};

/// A server, its world, and the table of what it serves.
pub struct TestServer {
    /// Where it is.
    pub base: String,
    /// What its handlers reach.
    pub state: AppState,
    /// The table of what it serves.
    pub routes: Vec<Route>,
    /// Who is in it.
    pub world: World,
    lifecycle: Lifecycle,
    bus: BusConfig,
    _database: Database,
    /// What is kept beside the database goes with the test.
    _folder: TempDir,
}

impl TestServer {
    /// Starts one over a database, with the system's clock.
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, Clock::system()).await
    }

    /// Starts one with a clock of the test's own.
    pub async fn start_with(database: Database, clock: Clock) -> Self {
        Self::start_set(database, clock, &[]).await
    }

    /// Starts one with variables of the environment.
    pub async fn start_set(database: Database, clock: Clock, set: &[(&str, &str)]) -> Self {
        Self::boot(database, clock, set, None).await
    }

    /// Starts one more over a database that has its world already.
    pub async fn start_beside(database: Database, world: World, set: &[(&str, &str)]) -> Self {
        Self::boot(database, Clock::system(), set, Some(world)).await
    }

    async fn boot(database: Database, clock: Clock, set: &[(&str, &str)], world: Option<World>) -> Self {
        let socket = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
        let listen = socket.local_addr().expect("an address");
        let folder = tempfile::tempdir().expect("a folder");
        // A test is one client that does what many do, on whatever disk there is.
        let usual = [("VITRINE_RATE_FACTOR", "100"), ("VITRINE_DISK_FLOOR", "0")];
        let look_up = |name: &str| {
            let found = set.iter().chain(&usual).find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let config = Config::read(
            Given {
                listen: Some(listen),
                data: Some(folder.path().to_owned()),
            },
            &look_up,
        )
        .expect("a configuration");
        let lifecycle = Lifecycle::new();
        let made = startup::assemble(&config, database.storage.clone(), clock, lifecycle.clone(), None);
        let server::startup::Server { router, routes, state } = made.unwrap_or_else(|e| panic!("{e}"));
        let world = match world {
            Some(world) => world,
            None => World::make(&state.services).await,
        };
        let seats = Seats::new(&config.limits, &lifecycle);
        tokio::spawn(listener::serve(socket, router, lifecycle.clone(), Arc::new(config.http), seats));
        Self {
            base: format!("http://{listen}"),
            state,
            routes,
            world,
            lifecycle,
            bus: config.bus,
            _database: database,
            _folder: folder,
        }
    }

    /// Somebody nobody knows.
    pub fn nobody(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// Somebody of a store's staff, signed in through the form.
    pub async fn sign_in(&self, email: &str) -> Operator {
        Operator::sign_in(&self.base, email, PASSWORD).await
    }

    /// A visitor of a store, without a chat yet.
    pub fn visitor(&self, store: &StoreOf) -> Visitor {
        Visitor::new(&self.base, store.slug)
    }

    /// A visitor of a store whose browser keeps no cookie of ours.
    pub fn visitor_without_cookies(&self, store: &StoreOf) -> Visitor {
        Visitor::without_cookies(&self.base, store.slug)
    }

    /// Talks to the other servers on its database from now on.
    pub fn join_others(&self) {
        self.state.live.join_others(&self.bus, self.lifecycle.stop());
    }

    /// Begins to end it: it takes nobody on any more.
    pub fn drain(&self) {
        self.lifecycle.drain();
    }

    /// Ends it, politely.
    pub async fn stop(self) {
        self.lifecycle.finish(Duration::from_secs(10)).await;
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.lifecycle.drain();
        self.lifecycle.stop().cancel();
    }
}
