//! The machine: its folder, its disk, its clock, and the database.

use std::{cmp::Ordering, fs::File, io::Write as _, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use model::time::Timestamp;
use tokio::process::Command;

use super::Finding;
use crate::{
    config::{Config, database::DatabaseConfig},
    operate::{engine, unfinished_restore},
};

/// A message is acknowledged when it is on the disk: this long is felt.
const SLOW_DISK: Duration = Duration::from_millis(50);
/// Clocks that differ by this much make times wrong that people read.
const APART_MS: i64 = 2_000;
/// How long a program of the system may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a folder's mode says of everybody but its owner.
const OTHERS: u32 = 0o077;

/// The data folder: that it can be written, how fast that is, and how much is free.
pub(super) async fn folder(config: &Config) -> Vec<Finding> {
    let data = config.data.clone();
    if !data.is_dir() {
        return vec![Finding::odd(
            "data folder",
            format!("{}: it is not there yet; the first start makes it", data.display()),
        )];
    }
    let mut findings = Vec::new();
    if let Some(folder) = unfinished_restore(config) {
        findings.push(Finding::wrong(
            "data folder",
            format!("{}: a backup was being put in, and that was not finished", folder.display()),
        ));
    }
    if data.metadata().is_ok_and(|folder| folder.permissions().mode() & OTHERS != 0) {
        findings.push(Finding::odd(
            "data folder",
            format!("{}: others on this machine may look into it (chmod 700)", data.display()),
        ));
    }
    let begun = tokio::time::Instant::now();
    let path = data.clone();
    let written = tokio::task::spawn_blocking(move || write(&path)).await;
    let took = begun.elapsed();
    findings.push(match written {
        Ok(Ok(())) if took < SLOW_DISK => Finding::fine(
            "data folder",
            format!("{}: on the disk for good after {} ms", data.display(), took.as_millis()),
        ),
        Ok(Ok(())) => Finding::odd(
            "data folder",
            format!(
                "{}: on the disk for good only after {} ms, and every message waits that long",
                data.display(),
                took.as_millis()
            ),
        ),
        Ok(Err(error)) => Finding::wrong("data folder", format!("{}: {error}", data.display())),
        Err(error) => Finding::wrong("data folder", error.to_string()),
    });
    findings.push(disk(&data, config.files.disk_floor));
    findings
}

fn write(data: &Path) -> std::io::Result<()> {
    let path = data.join(".doctor.part");
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(b"written by the doctor")?;
        file.sync_all()
    });
    // Also where there was no room for it.
    let removed = std::fs::remove_file(path);
    written.and(removed)
}

fn disk(data: &Path, floor: u64) -> Finding {
    let free = match service::files::free_bytes(data) {
        Ok(free) => free,
        Err(error) => return Finding::wrong("disk", error.to_string()),
    };
    let words = format!("{} MB free, of which {} MB stay free", free >> 20, floor >> 20);
    if free < floor {
        Finding::wrong("disk", format!("{words}: no file is taken any more"))
    } else if free < floor.saturating_mul(2) {
        Finding::odd("disk", words)
    } else {
        Finding::fine("disk", words)
    }
}

/// The clock, as far as the system says how it is kept.
pub(super) async fn clock() -> Vec<Finding> {
    let asked = Command::new("timedatectl")
        .args(["show", "--property=NTPSynchronized", "--value"])
        .kill_on_drop(true)
        .output();
    let said = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(output)) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => String::new(),
    };
    vec![match said.as_str() {
        "yes" => Finding::fine("clock", "kept by a time server"),
        "no" => Finding::odd(
            "clock",
            "kept by no time server: links, sign-ins and opening hours go by it (on Debian: systemd-timesyncd)",
        ),
        _ => Finding::odd("clock", "this system does not say whether a time server keeps it"),
    }]
}

/// The database: that it is there, that this version knows its schema, and that its time is ours.
pub(super) async fn database(config: &Config, now: Timestamp) -> Vec<Finding> {
    if let DatabaseConfig::Sqlite { file } = &config.database
        && !file.exists()
    {
        return vec![Finding::odd(
            "database",
            format!("{}: it is not there yet; the first start makes it", file.display()),
        )];
    }
    let facts = match tokio::time::timeout(PATIENCE, storage::facts(&engine(config))).await {
        Ok(Ok(facts)) => facts,
        Ok(Err(error)) => return vec![Finding::wrong("database", error.to_string())],
        Err(_) => return vec![Finding::wrong("database", format!("{}: it says nothing", config.database))],
    };
    let known = storage::schema_known();
    let mut findings = vec![match facts.schema.cmp(&known) {
        Ordering::Greater => Finding::wrong(
            "database",
            format!("{}: a newer Vitrine has worked on it, and this one cannot", config.database),
        ),
        Ordering::Less => Finding::odd(
            "database",
            format!("{}: the next start brings it up to date. Make a backup before", config.database),
        ),
        Ordering::Equal => Finding::fine("database", config.database.to_string()),
    }];
    if facts.bypassed {
        findings.push(Finding::odd(
            "database",
            "its role is above PostgreSQL's own wall between stores: use one that is no superuser and has no BYPASSRLS",
        ));
    }
    if facts.newest.is_some_and(|newest| newest.since_ms(now) > APART_MS) {
        findings.push(Finding::wrong(
            "clock",
            "something in the database was said in the future: this clock was set back",
        ));
    }
    if let Some(theirs) = facts.clock
        && (theirs.0 - now.0).abs() > APART_MS.saturating_mul(5)
    {
        findings.push(Finding::odd(
            "clock",
            format!("PostgreSQL's differs by {} s from this machine's", (theirs.0 - now.0) / 1_000),
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};

    #[test]
    fn the_disk_is_fine_as_long_as_twice_the_floor_is_free() {
        let here = std::env::temp_dir();
        assert_eq!(disk(&here, 0).level, Level::Fine);
        assert_eq!(disk(&here, u64::MAX).level, Level::Wrong);
        assert_eq!(disk(Path::new("/nowhere/at/all"), 0).level, Level::Wrong);
    }
}
