//! What the system says about this process. Linux tells it in files; elsewhere these numbers are left out.

use std::fs;

/// Ticks of the clock that Linux counts processor time in, as programs see it: the same on every machine.
const TICKS: u64 = 100;

/// What is known of this process.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Process {
    /// Memory that it takes.
    pub(super) resident_bytes: Option<u64>,
    /// What it has calculated, in its own parts and in the system's.
    pub(super) cpu_seconds: Option<f64>,
    /// Files and connections that are open.
    pub(super) open_files: Option<usize>,
}

/// Looks.
pub(super) fn look() -> Process {
    Process {
        resident_bytes: fs::read_to_string("/proc/self/status").ok().and_then(|text| resident(&text)),
        cpu_seconds: fs::read_to_string("/proc/self/stat").ok().and_then(|text| calculated(&text)),
        open_files: fs::read_dir("/proc/self/fd").ok().map(Iterator::count),
    }
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}

/// The name in the second field may hold anything, also spaces and brackets: what follows its last bracket is counted from there.
fn calculated(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let own: u64 = fields.next()?.parse().ok()?;
    let systems: u64 = fields.next()?.parse().ok()?;
    let ticks = own + systems;
    let whole = u32::try_from(ticks / TICKS).ok()?;
    let part = u32::try_from(ticks % TICKS).ok()?;
    Some(f64::from(whole) + f64::from(part) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_files_are_read() {
        assert_eq!(resident("Name:\tvitrine\nVmRSS:\t   12 kB\n"), Some(12_288));
        assert_eq!(resident("Name:\tvitrine\n"), None);
        let stat = "42 (vit) rine) S 1 42 42 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 9 0 1 2 3";
        assert_eq!(calculated(stat), Some(1.75));
        assert_eq!(calculated("42"), None);
    }
}
