//! L5: the server is killed with everybody connected and started again at once. All come back, each after a wait of its own, while some
//! write and somebody signs in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::{Bars, COMING, Found};
use crate::{
    Result,
    crowd::{Crowd, Speaker},
    figure::Figure,
    process::Server,
    report::Latency,
    vitrine::{Shop, sign_in},
};

const ROW: &str = "L5";
/// Everybody comes at once.
const AT_ONCE: usize = 100_000;
/// Messages per second, all the time.
const RATE: u32 = 100;
/// Longer than any run.
const ALL_THE_TIME: Duration = Duration::from_hours(2);
/// Between two storms, and until its memory is looked at.
const REST: Duration = Duration::from_secs(5);
const SETTLE: Duration = Duration::from_secs(30);
/// From one sign-in to the next.
const SIGN_IN: Duration = Duration::from_millis(500);

/// What the storms found.
#[derive(Default)]
struct Storms {
    back_s: Vec<f64>,
    listening_ms: Vec<f64>,
    acks: Vec<f64>,
    sign_ins: Vec<f64>,
    memory: Vec<u64>,
}

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let clients = bars.clients(&mut found)?;
    let (shop, _folder) = bars.shop(1).await?;
    let server = shop.start().await?;
    let address = server.address;
    shop.desk(address).await?;
    let shoppers = shop.shoppers(address, 0..clients, 1).await?;
    // The memory is compared with that of another process that has only taken connections in.
    server.stop().await?;
    let server = shop.start().await?;
    let address = server.address;
    let mut crowd = Crowd::new(AT_ONCE);
    let mut speakers = Vec::with_capacity(clients);
    for shopper in &shoppers {
        let conv = shopper.conversation;
        let tab = crowd.join(address, shopper.who(), vec![conv]);
        speakers.push(Speaker { tab, conv });
    }
    crowd.all_here(COMING).await?;
    sleep(REST).await;
    let before = server.probe()?.memory()?;
    let (storms, server) = tokio::select! {
        () = crowd.talk(&speakers, RATE, ALL_THE_TIME) => return Err("the storms did not end".into()),
        stormed = storms(bars.storms, &shop, server, &crowd) => stormed?,
    };
    crowd.settle(SETTLE).await;
    let Storms {
        back_s,
        listening_ms,
        acks,
        sign_ins,
        memory,
    } = storms;
    let slowest = back_s.iter().copied().fold(0.0, f64::max);
    let times = bars.storms;
    found.add(
        Figure::new(
            ROW,
            format!("{clients} clients are back, the slowest of {times} times"),
            slowest,
            "s",
        )
        .at_most(30.0),
    );
    found.add(Figure::new(
        ROW,
        "first answer of the server after kill -9",
        Latency::of(listening_ms).max_ms,
        "ms",
    ));
    found.latency(ROW, "send to acknowledgement while they come", acks, Some(1_500.0));
    found.add(Figure::new(ROW, "slowest sign-in while they come", Latency::of(sign_ins).max_ms, "ms").at_most(2_000.0));
    let after = memory.last().copied().unwrap_or_default();
    let more = (after as f64 / before.max(1) as f64 - 1.0) * 100.0;
    found.add(Figure::new(ROW, "memory after the last storm, more than before", more, "%").at_most(5.0));
    let stored = shop.place.messages().await?;
    found.add(crowd.ledger().check(ROW, &stored, false));
    drop(crowd);
    server.stop().await?;
    Ok(found)
}

async fn storms(times: usize, shop: &Shop, mut server: Server, crowd: &Crowd) -> Result<(Storms, Server)> {
    let mut storms = Storms::default();
    let address = server.address;
    for time in 1..=times {
        eprintln!("bench: kill -9, {time} of {times}");
        let arrivals = crowd.arrivals() + crowd.size();
        server.kill().await?;
        server = Server::start_at(address, &|listen| shop.command(listen)).await?;
        let listening = Instant::now();
        storms.listening_ms.push(server.answered_after_ms);
        let phase = crowd.ledger().begin_phase();
        let over = Arc::new(AtomicBool::new(false));
        let signing_in = tokio::spawn(sign_ins(address, over.clone()));
        let back = crowd.all_here_again(arrivals, COMING).await;
        over.store(true, Relaxed);
        if let Err(why) = back {
            // Its number is told as it is, at least this.
            eprintln!("bench: {why}");
        }
        storms.back_s.push(listening.elapsed().as_secs_f64());
        storms.sign_ins.extend(signing_in.await?);
        crowd.ledger().begin_phase();
        sleep(REST).await;
        storms.acks.extend(crowd.ledger().acks(phase));
        storms.memory.push(server.probe()?.memory()?);
    }
    Ok((storms, server))
}

/// Somebody signs in again and again; how long each took. One that is refused counts as never.
async fn sign_ins(address: std::net::SocketAddr, over: Arc<AtomicBool>) -> Vec<f64> {
    let mut times = Vec::new();
    while !over.load(Relaxed) {
        let begun = Instant::now();
        let signed_in = sign_in(address).await.is_ok_and(|status| status == 303);
        let ms = begun.elapsed().as_secs_f64() * 1_000.0;
        times.push(if signed_in { ms } else { f64::INFINITY });
        sleep(SIGN_IN).await;
    }
    times
}
