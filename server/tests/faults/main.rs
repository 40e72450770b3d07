//! Faults survived: the real executable, killed, starved, stopped and cut off, while people go on talking through it.
//!
//! Each run ends with the checker: nothing that was acknowledged is lost, nothing is there twice, everybody agrees. What a machine does
//! not permit is skipped aloud, unless `VITRINE_REQUIRE_FAULTS=1`. `VITRINE_FAULTS=all` repeats each fault as often as before a release.

mod checker;
mod clock;
mod clog;
mod cluster;
mod descriptors;
mod fsync;
mod full;
mod house;
mod kill;
mod locked;
mod memory;
mod namespace;
mod network;
mod partition;
mod pause;
mod post;
mod postgres;
mod relay;
mod restart;
mod room;
mod slow;
mod talk;
mod tools;
