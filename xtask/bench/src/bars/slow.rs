//! L10: sockets that are opened, follow a busy chat, and are never read. They must cost little, disturb nobody, and be closed.

use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, future::join_all, stream};
use model::limits::VISITOR_CONNECTIONS_MAX;
use tokio::time::{sleep, timeout};

use super::{
    Bars, Found, mib,
    stage::{SETTLE, Stage},
};
use crate::{
    Result,
    figure::Figure,
    probe::{Probe, Watch},
    report::Latency,
    socket::{self, Socket},
};

const ROW: &str = "L10";
const RATE: u32 = 200;
/// What is said to those who do not read: more than the system keeps for a connection of small segments.
const WORDS: usize = 40;
const LETTERS: usize = 4_000;
/// Messages that are on their way to them at once.
const AT_ONCE: usize = 8;
/// Open files of the server that come and go: requests of the client's pool.
const OTHER_FILES: usize = 50;
/// After this they are not waited for any more.
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK: Duration = Duration::from_millis(250);
/// What was on its way to one that is read at last, and its end.
const ENDS_WITHIN: Duration = Duration::from_secs(5);
/// Longer than any run.
const ALL_THE_TIME: Duration = Duration::from_hours(2);

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let stage = Stage::open(bars, bars.slow.div_ceil(VISITOR_CONNECTIONS_MAX)).await?;
    let calm = stage.crowd.ledger().begin_phase();
    stage.crowd.talk(&stage.speakers, RATE, bars.part()).await;
    stage.crowd.settle(SETTLE).await;
    let acks = stage.crowd.ledger().acks(calm);
    let before = found.latency(ROW, "send to acknowledgement before", acks, None);

    let probe = stage.server.probe()?;
    let files = probe.files()? + OTHER_FILES;
    let sockets = unread(&stage, bars.slow).await?;
    let count = sockets.len();
    let memory = probe.memory()?;
    let watch = Watch::begin(probe);
    let begun = Instant::now();
    let phase = tokio::select! {
        () = stage.crowd.talk(&stage.speakers, RATE, ALL_THE_TIME) => return Err("the slow readers did not end".into()),
        closed = filled_and_closed(&stage, probe, files) => closed?,
    };
    let closed_after = begun.elapsed();
    let grown = watch.end().saturating_sub(memory);
    let left = still_open(sockets).await;
    stage.crowd.settle(SETTLE).await;
    let acks = stage.crowd.ledger().acks(phase);
    let during = found.latency(ROW, &format!("send to acknowledgement beside {count} slow readers"), acks, None);
    found.add(Figure::new(ROW, "p99 beside them, times p99 before", ratio(during, before), "times").at_most(1.2));
    found.add(
        Figure::new(
            ROW,
            "all of them closed, since the first word to them",
            closed_after.as_secs_f64(),
            "s",
        )
        .at_most(45.0),
    );
    found.add(Figure::new(ROW, "of them still open", left as f64, "").at_most(0.0));
    found.add(Figure::new(ROW, "memory grown for each of them", grown as f64 / count.max(1) as f64, "bytes").at_most(65_536.0));
    found.add(Figure::new(ROW, "memory grown in all", mib(grown), "MiB"));
    found.add(stage.close(ROW).await?);
    Ok(found)
}

/// Those that do not end when at last they are read.
async fn still_open(sockets: Vec<Socket>) -> usize {
    let ends = sockets.into_iter().map(|mut socket| async move {
        let ended = timeout(ENDS_WITHIN, async { while let Some(Ok(_)) = socket.next().await {} });
        ended.await.is_err()
    });
    join_all(ends).await.into_iter().filter(|open| *open).count()
}

fn ratio(during: Latency, before: Latency) -> f64 {
    if before.p99_ms > 0.0 { during.p99_ms / before.p99_ms } else { 0.0 }
}

/// Each of some shoppers in as many tabs as one may have.
async fn unread(stage: &Stage, wanted: usize) -> Result<Vec<Socket>> {
    let address = stage.server.address;
    let mut sockets = Vec::with_capacity(wanted);
    'all: for shopper in &stage.more {
        for _ in 0..VISITOR_CONNECTIONS_MAX {
            if sockets.len() == wanted {
                break 'all;
            }
            let ticket = shopper.who().ticket(address).await?;
            let mut socket = socket::connect_slowly(address).await?;
            socket::hello(&mut socket, ticket, Vec::new()).await?;
            socket::subscribe(&mut socket, shopper.conversation).await?;
            sockets.push(socket);
        }
    }
    Ok(sockets)
}

/// Says more to them than anybody keeps for them, then waits until the server has so few files open again. Answers in which part of the run
/// they were only there.
async fn filled_and_closed(stage: &Stage, probe: Probe, files: usize) -> Result<usize> {
    let text = "x ".repeat(LETTERS / 2);
    let turns = (0..WORDS).flat_map(|_| &stage.more);
    let address = stage.server.address;
    stream::iter(turns)
        .map(|shopper| stage.shop.say(address, shopper, &text))
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    let phase = stage.crowd.ledger().begin_phase();
    let begun = Instant::now();
    while probe.files()? > files && begun.elapsed() < PATIENCE {
        sleep(LOOK).await;
    }
    Ok(phase)
}
