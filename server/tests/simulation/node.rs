//! The server's side of the world: the real hub and the real connections, driven as the server drives them, over the store.
//!
//! The planted bugs are here, each where somebody could have made it.

use std::sync::Arc;

use live::{Attempt, Failure};
use model::{
    event::{Event, EventKind, Mark},
    id::{ClientId, ConversationId, Seq},
    panel::Posted,
    party::Side,
    refusal::Refusal,
    text::Body,
    wire::{ServerFrame, close},
};
use rand::Rng;
use relay::{Answer, Ask, Badge, Connection, ConnectionId, Guest, Hub, Input, Limits, Output, Standing};

use crate::{
    bug::Bug,
    cast::{Person, epoch, store},
    history::{Entry, Topic},
    network::Socket,
    store::{Post, Store},
    tab::ABNORMAL,
    world::{Happening, World},
};

/// Which way a message came, and its answer goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Via {
    Socket(ConnectionId),
    Http {
        tab: usize,
        life: u32,
    },
    /// It was answered already. Only of [`Bug::AckBeforeCommit`].
    Nobody,
}

impl<S: Store> World<S> {
    pub(crate) fn connecting(&mut self, tab: usize, life: u32, attempt: Attempt) {
        if self.tabs[tab].life != life || self.tabs[tab].attempt != attempt {
            return;
        }
        if !self.up || self.tabs[tab].blocked {
            self.tell(tab, life, live::Input::Closed { attempt, code: ABNORMAL });
            return;
        }
        self.hang_up(tab);
        self.counter += 1;
        let id = ConnectionId(self.counter);
        let connection = Connection::new(self.now, Limits::default());
        self.sockets
            .insert(id, Socket::new(connection, self.tabs[tab].person, tab, life, attempt));
        self.tabs[tab].socket = Some(id);
        self.arm_socket(id);
        self.tell(tab, life, live::Input::Opened { attempt });
    }

    /// Something happened to a connection, and it does what it wants.
    pub(crate) fn hear(&mut self, id: ConnectionId, input: Input<'_>) {
        let now = self.now;
        let Some(socket) = self.sockets.get_mut(&id).filter(|s| s.server_open) else {
            return;
        };
        for output in socket.connection.step(now, input) {
            self.serve(id, output);
        }
        self.arm_socket(id);
    }

    pub(crate) fn socket_tick(&mut self, id: ConnectionId) {
        let now = self.now;
        let Some(socket) = self.sockets.get_mut(&id).filter(|s| s.tick.is_some_and(|at| at <= now)) else {
            return;
        };
        socket.tick = None;
        if socket.connection.deadline().is_some_and(|at| at <= now) {
            self.hear(id, Input::Tick);
        }
        self.arm_socket(id);
    }

    fn arm_socket(&mut self, id: ConnectionId) {
        let now = self.now;
        let Some(socket) = self.sockets.get_mut(&id).filter(|s| s.server_open) else {
            return;
        };
        let Some(due) = socket.connection.deadline() else { return };
        if socket.tick.is_none_or(|at| due < at) {
            let ms = due.since_ms(now);
            socket.tick = Some(now.plus_ms(ms));
            self.at(ms, Happening::SocketTick { socket: id });
        }
    }

    fn serve(&mut self, id: ConnectionId, output: Output) {
        let person = self.sockets[&id].person;
        let ms = self.rng.random_range(1..30);
        match output {
            Output::Send(frame) => self.send(id, frame),
            Output::Ping => {
                if self.sockets[&id].client_open && !self.sockets[&id].broken {
                    self.at(ms, Happening::Pong { to: id });
                }
            }
            Output::Redeem { ticket, .. } => {
                let answer = self.redeem(id, &ticket);
                self.at(ms, Happening::Redeemed { socket: id, answer });
            }
            Output::Authorise { ask, conv, aud } => self.at(
                ms,
                Happening::LookUp {
                    socket: id,
                    ask,
                    topic: (conv, aud),
                },
            ),
            Output::Unsubscribe { conv, aud } => self.hub.unsubscribe(id, conv, aud, self.now),
            Output::Pull {
                ask,
                conv,
                aud,
                after,
                limit,
                ring,
            } => {
                let from = if self.bug == Some(Bug::RingOffByOne) { after.next() } else { after };
                match self.hub.after(conv, aud, from, limit).filter(|_| ring) {
                    Some(events) => self.at(
                        0,
                        Happening::Pulled {
                            socket: id,
                            ask,
                            answer: Answer::Granted(events),
                        },
                    ),
                    None => self.at(
                        ms,
                        Happening::Read {
                            socket: id,
                            ask,
                            topic: (conv, aud),
                            after,
                            limit,
                        },
                    ),
                }
            }
            Output::Post { conv, aud, cid, body } => self.hand_in(Via::Socket(id), person, (conv, aud), cid, body),
            Output::Mark { conv, mark } => self.marked(conv, self.people[person].side(), mark, Some(id)),
            Output::Typing { conv, on } => {
                let woken = self.hub.typing(id, conv, on, None);
                self.wake(woken);
            }
            Output::Away => self.hub.away(id),
            Output::Alarm(alarm) => self.history.push(Entry::Alarm(format!("{alarm:?}"))),
            Output::Close(code) => {
                self.closed_at_server(id);
                self.close_to_client(id, code);
            }
        }
    }

    fn send(&mut self, to: ConnectionId, mut frame: ServerFrame) {
        if let (
            Some(Bug::ResumeInclusive),
            ServerFrame::Sync {
                conv, aud, from, events, ..
            },
        ) = (self.bug, &mut frame)
            && *from > Seq::ZERO
        {
            let repeated = self.store.after(*conv, *aud, Seq(from.0 - 1), 1);
            events.splice(0..0, repeated.iter().map(|e| Event::clone(e)));
        }
        match &frame {
            ServerFrame::Sync {
                conv, aud, from, events, ..
            } => {
                let seqs = events.iter().map(|e| e.seq).collect();
                self.history.push(Entry::Synced {
                    to,
                    topic: (*conv, *aud),
                    from: *from,
                    seqs,
                });
            }
            ServerFrame::Ev { conv, aud, event } => self.history.push(Entry::Sent {
                to,
                topic: (*conv, *aud),
                seq: event.seq,
            }),
            _ => {}
        }
        let text = serde_json::to_string(&frame).expect("a frame is JSON");
        self.carry_to_client(to, &text);
    }

    fn redeem(&mut self, id: ConnectionId, ticket: &str) -> Result<Guest, u16> {
        let person = self.tickets.remove(ticket).ok_or(close::NO_TICKET)?;
        let principal = self.people[person].principal;
        let woken = self.hub.admit(id, Badge { principal, session: id.0 });
        self.wake(woken);
        self.hub.watch(id, store());
        Ok(Guest { principal, epoch: epoch() })
    }

    pub(crate) fn look_up(&mut self, id: ConnectionId, ask: Ask, topic: Topic) {
        let Some(person) = self.sockets.get(&id).filter(|s| s.server_open).map(|s| s.person) else {
            return;
        };
        let side = self.people[person].side();
        let answer = if !self.people[person].may(topic.0, topic.1) {
            Answer::Refused
        } else if self.dice(self.weather.fail) {
            Answer::Unavailable
        } else if self.bug == Some(Bug::HeadBeforeSubscribe) {
            let standing = self.standing(side, topic);
            let ms = self.rng.random_range(50..200);
            self.at(
                ms,
                Happening::SubscribeLate {
                    socket: id,
                    ask,
                    topic,
                    standing,
                },
            );
            return;
        } else {
            let (followed, woken) = self.hub.subscribe(id, topic.0, topic.1);
            self.wake(woken);
            if followed {
                Answer::Granted(self.standing(side, topic))
            } else {
                Answer::Refused
            }
        };
        let ms = self.rng.random_range(1..30);
        self.at(
            ms,
            Happening::Authorised {
                socket: id,
                ask,
                topic,
                answer,
            },
        );
    }

    pub(crate) fn subscribe_late(&mut self, id: ConnectionId, ask: Ask, topic: Topic, standing: Standing) {
        let (followed, woken) = self.hub.subscribe(id, topic.0, topic.1);
        self.wake(woken);
        if followed {
            self.at(
                0,
                Happening::Authorised {
                    socket: id,
                    ask,
                    topic,
                    answer: Answer::Granted(standing),
                },
            );
        }
    }

    fn standing(&self, side: Side, (conv, aud): Topic) -> Standing {
        Standing {
            head: self.store.head(conv, aud),
            mine: self.store.marked(conv, side),
            theirs: self.store.marked(conv, side.other()),
            here: self.hub.is_here(conv, side.other()),
        }
    }

    pub(crate) fn read(&mut self, id: ConnectionId, ask: Ask, (conv, aud): Topic, after: Seq, limit: usize) {
        let answer = if self.dice(self.weather.fail) {
            Answer::Unavailable
        } else {
            Answer::Granted(self.store.after(conv, aud, after, limit))
        };
        let ms = self.rng.random_range(1..30);
        self.at(ms, Happening::Pulled { socket: id, ask, answer });
    }

    /// A message is handed in. It is committed a moment later, with others, unless the server is not there any more then.
    pub(crate) fn hand_in(&mut self, mut via: Via, person: usize, (conv, aud): Topic, cid: ClientId, body: Body) {
        let Person {
            principal: who, author, ..
        } = self.people[person].clone();
        let post = Post {
            conv,
            aud,
            who,
            author,
            cid,
            body,
        };
        match (self.bug, via) {
            (Some(Bug::AckBeforeCommit), Via::Socket(id)) => {
                let seq = self.store.head(conv, aud).next();
                self.hear(
                    id,
                    Input::Posted {
                        cid,
                        answer: Ok(Posted {
                            seq,
                            at: self.wall(),
                            dup: false,
                        }),
                    },
                );
                via = Via::Nobody;
            }
            (Some(Bug::DeliverBeforeCommit), _) => {
                let (seq, kind) = (self.store.head(conv, aud).next(), EventKind::Posted { body: post.body.clone() });
                let event = Event {
                    seq,
                    at: self.wall(),
                    author: post.author.clone(),
                    cid: Some(cid),
                    kind,
                    via: None,
                };
                let woken = self.hub.committed(conv, aud, Arc::new(event));
                self.wake(woken);
            }
            _ => {}
        }
        let ms = self.rng.random_range(1..30);
        self.at(ms, Happening::Commit { run: self.run, via, post });
    }

    pub(crate) fn commit(&mut self, run: u32, via: Via, post: &Post) {
        if run != self.run {
            return;
        }
        let may = self.people.iter().any(|p| p.principal == post.who && p.may(post.conv, post.aud));
        let at = self.wall();
        let answer = if self.dice(self.weather.fail) {
            // Before anything of it was done, or when all of it was.
            if may && self.rng.random_bool(0.5) {
                self.store.undone(at, post);
            }
            Err(Refusal::Busy)
        } else if may {
            self.store.post(at, post)
        } else {
            Err(Refusal::NotFound)
        };
        if let Ok((_, Some(event))) = &answer {
            let mut woken = self.hub.committed(post.conv, post.aud, Arc::clone(event));
            woken.extend(self.hub.inbox(store()));
            self.wake(woken);
        }
        let answer = answer.map(|(posted, _)| posted);
        match via {
            Via::Socket(id) => {
                if answer.is_ok() && self.dice(self.weather.lose) {
                    self.cut(id);
                }
                let ms = self.rng.random_range(0..10);
                self.at(
                    ms,
                    Happening::PostAnswered {
                        socket: id,
                        cid: post.cid,
                        answer,
                    },
                );
            }
            Via::Http { tab, life } => self.answer_http(tab, life, post.cid, answer.map_err(Failure::Refused)),
            Via::Nobody => {}
        }
    }

    pub(crate) fn marked(&mut self, conv: ConversationId, side: Side, mark: Mark, by: Option<ConnectionId>) {
        if self.up {
            let mark = self.store.mark(conv, side, mark);
            let woken = self.hub.marked(conv, side, mark, by);
            self.wake(woken);
        }
    }

    fn wake(&mut self, ids: Vec<ConnectionId>) {
        for socket in ids {
            let ms = self.rng.random_range(0..5);
            self.at(ms, Happening::Woken { socket });
        }
    }

    pub(crate) fn woken(&mut self, id: ConnectionId) {
        let notices = self.hub.take(id);
        if !notices.is_empty() {
            self.hear(id, Input::Woken(notices));
        }
    }

    pub(crate) fn sweep(&mut self, run: u32) {
        if run == self.run {
            let woken = self.hub.sweep(self.now);
            self.wake(woken);
            self.at(1_000, Happening::Sweep { run });
        }
    }

    pub(crate) fn closed_at_server(&mut self, id: ConnectionId) {
        if let Some(socket) = self.sockets.get_mut(&id).filter(|s| s.server_open) {
            socket.server_open = false;
            self.hub.leave(id, self.now);
        }
    }

    /// The server goes down politely: it says so, and what is being committed is answered.
    pub(crate) fn restart(&mut self) {
        let open: Vec<ConnectionId> = self.sockets.iter().filter(|(_, s)| s.server_open).map(|(id, _)| *id).collect();
        for id in open {
            let after_ms = self.rng.random_range(200..2_000);
            self.hear(id, Input::Drain { after_ms });
        }
        self.at(500, Happening::Crash { run: self.run });
    }

    /// The server is not there any more: what was in memory is gone, what was committed stays.
    pub(crate) fn crash(&mut self, run: u32) {
        if run != self.run {
            return;
        }
        self.run += 1;
        self.up = false;
        self.hub = Hub::with_ring(4);
        self.tickets.clear();
        let open: Vec<ConnectionId> = self.sockets.iter().filter(|(_, s)| s.client_open).map(|(id, _)| *id).collect();
        for socket in self.sockets.values_mut() {
            socket.server_open = false;
            socket.broken = true;
        }
        for from in open {
            // Sometimes nobody tells the browser; it has to notice by the silence.
            if self.rng.random_bool(0.8) {
                let ms = self.rng.random_range(0..500);
                self.at(ms, Happening::ClosedAtClient { from, code: ABNORMAL });
            }
        }
        let ms = self.rng.random_range(200..3_000);
        self.at(ms, Happening::Up);
        self.at(1_000, Happening::Sweep { run: self.run });
    }
}
