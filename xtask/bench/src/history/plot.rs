//! What happens in the conversations: who writes to which store, when, and what is said. Pure but for the dice, which are loaded: the same
//! run tells the same stories.

use model::id::{CustomerId, VisitorId};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use uuid::Uuid;

use super::vocabulary::Vocabulary;

/// The first conversation of all: 2023-11-14.
pub(crate) const BEGINNING_MS: i64 = 1_700_000_000_000;
/// Over how long they are spread: two years.
const SPAN_MS: i64 = 2 * 365 * 86_400_000;
/// From one message to the next.
const STEP_MS: i64 = 10_000;
/// One in so many conversations is the largest store's.
const LARGEST_ONE_IN: u32 = 5;
/// One in so many was left in the form.
const OFFLINE_ONE_IN: u32 = 20;
/// One in so many was saved.
const SAVED_ONE_IN: u32 = 200;
/// One in so many messages holds a word that nobody else says.
const CODE_ONE_IN: u32 = 100;
/// How such a word begins.
pub(crate) const CODE: &str = "vt";
/// Of a hundred conversations, so many are of somebody whom the shop has signed in.
const MEMBERS_OF_100: u32 = 40;
/// Of a hundred of these, so many are a member's first one …
const NEW_OF_100: u32 = 25;
/// … and so many are of the store's one customer who writes all the time.
const REGULAR_OF_100: u32 = 5;

const FIRST: &str = "Noor Hugo Sanne Mateo Oliver Fatima Jurre Carla Femke Diego Manon Ruben Aisha Lukas Paula Bram Anna Lucia Pieter Jane";
const LAST: &str =
    "Peeters Ortega Visser Navarro Moreau Clarke Aydin Serrano Girard Hendriks Molina Faure Kuipers Haddad Novak Ribas Bakker";

/// How much there is to tell.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) conversations: usize,
    pub(crate) messages_each: usize,
}

/// Somebody whom the shop has signed in.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) customer: CustomerId,
    pub(crate) visitor: VisitorId,
    /// The shop's own number for them.
    pub(crate) number: String,
    /// Whether nobody has met them before.
    pub(crate) new: bool,
}

/// The other side.
#[derive(Clone)]
pub(crate) struct Who {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) member: Option<Member>,
}

/// One conversation, from its beginning to its end.
pub(crate) struct Story {
    /// Which of the stores.
    pub(crate) store: usize,
    pub(crate) opened_at: i64,
    /// Left in the form: one message, and nobody was there.
    pub(crate) offline: bool,
    pub(crate) saved: bool,
    pub(crate) who: Who,
    /// In turns, the shopper first.
    pub(crate) says: Vec<String>,
}

impl Story {
    /// When something was said.
    pub(crate) fn said_at(&self, n: usize) -> i64 {
        if self.offline {
            self.opened_at
        } else {
            self.opened_at + (n as i64 + 1) * STEP_MS
        }
    }

    /// When it was ended.
    pub(crate) fn ended_at(&self) -> i64 {
        self.said_at(self.says.len())
    }
}

/// An id of a moment, as the product makes them: ordered by time, the rest is chance.
pub(crate) fn id_at(at_ms: i64, rng: &mut SmallRng) -> Uuid {
    const VERSION_7: u128 = 7 << 76;
    const VARIANT: u128 = 0b10 << 62;
    const CHANCE: u128 = (0xfff << 64) | ((1 << 62) - 1);
    let time = u128::from(at_ms.unsigned_abs() & 0xffff_ffff_ffff) << 80;
    Uuid::from_u128(time | VERSION_7 | VARIANT | (rng.random::<u128>() & CHANCE))
}

/// Tells one story after the other.
pub(crate) struct Teller {
    plan: Plan,
    vocabulary: Vocabulary,
    first: Vec<&'static str>,
    last: Vec<&'static str>,
    /// Whom each store knows.
    known: Vec<Vec<Who>>,
    told: usize,
    codes: u64,
    pub(crate) rng: SmallRng,
}

impl Teller {
    pub(crate) fn new(plan: Plan, stores: usize) -> Self {
        Self {
            plan,
            vocabulary: Vocabulary::new(),
            first: FIRST.split_whitespace().collect(),
            last: LAST.split_whitespace().collect(),
            known: vec![Vec::new(); stores],
            told: 0,
            codes: 0,
            rng: SmallRng::seed_from_u64(3),
        }
    }

    /// The next one; `None` when all are told.
    pub(crate) fn another(&mut self) -> Option<Story> {
        if self.told == self.plan.conversations {
            return None;
        }
        let between = (SPAN_MS / self.plan.conversations as i64).max(1);
        let opened_at = BEGINNING_MS + self.told as i64 * between;
        self.told += 1;
        let store = if self.rng.random_ratio(1, LARGEST_ONE_IN) {
            0
        } else {
            self.rng.random_range(1..self.known.len())
        };
        let offline = self.rng.random_ratio(1, OFFLINE_ONE_IN);
        let saved = !offline && self.rng.random_ratio(1, SAVED_ONE_IN);
        let who = if !offline && self.rng.random_ratio(MEMBERS_OF_100, 100) {
            self.member(store, opened_at)
        } else {
            self.guest(offline)
        };
        let each = self.plan.messages_each.max(2);
        let messages = if offline {
            1
        } else {
            self.rng.random_range(each / 2..=each + each / 2).max(2)
        };
        let says = (0..messages).map(|_| self.sentence()).collect();
        Some(Story {
            store,
            opened_at,
            offline,
            saved,
            who,
            says,
        })
    }

    fn sentence(&mut self) -> String {
        let mut said = self.vocabulary.sentence(&mut self.rng);
        if self.rng.random_ratio(1, CODE_ONE_IN) {
            self.codes += 1;
            said = format!("{said} {CODE}{:09}", self.codes);
        }
        said
    }

    fn name(&mut self) -> String {
        let first = self.first[self.rng.random_range(0..self.first.len())];
        let last = self.last[self.rng.random_range(0..self.last.len())];
        format!("{first} {last}")
    }

    fn guest(&mut self, offline: bool) -> Who {
        // Some do not say who they are, where they need not.
        let silent = !offline && self.rng.random_ratio(1, 10);
        let name = self.name();
        Who {
            name: (!silent).then_some(name),
            email: (!silent).then(|| format!("guest{}@customer.example", self.told)),
            member: None,
        }
    }

    fn member(&mut self, store: usize, at: i64) -> Who {
        let known = self.known[store].len();
        if known > 0 && !self.rng.random_ratio(NEW_OF_100, 100) {
            let regular = self.rng.random_ratio(REGULAR_OF_100, 100);
            let which = if regular { 0 } else { self.rng.random_range(0..known) };
            return self.known[store][which].clone();
        }
        let who = Who {
            name: Some(self.name()),
            email: Some(format!("member{}@customer.example", self.told)),
            member: Some(Member {
                customer: CustomerId(id_at(at, &mut self.rng)),
                visitor: VisitorId(id_at(at, &mut self.rng)),
                number: format!("C-{}", self.told),
                new: true,
            }),
        };
        let mut again = who.clone();
        if let Some(member) = &mut again.member {
            member.new = false;
        }
        self.known[store].push(again);
        who
    }
}
