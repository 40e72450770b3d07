//! What went in and what came out, and whether that can be: the checker.
//!
//! It knows neither the client's code nor the server's; only what people said, what they were told, what left the server, and what
//! the store holds in the end.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{
    event::{Audience, Event, EventKind},
    id::{ClientId, ConversationId, Seq},
    party::Principal,
    text::Body,
    time::Timestamp,
};
use relay::ConnectionId;

use crate::store::Row;

/// A log.
pub(crate) type Topic = (ConversationId, Audience);

/// A program's life in a tab: a reload begins a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Life {
    pub(crate) tab: usize,
    pub(crate) number: u32,
}

/// Something that somebody saw.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// A person said something.
    Posted {
        life: Life,
        who: Principal,
        topic: Topic,
        cid: ClientId,
        body: Body,
    },
    /// A program was told that it is kept, under this number.
    Acknowledged { who: Principal, cid: ClientId, seq: Seq },
    /// A person was told that it is not taken.
    Refused { who: Principal, cid: ClientId },
    /// A program's view of a log begins after this event.
    Begun { life: Life, topic: Topic, after: Seq },
    /// A program was told an event.
    Told { life: Life, topic: Topic, event: Event },
    /// The server says where it goes on.
    Synced {
        to: ConnectionId,
        topic: Topic,
        from: Seq,
        seqs: Vec<Seq>,
    },
    /// The server sent an event.
    Sent { to: ConnectionId, topic: Topic, seq: Seq },
    /// The server says that something cannot be.
    Alarm(String),
}

/// How it ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending {
    pub(crate) rows: Vec<Row>,
    /// How far each program knows each log that it follows.
    pub(crate) views: Vec<(Life, Topic, Option<Seq>)>,
    /// What the devices still hold and nobody refused.
    pub(crate) pending: Vec<(Principal, ClientId)>,
}

/// What cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    LostWrite,
    Duplicate,
    Phantom,
    Skip,
    Nonmonotonic,
    Disagreement,
    Unconverged,
    StuckPending,
    Reordered,
}

/// A thing that cannot be, and where.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "read by people, in the message of a failed test")]
pub(crate) struct Finding {
    pub(crate) kind: Kind,
    pub(crate) what: String,
}

struct Checker<'a> {
    entries: &'a [Entry],
    ending: &'a Ending,
    rows: BTreeMap<(Topic, Seq), &'a Row>,
    /// By whom and with which id: each once, or there is a finding.
    kept: HashMap<(Principal, ConversationId, ClientId), &'a Row>,
    findings: Vec<Finding>,
}

/// Everything that cannot be.
pub(crate) fn check(entries: &[Entry], ending: &Ending) -> Vec<Finding> {
    let mut checker = Checker {
        entries,
        ending,
        rows: BTreeMap::new(),
        kept: HashMap::new(),
        findings: Vec::new(),
    };
    checker.store();
    checker.wire();
    checker.programs();
    checker.messages();
    checker.order();
    checker.ending();
    checker.findings
}

impl Checker<'_> {
    fn find(&mut self, kind: Kind, what: String) {
        self.findings.push(Finding { kind, what });
    }

    /// Each log is numbered without gaps, and its time does not go back; each message is there once.
    fn store(&mut self) {
        let ending = self.ending;
        let mut heads: BTreeMap<Topic, (Seq, Timestamp)> = BTreeMap::new();
        for row in &ending.rows {
            let topic = (row.conv, row.aud);
            let (head, at) = heads.entry(topic).or_default();
            let (wanted, before) = (head.next(), *at);
            (*head, *at) = (row.event.seq, row.event.at);
            if row.event.at < before {
                self.find(
                    Kind::Nonmonotonic,
                    format!("{} of {topic:?} is of {:?}, after {before:?}", row.event.seq, row.event.at),
                );
            }
            if row.event.seq != wanted {
                self.find(
                    Kind::Skip,
                    format!("the store has {} where {wanted} must be, in {topic:?}", row.event.seq),
                );
            }
            self.rows.insert((topic, row.event.seq), row);
            let Some(cid) = row.event.cid else { continue };
            if self.kept.insert((row.who, row.conv, cid), row).is_some() {
                self.find(Kind::Duplicate, format!("{cid} of {:?} is there twice", row.who));
            }
        }
    }

    /// On each connection, each log goes on by one.
    fn wire(&mut self) {
        let mut sent: HashMap<(ConnectionId, Topic), Seq> = HashMap::new();
        for entry in self.entries {
            let (key, seqs) = match entry {
                Entry::Synced { to, topic, from, seqs } => {
                    sent.insert((*to, *topic), *from);
                    ((*to, *topic), seqs.as_slice())
                }
                Entry::Sent { to, topic, seq } => ((*to, *topic), std::slice::from_ref(seq)),
                Entry::Alarm(what) => {
                    self.find(Kind::Skip, format!("the server alarms: {what}"));
                    continue;
                }
                _ => continue,
            };
            for seq in seqs {
                let last = sent.get(&key).copied();
                self.step(last, *seq, &format!("the server, to {key:?}"));
                sent.insert(key, *seq);
            }
        }
    }

    /// In each program, each log goes on by one, says what the store says, and what every other program says.
    fn programs(&mut self) {
        let mut known: HashMap<(Life, Topic), Seq> = HashMap::new();
        let mut told: HashMap<(Topic, Seq), &Event> = HashMap::new();
        for entry in self.entries {
            match entry {
                Entry::Begun { life, topic, after } => {
                    known.insert((*life, *topic), *after);
                }
                Entry::Told { life, topic, event } => {
                    let last = known.insert((*life, *topic), event.seq);
                    self.step(last, event.seq, &format!("{life:?} in {topic:?}"));
                    if self.rows.get(&(*topic, event.seq)).is_none_or(|row| *row.event != *event) {
                        self.find(Kind::Phantom, format!("{life:?} was told {event:?}, which is not in {topic:?}"));
                    }
                    if told.insert((*topic, event.seq), event).is_some_and(|other| other != event) {
                        self.find(
                            Kind::Disagreement,
                            format!("two were told different things as {} of {topic:?}", event.seq),
                        );
                    }
                }
                _ => {}
            }
        }
    }

    fn step(&mut self, last: Option<Seq>, seq: Seq, whose: &str) {
        match last {
            Some(last) if seq == last.next() => {}
            Some(last) if seq <= last => self.find(Kind::Nonmonotonic, format!("{whose}: {seq} after {last}")),
            last => self.find(Kind::Skip, format!("{whose}: {seq} after {last:?}")),
        }
    }

    /// Each message ends as one of: kept, refused, still on its way. What was acknowledged is kept, as it was acknowledged.
    fn messages(&mut self) {
        let mut posted: HashMap<(Principal, ClientId), (Topic, &Body)> = HashMap::new();
        let mut refused = HashSet::new();
        for entry in self.entries {
            match entry {
                Entry::Posted { who, topic, cid, body, .. } => {
                    posted.insert((*who, *cid), (*topic, body));
                }
                Entry::Refused { who, cid } => {
                    refused.insert((*who, *cid));
                }
                _ => {}
            }
        }
        for entry in self.entries {
            match entry {
                Entry::Acknowledged { who, cid, seq } => {
                    let is_there = posted.get(&(*who, *cid)).is_some_and(|(topic, body)| {
                        self.rows.get(&(*topic, *seq)).is_some_and(|row| {
                            let said = matches!(&row.event.kind, EventKind::Posted { body: b } if b == *body);
                            row.who == *who && row.event.cid == Some(*cid) && said
                        })
                    });
                    if !is_there {
                        self.find(
                            Kind::LostWrite,
                            format!("{cid} of {who:?} was acknowledged as {seq} and is not there"),
                        );
                    }
                }
                Entry::Posted { who, topic, cid, .. }
                    if !self.kept.contains_key(&(*who, topic.0, *cid)) && !refused.contains(&(*who, *cid)) =>
                {
                    self.find(Kind::StuckPending, format!("{cid} of {who:?} is neither kept nor refused"));
                }
                _ => {}
            }
        }
    }

    /// What one program said in one log is there in the order in which it was said. Whoever was told that something is not taken knows
    /// that it has lost its place: it may still go later, from another tab or when they try again.
    fn order(&mut self) {
        let mut last: HashMap<(Life, Topic), Seq> = HashMap::new();
        let entries = self.entries;
        let refused: HashSet<(Principal, ClientId)> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Refused { who, cid } => Some((*who, *cid)),
                _ => None,
            })
            .collect();
        for entry in entries {
            if let Entry::Posted { life, who, topic, cid, .. } = entry
                && !refused.contains(&(*who, *cid))
                && let Some(seq) = self.kept.get(&(*who, topic.0, *cid)).map(|row| row.event.seq)
                && last.insert((*life, *topic), seq).is_some_and(|before| before > seq)
            {
                self.find(
                    Kind::Reordered,
                    format!("{cid} of {life:?} is {seq}, before what was said before it"),
                );
            }
        }
    }

    /// When the weather is fine again, everybody knows everything and nothing waits.
    fn ending(&mut self) {
        let ending = self.ending;
        let mut heads: BTreeMap<Topic, Seq> = BTreeMap::new();
        for row in &ending.rows {
            heads.insert((row.conv, row.aud), row.event.seq);
        }
        for (life, topic, at) in &ending.views {
            let head = heads.get(topic).copied().unwrap_or_default();
            if *at != Some(head) {
                self.find(Kind::Unconverged, format!("{life:?} knows {topic:?} up to {at:?} of {head}"));
            }
        }
        for (who, cid) in &ending.pending {
            self.find(Kind::StuckPending, format!("{cid} of {who:?} is still on its way"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::cast::{Person, client_id, conversation};

    const HERE: Life = Life { tab: 0, number: 0 };
    const WIRE: ConnectionId = ConnectionId(1);

    fn topic() -> Topic {
        (conversation(0), Audience::All)
    }

    fn jane() -> Person {
        Person::shopper(0)
    }

    fn words(n: i64) -> Body {
        Body::parse(&format!("message {n}")).expect("fine")
    }

    fn event(n: i64) -> Event {
        let cid = Some(client_id(n as u64));
        Event {
            seq: Seq(n),
            at: Timestamp(n),
            author: jane().author,
            cid,
            kind: EventKind::Posted { body: words(n) },
            via: None,
        }
    }

    fn row(n: i64) -> Row {
        Row {
            conv: topic().0,
            aud: topic().1,
            who: jane().principal,
            event: Arc::new(event(n)),
        }
    }

    fn posted(n: i64) -> Entry {
        Entry::Posted {
            life: HERE,
            who: jane().principal,
            topic: topic(),
            cid: client_id(n as u64),
            body: words(n),
        }
    }

    fn acknowledged(n: i64, seq: i64) -> Entry {
        Entry::Acknowledged {
            who: jane().principal,
            cid: client_id(n as u64),
            seq: Seq(seq),
        }
    }

    fn told(event: Event) -> Entry {
        Entry::Told {
            life: HERE,
            topic: topic(),
            event,
        }
    }

    /// Two messages, kept, acknowledged and told.
    fn fine() -> (Vec<Entry>, Ending) {
        let entries = vec![
            Entry::Begun {
                life: HERE,
                topic: topic(),
                after: Seq::ZERO,
            },
            posted(1),
            posted(2),
            acknowledged(1, 1),
            acknowledged(2, 2),
            Entry::Synced {
                to: WIRE,
                topic: topic(),
                from: Seq::ZERO,
                seqs: vec![Seq(1)],
            },
            Entry::Sent {
                to: WIRE,
                topic: topic(),
                seq: Seq(2),
            },
            told(event(1)),
            told(event(2)),
        ];
        let ending = Ending {
            rows: vec![row(1), row(2)],
            views: vec![(HERE, topic(), Some(Seq(2)))],
            pending: Vec::new(),
        };
        (entries, ending)
    }

    fn kinds(change: impl FnOnce(&mut Vec<Entry>, &mut Ending)) -> Vec<Kind> {
        let (mut entries, mut ending) = fine();
        change(&mut entries, &mut ending);
        check(&entries, &ending).into_iter().map(|f| f.kind).collect()
    }

    #[test]
    fn a_good_story_has_no_findings() {
        assert!(kinds(|_, _| {}).is_empty());
    }

    #[test]
    fn each_thing_that_cannot_be_is_found_and_named() {
        let named = |kind: Kind, change: fn(&mut Vec<Entry>, &mut Ending)| {
            let found = kinds(change);
            assert!(found.contains(&kind), "{kind:?} is not in {found:?}");
        };
        named(Kind::LostWrite, |_, end| {
            end.rows.pop();
        });
        named(Kind::LostWrite, |entries, _| entries.push(acknowledged(1, 2)));
        named(Kind::Duplicate, |_, end| {
            let mut twice = event(3);
            twice.cid = Some(client_id(1));
            end.rows.push(Row {
                event: Arc::new(twice),
                ..row(3)
            });
        });
        named(Kind::Skip, |_, end| end.rows.push(row(4)));
        named(Kind::Nonmonotonic, |_, end| {
            let mut early = event(3);
            early.at = Timestamp(1);
            end.rows.push(Row {
                event: Arc::new(early),
                ..row(3)
            });
        });
        named(Kind::Phantom, |entries, _| entries.push(told(event(3))));
        named(Kind::Skip, |entries, _| {
            entries.remove(7);
        });
        named(Kind::Nonmonotonic, |entries, _| entries.push(told(event(2))));
        named(Kind::Nonmonotonic, |entries, _| {
            entries.push(Entry::Sent {
                to: WIRE,
                topic: topic(),
                seq: Seq(2),
            });
        });
        named(Kind::Skip, |entries, _| {
            entries.push(Entry::Sent {
                to: WIRE,
                topic: topic(),
                seq: Seq(4),
            });
        });
        named(Kind::Disagreement, |entries, _| {
            let life = Life { tab: 1, number: 0 };
            entries.push(Entry::Begun {
                life,
                topic: topic(),
                after: Seq(1),
            });
            entries.push(Entry::Told {
                life,
                topic: topic(),
                event: Event {
                    at: Timestamp(9),
                    ..event(2)
                },
            });
        });
        named(Kind::Unconverged, |_, end| end.views[0].2 = Some(Seq(1)));
        named(Kind::StuckPending, |entries, _| entries.push(posted(3)));
        named(Kind::StuckPending, |_, end| end.pending.push((jane().principal, client_id(1))));
        named(Kind::Reordered, |entries, _| entries.swap(1, 2));
        named(Kind::Skip, |entries, _| entries.push(Entry::Alarm("a gap".into())));
    }

    #[test]
    fn a_refused_message_has_found_its_end() {
        let found = kinds(|entries, _| {
            entries.push(posted(3));
            entries.push(Entry::Refused {
                who: jane().principal,
                cid: client_id(3),
            });
        });
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_refused_message_may_still_go_and_has_lost_its_place() {
        let found = kinds(|entries, _| {
            entries.swap(1, 2);
            entries.push(Entry::Refused {
                who: jane().principal,
                cid: client_id(1),
            });
        });
        assert!(!found.contains(&Kind::Reordered), "{found:?}");
    }
}
