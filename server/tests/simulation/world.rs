//! The world of one seed: one clock, one agenda, one pair of dice. Everything that happens is taken from the agenda, in order.
//!
//! What a tab does is in `tab`, what the server does in `node`, and what lies between them in `network`.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write,
    sync::Arc,
};

use live::{Attempt, Failure, Pending};
use model::{
    desk::WindowKind,
    event::{Audience, Event, Mark},
    id::{ClientId, ConversationId, Seq},
    panel::{EventsPage, Posted},
    party::Principal,
    refusal::Refusal,
    text::Body,
    time::Timestamp,
};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use relay::{Answer, Ask, ConnectionId, Guest, Hub, Standing};

use crate::{
    bug::Bug,
    cast::{Person, client_id, conversation},
    history::{Ending, Entry, Finding, Kind, Topic, check},
    network::Socket,
    node::Via,
    store::{Post, Store},
    tab::Tab,
    weather::{self, Sky, Weather},
};

/// When every world begins.
pub(crate) const BEGINNING: Timestamp = Timestamp(1_700_000_000_000);
/// The most shoppers there are in a world; each has a conversation.
pub(crate) const SHOPPERS_MAX: usize = 3;
/// The longest that anything may need to be as it should be, once the weather is fine: a client that was told to stay away for a
/// minute and a half, one that has to notice by silence that nobody is there, and their waits.
const CALM_MS: i64 = 240_000;
/// A world that does more than this runs in circles.
const HAPPENINGS_MAX: u64 = 600_000;

/// Something that happens at its time.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    TabTick {
        tab: usize,
        life: u32,
    },
    TicketAsked {
        tab: usize,
        life: u32,
        attempt: Attempt,
    },
    TicketAnswer {
        tab: usize,
        life: u32,
        attempt: Attempt,
        answer: Result<String, Failure>,
    },
    Connecting {
        tab: usize,
        life: u32,
        attempt: Attempt,
    },
    Kept {
        tab: usize,
        life: u32,
        cid: ClientId,
    },
    Restored {
        tab: usize,
        life: u32,
    },
    HttpPost {
        tab: usize,
        life: u32,
        conv: ConversationId,
        cid: ClientId,
        body: Body,
    },
    HttpPosted {
        tab: usize,
        life: u32,
        cid: ClientId,
        answer: Result<Posted, Failure>,
    },
    HttpPage {
        tab: usize,
        life: u32,
        topic: Topic,
        after: Option<Seq>,
        until: Timestamp,
    },
    HttpPaged {
        tab: usize,
        life: u32,
        topic: Topic,
        answer: Result<EventsPage, Failure>,
    },
    ToServer {
        to: ConnectionId,
        text: String,
    },
    ToClient {
        from: ConnectionId,
        text: String,
    },
    Pong {
        to: ConnectionId,
    },
    ClosedAtServer {
        to: ConnectionId,
    },
    ClosedAtClient {
        from: ConnectionId,
        code: u16,
    },
    SocketTick {
        socket: ConnectionId,
    },
    Redeemed {
        socket: ConnectionId,
        answer: Result<Guest, u16>,
    },
    LookUp {
        socket: ConnectionId,
        ask: Ask,
        topic: Topic,
    },
    /// Only of [`Bug::HeadBeforeSubscribe`].
    SubscribeLate {
        socket: ConnectionId,
        ask: Ask,
        topic: Topic,
        standing: Standing,
    },
    Authorised {
        socket: ConnectionId,
        ask: Ask,
        topic: Topic,
        answer: Answer<Standing>,
    },
    Read {
        socket: ConnectionId,
        ask: Ask,
        topic: Topic,
        after: Seq,
        limit: usize,
    },
    Pulled {
        socket: ConnectionId,
        ask: Ask,
        answer: Answer<Vec<Arc<Event>>>,
    },
    Woken {
        socket: ConnectionId,
    },
    Commit {
        run: u32,
        via: Via,
        post: Post,
    },
    PostAnswered {
        socket: ConnectionId,
        cid: ClientId,
        answer: Result<Posted, Refusal>,
    },
    Sweep {
        run: u32,
    },
    Crash {
        run: u32,
    },
    Up,
}

/// What is certain about a world; the seed decides the rest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) sky: Sky,
    pub(crate) bug: Option<Bug>,
    /// Everything that happens is written down.
    pub(crate) traced: bool,
    /// What people and weather do.
    pub(crate) steps: u32,
}

/// How a seed went.
pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) trace: String,
    pub(crate) committed: usize,
}

/// See the module.
pub(crate) struct World<S> {
    pub(crate) rng: SmallRng,
    /// The time that really passes. Every wait is counted by it.
    pub(crate) now: Timestamp,
    /// How far from it somebody has set the server's clock.
    skew_ms: i64,
    pub(crate) weather: Weather,
    pub(crate) bug: Option<Bug>,
    pub(crate) people: Vec<Person>,
    pub(crate) tabs: Vec<Tab>,
    /// What the browser of each person keeps, over all their tabs and reloads.
    pub(crate) devices: Vec<Vec<Pending>>,
    pub(crate) refused: HashSet<(Principal, ClientId)>,
    pub(crate) sockets: BTreeMap<ConnectionId, Socket>,
    pub(crate) store: S,
    pub(crate) hub: Hub,
    pub(crate) tickets: BTreeMap<String, usize>,
    pub(crate) up: bool,
    /// Grows with each crash: what an earlier run was about to do is not done.
    pub(crate) run: u32,
    pub(crate) history: Vec<Entry>,
    pub(crate) counter: u64,
    agenda: BTreeMap<(Timestamp, u64), Happening>,
    happened: u64,
    steps: u32,
    trace: Option<String>,
}

impl<S: Store> World<S> {
    pub(crate) fn new(seed: u64, store: S, plan: Plan) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let weather = Weather::of(plan.sky, &mut rng);
        let shoppers = rng.random_range(1..=SHOPPERS_MAX);
        let operators = rng.random_range(1..=2);
        let people: Vec<Person> = (0..shoppers)
            .map(Person::shopper)
            .chain((0..operators).map(Person::operator))
            .collect();
        let mut world = Self {
            rng,
            now: BEGINNING,
            skew_ms: 0,
            weather,
            bug: plan.bug,
            devices: vec![Vec::new(); people.len()],
            people,
            tabs: Vec::new(),
            refused: HashSet::new(),
            sockets: BTreeMap::new(),
            store,
            hub: Hub::with_ring(4),
            tickets: BTreeMap::new(),
            up: true,
            run: 0,
            history: Vec::new(),
            counter: 0,
            agenda: BTreeMap::new(),
            happened: 0,
            steps: plan.steps,
            trace: plan.traced.then(String::new),
        };
        for person in 0..world.people.len() {
            for _ in 0..world.rng.random_range(1..=2) {
                let mut topics: Vec<Topic> = Vec::new();
                for conv in (0..shoppers).map(conversation) {
                    let may = |aud: &Audience| world.people[person].may(conv, *aud);
                    topics.extend([Audience::All, Audience::Desk].into_iter().filter(may).map(|aud| (conv, aud)));
                }
                let seed = world.rng.random();
                world
                    .tabs
                    .push(Tab::new(person, world.people[person].side(), WindowKind::Recap, seed, topics));
                world.open_tab(world.tabs.len() - 1);
            }
        }
        world.at(1_000, Happening::Sweep { run: 0 });
        world
    }

    /// Lives through bad weather for its steps, then through fine weather until all is as it should be, and looks back.
    pub(crate) fn live(mut self) -> Report {
        for _ in 0..self.steps {
            self.somebody_does_something();
            let ms = self.rng.random_range(0..300);
            self.advance(self.now.plus_ms(ms));
        }
        self.clear_up();
        let end = self.now.plus_ms(CALM_MS);
        while self.now < end && self.happened < HAPPENINGS_MAX && !self.is_quiet() {
            self.advance(self.now.plus_ms(500));
        }
        let ending = self.ending();
        let mut findings = check(&self.history, &ending);
        if self.happened >= HAPPENINGS_MAX {
            findings.push(Finding {
                kind: Kind::Unconverged,
                what: "the world runs in circles".into(),
            });
        }
        Report {
            findings,
            trace: self.trace.unwrap_or_default(),
            committed: ending.rows.len(),
        }
    }

    /// What the server's clock says.
    pub(crate) fn wall(&self) -> Timestamp {
        self.now.plus_ms(self.skew_ms)
    }

    /// What happens, happens so many milliseconds from now.
    pub(crate) fn at(&mut self, ms: i64, what: Happening) {
        self.counter += 1;
        self.agenda.insert((self.now.plus_ms(ms.max(0)), self.counter), what);
    }

    pub(crate) fn dice(&mut self, chance: f64) -> bool {
        chance > 0.0 && self.rng.random_bool(chance)
    }

    /// How long something takes on its way.
    pub(crate) fn latency(&mut self) -> i64 {
        let slow = if self.dice(self.weather.delay) {
            self.rng.random_range(100..3_000)
        } else {
            0
        };
        slow + self.rng.random_range(1..40)
    }

    fn advance(&mut self, until: Timestamp) {
        while let Some(next) = self.agenda.first_entry()
            && next.key().0 <= until
        {
            let ((at, _), what) = next.remove_entry();
            self.happened += 1;
            if self.happened >= HAPPENINGS_MAX {
                return;
            }
            self.now = at;
            if let Some(trace) = &mut self.trace {
                writeln!(trace, "{} {what:?}", at.0).expect("a string takes everything");
            }
            self.happen(what);
        }
        self.now = until;
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::TabTick { tab, life } => self.tab_tick(tab, life),
            Happening::TicketAsked { tab, life, attempt } => self.ticket_asked(tab, life, attempt),
            Happening::TicketAnswer {
                tab,
                life,
                attempt,
                answer,
            } => self.tell(tab, life, live::Input::Ticket { attempt, answer }),
            Happening::Connecting { tab, life, attempt } => self.connecting(tab, life, attempt),
            Happening::Kept { tab, life, cid } => self.tell(tab, life, live::Input::Kept { cid }),
            Happening::Restored { tab, life } => {
                let pending = self.devices[self.tabs[tab].person].clone();
                self.tell(tab, life, live::Input::Restored { pending });
            }
            Happening::HttpPost {
                tab,
                life,
                conv,
                cid,
                body,
            } => self.http_post(tab, life, conv, cid, body),
            Happening::HttpPosted { tab, life, cid, answer } => self.http_posted(tab, life, cid, answer),
            Happening::HttpPage {
                tab,
                life,
                topic,
                after,
                until,
            } => self.http_page(tab, life, topic, after, until),
            Happening::HttpPaged {
                tab,
                life,
                topic: (conv, aud),
                answer,
            } => {
                self.tell(tab, life, live::Input::Page { conv, aud, answer });
            }
            Happening::ToServer { to, text } => self.arrive(to, &text),
            Happening::ToClient { from, text } => self.deliver(from, &text),
            Happening::Pong { to } => self.hear(to, relay::Input::Pong),
            Happening::ClosedAtServer { to } => self.closed_at_server(to),
            Happening::ClosedAtClient { from, code } => self.closed_at_client(from, code),
            Happening::SocketTick { socket } => self.socket_tick(socket),
            Happening::Redeemed { socket, answer } => self.hear(socket, relay::Input::Redeemed(answer)),
            Happening::LookUp { socket, ask, topic } => self.look_up(socket, ask, topic),
            Happening::SubscribeLate {
                socket,
                ask,
                topic,
                standing,
            } => self.subscribe_late(socket, ask, topic, standing),
            Happening::Authorised {
                socket,
                ask,
                topic: (conv, aud),
                answer,
            } => {
                self.hear(socket, relay::Input::Authorised { ask, conv, aud, answer });
            }
            Happening::Read {
                socket,
                ask,
                topic,
                after,
                limit,
            } => self.read(socket, ask, topic, after, limit),
            Happening::Pulled { socket, ask, answer } => self.hear(socket, relay::Input::Pulled { ask, answer }),
            Happening::Woken { socket } => self.woken(socket),
            Happening::Commit { run, via, post } => self.commit(run, via, &post),
            Happening::PostAnswered { socket, cid, answer } => self.hear(socket, relay::Input::Posted { cid, answer }),
            Happening::Sweep { run } => self.sweep(run),
            Happening::Crash { run } => self.crash(run),
            Happening::Up => self.up = true,
        }
    }

    fn somebody_does_something(&mut self) {
        let tab = self.rng.random_range(0..self.tabs.len());
        match self.rng.random_range(0..100) {
            0..35 => self.somebody_posts(tab),
            35..40 => self.somebody_borrows_an_id(tab),
            40..45 => self.somebody_types(tab),
            45..55 => self.somebody_reads(tab),
            55..57 => self.reload(tab),
            57..59 => self.look_away_and_back(tab),
            59..61 => self.follow_or_not(tab),
            61 if self.weather.crash > 0.0 => self.restart(),
            _ => {}
        }
        if self.dice(self.weather.cut) {
            self.cut_any();
        }
        if self.dice(self.weather.crash) {
            self.crash(self.run);
        }
        if self.dice(self.weather.clock) {
            self.skew_ms = weather::wrong_by(&mut self.rng, self.now);
        }
        if self.dice(self.weather.block) {
            let blocked = &mut self.tabs[tab].blocked;
            *blocked = !*blocked;
        }
    }

    fn somebody_posts(&mut self, tab: usize) {
        self.counter += 1;
        let (topic, cid) = (self.any_topic(tab), client_id(self.counter));
        self.post(tab, topic, cid);
    }

    /// Anybody may send anything as an id, also one that they have seen.
    fn somebody_borrows_an_id(&mut self, tab: usize) {
        let who = self.people[self.tabs[tab].person].principal;
        let mut seen: Vec<(Topic, ClientId)> = Vec::new();
        for entry in &self.history {
            if let Entry::Posted {
                who: whose, topic, cid, ..
            } = entry
                && *whose != who
                && self.tabs[tab].topics.contains(topic)
            {
                seen.push((*topic, *cid));
            }
        }
        if seen.is_empty() {
            return;
        }
        let (topic, cid) = seen[self.rng.random_range(0..seen.len())];
        let used = |e: &Entry| matches!(e, Entry::Posted { who: whose, cid: c, .. } if *whose == who && *c == cid);
        if !self.history.iter().any(used) {
            self.post(tab, topic, cid);
        }
    }

    fn somebody_reads(&mut self, tab: usize) {
        let (conv, aud) = self.any_topic(tab);
        if let Some((_, seq)) = self.tabs[tab].link.position(conv, aud)
            && aud == Audience::All
        {
            let life = self.tabs[tab].life;
            self.tell(
                tab,
                life,
                live::Input::Read {
                    conv,
                    mark: Mark { got: seq, read: seq },
                },
            );
        }
    }

    fn somebody_types(&mut self, tab: usize) {
        let ((conv, _), on) = (self.any_topic(tab), self.rng.random_bool(0.7));
        let life = self.tabs[tab].life;
        self.tell(tab, life, live::Input::Typing { conv, on });
    }

    pub(crate) fn any_topic(&mut self, tab: usize) -> Topic {
        let topics = &self.tabs[tab].topics;
        topics[self.rng.random_range(0..topics.len())]
    }

    /// The weather is fine from here on. What went over a line that lost or turned frames cannot be trusted: it breaks, as it would.
    fn clear_up(&mut self) {
        self.weather = Weather::default();
        let broken: Vec<ConnectionId> = self.sockets.iter().filter(|(_, s)| s.tainted).map(|(id, _)| *id).collect();
        for id in broken {
            self.cut(id);
        }
        for tab in 0..self.tabs.len() {
            self.tabs[tab].blocked = false;
            let life = self.tabs[tab].life;
            self.tell(tab, life, live::Input::Wake);
        }
    }

    fn is_quiet(&self) -> bool {
        let ending = self.so_far();
        let knows_all = |(_, (conv, aud), at): &(_, Topic, Option<Seq>)| *at == Some(self.store.head(*conv, *aud));
        ending.pending.is_empty() && ending.views.iter().all(knows_all)
    }

    fn ending(&self) -> Ending {
        Ending {
            rows: self.store.rows(),
            ..self.so_far()
        }
    }

    /// How far everybody is, without the rows.
    fn so_far(&self) -> Ending {
        let mut ending = Ending::default();
        for (n, tab) in self.tabs.iter().enumerate() {
            for (conv, aud) in &tab.followed {
                let at = tab.link.position(*conv, *aud).map(|(_, seq)| seq);
                ending.views.push((tab.as_life(n), (*conv, *aud), at));
            }
        }
        for (person, device) in self.people.iter().zip(&self.devices) {
            let waiting = device
                .iter()
                .map(|p| (person.principal, p.cid))
                .filter(|p| !self.refused.contains(p));
            ending.pending.extend(waiting);
        }
        ending
    }
}
