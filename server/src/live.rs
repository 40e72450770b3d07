//! The sockets: what `relay` decides, done with axum and the verbs.

mod afar;
pub(crate) mod bus;
pub mod connection;
mod floor;
mod sessions;
pub mod upgrade;

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use model::{
    event::Audience,
    id::{AccountId, ConversationId, Seq, StoreId},
    party::Principal,
};
use relay::{Badge, ConnectionId, Hub, Limits, Rates};
use service::{Fault, Services, accounts};
use storage::{Notice, VisitorScope};
use tokio::{
    sync::{Notify, broadcast},
    time::timeout,
};

use self::bus::{BLIND_MS, Outgoing, word::Word};

/// Changes a slow long-poll may miss before it looks for itself.
const CHANGES: usize = 1_024;

/// Every socket of this process, and what they follow.
pub struct Live {
    services: Services,
    hub: Mutex<Hub>,
    sockets: Mutex<HashMap<ConnectionId, Socket>>,
    changes: broadcast::Sender<(ConversationId, Audience)>,
    next: AtomicU64,
    limits: Limits,
    /// Set when there are other servers to talk to.
    outgoing: OnceLock<Arc<Outgoing>>,
    /// Those who wait for a log without a socket, and how far they know it.
    waiting: Mutex<HashMap<u64, (ConversationId, Audience, Seq)>>,
}

/// A socket, as others of this process know it.
#[derive(Clone)]
struct Socket {
    bell: Arc<Notify>,
    admitted: Option<Admitted>,
}

/// What a socket was let in with.
#[derive(Clone)]
struct Admitted {
    badge: Badge,
    session: Vec<u8>,
    store: StoreId,
}

impl Live {
    /// Without any sockets; `factor` multiplies what one may say.
    pub fn new(services: Services, factor: NonZeroU32) -> Self {
        Self {
            services,
            hub: Mutex::default(),
            sockets: Mutex::default(),
            changes: broadcast::channel(CHANGES).0,
            next: AtomicU64::new(1),
            limits: Limits {
                visitor: Rates::VISITOR.times(factor.get()),
                staff: Rates::STAFF.times(factor.get()),
            },
            outgoing: OnceLock::new(),
            waiting: Mutex::default(),
        }
    }

    /// From now on every commit wakes those who follow what it changed.
    pub fn listen(self: &Arc<Self>) {
        let live = Arc::downgrade(self);
        self.services.storage().on_commit(move |notices| {
            if let Some(live) = live.upgrade() {
                live.committed(notices);
            }
        });
    }

    /// The hub. Held for moments only, never across an await.
    pub(crate) fn hub(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sockets(&self) -> MutexGuard<'_, HashMap<ConnectionId, Socket>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, (ConversationId, Audience, Seq)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn committed(self: &Arc<Self>, notices: Vec<Notice>) {
        let mut woken = Vec::new();
        let (mut accounts, mut closed) = (Vec::new(), Vec::new());
        if let Some(outgoing) = self.outgoing.get() {
            outgoing.put(notices.iter().map(Word::of));
        }
        {
            let mut hub = self.hub();
            for notice in notices {
                match notice {
                    Notice::Log {
                        conversation,
                        audience,
                        event,
                    } => {
                        woken.extend(hub.committed(conversation, audience, Arc::new(event)));
                        // Nobody waiting is not an error.
                        let _ = self.changes.send((conversation, audience));
                    }
                    Notice::Marks { conversation, side, mark } => woken.extend(hub.marked(conversation, side, mark, None)),
                    Notice::Inbox(store) => woken.extend(hub.inbox(store)),
                    Notice::Account(account) => accounts.push(account),
                    Notice::Closed(store) => {
                        woken.extend(hub.revoke_store(store));
                        closed.push(store);
                    }
                    Notice::Visitor { store, visitor } => woken.extend(hub.revoke(Principal::Visitor { store, id: visitor })),
                }
            }
        }
        self.wake(&woken);
        if !closed.is_empty() {
            accounts.extend(self.people_of(&closed));
        }
        for account in accounts {
            let live = self.clone();
            tokio::spawn(async move { live.look_again(account).await });
        }
    }

    /// Those who are connected here for one of these stores.
    fn people_of(&self, stores: &[StoreId]) -> Vec<AccountId> {
        let sockets = self.sockets();
        let of_store = sockets.values().filter_map(|socket| socket.admitted.as_ref());
        let mut people: Vec<AccountId> = of_store
            .filter(|admitted| stores.contains(&admitted.store))
            .filter_map(|admitted| match admitted.badge.principal {
                Principal::Account(account) => Some(account),
                Principal::Visitor { .. } => None,
            })
            .collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// Something about an account has changed: its sockets whose sessions ended are closed, and those of a store that the session no
    /// longer works for.
    async fn look_again(&self, account: AccountId) {
        let mine: Vec<(ConnectionId, Admitted)> = self
            .sockets()
            .iter()
            .filter_map(|(id, socket)| Some((*id, socket.admitted.clone()?)))
            .filter(|(_, admitted)| admitted.badge.principal == Principal::Account(account))
            .collect();
        for (id, admitted) in mine {
            let services = self.services.clone();
            let still = self
                .proof(async move { accounts::recognise_hash(&services, admitted.session).await })
                .await
                .flatten();
            if still.is_none_or(|now| now.actor.store != admitted.store) {
                let woken = self.hub().revoke_one(id);
                self.wake(&woken);
            }
        }
    }

    /// What the database says of a right. One that cannot be asked is no proof (I9), and one that says nothing for so long cannot be asked.
    /// The question is not given up with the wait: its connection is in the middle of an answer.
    async fn proof<T: Send + 'static>(&self, ask: impl Future<Output = Result<T, Fault>> + Send + 'static) -> Option<T> {
        if self.is_blind() {
            return None;
        }
        let asked = timeout(Duration::from_millis(BLIND_MS.unsigned_abs()), tokio::spawn(ask)).await;
        asked.ok()?.ok()?.ok()
    }

    /// Rings the bells of connections that have something to look at.
    pub(crate) fn wake(&self, ids: &[ConnectionId]) {
        if ids.is_empty() {
            return;
        }
        let sockets = self.sockets();
        for id in ids {
            if let Some(socket) = sockets.get(id) {
                socket.bell.notify_one();
            }
        }
    }

    /// A new socket, and its bell.
    pub(crate) fn open(&self) -> (ConnectionId, Arc<Notify>) {
        let id = ConnectionId(self.next.fetch_add(1, Ordering::Relaxed));
        let bell = Arc::new(Notify::new());
        self.sockets().insert(
            id,
            Socket {
                bell: bell.clone(),
                admitted: None,
            },
        );
        (id, bell)
    }

    /// The socket has shown its ticket.
    pub(crate) fn admitted(&self, id: ConnectionId, badge: Badge, session: Vec<u8>, store: StoreId) {
        if let Some(socket) = self.sockets().get_mut(&id) {
            socket.admitted = Some(Admitted { badge, session, store });
        }
        let crowded = self.hub().admit(id, badge);
        self.wake(&crowded);
    }

    /// The socket is gone.
    pub(crate) fn close(&self, id: ConnectionId) {
        self.sockets().remove(&id);
        let now = self.services.clock().steady();
        self.hub().leave(id, now);
    }

    /// Ends the presence of those who did not come back; called every second.
    pub fn sweep(&self) {
        let now = self.services.clock().steady();
        let woken = self.hub().sweep(now);
        self.wake(&woken);
        self.say_turns();
    }

    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether a panel of this visitor is connected here at this moment.
    pub fn is_connected(&self, scope: VisitorScope) -> bool {
        let visitor = Principal::Visitor {
            store: scope.store,
            id: scope.visitor,
        };
        let sockets = self.sockets();
        sockets
            .values()
            .filter_map(|socket| socket.admitted.as_ref())
            .any(|admitted| admitted.badge.principal == visitor)
    }

    /// How many sockets there are.
    pub fn sockets_open(&self) -> usize {
        self.sockets().len()
    }

    /// Changes from now on, for those who wait without a socket.
    pub fn changes(&self) -> broadcast::Receiver<(ConversationId, Audience)> {
        self.changes.subscribe()
    }

    /// Waits until a log has changed from how far somebody knows it, or until it cannot be told whether it has.
    pub async fn until_changed(
        &self,
        changes: &mut broadcast::Receiver<(ConversationId, Audience)>,
        conversation: ConversationId,
        audience: Audience,
        known: Seq,
    ) {
        let _waiting = Waiting::new(self, conversation, audience, known);
        while let Ok(changed) = changes.recv().await {
            if changed == (conversation, audience) {
                return;
            }
        }
    }
}

/// Somebody waits without a socket, for as long as this lives: what other servers write is looked for on their behalf, too.
struct Waiting<'a> {
    live: &'a Live,
    id: u64,
}

impl<'a> Waiting<'a> {
    fn new(live: &'a Live, conversation: ConversationId, audience: Audience, known: Seq) -> Self {
        let id = live.next.fetch_add(1, Ordering::Relaxed);
        live.waiting().insert(id, (conversation, audience, known));
        Self { live, id }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.live.waiting().remove(&self.id);
    }
}
