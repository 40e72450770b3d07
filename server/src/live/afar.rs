//! What other servers say, as far as it means something here. A hint is followed by a look of one's own: an event is read from the database,
//! and a right is asked for again.

use std::sync::Arc;

use model::{
    id::{StoreId, VisitorId},
    party::Principal,
};
use relay::ConnectionId;
use service::visitor;
use storage::VisitorScope;

use super::{Admitted, Live, bus::word::Word, floor::whose_turn};

/// How long another server is believed that somebody is there. It says so three times as often.
const HERE_MS: i64 = 45_000;

impl Live {
    /// Another server has said this. Rights are asked for beside it: a store may have thousands of visitors, and whoever listens goes on.
    pub(crate) fn heard(self: &Arc<Self>, words: Vec<Word>) {
        let mut rights = Vec::new();
        for word in words {
            match word {
                Word::Account { .. } | Word::Visitor { .. } => rights.push(word),
                Word::Closed { store } => {
                    let live = self.clone();
                    tokio::spawn(async move { live.closed_afar(store).await });
                }
                other => self.heard_of(other),
            }
        }
        if rights.is_empty() {
            return;
        }
        let live = self.clone();
        tokio::spawn(async move {
            for word in rights {
                match word {
                    Word::Account { account } => live.look_again(account).await,
                    Word::Visitor { store, visitor } => live.visitors_again(store, Some(visitor)).await,
                    other => live.heard_of(other),
                }
            }
        });
    }

    /// What is only told on.
    fn heard_of(&self, word: Word) {
        let woken = match word {
            Word::Log { conv, aud, head } => {
                // Nobody waiting is not an error.
                let _ = self.changes.send((conv, aud));
                self.hub().hinted(conv, aud, head)
            }
            Word::Marks { conv, side, mark } => self.hub().marked(conv, side, mark, None),
            Word::Inbox { store } => self.hub().inbox(store),
            // It is said again within a quarter of a minute, if it is still so.
            Word::Typing { .. } | Word::Here { .. } if self.is_blind() => Vec::new(),
            Word::Typing { conv, side, on, name } => self.hub().typing_afar(conv, side, on, name),
            Word::Here { conv, side, on, ask } => {
                let until = on.then(|| self.services.clock().steady().plus_ms(HERE_MS));
                let (woken, answers) = {
                    let mut hub = self.hub();
                    (hub.heard_of(conv, side, until), ask && hub.is_near(conv, side.other()))
                };
                if answers {
                    self.say(Word::Here {
                        conv,
                        side: side.other(),
                        on: true,
                        ask: false,
                    });
                }
                woken
            }
            Word::Account { .. } | Word::Closed { .. } | Word::Visitor { .. } => Vec::new(),
        };
        self.wake(&woken);
    }

    /// A store was closed, or opened again, elsewhere.
    async fn closed_afar(&self, store: StoreId) {
        for account in self.people_of(&[store]) {
            self.look_again(account).await;
        }
        self.visitors_again(store, None).await;
    }

    /// The sockets of a store's visitors, or of one of them: those whose sessions are over are closed.
    async fn visitors_again(&self, store: StoreId, only: Option<VisitorId>) {
        let theirs: Vec<(ConnectionId, VisitorId, Admitted)> = self
            .sockets()
            .iter()
            .filter_map(|(id, socket)| {
                let admitted = socket.admitted.as_ref()?;
                match admitted.badge.principal {
                    Principal::Visitor { store: of, id: visitor } if of == store && only.is_none_or(|only| only == visitor) => {
                        Some((*id, visitor, admitted.clone()))
                    }
                    _ => None,
                }
            })
            .collect();
        for (id, visitor, admitted) in theirs {
            let scope = VisitorScope::all_of(store, visitor);
            let services = self.services.clone();
            let stands = self
                .proof(async move { visitor::stands(&services, scope, admitted.session).await })
                .await;
            if stands != Some(true) {
                let woken = self.hub().revoke_one(id);
                self.wake(&woken);
            }
        }
    }

    /// Tells the others who came and went here.
    pub(crate) fn say_turns(&self) {
        let Some(outgoing) = self.outgoing.get() else { return };
        let turns = self.hub().take_turns();
        // Whoever comes wants to know who is there already.
        outgoing.put(turns.into_iter().map(|(conv, side, on)| Word::Here { conv, side, on, ask: on }));
    }

    /// Tells the others who is here, so that they go on believing it: those whose turn it is in this round.
    pub(crate) fn say_who_is_here(&self, round: u64) {
        let Some(outgoing) = self.outgoing.get() else { return };
        let near = self.hub().near();
        let near = whose_turn(near, round);
        outgoing.put(near.into_iter().map(|(conv, side)| Word::Here {
            conv,
            side,
            on: true,
            ask: false,
        }));
    }

    /// What was said may have been missed: whoever has lists on screen looks at them again. Logs are looked after by `floor`.
    pub(crate) fn doubt(&self) {
        let woken: Vec<ConnectionId> = {
            let mut hub = self.hub();
            let watched = hub.watched();
            watched.into_iter().flat_map(|store| hub.inbox(store)).collect()
        };
        self.wake(&woken);
    }
}
