//! The whole of delivery under bad weather: many real clients ([`live::link::Link`]), the real server half ([`relay`]), one store,
//! one seeded scheduler, and a checker that knows only what went in and what came out.
//!
//! The store is SQLite in memory, through `storage`, and beside it a log of a few lines: that one is faster, and mistakes can be planted
//! into it. A debug build lives through few seeds and says so; `cargo xtask test --only simulate` lives through 10,000, or through as
//! many as `VITRINE_SEEDS` says. A failure names its seed; the same seed is the same story, byte for byte. There is deliberately no real
//! time and no socket in it, and nothing happens at once: the threads here live in worlds of their own.

#[path = "simulation/bug.rs"]
mod bug;
#[path = "simulation/cast.rs"]
mod cast;
#[path = "simulation/database.rs"]
mod database;
#[path = "simulation/history.rs"]
mod history;
#[path = "simulation/network.rs"]
mod network;
#[path = "simulation/node.rs"]
mod node;
#[path = "simulation/replay.rs"]
mod replay;
#[path = "simulation/store.rs"]
mod store;
#[path = "simulation/tab.rs"]
mod tab;
#[path = "simulation/weather.rs"]
mod weather;
#[path = "simulation/world.rs"]
mod world;

use std::{
    num::NonZero,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use bug::Bug;
use database::{Database, Shelf};
use weather::Sky;
use world::{Plan, Report, World};

/// A planted bug that needs more seeds than this is not caught.
const SEEDS_TO_CATCH: u64 = 500;
/// Worlds that live in one database before there is a new one: its folder is in memory, too.
const WORLDS_MAX: u64 = 250;

/// Where messages are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeper {
    /// In a list.
    Log,
    /// In SQLite.
    Sqlite,
}

impl Keeper {
    /// What people and weather do in one seed.
    fn steps(self) -> u32 {
        match self {
            Self::Log => 400,
            Self::Sqlite => 200,
        }
    }

    /// How many seeds are lived through.
    fn seeds(self) -> u64 {
        let few = cfg!(debug_assertions);
        match self {
            Self::Log if few => 300,
            Self::Log => 1_000,
            Self::Sqlite => wanted().unwrap_or(if few { 40 } else { 10_000 }),
        }
    }

    /// How many seeds are told twice.
    fn told_twice(self) -> u64 {
        match self {
            _ if !cfg!(debug_assertions) => 100,
            Self::Log => 20,
            Self::Sqlite => 5,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no configuration but this")]
fn wanted() -> Option<u64> {
    std::env::var("VITRINE_SEEDS").ok()?.parse().ok()
}

/// Lives, one after the other.
struct House {
    keeper: Keeper,
    database: Option<Database>,
}

impl House {
    fn new(keeper: Keeper) -> Self {
        Self { keeper, database: None }
    }

    fn live(&mut self, seed: u64, plan: Plan) -> Report {
        let plan = Plan {
            steps: self.keeper.steps(),
            ..plan
        };
        match self.keeper {
            Keeper::Log => World::new(seed, store::Log::new(plan.bug), plan).live(),
            Keeper::Sqlite => {
                if self.database.as_ref().is_some_and(|database| database.worlds() >= WORLDS_MAX) {
                    self.database = None;
                }
                let database = self.database.get_or_insert_with(Database::new);
                World::new(seed, Shelf::new(database), plan).live()
            }
        }
    }
}

/// Lives through seeds on every core, and wants nothing to be found in any of them. How much was committed.
fn live_through(keeper: Keeper, seeds: Range<u64>, sky: Sky) -> u64 {
    let (next, committed) = (AtomicU64::new(seeds.start), AtomicU64::new(0));
    let one_after_the_other = || {
        let mut house = House::new(keeper);
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let plan = Plan { sky, ..Plan::default() };
            let report = house.live(seed, plan);
            if !report.findings.is_empty() {
                // The others need not go on.
                next.store(seeds.end, Ordering::Relaxed);
                panic!("{keeper:?}, {sky:?}, seed {seed}: {:#?}", report.findings);
            }
            committed.fetch_add(report.committed as u64, Ordering::Relaxed);
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let lives: Vec<_> = (0..cores).map(|_| scope.spawn(one_after_the_other)).collect();
        for life in lives {
            if let Err(why) = life.join() {
                std::panic::resume_unwind(why);
            }
        }
    });
    committed.into_inner()
}

/// As many seeds as there are to be. A world in which nothing happens proves nothing.
fn live_through_all(keeper: Keeper) {
    let seeds = keeper.seeds();
    let committed = live_through(keeper, 0..seeds, Sky::Any);
    println!("{keeper:?}: {seeds} seeds, {committed} messages, no findings");
    if cfg!(debug_assertions) {
        println!("a debug build, hence so few: `cargo xtask test --only simulate` lives through 10,000");
    }
    assert!(
        committed > seeds * u64::from(keeper.steps()) / 8,
        "{committed} messages in {seeds} seeds"
    );
}

#[test]
fn whatever_the_weather_nothing_is_lost_doubled_or_turned_around() {
    live_through_all(Keeper::Log);
}

#[test]
fn whatever_the_weather_sqlite_keeps_and_tells_each_message_once_and_in_order() {
    live_through_all(Keeper::Sqlite);
}

#[test]
fn f_13_nothing_depends_on_anybodys_clock_being_right() {
    live_through(Keeper::Log, 0..100, Sky::Clocks);
    live_through(Keeper::Sqlite, 0..20, Sky::Clocks);
}

#[test]
fn f_17_whatever_arrives_twice_has_happened_once() {
    live_through(Keeper::Log, 0..100, Sky::Double);
    live_through(Keeper::Sqlite, 0..20, Sky::Double);
}

#[test]
fn the_same_seed_is_the_same_story() {
    for keeper in [Keeper::Log, Keeper::Sqlite] {
        // Two houses: what else has happened in a database is no part of the story.
        let (mut once, mut again) = (House::new(keeper), House::new(keeper));
        again.live(1_000, Plan::default());
        let plan = Plan {
            traced: true,
            ..Plan::default()
        };
        for seed in 0..keeper.told_twice() {
            let (first, second) = (once.live(seed, plan).trace, again.live(seed, plan).trace);
            assert!(!first.is_empty() && first == second, "{keeper:?}: seed {seed} told two stories");
        }
    }
}

#[test]
fn every_planted_bug_is_caught() {
    for keeper in [Keeper::Log, Keeper::Sqlite] {
        for bug in Bug::ALL {
            if keeper == Keeper::Sqlite && bug.is_of_the_store() {
                continue;
            }
            let mut house = House::new(keeper);
            let plan = Plan {
                bug: Some(bug),
                ..Plan::default()
            };
            let caught = (0..SEEDS_TO_CATCH).find_map(|seed| {
                let findings = house.live(seed, plan).findings;
                (!findings.is_empty()).then_some((seed, findings))
            });
            let Some((seed, findings)) = caught else {
                panic!("{bug:?} lived through {SEEDS_TO_CATCH} seeds over {keeper:?}")
            };
            println!("{keeper:?}, {bug:?}: seed {seed}, {:?}", findings[0]);
        }
    }
}
