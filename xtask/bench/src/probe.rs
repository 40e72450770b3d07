//! What the system knows of a process: its memory, its time, its open files. Linux tells it in `/proc`.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{task::JoinHandle, time::sleep};

use crate::Result;

/// Ticks of a second in `/proc/…/stat`: the same on every Linux that this runs on.
const TICKS: f64 = 100.0;
/// How often a [`Watch`] looks.
const LOOK: Duration = Duration::from_millis(200);

/// A running process.
#[derive(Clone, Copy)]
pub(crate) struct Probe(u32);

impl Probe {
    /// The one with this number.
    pub(crate) fn of(process: u32) -> Self {
        Self(process)
    }

    /// Bytes of its memory that are really there.
    pub(crate) fn memory(self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        Ok(kib(&status, "VmRSS:").ok_or("`VmRSS` is missing")? * 1_024)
    }

    /// Seconds of all cores that it has used.
    pub(crate) fn seconds(self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        Ok(ticks(&stat).ok_or("`stat` cannot be read")? / TICKS)
    }

    /// Files and sockets that it holds open.
    pub(crate) fn files(self) -> Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.0))?.count())
    }
}

/// Files that a process of ours may hold open, and those that it starts.
pub(crate) fn files_max() -> Result<usize> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("the limit of open files is missing")?;
    // `unlimited` is no number.
    Ok(soft.parse().unwrap_or(usize::MAX))
}

/// The most memory that a process had while somebody looked.
pub(crate) struct Watch {
    most: Arc<AtomicU64>,
    looking: JoinHandle<()>,
}

impl Watch {
    /// Begins to look.
    pub(crate) fn begin(probe: Probe) -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let seen = most.clone();
        let looking = tokio::spawn(async move {
            while let Ok(now) = probe.memory() {
                seen.fetch_max(now, Relaxed);
                sleep(LOOK).await;
            }
        });
        Self { most, looking }
    }

    /// What was seen.
    pub(crate) fn end(self) -> u64 {
        self.looking.abort();
        self.most.load(Relaxed)
    }
}

fn kib(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The 14th and the 15th field, counted behind the name, in which there may be anything.
fn ticks(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_system_are_read() {
        assert_eq!(kib("Name:\tx\nVmRSS:\t  123 kB\n", "VmRSS:"), Some(123));
        let stat = "42 (a) name)) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        assert!(ticks(stat).is_some_and(|ticks| (ticks - 200.0).abs() < f64::EPSILON));
        let own = Probe::of(std::process::id());
        assert!(own.memory().is_ok_and(|bytes| bytes > 1_024));
        assert!(own.files().is_ok_and(|files| files > 2));
        assert!(files_max().is_ok_and(|files| files > 2));
    }
}
