//! L6: two nodes on one PostgreSQL; the shoppers are at one of them and those who answer at the other. Once as it should be, and once with
//! the connections stopped over which the nodes wake each other: then the look that every node takes by itself is all there is.

use std::{str::FromStr, time::Duration};

use model::id::ConversationId;
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use tokio::{process::Command, time::sleep};

use super::{Bars, COMING, Found};
use crate::{
    Result,
    crowd::{Crowd, Speaker},
    figure::Figure,
    process::Server,
    vitrine::shares,
};

const ROW: &str = "L6";
const RATE: u32 = 300;
const AT_ONCE: usize = 64;
/// Until what is on its way has been shown, even by the look that a node takes by itself.
const SHOWN: Duration = Duration::from_secs(6);
/// Shorter than a server waits for a word of its own.
const STOPPED: Duration = Duration::from_secs(7);
const SETTLE: Duration = Duration::from_secs(20);
/// Connections that wait to be woken, by what they asked last or by what they call themselves.
const LISTENERS: &str = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()
    AND (query ILIKE 'listen %' OR application_name ILIKE '%bus%' OR application_name ILIKE '%listen%')";

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let Some(postgres) = bars.postgres.as_deref() else {
        found.missing.push("two nodes need PostgreSQL".to_owned());
        return Ok(found);
    };
    let (shop, folder) = bars.shop(bars.staff).await?;
    let one = shop.start().await?;
    let data = folder.path().join("other");
    std::fs::create_dir_all(&data)?;
    let other = Server::start(&|listen| shop.node(listen, &data)).await?;
    let people = shop.desk(other.address).await?;
    let shoppers = shop.shoppers(one.address, 0..bars.visitors, 1).await?;
    let ids: Vec<ConversationId> = shoppers.iter().map(|shopper| shopper.conversation).collect();
    let mut crowd = Crowd::new(AT_ONCE);
    let mut speakers = Vec::with_capacity(ids.len());
    for shopper in &shoppers {
        let conv = shopper.conversation;
        let tab = crowd.join(one.address, shopper.who(), vec![conv]);
        speakers.push(Speaker { tab, conv });
    }
    for (some, who) in shares(&ids, people.len()).zip(people.iter().cycle()) {
        crowd.join(other.address, who.clone(), some.to_vec());
    }
    crowd.all_here(COMING).await?;

    let others = told(&crowd, &speakers, bars.part()).await;
    found.latency(ROW, "send at one node to the reader at the other", others, Some(250.0));
    let listeners = listeners(postgres).await?;
    if listeners.is_empty() {
        found
            .missing
            .push("no connection was found that waits to be woken: the bus could not be stopped".to_owned());
    } else {
        signal("-STOP", &listeners).await?;
        // A server that hears nothing for ten seconds takes another connection, which nobody has stopped.
        let others = told(&crowd, &speakers, bars.part().min(STOPPED)).await;
        signal("-CONT", &listeners).await?;
        found.latency(ROW, "the same with the bus stopped, for 7 s", others, Some(2_600.0));
    }
    crowd.settle(SETTLE).await;
    sleep(SHOWN).await;
    let unseen = crowd.ledger().unseen();
    found.add(Figure::new(ROW, "messages that the other node's reader never saw", unseen as f64, "").at_most(0.0));
    let stored = shop.place.messages().await?;
    found.add(crowd.ledger().check(ROW, &stored, true));
    drop(crowd);
    other.stop().await?;
    one.stop().await?;
    Ok(found)
}

/// Some talk; after how many milliseconds the other side had it.
async fn told(crowd: &Crowd, speakers: &[Speaker], time: Duration) -> Vec<f64> {
    let phase = crowd.ledger().begin_phase();
    crowd.talk(speakers, RATE, time).await;
    crowd.settle(SETTLE).await;
    sleep(SHOWN).await;
    crowd.ledger().others(phase)
}

/// The processes of PostgreSQL that wait for a node to be woken. The server is the measuring's own: nobody else's are there.
async fn listeners(postgres: &str) -> Result<Vec<i32>> {
    let mut server = PgConnectOptions::from_str(postgres)?.connect().await?;
    let found = sqlx::query_scalar(LISTENERS).fetch_all(&mut server).await?;
    server.close().await?;
    Ok(found)
}

async fn signal(signal: &str, processes: &[i32]) -> Result<()> {
    let numbers = processes.iter().map(ToString::to_string);
    let sent = Command::new("kill").arg(signal).args(numbers).status().await?;
    if sent.success() {
        Ok(())
    } else {
        Err(format!("`kill {signal}` ended with {sent}").into())
    }
}
