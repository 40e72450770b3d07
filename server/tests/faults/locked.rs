//! F6: some other program holds the database. Five seconds are only waited for; longer is said, and passes.

use std::time::Duration;

use sqlx::Connection as _;
use tokio::time::{Instant, sleep};

use crate::{
    house::House,
    room::Room,
    tools::{alone, repetitions, within},
};

/// Whether it lives is answered within this time, whatever the database does.
const HEALTH: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f6_a_locked_database_is_waited_for_or_said_and_never_stops_the_rest() {
    let _alone = alone().await;
    let mut house = House::build().await;
    house.open().await;
    let room = Room::open(&house, Duration::from_millis(50)).await;
    let mut intruder = house.intruder().await;
    let mut spells = vec![1_u64, 4, 11];
    if repetitions(1, 10) > 1 {
        spells.extend([1, 4, 10, 30, 4, 10, 30]);
    }
    for spell in spells {
        let before = room.put_off();
        sqlx::query("BEGIN EXCLUSIVE").execute(&mut intruder).await.expect("holds");
        let begun = Instant::now();
        let mut slowest = Duration::ZERO;
        while begun.elapsed() < Duration::from_secs(spell) {
            let asked = Instant::now();
            assert_eq!(house.asks("/healthz").await, Some(200));
            slowest = slowest.max(asked.elapsed());
            // Those who read are not held up: in this mode of SQLite they never wait for a writer.
            assert_eq!(house.asks("/readyz").await, Some(200));
            sleep(Duration::from_millis(200)).await;
        }
        sqlx::query("ROLLBACK").execute(&mut intruder).await.expect("lets go");
        let back = room.goes_on(Duration::from_secs(5)).await;
        let put_off = room.put_off() - before;
        println!("{spell} s: put off {put_off} times, back after {back:?}, /healthz at most {slowest:?}");
        assert!(slowest <= within(HEALTH), "{slowest:?}");
        if spell < 5 {
            assert_eq!(put_off, 0, "{spell} s are only waited for");
        } else {
            assert!(put_off > 0, "after {spell} s somebody must have been told");
        }
    }
    intruder.close().await.expect("closes");
    room.verdict(&mut house).await;
}
