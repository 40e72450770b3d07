//! Several servers on one PostgreSQL: whoever writes at one is read at another, with the bus and without; work for all is done once; what
//! ends at one ends at all; and a server that goes, politely or not, takes nothing with it.
//!
//! Each server has a runtime of its own, so that one can die with everything that runs in it.

mod delivery;
mod duties;
mod going;
mod node;
mod rights;
mod turns;
