//! Who is connected, counted: for the whole server, and for each client. It turns away; it never waits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::{config::limits::LimitsConfig, extract::client_ip::ClientKey, lifecycle::Lifecycle};

/// The room. Cheap to clone.
#[derive(Clone)]
pub struct Seats(Arc<Room>);

/// One connection's place. It is among the extensions of each of its requests: a request that becomes a socket must keep a clone as long as
/// the socket lives, so that it stays counted and the server waits for it when it ends.
#[derive(Clone)]
pub struct Seat {
    _taken: Arc<Taken>,
}

struct Room {
    max: usize,
    per_client_max: usize,
    lifecycle: Lifecycle,
    taken: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: usize,
    per_client: HashMap<ClientKey, usize>,
}

struct Taken {
    room: Arc<Room>,
    client: Option<ClientKey>,
    _held: TaskTrackerToken,
}

impl Seats {
    /// An empty room. The end of the server waits for every seat that is taken.
    pub fn new(limits: &LimitsConfig, lifecycle: &Lifecycle) -> Self {
        Self(Arc::new(Room {
            max: limits.connections_max,
            per_client_max: limits.connections_per_client_max,
            lifecycle: lifecycle.clone(),
            taken: Mutex::default(),
        }))
    }

    /// A seat, unless the room is full or this client has taken all that it may. `None` stands for a trusted proxy, who speaks for many.
    pub fn take(&self, client: Option<ClientKey>) -> Option<Seat> {
        let mut counts = self.0.counts();
        if counts.all >= self.0.max {
            return None;
        }
        if let Some(client) = client {
            let own = counts.per_client.entry(client).or_default();
            if *own >= self.0.per_client_max {
                return None;
            }
            *own += 1;
        }
        counts.all += 1;
        drop(counts);
        Some(Seat {
            _taken: Arc::new(Taken {
                room: self.0.clone(),
                client,
                _held: self.0.lifecycle.hold(),
            }),
        })
    }

    /// How many there are.
    pub fn max(&self) -> usize {
        self.0.max
    }

    /// How many are taken: the ending spreads the sockets' return over it.
    pub fn taken(&self) -> usize {
        self.0.counts().all
    }
}

impl Room {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Counting cannot stop half-way.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut counts = self.room.counts();
        counts.all = counts.all.saturating_sub(1);
        if let Some(client) = self.client {
            let left = counts.per_client.get(&client).map_or(0, |own| own.saturating_sub(1));
            if left == 0 {
                // A client that left takes no memory.
                counts.per_client.remove(&client);
            } else {
                counts.per_client.insert(client, left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(max: usize, per_client_max: usize) -> Seats {
        let limits = LimitsConfig {
            connections_max: max,
            connections_per_client_max: per_client_max,
            ..LimitsConfig::default()
        };
        Seats::new(&limits, &Lifecycle::new())
    }

    #[expect(clippy::unnecessary_wraps, reason = "what `take` wants")]
    fn client(n: u8) -> Option<ClientKey> {
        Some(ClientKey::of([203, 0, 113, n].into()))
    }

    #[test]
    fn one_client_cannot_take_the_room_from_the_others() {
        let seats = room(10, 2);
        let held: Vec<_> = (0..2).map(|_| seats.take(client(1)).expect("room")).collect();
        assert!(seats.take(client(1)).is_none());
        assert!(seats.take(client(2)).is_some());
        drop(held);
        assert!(seats.take(client(1)).is_some());
        assert_eq!(seats.taken(), 0);
        assert!(seats.0.counts().per_client.is_empty());
    }

    #[test]
    fn the_room_has_an_end_for_everybody() {
        let seats = room(2, 10);
        let held = [seats.take(client(1)), seats.take(None)];
        assert!(held.iter().all(Option::is_some));
        assert!(seats.take(client(2)).is_none());
        assert!(seats.take(None).is_none());
    }

    #[test]
    fn a_seat_is_free_when_its_last_clone_is_gone() {
        let seats = room(1, 1);
        let request = seats.take(client(1)).expect("room");
        let socket = request.clone();
        drop(request);
        assert_eq!(seats.taken(), 1);
        drop(socket);
        assert_eq!(seats.taken(), 0);
    }
}
