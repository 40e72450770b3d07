//! Many clients at once, and what they are told to say: at a steady pace, whatever the answers do.

use std::{
    net::SocketAddr,
    sync::{
        Arc, MutexGuard,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use model::id::{ClientId, ConversationId};
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

use crate::{
    Result,
    ledger::Ledger,
    tab::{Handle, Order, Shared, Tab, Who},
};

/// How often it is looked whether something is so.
const LOOK: Duration = Duration::from_millis(20);
/// Messages of a steady pace are said in steps of this.
const STEP: Duration = Duration::from_millis(2);
/// Clients that are asked whether they are there, until one is.
const TRIED: usize = 100;

/// Who may say something, and where.
#[derive(Clone, Copy)]
pub(crate) struct Speaker {
    pub(crate) tab: usize,
    pub(crate) conv: ConversationId,
}

/// Many clients. They end with it.
pub(crate) struct Crowd {
    shared: Arc<Shared>,
    handles: Vec<Handle>,
    turn: AtomicUsize,
    tabs: JoinSet<()>,
}

impl Crowd {
    /// Nobody yet; so many may come at the same time.
    pub(crate) fn new(at_once: usize) -> Self {
        Self {
            shared: Arc::new(Shared::new(at_once)),
            handles: Vec::new(),
            turn: AtomicUsize::new(0),
            tabs: JoinSet::new(),
        }
    }

    /// One more; it begins to come now. Answers its number.
    pub(crate) fn join(&mut self, address: SocketAddr, who: Who, follows: Vec<ConversationId>) -> usize {
        let number = self.handles.len();
        let (tab, handle) = Tab::new(number, address, who, follows, self.shared.clone());
        self.handles.push(handle);
        self.tabs.spawn(tab.run());
        number
    }

    /// How many there are.
    pub(crate) fn size(&self) -> usize {
        self.handles.len()
    }

    /// How many are connected and told everything.
    pub(crate) fn here(&self) -> usize {
        self.shared.here.load(Relaxed)
    }

    /// What they saw.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.shared.ledger()
    }

    /// How often somebody came.
    pub(crate) fn arrivals(&self) -> usize {
        self.shared.arrivals.load(Relaxed)
    }

    /// Waits until everybody is there; answers how long that took.
    pub(crate) async fn all_here(&self, within: Duration) -> Result<Duration> {
        self.all_here_again(0, within).await
    }

    /// The same once everybody has noticed that their server was gone, and came again since there were so many arrivals.
    pub(crate) async fn all_here_again(&self, arrivals: usize, within: Duration) -> Result<Duration> {
        let begun = Instant::now();
        while self.here() < self.size() || self.arrivals() < arrivals {
            if begun.elapsed() > within {
                let why = self.ledger().last_failure.clone().unwrap_or_default();
                return Err(format!(
                    "{} of {} are connected after {} s: {why}",
                    self.here(),
                    self.size(),
                    within.as_secs()
                )
                .into());
            }
            sleep(LOOK).await;
        }
        Ok(begun.elapsed())
    }

    /// Somebody says something now.
    pub(crate) fn say(&self, speaker: Speaker) {
        let cid = ClientId(Uuid::now_v7());
        self.ledger().say(cid, speaker.conv, speaker.tab);
        // A client that ended says nothing; the book remembers that it should have.
        let order = Order::Say { cid, conv: speaker.conv };
        let _ = self.handles[speaker.tab].orders.send(order);
    }

    /// Speakers in turns, those who are connected, so many messages a second.
    pub(crate) async fn talk(&self, speakers: &[Speaker], rate: u32, time: Duration) {
        let begun = Instant::now();
        let total = (time.as_secs_f64() * f64::from(rate)) as usize;
        let mut said = 0;
        while said < total {
            let due = ((begun.elapsed().as_secs_f64() * f64::from(rate)) as usize).min(total);
            while said < due {
                if let Some(speaker) = self.next(speakers) {
                    self.say(speaker);
                }
                said += 1;
            }
            sleep(STEP).await;
        }
    }

    /// The next one who is there.
    fn next(&self, speakers: &[Speaker]) -> Option<Speaker> {
        for _ in 0..TRIED.min(speakers.len()) {
            let speaker = speakers[self.turn.fetch_add(1, Relaxed) % speakers.len()];
            if self.handles[speaker.tab].online.load(Relaxed) {
                return Some(speaker);
            }
        }
        None
    }

    /// Waits until everything is answered; answers how long that took, if it came to that.
    pub(crate) async fn settle(&self, patience: Duration) -> Option<Duration> {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if self.ledger().unanswered() == 0 {
                return Some(begun.elapsed());
            }
            sleep(LOOK).await;
        }
        None
    }

    /// Waits until everything was shown to the other side, or for so long.
    pub(crate) async fn seen(&self, patience: Duration) {
        let begun = Instant::now();
        while self.ledger().unseen() > 0 && begun.elapsed() < patience {
            sleep(LOOK).await;
        }
    }

    /// Its connection drops, and it comes back.
    pub(crate) fn leave(&self, tab: usize) {
        // A client that ended is gone already.
        let _ = self.handles[tab].orders.send(Order::Leave);
    }
}
