//! F13: somebody sets the clock of a server that runs, by an hour, by a day, to 1970, and back. People go on talking as if nothing were.

use std::{fs, path::PathBuf, time::Duration};

use tokio::time::sleep;

use crate::{
    house::House,
    room::Room,
    tools::{alone, repetitions, skip},
};

/// How often the library looks at what the time is to be.
const LOOKS: Duration = Duration::from_secs(1);
/// Where Debian's package has it, for every architecture.
const LIBRARIES: &str = "/usr/lib";
const NAME: &str = "faketime/libfaketime.so.1";

/// Says other times to a process than there are.
fn library() -> Option<PathBuf> {
    let places = fs::read_dir(LIBRARIES).ok()?.flatten();
    places.map(|place| place.path().join(NAME)).find(|library| library.exists())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f13_a_clock_that_jumps_ends_nothing_and_loses_nothing() {
    let _alone = alone().await;
    let Some(library) = library() else {
        skip("there is no libfaketime (Debian: faketime)");
        return;
    };
    let mut house = House::build().await;
    let folder = tempfile::tempdir().expect("a folder");
    let time = folder.path().join("time");
    // In one step, so that nobody reads half of it.
    let set = |by: &str| {
        let new = folder.path().join("new");
        fs::write(&new, by).expect("writes");
        fs::rename(&new, &time).expect("renames");
    };
    set("+0");
    house.set("LD_PRELOAD", &library.display().to_string());
    house.set("FAKETIME_TIMESTAMP_FILE", &time.display().to_string());
    house.set("FAKETIME_CACHE_DURATION", &LOOKS.as_secs().to_string());
    // What measures how long something takes is not the clock that people set; the second is the name it had before.
    house.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    house.set("DONT_FAKE_MONOTONIC", "1");
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(50)).await;
    let (hour, day) = ("3600", "86400");
    let beginning = "1700000000";
    let jumps: Vec<(char, &str)> = if repetitions(1, 2) > 1 {
        let once = [('+', hour), ('-', hour), ('+', day), ('-', day), ('-', beginning)];
        once.repeat(2)
    } else {
        vec![('+', hour), ('-', day)]
    };
    for (sign, seconds) in jumps {
        for by in [format!("{sign}{seconds}"), "+0".to_owned()] {
            set(&by);
            sleep(2 * LOOKS).await;
            let back = room.goes_on(Duration::from_secs(10)).await;
            println!("{by} s: goes on after {back:?}");
        }
    }
    room.verdict(&mut house).await;
}
