//! The clients' side of the world: tabs with a real link in them, the people in front of them, and the devices they run on.

use live::{Attempt, Failure, Input, News, Output, link::Link};
use model::{
    desk::WindowKind,
    event::{Audience, Event},
    id::{ClientId, ConversationId, Seq},
    panel::{EventsPage, Posted},
    party::Side,
    text::Body,
    time::Timestamp,
    wire::{ClientFrame, ServerFrame},
};
use rand::Rng;
use relay::ConnectionId;

use crate::{
    bug::Bug,
    cast::epoch,
    history::{Entry, Life, Topic},
    node::Via,
    store::Store,
    weather,
    world::{Happening, World},
};

/// What a browser says when a socket could not be opened, or broke.
pub(crate) const ABNORMAL: u16 = 1006;
/// The longest that the world holds a page back; a real server would hold it for as long as it is asked to.
const HOLD_MS: i64 = 3_000;

/// A tab of somebody's browser.
pub(crate) struct Tab {
    pub(crate) person: usize,
    /// Grows with each reload.
    pub(crate) life: u32,
    pub(crate) link: Link,
    /// What this person may follow, and what the program follows now.
    pub(crate) topics: Vec<Topic>,
    pub(crate) followed: Vec<Topic>,
    pub(crate) attempt: Attempt,
    pub(crate) socket: Option<ConnectionId>,
    /// The network lets no sockets through.
    pub(crate) blocked: bool,
    /// How wrong the browser's clock was when the program looked at it. It looks once, and counts from there.
    clock_ms: i64,
    side: Side,
    window: WindowKind,
    tick: Option<Timestamp>,
}

impl Tab {
    pub(crate) fn new(person: usize, side: Side, window: WindowKind, seed: u64, topics: Vec<Topic>) -> Self {
        Self {
            person,
            life: 0,
            link: Link::new(side, window, seed),
            topics,
            followed: Vec::new(),
            attempt: Attempt::default(),
            socket: None,
            blocked: false,
            clock_ms: 0,
            side,
            window,
            tick: None,
        }
    }

    pub(crate) fn as_life(&self, tab: usize) -> Life {
        Life { tab, number: self.life }
    }
}

impl<S: Store> World<S> {
    /// The program begins: it follows what its person may follow, some of it from what the server rendered into the page.
    pub(crate) fn open_tab(&mut self, tab: usize) {
        let life = self.tabs[tab].life;
        self.tabs[tab].clock_ms = if self.weather.clock > 0.0 && self.rng.random_bool(0.5) {
            weather::wrong_by(&mut self.rng, self.now)
        } else {
            0
        };
        for topic in self.tabs[tab].topics.clone() {
            self.follow(tab, topic);
        }
        self.tell(tab, life, Input::Begin);
        let ms = self.rng.random_range(0..30);
        self.at(ms, Happening::Restored { tab, life });
    }

    fn follow(&mut self, tab: usize, (conv, aud): Topic) {
        let life = self.tabs[tab].as_life(tab);
        let known = self.rng.random_bool(0.5).then(|| (epoch(), self.store.head(conv, aud)));
        if let Some((_, after)) = known {
            self.history.push(Entry::Begun {
                life,
                topic: (conv, aud),
                after,
            });
        }
        self.tabs[tab].followed.push((conv, aud));
        self.tell(tab, life.number, Input::Follow { conv, aud, known });
    }

    /// A window of the desk with its notes is closed, or opened again.
    pub(crate) fn follow_or_not(&mut self, tab: usize) {
        let topic = self.any_topic(tab);
        if topic.1 != Audience::Desk {
            return;
        }
        let followed = &mut self.tabs[tab].followed;
        if let Some(at) = followed.iter().position(|t| *t == topic) {
            followed.remove(at);
            let life = self.tabs[tab].life;
            self.tell(
                tab,
                life,
                Input::Unfollow {
                    conv: topic.0,
                    aud: topic.1,
                },
            );
        } else {
            self.follow(tab, topic);
        }
    }

    /// Somebody reloads the page: all that is in memory is gone, the device keeps what it kept.
    pub(crate) fn reload(&mut self, tab: usize) {
        let life = self.tabs[tab].life;
        if self.rng.random_bool(0.5) {
            self.tell(tab, life, Input::Away);
        }
        self.hang_up(tab);
        let seed = self.rng.random();
        let old = &mut self.tabs[tab];
        old.life += 1;
        old.link = Link::new(old.side, old.window, seed);
        old.followed.clear();
        old.tick = None;
        self.open_tab(tab);
    }

    pub(crate) fn look_away_and_back(&mut self, tab: usize) {
        let life = self.tabs[tab].life;
        self.tell(tab, life, Input::Wake);
    }

    pub(crate) fn post(&mut self, tab: usize, topic: Topic, cid: ClientId) {
        let (life, who) = (self.tabs[tab].as_life(tab), self.people[self.tabs[tab].person].principal);
        self.counter += 1;
        let body = Body::parse(&format!("message {} of tab {tab}", self.counter)).expect("fine");
        self.history.push(Entry::Posted {
            life,
            who,
            topic,
            cid,
            body: body.clone(),
        });
        self.tell(
            tab,
            life.number,
            Input::Post {
                conv: topic.0,
                aud: topic.1,
                cid,
                body,
            },
        );
    }

    /// What time it is for the program in a tab.
    fn time_in(&self, tab: usize) -> Timestamp {
        self.now.plus_ms(self.tabs[tab].clock_ms)
    }

    /// Tells the program of this life something; a later life does not hear it.
    pub(crate) fn tell(&mut self, tab: usize, life: u32, input: Input) {
        if self.tabs[tab].life != life {
            return;
        }
        let now = self.time_in(tab);
        for output in self.tabs[tab].link.step(now, input) {
            self.wants(tab, output);
        }
        self.arm_tab(tab);
    }

    pub(crate) fn tab_tick(&mut self, tab: usize, life: u32) {
        if self.tabs[tab].life == life && self.tabs[tab].tick.is_some_and(|at| at <= self.now) {
            self.tabs[tab].tick = None;
            let now = self.time_in(tab);
            if self.tabs[tab].link.deadline().is_some_and(|at| at <= now) {
                self.tell(tab, life, Input::Tick);
            }
            self.arm_tab(tab);
        }
    }

    fn arm_tab(&mut self, tab: usize) {
        let Some(due) = self.tabs[tab].link.deadline() else { return };
        let due = due.plus_ms(-self.tabs[tab].clock_ms);
        if self.tabs[tab].tick.is_none_or(|at| due < at) {
            let ms = due.since_ms(self.now);
            self.tabs[tab].tick = Some(self.now.plus_ms(ms));
            let life = self.tabs[tab].life;
            self.at(ms, Happening::TabTick { tab, life });
        }
    }

    fn wants(&mut self, tab: usize, output: Output) {
        let (life, person) = (self.tabs[tab].life, self.tabs[tab].person);
        let ms = self.latency();
        match output {
            Output::FetchTicket { attempt } => {
                self.tabs[tab].attempt = attempt;
                self.at(ms, Happening::TicketAsked { tab, life, attempt });
            }
            Output::Connect { attempt } => self.at(ms, Happening::Connecting { tab, life, attempt }),
            Output::Send(frame) => self.say(tab, &frame),
            Output::Close { .. } => self.hang_up(tab),
            Output::Post { conv, cid, body } => {
                let post = Happening::HttpPost {
                    tab,
                    life,
                    conv,
                    cid,
                    body,
                };
                if self.dice(self.weather.double) {
                    let late = self.rng.random_range(10..400);
                    self.at(ms + late, post.clone());
                }
                self.at(ms, post);
            }
            Output::Page { conv, aud, after, wait_s } => {
                let until = self.now.plus_ms(ms + (i64::from(wait_s) * 1_000).min(HOLD_MS));
                self.at(
                    ms,
                    Happening::HttpPage {
                        tab,
                        life,
                        topic: (conv, aud),
                        after,
                        until,
                    },
                );
            }
            Output::Read { conv, mark } => self.marked(conv, self.tabs[tab].side, mark, None),
            Output::Keep(pending) => {
                let cid = pending.cid;
                self.devices[person].push(pending);
                self.at(ms, Happening::Kept { tab, life, cid });
            }
            Output::Forget { cid } => self.devices[person].retain(|p| p.cid != cid),
            Output::News(news) => self.learn(tab, news),
        }
    }

    fn say(&mut self, tab: usize, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("a frame is JSON");
        if let Some(socket) = self.tabs[tab].socket {
            self.carry_to_server(socket, &text);
        }
        if let (ClientFrame::Send { cid, .. }, Some(Bug::FireAndForget)) = (frame, self.bug) {
            let life = self.tabs[tab].life;
            self.tell(tab, life, Input::Discard { cid: *cid });
        }
    }

    /// What a program learns is what its person sees.
    fn learn(&mut self, tab: usize, news: News) {
        let life = self.tabs[tab].as_life(tab);
        let who = self.people[self.tabs[tab].person].principal;
        match news {
            News::Events { conv, aud, events } => {
                self.history.extend(events.into_iter().map(|event| Entry::Told {
                    life,
                    topic: (conv, aud),
                    event,
                }));
            }
            News::Reset { conv, aud, after } => self.history.push(Entry::Begun {
                life,
                topic: (conv, aud),
                after,
            }),
            News::Refused { cid, .. } => {
                self.refused.insert((who, cid));
                self.history.push(Entry::Refused { who, cid });
            }
            _ => {}
        }
    }

    /// A frame of the server has arrived in the browser.
    pub(crate) fn deliver(&mut self, from: ConnectionId, text: &str) {
        let Some(socket) = self.sockets.get(&from).filter(|s| s.client_open && !s.broken) else {
            return;
        };
        let (tab, life, attempt) = (socket.tab, socket.life, socket.attempt);
        let frame: ServerFrame = serde_json::from_str(text).expect("a frame of the server");
        if let ServerFrame::Sent { cid, seq, .. } = frame
            && self.tabs[tab].life == life
        {
            let who = self.people[self.tabs[tab].person].principal;
            self.history.push(Entry::Acknowledged { who, cid, seq });
        }
        self.tell(tab, life, Input::Frame { attempt, frame });
    }

    pub(crate) fn closed_at_client(&mut self, from: ConnectionId, code: u16) {
        let Some(socket) = self.sockets.get_mut(&from).filter(|s| s.client_open) else {
            return;
        };
        socket.client_open = false;
        let (tab, life, attempt) = (socket.tab, socket.life, socket.attempt);
        if self.tabs[tab].socket == Some(from) {
            self.tabs[tab].socket = None;
        }
        self.tell(tab, life, Input::Closed { attempt, code });
    }

    pub(crate) fn hang_up(&mut self, tab: usize) {
        if let Some(id) = self.tabs[tab].socket.take() {
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.client_open = false;
            }
            let ms = self.latency();
            self.at(ms, Happening::ClosedAtServer { to: id });
        }
    }

    // ---- by HTTP -----------------------------------------------------------------------------------------------------------

    pub(crate) fn ticket_asked(&mut self, tab: usize, life: u32, attempt: Attempt) {
        let answer = if self.up && !self.dice(self.weather.fail) {
            self.counter += 1;
            let ticket = format!("ticket {}", self.counter);
            self.tickets.insert(ticket.clone(), self.tabs[tab].person);
            Ok(ticket)
        } else {
            Err(Failure::Unavailable)
        };
        let ms = self.latency();
        self.at(
            ms,
            Happening::TicketAnswer {
                tab,
                life,
                attempt,
                answer,
            },
        );
    }

    pub(crate) fn http_post(&mut self, tab: usize, life: u32, conv: ConversationId, cid: ClientId, body: Body) {
        if self.up {
            let person = self.tabs[tab].person;
            self.hand_in(Via::Http { tab, life }, person, (conv, Audience::All), cid, body);
        } else {
            self.answer_http(tab, life, cid, Err(Failure::Unavailable));
        }
    }

    pub(crate) fn answer_http(&mut self, tab: usize, life: u32, cid: ClientId, answer: Result<Posted, Failure>) {
        // The connection may break after the commit here as well; the browser then knows nothing.
        let answer = if self.dice(self.weather.lose) {
            Err(Failure::Unavailable)
        } else {
            answer
        };
        let ms = self.latency();
        self.at(ms, Happening::HttpPosted { tab, life, cid, answer });
    }

    pub(crate) fn http_posted(&mut self, tab: usize, life: u32, cid: ClientId, answer: Result<Posted, Failure>) {
        if let Ok(posted) = answer
            && self.tabs[tab].life == life
        {
            let who = self.people[self.tabs[tab].person].principal;
            self.history.push(Entry::Acknowledged { who, cid, seq: posted.seq });
        }
        self.tell(tab, life, Input::Posted { cid, answer });
    }

    pub(crate) fn http_page(&mut self, tab: usize, life: u32, topic: Topic, after: Option<Seq>, until: Timestamp) {
        let (conv, aud) = topic;
        let head = self.store.head(conv, aud);
        if self.up && after == Some(head) && self.now < until {
            self.at(
                200,
                Happening::HttpPage {
                    tab,
                    life,
                    topic,
                    after,
                    until,
                },
            );
            return;
        }
        let answer = if self.up && !self.dice(self.weather.fail) {
            let from = after.unwrap_or(Seq((head.0 - 50).max(0)));
            let events = self.store.after(conv, aud, from, 100).iter().map(|e| Event::clone(e)).collect();
            let theirs = self.store.marked(conv, self.tabs[tab].side.other());
            Ok(EventsPage {
                epoch: epoch(),
                events,
                head,
                theirs,
            })
        } else {
            Err(Failure::Unavailable)
        };
        let ms = self.latency();
        self.at(ms, Happening::HttpPaged { tab, life, topic, answer });
    }
}
