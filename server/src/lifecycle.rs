//! How the server ends: politely when it may, and in any case within thirty seconds.
//!
//! The order of an ending: `draining` (no new connections, `/readyz` says 503, sockets are told when to come back), then every tracked task
//! finishes what it has in hand, then `stop`. Losing nothing never depends on it: `kill -9` must be as safe.

use std::{io, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

/// How long an ending may take before what is left is cut off.
const PATIENCE: Duration = Duration::from_secs(30);

/// The two moments of the server's end, and everything that must be waited for. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    draining: CancellationToken,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was finished.
    Finished,
    /// A second signal, or the end of our patience, cut something off.
    CutOff,
}

impl Lifecycle {
    /// A server that has just begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when the server begins to end: take on nothing new, finish what is in hand.
    pub fn draining(&self) -> &CancellationToken {
        &self.draining
    }

    /// Cancelled when there is no time left.
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Whether the server is ending.
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Something that the ending waits for as long as it is held.
    pub fn hold(&self) -> TaskTrackerToken {
        self.tasks.token()
    }

    /// Runs a task that the ending waits for, and that is dropped at `stop`. It must itself watch [`Lifecycle::draining`] if it has no end.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            // Being dropped is all that is asked of it.
            let _ = stop.run_until_cancelled_owned(task).await;
        });
    }

    /// Begins the end.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// Waits for the first signal (or for somebody's [`Lifecycle::drain`]), then for the rest of the ending.
    pub async fn run(&self, mut signals: Signals) -> Ending {
        tokio::select! {
            () = signals.next() => tracing::info!("Asked to stop: finishing what is in hand. Ask again to stop at once"),
            () = self.draining.cancelled() => {}
        }
        let ending = tokio::select! {
            ending = self.finish(PATIENCE) => ending,
            () = signals.next() => Ending::CutOff,
        };
        self.stop.cancel();
        match ending {
            Ending::Finished => tracing::info!("Stopped"),
            Ending::CutOff => tracing::warn!("Stopped before everything was finished"),
        }
        ending
    }

    /// Ends without signals: what tests do.
    pub async fn finish(&self, patience: Duration) -> Ending {
        self.draining.cancel();
        self.tasks.close();
        let waited = tokio::time::timeout(patience, self.tasks.wait()).await;
        self.stop.cancel();
        if waited.is_ok() { Ending::Finished } else { Ending::CutOff }
    }
}

/// The signals that ask the server to stop.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes them over from the operating system. Before the first connection, so that none finds the default handler.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn the_end_waits_for_what_is_in_hand() {
        let lifecycle = Lifecycle::new();
        let done = Arc::new(AtomicBool::new(false));
        let (mine, theirs) = (done.clone(), lifecycle.draining().clone());
        lifecycle.spawn(async move {
            theirs.cancelled().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            mine.store(true, Ordering::SeqCst);
        });
        assert_eq!(lifecycle.finish(Duration::from_secs(10)).await, Ending::Finished);
        assert!(done.load(Ordering::SeqCst));
        assert!(lifecycle.stop().is_cancelled());
    }

    #[tokio::test]
    async fn patience_ends() {
        let lifecycle = Lifecycle::new();
        lifecycle.spawn(std::future::pending());
        assert_eq!(lifecycle.finish(Duration::from_millis(10)).await, Ending::CutOff);
        // The task was dropped at `stop`, so nothing is left to wait for.
        assert_eq!(lifecycle.finish(Duration::from_secs(10)).await, Ending::Finished);
    }

    #[tokio::test]
    async fn what_is_held_is_waited_for() {
        let lifecycle = Lifecycle::new();
        let held = lifecycle.hold();
        assert_eq!(lifecycle.finish(Duration::from_millis(10)).await, Ending::CutOff);
        drop(held);
        assert_eq!(lifecycle.finish(Duration::from_secs(10)).await, Ending::Finished);
    }
}
