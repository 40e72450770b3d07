//! L1: sockets on which nothing is said. The conversations and their five messages are there before the server that is measured starts, so
//! that its memory is that of the sockets.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Bars, COMING, Found};
use crate::{Result, crowd::Crowd, figure::Figure};

const ROW: &str = "L1";
/// Messages in each conversation.
const WORDS: usize = 5;
/// How many come at the same time.
const AT_ONCE: usize = 64;
/// What opening them left to do is done by then.
const REST: Duration = Duration::from_secs(5);

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let clients = bars.clients(&mut found)?;
    let (shop, _folder) = bars.shop(1).await?;
    let server = shop.start().await?;
    shop.desk(server.address).await?;
    eprintln!("bench: {clients} conversations of {WORDS} messages are written");
    let shoppers = shop.shoppers(server.address, 0..clients, WORDS).await?;
    server.stop().await?;

    let server = shop.start().await?;
    let (address, probe) = (server.address, server.probe()?);
    let mut crowd = Crowd::new(AT_ONCE);
    // The first one pays for what all of them share.
    for shopper in shoppers.iter().take(1) {
        crowd.join(address, shopper.who(), vec![shopper.conversation]);
    }
    crowd.all_here(COMING).await?;
    let before = probe.memory()?;
    for shopper in shoppers.iter().skip(1) {
        crowd.join(address, shopper.who(), vec![shopper.conversation]);
    }
    let opened = crowd.all_here(COMING).await?;
    sleep(REST).await;
    let each = |memory: u64| memory.saturating_sub(before) as f64 / (clients.saturating_sub(1).max(1)) as f64;
    let after = probe.memory()?;
    let (used, begun) = (probe.seconds()?, Instant::now());
    eprintln!("bench: silence for {} s", bars.idle_seconds);
    sleep(Duration::from_secs(u64::from(bars.idle_seconds))).await;
    let busy = (probe.seconds()? - used) / begun.elapsed().as_secs_f64() * 100.0;
    let at_the_end = probe.memory()?;

    let seconds = bars.idle_seconds;
    found.add(Figure::new(ROW, format!("{clients} sockets opened"), opened.as_secs_f64(), "s"));
    found.add(Figure::new(ROW, format!("memory of each of {clients} sockets"), each(after), "bytes").at_most(10_000.0));
    found.add(Figure::new(ROW, format!("the same after {seconds} s of silence"), each(at_the_end), "bytes").at_most(10_000.0));
    found.add(Figure::new(ROW, "time of one core while they are silent", busy, "%").at_most(15.0));
    found.add(Figure::new(ROW, "sockets that are still there", crowd.here() as f64, "").at_least(clients as f64));
    let ended = crowd.ledger().sockets_lost();
    found.add(Figure::new(ROW, "sockets that ended by themselves", ended as f64, "").at_most(0.0));
    drop(crowd);
    server.stop().await?;
    Ok(found)
}
