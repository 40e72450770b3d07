//! The whole of delivery under bad weather: many real clients ([`live::link::Link`]), the real server half ([`relay`]), one store,
//! one seeded scheduler, and a checker that knows only what went in and what came out.
//!
//! `VITRINE_SEEDS` says how many seeds are lived through (300). A failure names its seed; the same seed is the same story, byte
//! for byte. It deliberately has no real time, no socket and no thread in it.

#[path = "simulation/bug.rs"]
mod bug;
#[path = "simulation/cast.rs"]
mod cast;
#[path = "simulation/history.rs"]
mod history;
#[path = "simulation/network.rs"]
mod network;
#[path = "simulation/node.rs"]
mod node;
#[path = "simulation/store.rs"]
mod store;
#[path = "simulation/tab.rs"]
mod tab;
#[path = "simulation/weather.rs"]
mod weather;
#[path = "simulation/world.rs"]
mod world;

use bug::Bug;
use world::{Report, World};

/// What people and weather do in one seed.
const STEPS: u32 = 400;
/// A planted bug that needs more than this is not caught.
const SEEDS_TO_CATCH: u64 = 500;

#[expect(clippy::disallowed_methods, reason = "a test has no configuration but this")]
fn seeds() -> u64 {
    std::env::var("VITRINE_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

fn live(seed: u64, bug: Option<Bug>, traced: bool) -> Report {
    World::new(seed, store::Log::new(bug), bug, traced).live(STEPS)
}

#[test]
fn whatever_the_weather_nothing_is_lost_doubled_or_turned_around() {
    let mut committed = 0;
    for seed in 0..seeds() {
        let report = live(seed, None, false);
        assert!(report.findings.is_empty(), "seed {seed}: {:#?}", report.findings);
        committed += report.committed;
    }
    // A world in which nothing happens proves nothing.
    assert!(committed as u64 > seeds() * 50, "{committed} messages in {} seeds", seeds());
}

#[test]
fn the_same_seed_is_the_same_story() {
    for seed in 0..20 {
        let (once, again) = (live(seed, None, true).trace, live(seed, None, true).trace);
        assert!(!once.is_empty() && once == again, "seed {seed} told two stories");
    }
}

#[test]
fn every_planted_bug_is_caught() {
    for bug in Bug::ALL {
        let caught = (0..SEEDS_TO_CATCH).find_map(|seed| {
            let findings = live(seed, Some(bug), false).findings;
            (!findings.is_empty()).then_some((seed, findings))
        });
        let Some((seed, findings)) = caught else {
            panic!("{bug:?} lived through {SEEDS_TO_CATCH} seeds")
        };
        println!("{bug:?}: seed {seed}, {:?}", findings[0]);
    }
}
