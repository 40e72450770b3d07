//! Who listens to what on this node, and the last events of what is listened to.
//!
//! It holds nothing that a crash may not take: the truth is in the database, and every notice only says where to look. Its methods
//! are short and never wait, so that it can stand behind one mutex; those that name connections leave the waking to the caller.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use model::{
    event::{Audience, Event, Mark},
    id::{ConversationId, Seq, StoreId},
    limits::{AWAY_GRACE_MS, DESK_CONNECTIONS_MAX, LOST_GRACE_MS, VISITOR_CONNECTIONS_MAX},
    party::{Principal, Side},
    text::Name,
    time::Timestamp,
};

use crate::notice::{Notice, Notices};

/// The events of a log that are kept in memory while somebody follows it: more than a slow reader falls behind in a second.
const RING: usize = 64;

/// A connection of this node. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// For whom a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Who.
    pub principal: Principal,
    /// With which session; the number is the server's choice, and only compared.
    pub session: u64,
}

type Topic = (ConversationId, Audience);

#[derive(Debug, Default)]
struct Log {
    /// Without gaps, oldest first; up to `head`, or empty.
    ring: VecDeque<Arc<Event>>,
    /// How far it is for certain: as far as this node has written or read.
    head: Seq,
    readers: Vec<ConnectionId>,
}

#[derive(Debug)]
struct Peer {
    badge: Badge,
    topics: Vec<Topic>,
    store: Option<StoreId>,
    notices: Notices,
    away: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Hub {
    ring: usize,
    logs: HashMap<Topic, Log>,
    peers: HashMap<ConnectionId, Peer>,
    people: HashMap<Principal, Vec<ConnectionId>>,
    inboxes: HashMap<StoreId, Vec<ConnectionId>>,
    /// Sides that have no window left in a conversation and may be back in a moment, and until when they are still said to be here.
    leaving: BTreeMap<(ConversationId, Side), Timestamp>,
    /// Sides that other nodes say are here, and until when that is believed.
    afar: BTreeMap<(ConversationId, Side), Timestamp>,
    /// Sides that came or went on this node, for the other nodes; `None` while there are none.
    turns: Option<Vec<(ConversationId, Side, bool)>>,
    rev: u64,
}

impl Default for Hub {
    fn default() -> Self {
        Self::with_ring(RING)
    }
}

impl Hub {
    /// A hub that keeps this many events of each log that is followed.
    pub fn with_ring(ring: usize) -> Self {
        Self {
            ring,
            logs: HashMap::new(),
            peers: HashMap::new(),
            people: HashMap::new(),
            inboxes: HashMap::new(),
            leaving: BTreeMap::new(),
            afar: BTreeMap::new(),
            turns: None,
            rev: 0,
        }
    }

    // ---- connections come and go -------------------------------------------------------------------------------------------

    /// A connection has shown its badge. The oldest ones of a person with too many are told to go.
    pub fn admit(&mut self, id: ConnectionId, badge: Badge) -> Vec<ConnectionId> {
        let max = match badge.principal.side() {
            Side::Shopper => VISITOR_CONNECTIONS_MAX,
            Side::Desk => DESK_CONNECTIONS_MAX,
        };
        self.peers.insert(
            id,
            Peer {
                badge,
                topics: Vec::new(),
                store: None,
                notices: Notices::default(),
                away: false,
            },
        );
        let mine = self.people.entry(badge.principal).or_default();
        mine.push(id);
        let too_many = mine.len().saturating_sub(max);
        let crowded: Vec<ConnectionId> = mine.drain(..too_many).collect();
        self.put_all(crowded, &Notice::Crowded)
    }

    /// A connection of the desk wants to know when the lists of its store change.
    pub fn watch(&mut self, id: ConnectionId, store: StoreId) {
        if let Some(peer) = self.peers.get_mut(&id)
            && peer.badge.principal.side() == Side::Desk
            && peer.store.is_none()
        {
            peer.store = Some(store);
            self.inboxes.entry(store).or_default().push(id);
        }
    }

    /// The page said goodbye (`pagehide`): if it does not come back soon, it will not.
    pub fn away(&mut self, id: ConnectionId) {
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.away = true;
        }
    }

    /// A connection is closed. Presence ends later, by [`Hub::sweep`].
    pub fn leave(&mut self, id: ConnectionId, now: Timestamp) {
        let Some(peer) = self.peers.remove(&id) else { return };
        forget(&mut self.people, &peer.badge.principal, id);
        if let Some(store) = peer.store {
            forget(&mut self.inboxes, &store, id);
        }
        let grace = if peer.away { AWAY_GRACE_MS } else { LOST_GRACE_MS };
        for topic in peer.topics {
            self.part(id, peer.badge.principal.side(), topic, now.plus_ms(grace));
        }
    }

    /// How many connections there are.
    pub fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.peers.is_empty()
    }

    /// Every connection of a person is to be closed: they have lost their rights.
    pub fn revoke(&mut self, principal: Principal) -> Vec<ConnectionId> {
        let mine = self.people.get(&principal).cloned().unwrap_or_default();
        self.put_all(mine, &Notice::Revoked)
    }

    /// One connection is to be closed: what it was admitted for is over.
    pub fn revoke_one(&mut self, id: ConnectionId) -> Vec<ConnectionId> {
        self.put_all(vec![id], &Notice::Revoked)
    }

    /// Every connection of a store's visitors is to be closed: the store is.
    pub fn revoke_store(&mut self, store: StoreId) -> Vec<ConnectionId> {
        let of_store = |badge: &Badge| matches!(badge.principal, Principal::Visitor { store: theirs, .. } if theirs == store);
        let peers = self.peers.iter();
        let visitors = peers.filter(|(_, peer)| of_store(&peer.badge)).map(|(id, _)| *id).collect();
        self.put_all(visitors, &Notice::Revoked)
    }

    // ---- logs --------------------------------------------------------------------------------------------------------------

    /// A connection follows a log from now on. To be called after its right was checked and before the log's head is read: what is
    /// committed in between is then in the head or in a notice. `false` if it cannot: it has left, or it is a shopper's and the log
    /// is the desk's. Names the connections that learn that a side is here.
    pub fn subscribe(&mut self, id: ConnectionId, conv: ConversationId, aud: Audience) -> (bool, Vec<ConnectionId>) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return (false, Vec::new());
        };
        let side = peer.badge.principal.side();
        if aud == Audience::Desk && side == Side::Shopper {
            return (false, Vec::new());
        }
        if peer.topics.contains(&(conv, aud)) {
            return (true, Vec::new());
        }
        let (was_here, was_near) = (self.is_here(conv, side), self.is_near(conv, side));
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.topics.push((conv, aud));
        }
        self.logs.entry((conv, aud)).or_default().readers.push(id);
        if aud == Audience::Desk {
            return (true, Vec::new());
        }
        self.leaving.remove(&(conv, side));
        if !was_near {
            self.turned(conv, side, true);
        }
        let woken = if was_here {
            Vec::new()
        } else {
            self.tell_presence(conv, side, true)
        };
        (true, woken)
    }

    /// A connection follows a log no longer; its window is closed.
    pub fn unsubscribe(&mut self, id: ConnectionId, conv: ConversationId, aud: Audience, now: Timestamp) {
        let Some(peer) = self.peers.get_mut(&id) else { return };
        let before = peer.topics.len();
        peer.topics.retain(|t| *t != (conv, aud));
        if peer.topics.len() != before {
            let side = peer.badge.principal.side();
            self.part(id, side, (conv, aud), now.plus_ms(AWAY_GRACE_MS));
        }
    }

    fn part(&mut self, id: ConnectionId, side: Side, topic: Topic, until: Timestamp) {
        if let Some(log) = self.logs.get_mut(&topic) {
            log.readers.retain(|r| *r != id);
            if log.readers.is_empty() {
                self.logs.remove(&topic);
            }
        }
        let (conv, aud) = topic;
        if aud == Audience::All && !self.has_reader(conv, side) {
            self.leaving.insert((conv, side), until);
        }
    }

    /// An event is in the database, for good. To be called after the commit, never before. Names the connections to wake.
    pub fn committed(&mut self, conv: ConversationId, aud: Audience, event: Arc<Event>) -> Vec<ConnectionId> {
        let Some(log) = self.logs.get_mut(&(conv, aud)) else {
            return Vec::new();
        };
        // Two commits may be told in the wrong order, or one be another node's. What is older is in the database; the ring must only not
        // pretend to be whole.
        if event.seq > log.head {
            if event.seq > log.head.next() {
                log.ring.clear();
            }
            log.head = event.seq;
            log.ring.push_back(event);
            if log.ring.len() > self.ring {
                log.ring.pop_front();
            }
        }
        let readers = log.readers.clone();
        self.put_all(readers, &Notice::Log { conv, aud })
    }

    /// Another node says that a log has come so far: whoever follows it looks. Only what was read raises the head, because a word that
    /// says too much would silence every look at the database after it. Names the connections to wake.
    pub fn hinted(&mut self, conv: ConversationId, aud: Audience, head: Seq) -> Vec<ConnectionId> {
        let Some(log) = self.logs.get_mut(&(conv, aud)).filter(|log| log.head < head) else {
            return Vec::new();
        };
        // It is whole no longer: what follows is in the database.
        log.ring.clear();
        let readers = log.readers.clone();
        self.put_all(readers, &Notice::Log { conv, aud })
    }

    /// A look at the database has found that a log is so far, and this node may not have seen it. Names the connections to wake.
    pub fn grown(&mut self, conv: ConversationId, aud: Audience, head: Seq) -> Vec<ConnectionId> {
        self.further(conv, aud, head, None)
    }

    /// A connection has read how far a log is. Whoever else here follows it, and has not heard of that, is woken.
    pub fn read_to(&mut self, id: ConnectionId, conv: ConversationId, aud: Audience, head: Seq) -> Vec<ConnectionId> {
        self.further(conv, aud, head, Some(id))
    }

    fn further(&mut self, conv: ConversationId, aud: Audience, head: Seq, known_to: Option<ConnectionId>) -> Vec<ConnectionId> {
        let Some(log) = self.logs.get_mut(&(conv, aud)) else {
            return Vec::new();
        };
        if log.head >= head {
            return Vec::new();
        }
        log.head = head;
        log.ring.clear();
        let mut readers = log.readers.clone();
        readers.retain(|r| Some(*r) != known_to);
        self.put_all(readers, &Notice::Log { conv, aud })
    }

    /// What follows `after` in a log, as far as memory knows it for certain. `None`: ask the database.
    pub fn after(&self, conv: ConversationId, aud: Audience, after: Seq, limit: usize) -> Option<Vec<Arc<Event>>> {
        let ring = &self.logs.get(&(conv, aud))?.ring;
        let first = ring.front()?.seq;
        let skip = usize::try_from(after.0 - (first.0 - 1)).ok()?;
        Some(ring.iter().skip(skip).take(limit).cloned().collect())
    }

    /// The logs that somebody follows, for a look at their heads.
    pub fn followed(&self) -> Vec<(ConversationId, Audience)> {
        self.logs.keys().copied().collect()
    }

    // ---- what is forgotten in a moment -------------------------------------------------------------------------------------

    /// A side has come further. Everybody in the conversation is told but the connection that said so.
    pub fn marked(&mut self, conv: ConversationId, who: Side, mark: Mark, by: Option<ConnectionId>) -> Vec<ConnectionId> {
        let mut readers = self.readers(conv);
        readers.retain(|r| Some(*r) != by);
        self.put_all(readers, &Notice::Pos { conv, who, mark })
    }

    /// Somebody is typing, or stopped. The other side is told.
    pub fn typing(&mut self, id: ConnectionId, conv: ConversationId, on: bool, name: Option<Name>) -> Vec<ConnectionId> {
        let Some(side) = self.peers.get(&id).map(|p| p.badge.principal.side()) else {
            return Vec::new();
        };
        let readers = self.readers_of(conv, side.other());
        self.put_all(readers, &Notice::Typing { conv, on, name })
    }

    /// Somebody is typing at another node, or stopped. The other side is told.
    pub fn typing_afar(&mut self, conv: ConversationId, side: Side, on: bool, name: Option<Name>) -> Vec<ConnectionId> {
        let readers = self.readers_of(conv, side.other());
        self.put_all(readers, &Notice::Typing { conv, on, name })
    }

    /// The stores whose lists somebody watches.
    pub fn watched(&self) -> Vec<StoreId> {
        self.inboxes.keys().copied().collect()
    }

    /// Something in a store's lists changed. Its people are told.
    pub fn inbox(&mut self, store: StoreId) -> Vec<ConnectionId> {
        self.rev += 1;
        let watchers = self.inboxes.get(&store).cloned().unwrap_or_default();
        self.put_all(watchers, &Notice::Inbox { rev: self.rev })
    }

    /// Whether a side has a window of a conversation open, or had one a moment ago: on this node, or on another one that says so.
    pub fn is_here(&self, conv: ConversationId, side: Side) -> bool {
        self.is_near(conv, side) || self.afar.contains_key(&(conv, side))
    }

    /// The same, on this node only.
    pub fn is_near(&self, conv: ConversationId, side: Side) -> bool {
        self.leaving.contains_key(&(conv, side)) || self.has_reader(conv, side)
    }

    /// There are other nodes: from now on it is noted which sides come and go here, for them.
    pub fn note_turns(&mut self) {
        if self.turns.is_none() {
            self.turns = Some(Vec::new());
        }
    }

    /// What was noted since the last time: which sides came or went on this node.
    pub fn take_turns(&mut self) -> Vec<(ConversationId, Side, bool)> {
        self.turns.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// The sides that have a window open on this node.
    pub fn near(&self) -> Vec<(ConversationId, Side)> {
        let mut near = Vec::new();
        for (conv, aud) in self.logs.keys() {
            if *aud == Audience::All {
                let sides = [Side::Shopper, Side::Desk].into_iter();
                near.extend(sides.filter(|side| self.has_reader(*conv, *side)).map(|side| (*conv, side)));
            }
        }
        near
    }

    /// Another node says that a side is there, and until when that may be believed; or that it has gone.
    pub fn heard_of(&mut self, conv: ConversationId, side: Side, until: Option<Timestamp>) -> Vec<ConnectionId> {
        let was_here = self.is_here(conv, side);
        match until {
            // Of interest to those who are in it here; whoever comes later asks.
            Some(until) if self.logs.contains_key(&(conv, Audience::All)) => {
                self.afar.insert((conv, side), until);
            }
            Some(_) => {}
            None => {
                self.afar.remove(&(conv, side));
            }
        }
        let is_here = self.is_here(conv, side);
        if was_here == is_here {
            return Vec::new();
        }
        self.tell_presence(conv, side, is_here)
    }

    /// Ends the presence of those who did not come back. To be called about once a second.
    pub fn sweep(&mut self, now: Timestamp) -> Vec<ConnectionId> {
        let gone: Vec<(ConversationId, Side)> = self
            .leaving
            .iter()
            .filter(|(_, until)| **until <= now)
            .map(|(key, _)| *key)
            .collect();
        let mut woken = Vec::new();
        for (conv, side) in gone {
            self.leaving.remove(&(conv, side));
            self.turned(conv, side, false);
            if !self.is_here(conv, side) {
                woken.extend(self.tell_presence(conv, side, false));
            }
        }
        let doubtful: Vec<(ConversationId, Side)> = self.afar.iter().filter(|(_, until)| **until <= now).map(|(key, _)| *key).collect();
        for (conv, side) in doubtful {
            woken.extend(self.heard_of(conv, side, None));
        }
        woken
    }

    fn turned(&mut self, conv: ConversationId, side: Side, here: bool) {
        if let Some(turns) = &mut self.turns {
            turns.push((conv, side, here));
        }
    }

    /// What a connection that was woken has to know.
    pub fn take(&mut self, id: ConnectionId) -> Vec<Notice> {
        self.peers.get_mut(&id).map(|p| p.notices.take()).unwrap_or_default()
    }

    fn tell_presence(&mut self, conv: ConversationId, who: Side, here: bool) -> Vec<ConnectionId> {
        let readers = self.readers_of(conv, who.other());
        self.put_all(readers, &Notice::Presence { conv, who, here })
    }

    fn has_reader(&self, conv: ConversationId, side: Side) -> bool {
        self.logs
            .get(&(conv, Audience::All))
            .is_some_and(|log| log.readers.iter().any(|id| self.is_of(*id, side)))
    }

    fn readers(&self, conv: ConversationId) -> Vec<ConnectionId> {
        self.logs
            .get(&(conv, Audience::All))
            .map(|log| log.readers.clone())
            .unwrap_or_default()
    }

    fn readers_of(&self, conv: ConversationId, side: Side) -> Vec<ConnectionId> {
        let mut readers = self.readers(conv);
        readers.retain(|id| self.is_of(*id, side));
        readers
    }

    fn is_of(&self, id: ConnectionId, side: Side) -> bool {
        self.peers.get(&id).is_some_and(|p| p.badge.principal.side() == side)
    }

    /// Gives the same notice to some; the ones among them that have to be woken for it.
    fn put_all(&mut self, mut ids: Vec<ConnectionId>, notice: &Notice) -> Vec<ConnectionId> {
        ids.retain(|id| self.peers.get_mut(id).is_some_and(|peer| peer.notices.put(notice.clone())));
        ids
    }
}

/// Takes a connection off a list, and the list away when it was the last.
fn forget<K: std::hash::Hash + Eq>(lists: &mut HashMap<K, Vec<ConnectionId>>, key: &K, id: ConnectionId) {
    if let Some(list) = lists.get_mut(key) {
        list.retain(|i| *i != id);
        if list.is_empty() {
            lists.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{
        event::EventKind,
        id::{AccountId, VisitorId},
        party::Author,
        text::Body,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn conv() -> ConversationId {
        ConversationId(Uuid::from_u128(1))
    }

    fn store() -> StoreId {
        StoreId(Uuid::from_u128(5))
    }

    fn shopper() -> Badge {
        Badge {
            principal: Principal::Visitor {
                store: store(),
                id: VisitorId(Uuid::from_u128(7)),
            },
            session: 1,
        }
    }

    fn operator() -> Badge {
        Badge {
            principal: Principal::Account(AccountId(Uuid::from_u128(8))),
            session: 2,
        }
    }

    fn event(seq: i64) -> Arc<Event> {
        let kind = EventKind::Posted {
            body: Body::parse("Hello").expect("fine"),
        };
        Arc::new(Event {
            seq: Seq(seq),
            at: NOW,
            author: Author::System,
            cid: None,
            kind,
            via: None,
        })
    }

    /// A hub with a shopper (1) and an operator (2) in one conversation.
    fn hub() -> Hub {
        let mut hub = Hub::with_ring(4);
        hub.admit(ConnectionId(1), shopper());
        hub.admit(ConnectionId(2), operator());
        assert!(hub.subscribe(ConnectionId(1), conv(), Audience::All).0);
        assert!(hub.subscribe(ConnectionId(2), conv(), Audience::All).0);
        hub.take(ConnectionId(1));
        hub.take(ConnectionId(2));
        hub
    }

    fn after(hub: &Hub, after: i64) -> Option<Vec<i64>> {
        hub.after(conv(), Audience::All, Seq(after), 100)
            .map(|events| events.iter().map(|e| e.seq.0).collect())
    }

    #[test]
    fn a_commit_wakes_everybody_once_until_they_look() {
        let mut hub = hub();
        assert_eq!(hub.committed(conv(), Audience::All, event(1)), [ConnectionId(1), ConnectionId(2)]);
        assert!(hub.committed(conv(), Audience::All, event(2)).is_empty());
        assert_eq!(
            hub.take(ConnectionId(1)),
            [Notice::Log {
                conv: conv(),
                aud: Audience::All
            }]
        );
        assert_eq!(hub.committed(conv(), Audience::All, event(3)), [ConnectionId(1)]);
    }

    #[test]
    fn a_shopper_is_never_woken_by_the_desks_own_log() {
        let mut hub = hub();
        assert!(!hub.subscribe(ConnectionId(1), conv(), Audience::Desk).0);
        assert!(hub.subscribe(ConnectionId(2), conv(), Audience::Desk).0);
        assert_eq!(hub.committed(conv(), Audience::Desk, event(1)), [ConnectionId(2)]);
        assert!(hub.take(ConnectionId(1)).is_empty());
    }

    #[test]
    fn the_ring_answers_only_what_it_holds_without_a_gap() {
        let mut hub = hub();
        assert_eq!(after(&hub, 0), None, "nothing is known");
        for seq in 1..=6 {
            hub.committed(conv(), Audience::All, event(seq));
        }
        // Four are kept: 3, 4, 5, 6.
        assert_eq!(after(&hub, 1), None);
        assert_eq!(after(&hub, 2), Some(vec![3, 4, 5, 6]));
        assert_eq!(after(&hub, 5), Some(vec![6]));
        assert_eq!(after(&hub, 6), Some(vec![]));
        assert_eq!(after(&hub, 9), Some(vec![]));
        assert_eq!(hub.after(conv(), Audience::All, Seq(2), 2).map(|e| e.len()), Some(2));
    }

    #[test]
    fn commits_told_in_the_wrong_order_leave_no_hole() {
        let mut hub = hub();
        for seq in [1, 3, 2, 4] {
            hub.committed(conv(), Audience::All, event(seq));
        }
        assert_eq!(after(&hub, 1), None, "two is only in the database");
        assert_eq!(after(&hub, 2), Some(vec![3, 4]));
    }

    #[test]
    fn what_another_node_committed_is_not_papered_over() {
        let mut hub = hub();
        hub.committed(conv(), Audience::All, event(1));
        assert!(hub.grown(conv(), Audience::All, Seq(1)).is_empty());
        hub.take(ConnectionId(1));
        assert_eq!(hub.grown(conv(), Audience::All, Seq(2)), [ConnectionId(1)]);
        assert_eq!(after(&hub, 1), None);
        hub.committed(conv(), Audience::All, event(3));
        assert_eq!((after(&hub, 1), after(&hub, 2)), (None, Some(vec![3])));
    }

    #[test]
    fn what_is_known_to_be_further_is_told_once_and_the_ring_does_not_lag_behind() {
        let mut hub = hub();
        assert_eq!(
            hub.read_to(ConnectionId(1), conv(), Audience::All, Seq(5)),
            [ConnectionId(2)],
            "the reader knows"
        );
        assert!(hub.grown(conv(), Audience::All, Seq(5)).is_empty(), "nothing new");
        // The commit before it is told late: whoever reads after three must not get four alone.
        hub.committed(conv(), Audience::All, event(4));
        assert_eq!(after(&hub, 3), None);
        hub.committed(conv(), Audience::All, event(6));
        assert_eq!((after(&hub, 4), after(&hub, 5)), (None, Some(vec![6])));
    }

    #[test]
    fn a_word_that_says_too_much_silences_nobody() {
        let mut hub = hub();
        hub.committed(conv(), Audience::All, event(1));
        hub.take(ConnectionId(1));
        hub.take(ConnectionId(2));
        assert_eq!(hub.hinted(conv(), Audience::All, Seq(99)), [ConnectionId(1), ConnectionId(2)]);
        assert_eq!(after(&hub, 0), None, "they ask the database");
        assert!(hub.read_to(ConnectionId(1), conv(), Audience::All, Seq(1)).is_empty());
        hub.take(ConnectionId(1));
        hub.take(ConnectionId(2));
        assert!(hub.hinted(conv(), Audience::All, Seq(1)).is_empty(), "nothing new");
        assert_eq!(
            hub.grown(conv(), Audience::All, Seq(2)),
            [ConnectionId(1), ConnectionId(2)],
            "the look at the database counts"
        );
        hub.committed(conv(), Audience::All, event(3));
        assert_eq!((after(&hub, 1), after(&hub, 2)), (None, Some(vec![3])));
    }

    #[test]
    fn a_side_that_is_at_another_node_is_here() {
        let mut hub = Hub::default();
        hub.note_turns();
        hub.admit(ConnectionId(2), operator());
        hub.subscribe(ConnectionId(2), conv(), Audience::All);
        assert_eq!(hub.take_turns(), [(conv(), Side::Desk, true)]);
        assert!(hub.take_turns().is_empty());
        assert_eq!(hub.near(), [(conv(), Side::Desk)]);
        let until = NOW.plus_ms(10);
        assert_eq!(hub.heard_of(conv(), Side::Shopper, Some(until)), [ConnectionId(2)]);
        assert!(hub.heard_of(conv(), Side::Shopper, Some(until)).is_empty(), "no news");
        assert!(hub.is_here(conv(), Side::Shopper) && !hub.is_near(conv(), Side::Shopper));
        assert_eq!(hub.take(ConnectionId(2)).len(), 1);
        // The same shopper's window comes here and goes again: they are still there.
        hub.admit(ConnectionId(1), shopper());
        assert_eq!(hub.subscribe(ConnectionId(1), conv(), Audience::All), (true, vec![]));
        hub.leave(ConnectionId(1), NOW.plus_ms(-LOST_GRACE_MS));
        assert!(hub.sweep(NOW).is_empty());
        assert_eq!(
            hub.take_turns(),
            [(conv(), Side::Shopper, true), (conv(), Side::Shopper, false)],
            "others hear of it"
        );
        // A node that says nothing any more is not believed for ever.
        assert_eq!(hub.sweep(until), [ConnectionId(2)]);
        assert!(!hub.is_here(conv(), Side::Shopper));
        // What nobody here is in, is not kept.
        let elsewhere = ConversationId(Uuid::from_u128(9));
        assert!(hub.heard_of(elsewhere, Side::Shopper, Some(until)).is_empty());
        assert!(hub.afar.is_empty());
    }

    #[test]
    fn nothing_is_left_of_those_who_left() {
        let mut hub = hub();
        hub.watch(ConnectionId(2), store());
        hub.committed(conv(), Audience::All, event(1));
        hub.leave(ConnectionId(1), NOW);
        hub.leave(ConnectionId(2), NOW);
        hub.sweep(NOW.plus_ms(LOST_GRACE_MS));
        assert!(hub.is_empty() && hub.logs.is_empty() && hub.people.is_empty() && hub.inboxes.is_empty() && hub.leaving.is_empty());
    }

    #[test]
    fn a_reload_is_no_absence_and_a_closed_window_is() {
        let mut hub = hub();
        hub.away(ConnectionId(1));
        hub.leave(ConnectionId(1), NOW);
        assert!(hub.sweep(NOW.plus_ms(AWAY_GRACE_MS - 1)).is_empty());
        hub.admit(ConnectionId(3), shopper());
        assert_eq!(
            hub.subscribe(ConnectionId(3), conv(), Audience::All),
            (true, vec![]),
            "nobody noticed"
        );
        hub.away(ConnectionId(3));
        hub.leave(ConnectionId(3), NOW);
        assert_eq!(hub.sweep(NOW.plus_ms(AWAY_GRACE_MS)), [ConnectionId(2)]);
        assert_eq!(
            hub.take(ConnectionId(2)),
            [Notice::Presence {
                conv: conv(),
                who: Side::Shopper,
                here: false
            }]
        );
        hub.admit(ConnectionId(4), shopper());
        assert_eq!(hub.subscribe(ConnectionId(4), conv(), Audience::All), (true, vec![ConnectionId(2)]));
    }

    #[test]
    fn typing_is_told_to_the_other_side_and_marks_to_all_but_the_teller() {
        let mut hub = hub();
        hub.admit(ConnectionId(3), operator());
        hub.subscribe(ConnectionId(3), conv(), Audience::All);
        assert_eq!(hub.typing(ConnectionId(3), conv(), true, None), [ConnectionId(1)]);
        hub.take(ConnectionId(1));
        let mark = Mark { got: Seq(1), read: Seq(1) };
        assert_eq!(
            hub.marked(conv(), Side::Desk, mark, Some(ConnectionId(3))),
            [ConnectionId(1), ConnectionId(2)]
        );
    }

    #[test]
    fn the_oldest_of_too_many_windows_goes() {
        let mut hub = Hub::default();
        for n in 0..VISITOR_CONNECTIONS_MAX as u64 {
            assert!(hub.admit(ConnectionId(n), shopper()).is_empty());
        }
        assert_eq!(hub.admit(ConnectionId(99), shopper()), [ConnectionId(0)]);
        assert_eq!(hub.take(ConnectionId(0)), [Notice::Crowded]);
        hub.leave(ConnectionId(0), NOW);
        assert_eq!(hub.admit(ConnectionId(100), shopper()), [ConnectionId(1)]);
    }

    #[test]
    fn signing_out_here_leaves_the_other_session_alone() {
        let mut hub = hub();
        hub.admit(ConnectionId(3), Badge { session: 9, ..operator() });
        assert_eq!(hub.revoke_one(ConnectionId(3)), [ConnectionId(3)]);
        assert_eq!(hub.take(ConnectionId(3)), [Notice::Revoked]);
        assert_eq!(hub.revoke(operator().principal), [ConnectionId(2), ConnectionId(3)]);
    }

    #[test]
    fn a_store_that_is_closed_has_no_visitors_left() {
        let mut hub = hub();
        assert!(hub.revoke_store(StoreId(Uuid::from_u128(6))).is_empty());
        assert_eq!(hub.revoke_store(store()), [ConnectionId(1)]);
        assert_eq!(hub.take(ConnectionId(1)), [Notice::Revoked]);
    }

    #[test]
    fn lists_are_the_stores_own() {
        let mut hub = hub();
        hub.watch(ConnectionId(1), store());
        hub.watch(ConnectionId(2), store());
        assert_eq!(hub.inbox(store()), [ConnectionId(2)], "a shopper has no lists");
        assert!(hub.inbox(StoreId(Uuid::from_u128(6))).is_empty());
    }

    proptest! {
        /// Whatever the size of the ring and the order in which commits are told: what it answers is the log.
        #[test]
        fn the_ring_never_skips(size in 1_usize..6, told in prop::collection::vec(1_i64..14, 0..60), from in 0_i64..16) {
            let mut hub = Hub::with_ring(size);
            hub.admit(ConnectionId(1), shopper());
            hub.subscribe(ConnectionId(1), conv(), Audience::All);
            for seq in told {
                hub.committed(conv(), Audience::All, event(seq));
                if let Some(events) = after(&hub, from) {
                    prop_assert!(events.len() <= size);
                    prop_assert_eq!(&events, &(from + 1..=from + events.len() as i64).collect::<Vec<_>>());
                }
            }
        }
    }
}
