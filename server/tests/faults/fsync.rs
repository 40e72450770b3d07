//! F4: the disk says no to a commit. The process ends, nobody is told that what they said is kept, and the next start is clean.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::Connection as _;

use crate::{
    house::House,
    room::Room,
    tools::{alone, repetitions, runs, skip},
};

/// What the process ends with.
const EXIT_DISK: i32 = 70;
/// The commit in question comes with one of the next messages.
const SOON: Duration = Duration::from_mins(1);

/// The n-th time that a thread of this process waits for the disk, it fails; `None` where nobody may look into a process.
fn fail_the_disk(process: u32, nth: u32) -> Option<Child> {
    let inject = format!("inject=fsync,fdatasync:error=EIO:when={nth}");
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-p",
        &process.to_string(),
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        &inject,
        "-o",
        "/dev/null",
    ]);
    let mut child = strace
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut lines = BufReader::new(child.stderr.take()?).lines();
    // "strace: Process 4711 attached with 9 threads", or why not.
    while let Some(Ok(line)) = lines.next() {
        if line.contains("attached") {
            // What it says later is of no use, and must not fill the pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return Some(child);
        }
    }
    let _ = child.wait();
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f4_i1_a_disk_that_refuses_a_commit_ends_the_process_and_nothing_is_acknowledged_after_it() {
    let _alone = alone().await;
    if !runs("strace", &["-V"]) {
        skip("there is no strace (Debian: strace)");
        return;
    }
    let mut house = House::build().await;
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(50)).await;
    let all: Vec<u32> = if repetitions(1, 40) > 1 {
        (1..=40).collect()
    } else {
        vec![1, 2, 5, 12]
    };
    for nth in all {
        // What fails is to be a commit's, not that of a log that is folded by itself.
        let mut other = house.intruder().await;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut other)
            .await
            .expect("folds");
        other.close().await.expect("closes");
        let Some(mut strace) = fail_the_disk(house.process(), nth) else {
            skip("strace may not look into processes here (CAP_SYS_PTRACE)");
            return;
        };
        let code = house.ended(SOON).await;
        // It ends with the process that it looked at.
        let _ = strace.wait();
        assert_eq!(code, Some(EXIT_DISK), "commit {nth}: {}", house.log());
        house.open().await;
        room.goes_on(Duration::from_secs(20)).await;
    }
    room.verdict(&mut house).await;
}
