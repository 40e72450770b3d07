//! The questions, each asked many times about something else, all in one run and through the verbs that the desk's pages call.

use std::time::Instant;

use model::{
    desk::{Folder, InboxCursor},
    event::Audience,
    history::{HistoryPlace, HistoryQuery, HistorySort},
    id::{ConversationId, Seq, VisitorId},
    limits::{FIRST_EVENTS, PAGE_EVENTS_MAX},
};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use service::{Fault, Party, Services, conversation, desk, history};
use storage::VisitorScope;

use super::{cast::Cast, check::said, fill::Sample, report::Answer, vocabulary::Vocabulary};
use crate::{Result, report::Latency};

/// Asked before anything is counted.
pub(crate) const WARM_UP: usize = 20;
/// Milliseconds that a page may take, of a hundred the slowest but one.
const PAGE_MS: f64 = 10.0;
/// The same for a search.
const SEARCH_MS: f64 = 50.0;
const SORTS: [(HistorySort, &str); 4] = [
    (HistorySort::Newest, "newest first"),
    (HistorySort::Oldest, "oldest first"),
    (HistorySort::NameUp, "by name"),
    (HistorySort::NameDown, "by name, backwards"),
];

/// What a verb answered: whether it was an answer, or what is missing.
type Verdict = std::result::Result<std::result::Result<(), String>, Fault>;

/// Somebody who asks.
pub(crate) struct Asker<'a> {
    services: &'a Services,
    cast: &'a Cast,
    samples: &'a [Sample],
    repetitions: usize,
    vocabulary: Vocabulary,
    rng: SmallRng,
    answers: Vec<Answer>,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(services: &'a Services, cast: &'a Cast, samples: &'a [Sample], repetitions: usize) -> Self {
        Self {
            services,
            cast,
            samples,
            repetitions,
            vocabulary: Vocabulary::new(),
            rng: SmallRng::seed_from_u64(11),
            answers: Vec::new(),
        }
    }

    /// All questions. The floor comes first and last, and its later answers count: then everything is as warm as it gets.
    pub(crate) async fn everything(&mut self, long: &ConversationId) -> Result<Vec<Answer>> {
        self.floor("one row by its key, before").await?;
        self.table().await?;
        self.lists().await?;
        self.searches().await?;
        self.conversations().await?;
        self.long(*long).await?;
        self.floor("one row by its key").await?;
        Ok(std::mem::take(&mut self.answers))
    }

    /// The cheapest that can be asked through the same pool: one row by its primary key.
    async fn floor(&mut self, what: &str) -> Result<()> {
        let services = self.services;
        let asked = self.some(|sample| Some((sample.store, sample.visitor)))?;
        let cast = self.cast;
        self.ask(what, None, asked, async |(store, visitor): (usize, VisitorId)| -> Verdict {
            let scope = VisitorScope::all_of(cast.stores[store].id, visitor);
            let stands = services
                .storage()
                .read(|s| Box::pin(async move { s.visitor_stands(scope).await }))
                .await;
            Ok(found(stands.map_err(Fault::from)?, "a visitor"))
        })
        .await
    }

    async fn table(&mut self) -> Result<()> {
        for (sort, name) in SORTS {
            let first = (0..self.asks()).map(|_| (self.any_store(), None)).collect();
            self.pages(&format!("history, first page, {name}"), sort, false, first).await?;
            let deep = self.some(|sample| (!sample.offline).then(|| (sample.store, Some(sample.place.clone()))))?;
            self.pages(&format!("history, a page deep inside, {name}"), sort, false, deep)
                .await?;
        }
        let first = (0..self.asks()).map(|_| (self.any_store(), None)).collect();
        self.pages("history, saved ones only", HistorySort::Newest, true, first).await?;
        let (services, cast) = (self.services, self.cast);
        let members = self.some(|sample| sample.member.then_some((sample.store, sample.conversation)))?;
        self.ask(
            "history, the conversations of a customer",
            Some(PAGE_MS),
            members,
            async |(store, id): (usize, ConversationId)| -> Verdict {
                let page = history::line(services, &cast.stores[store].actor, id, None).await?;
                Ok(found(!page.rows.is_empty(), "a line"))
            },
        )
        .await
    }

    async fn pages(&mut self, what: &str, sort: HistorySort, saved_only: bool, asked: Vec<(usize, Option<HistoryPlace>)>) -> Result<()> {
        let (services, cast) = (self.services, self.cast);
        self.ask(
            what,
            Some(PAGE_MS),
            asked,
            async |(store, after): (usize, Option<HistoryPlace>)| -> Verdict {
                let query = HistoryQuery {
                    sort,
                    saved_only,
                    after,
                    ..HistoryQuery::default()
                };
                history::page(services, &cast.stores[store].actor, query).await?;
                Ok(Ok(()))
            },
        )
        .await
    }

    async fn lists(&mut self) -> Result<()> {
        let (services, cast) = (self.services, self.cast);
        let folders = [
            (Folder::Offline, "offline messages"),
            (Folder::Finished, "finished chats"),
            (Folder::All, "all conversations"),
        ];
        for (folder, name) in folders {
            let first = (0..self.asks()).map(|_| (self.any_store(), None)).collect();
            let deep = self.some(|sample| {
                let cursor = InboxCursor {
                    at: sample.last_event_at,
                    id: sample.conversation,
                };
                Some((sample.store, Some(cursor)))
            })?;
            for (part, asked) in [("first page", first), ("a page deep inside", deep)] {
                self.ask(
                    &format!("{name}, {part}"),
                    Some(PAGE_MS),
                    asked,
                    async |(store, after): (usize, Option<InboxCursor>)| -> Verdict {
                        desk::inbox(services, &cast.stores[store].actor, folder, after).await?;
                        Ok(Ok(()))
                    },
                )
                .await?;
            }
        }
        let stores = (0..self.asks()).map(|_| self.any_store()).collect();
        self.ask("recap window", Some(PAGE_MS), stores, async |store: usize| -> Verdict {
            desk::recap(services, &cast.stores[store].actor).await?;
            Ok(Ok(()))
        })
        .await
    }

    async fn searches(&mut self) -> Result<()> {
        let common = (0..self.asks())
            .map(|_| (self.any_store(), self.vocabulary.of_ranks(0, 20, &mut self.rng).to_owned()))
            .collect();
        self.search("search, one common word", common).await?;
        let rare = self.some(|sample| Some((sample.store, sample.code.clone().filter(|_| !sample.offline)?)))?;
        self.search("search, one word that is said once", rare).await?;
        let two = (0..self.asks())
            .map(|_| {
                let one = self.vocabulary.of_ranks(0, 100, &mut self.rng).to_owned();
                let other = self.vocabulary.of_ranks(100, 1_000, &mut self.rng).to_owned();
                (self.any_store(), format!("{one} {other}"))
            })
            .collect();
        self.search("search, two words", two).await?;
        let beginnings = (0..self.asks())
            .map(|_| {
                let word = self.vocabulary.of_ranks(0, 1_000, &mut self.rng);
                let beginning: String = word.chars().take(2).collect();
                (self.any_store(), beginning)
            })
            .collect();
        self.search("search, the first two letters of a word", beginnings).await?;
        let names = self.some(|sample| Some((sample.store, sample.name.clone()?)))?;
        self.search("search, somebody's name", names).await
    }

    async fn search(&mut self, what: &str, asked: Vec<(usize, String)>) -> Result<()> {
        let (services, cast) = (self.services, self.cast);
        let rare = what.ends_with("once");
        self.ask(what, Some(SEARCH_MS), asked, async |(store, search): (usize, String)| -> Verdict {
            let query = HistoryQuery {
                search,
                ..HistoryQuery::default()
            };
            let page = history::page(services, &cast.stores[store].actor, query).await?;
            Ok(found(!rare || page.rows.len() == 1, "the one line"))
        })
        .await
    }

    async fn conversations(&mut self) -> Result<()> {
        let (services, cast) = (self.services, self.cast);
        let asked = self.some(|sample| Some((sample.store, sample.conversation)))?;
        self.ask(
            "opening a conversation",
            Some(PAGE_MS),
            asked,
            async |(store, id): (usize, ConversationId)| -> Verdict {
                let opened = desk::conversation(services, &cast.stores[store].actor, id).await?;
                Ok(found(!opened.view.events.is_empty(), "its events"))
            },
        )
        .await
    }

    async fn long(&mut self, id: ConversationId) -> Result<()> {
        let (services, cast) = (self.services, self.cast);
        let actor = &cast.stores[0].actor;
        let party = Party::Desk(actor.clone());
        let opened = desk::conversation(services, actor, id).await.map_err(said)?;
        let head = opened.view.head.0;
        let times = vec![(); self.asks()];
        self.ask("opening the long conversation", Some(PAGE_MS), times, async |()| -> Verdict {
            let opened = desk::conversation(services, actor, id).await?;
            let expected = usize::try_from(FIRST_EVENTS.min(head)).unwrap_or(usize::MAX);
            Ok(found(opened.view.events.len() == expected, "its last events"))
        })
        .await?;
        // From its end to its beginning, page by page, over and over.
        let mut before = Vec::new();
        let newest = (head - FIRST_EVENTS + 1).max(2);
        let mut next = newest;
        while before.len() < self.asks() {
            before.push(Seq(next));
            next = if next > PAGE_EVENTS_MAX + 1 {
                next - PAGE_EVENTS_MAX
            } else {
                newest
            };
        }
        self.ask(
            "scrolling back in it, a page",
            Some(PAGE_MS),
            before,
            async |before: Seq| -> Verdict {
                let page = conversation::page(services, &party, id, Audience::All, Seq::ZERO, Some(before)).await?;
                Ok(found(page.events.len() as i64 == PAGE_EVENTS_MAX.min(before.0 - 1), "older events"))
            },
        )
        .await
    }

    fn asks(&self) -> usize {
        self.repetitions + WARM_UP
    }

    /// The largest store as often as all others together.
    fn any_store(&mut self) -> usize {
        if self.rng.random_ratio(1, 2) {
            0
        } else {
            self.rng.random_range(1..self.cast.stores.len())
        }
    }

    /// Something of as many conversations as are asked for, those of the largest store as often as all others.
    fn some<T>(&mut self, of: impl Fn(&Sample) -> Option<T>) -> Result<Vec<T>> {
        let mut some = Vec::with_capacity(self.asks());
        for _ in 0..1_000 * self.asks() {
            let largest = self.rng.random_ratio(1, 2);
            let sample = &self.samples[self.rng.random_range(0..self.samples.len())];
            if (sample.store == 0) == largest {
                some.extend(of(sample));
            }
            if some.len() == self.asks() {
                return Ok(some);
            }
        }
        Err("there are too few conversations to ask about".into())
    }

    /// Asks one question after the other, and takes the time of each; the first ones only warm up. An answer that is not one ends the run.
    async fn ask<A>(&mut self, what: &str, at_most_ms: Option<f64>, asked: Vec<A>, question: impl AsyncFn(A) -> Verdict) -> Result<()> {
        let mut times = Vec::with_capacity(asked.len());
        for (n, about) in asked.into_iter().enumerate() {
            let begun = Instant::now();
            let answer = question(about).await;
            let ms = begun.elapsed().as_secs_f64() * 1_000.0;
            answer.map_err(said)?.map_err(|missing| format!("{what}: {missing}"))?;
            if n >= WARM_UP {
                times.push(ms);
            }
        }
        let answer = Answer {
            what: what.to_owned(),
            latency: Latency::of(times),
            at_most_ms,
        };
        eprintln!("bench: {}", answer.line());
        self.answers.push(answer);
        Ok(())
    }
}

/// Fine, or what is missing.
fn found(there: bool, what: &str) -> std::result::Result<(), String> {
    if there { Ok(()) } else { Err(format!("{what} is missing")) }
}
