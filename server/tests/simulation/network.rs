//! What lies between browsers and the server: lines that delay, lose, double and turn frames, and break.

use live::Attempt;
use model::time::Timestamp;
use rand::Rng;
use relay::{Connection, ConnectionId, Input};

use crate::{
    store::Store,
    tab::ABNORMAL,
    world::{Happening, World},
};

/// One connection, seen from both ends.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about one end or the other")]
pub(crate) struct Socket {
    pub(crate) connection: Connection,
    pub(crate) person: usize,
    pub(crate) tab: usize,
    pub(crate) life: u32,
    pub(crate) attempt: Attempt,
    /// Whether each end still believes in it.
    pub(crate) client_open: bool,
    pub(crate) server_open: bool,
    /// A frame was lost, doubled or turned. No real line does that and stays open for long.
    pub(crate) tainted: bool,
    /// Nothing passes any more.
    pub(crate) broken: bool,
    pub(crate) tick: Option<Timestamp>,
    /// When the last frame that went before the others arrives, in each direction.
    to_server: Timestamp,
    to_client: Timestamp,
}

impl Socket {
    pub(crate) fn new(connection: Connection, person: usize, tab: usize, life: u32, attempt: Attempt) -> Self {
        Self {
            connection,
            person,
            tab,
            life,
            attempt,
            client_open: true,
            server_open: true,
            tainted: false,
            broken: false,
            tick: None,
            to_server: Timestamp::default(),
            to_client: Timestamp::default(),
        }
    }
}

/// What happens to one frame on its way.
struct Passage {
    ms: i64,
    /// It arrives a second time, so much later.
    again_ms: Option<i64>,
}

impl<S: Store> World<S> {
    pub(crate) fn carry_to_server(&mut self, to: ConnectionId, text: &str) {
        if let Some(Passage { ms, again_ms }) = self.passage(to, |s| &mut s.to_server) {
            for ms in [Some(ms), again_ms].into_iter().flatten() {
                self.at(ms, Happening::ToServer { to, text: text.to_owned() });
            }
        }
    }

    pub(crate) fn carry_to_client(&mut self, from: ConnectionId, text: &str) {
        if let Some(Passage { ms, again_ms }) = self.passage(from, |s| &mut s.to_client) {
            for ms in [Some(ms), again_ms].into_iter().flatten() {
                self.at(
                    ms,
                    Happening::ToClient {
                        from,
                        text: text.to_owned(),
                    },
                );
            }
        }
    }

    /// How a frame gets through, if it does.
    fn passage(&mut self, id: ConnectionId, line: fn(&mut Socket) -> &mut Timestamp) -> Option<Passage> {
        let dropped = self.dice(self.weather.drop);
        let doubled = self.dice(self.weather.double);
        let turned = self.dice(self.weather.turn);
        let (latency, late) = (self.latency(), self.rng.random_range(10..400));
        let now = self.now;
        let socket = self.sockets.get_mut(&id).filter(|s| !s.broken)?;
        socket.tainted |= dropped || doubled || turned;
        if dropped {
            return None;
        }
        let line = line(socket);
        let in_turn = now.plus_ms(latency).max(*line);
        let ms = if turned {
            // Those behind it do not wait for it.
            in_turn.since_ms(now) + late
        } else {
            *line = in_turn;
            in_turn.since_ms(now)
        };
        Some(Passage {
            ms,
            again_ms: doubled.then_some(ms + late),
        })
    }

    /// A frame of a browser has arrived.
    pub(crate) fn arrive(&mut self, to: ConnectionId, text: &str) {
        if self.sockets.get(&to).is_some_and(|s| !s.broken) {
            self.hear(to, Input::Text(text));
        }
    }

    /// The server closes: the browser learns it after everything that was said before.
    pub(crate) fn close_to_client(&mut self, from: ConnectionId, code: u16) {
        let (latency, now) = (self.latency(), self.now);
        if let Some(socket) = self.sockets.get(&from) {
            let ms = now.plus_ms(latency).max(socket.to_client).since_ms(now);
            self.at(ms, Happening::ClosedAtClient { from, code });
        }
    }

    /// The line breaks. Both ends notice, each in its time.
    pub(crate) fn cut(&mut self, id: ConnectionId) {
        let Some(socket) = self.sockets.get_mut(&id).filter(|s| !s.broken) else {
            return;
        };
        socket.broken = true;
        let (client, server) = (self.rng.random_range(0..800), self.rng.random_range(0..3_000));
        self.at(client, Happening::ClosedAtClient { from: id, code: ABNORMAL });
        self.at(server, Happening::ClosedAtServer { to: id });
    }

    pub(crate) fn cut_any(&mut self) {
        let open: Vec<ConnectionId> = self
            .sockets
            .iter()
            .filter(|(_, s)| s.client_open && !s.broken)
            .map(|(id, _)| *id)
            .collect();
        if !open.is_empty() {
            let at = self.rng.random_range(0..open.len());
            self.cut(open[at]);
        }
    }
}
