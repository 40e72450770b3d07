//! A back office with two hundred open conversations in which people write: its pages and lists as a browser asks for them, and all of its
//! windows at once.

use std::time::{Duration, Instant};

use model::id::ConversationId;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{Bars, COMING, Found};
use crate::{
    Result,
    crowd::{Crowd, Speaker},
    figure::Figure,
    process::Server,
    socket::{self, FOLLOWED},
    tab::Who,
    vitrine::{Shop, sent},
};

const ROW: &str = "office";
/// As many as the recap window shows.
const OPEN: usize = 200;
/// Messages in each before.
const WORDS: usize = 20;
const RATE: u32 = 100;
/// How often each question is asked; the first ones warm up.
const ASKED: usize = 100;
const WARM_UP: usize = 5;
const AT_ONCE: usize = 64;
const SETTLE: Duration = Duration::from_secs(20);
/// Longer than any run.
const ALL_THE_TIME: Duration = Duration::from_hours(2);

pub(super) async fn measure(bars: &Bars) -> Result<Found> {
    let mut found = Found::default();
    let (shop, _folder) = bars.shop(1).await?;
    let server = shop.start().await?;
    let address = server.address;
    let people = shop.desk(address).await?;
    let owner = people.first().ok_or("nobody is at the desk")?;
    let shoppers = shop.shoppers(address, 0..OPEN, WORDS).await?;
    let ids: Vec<ConversationId> = shoppers.iter().map(|shopper| shopper.conversation).collect();
    let mut crowd = Crowd::new(AT_ONCE);
    let (mut speakers, mut desk) = (Vec::new(), Vec::new());
    for shopper in &shoppers {
        let conv = shopper.conversation;
        let tab = crowd.join(address, shopper.who(), vec![conv]);
        speakers.push(Speaker { tab, conv });
    }
    for some in ids.chunks(FOLLOWED) {
        let tab = crowd.join(address, owner.clone(), some.to_vec());
        desk.extend(some.iter().map(|conv| Speaker { tab, conv: *conv }));
    }
    crowd.all_here(COMING).await?;
    // An answer takes a chat: from then on it is open at the desk.
    for speaker in &desk {
        crowd.say(*speaker);
    }
    crowd.settle(SETTLE).await;
    let phase = crowd.ledger().begin_phase();
    let office = Office {
        shop: &shop,
        server: &server,
        owner,
    };
    tokio::select! {
        () = crowd.talk(&speakers, RATE, ALL_THE_TIME) => return Err("the questions did not end".into()),
        asked = office.questions(&ids, &mut found) => asked?,
    }
    crowd.settle(SETTLE).await;
    let others = crowd.ledger().others(phase);
    found.latency(ROW, "a shopper's message to the desk meanwhile", others, None);
    let stored = shop.place.messages().await?;
    found.add(crowd.ledger().check(ROW, &stored, true));
    drop(crowd);
    server.stop().await?;
    Ok(found)
}

/// Who asks whom.
struct Office<'a> {
    shop: &'a Shop,
    server: &'a Server,
    owner: &'a Who,
}

impl Office<'_> {
    async fn questions(&self, ids: &[ConversationId], found: &mut Found) -> Result<()> {
        let page = self.shop.http().get(format!("http://{}/desk", self.server.address));
        self.ask("the desk's page, as HTML", |_| page.try_clone(), found).await?;
        let recap = self.function("recap", json!({}));
        self.ask("the recap's 200 conversations", |_| recap.try_clone(), found).await?;
        let inbox = self.function("inbox", json!({ "folder": "all", "search": "", "after": null }));
        self.ask("a list's first page", |_| inbox.try_clone(), found).await?;
        let open = |n: usize| Some(self.function("open_conversation", json!({ "conversation": ids[n % ids.len()] })));
        self.ask("opening a conversation", open, found).await?;
        let begun = Instant::now();
        let mut windows = Vec::new();
        for some in ids.chunks(FOLLOWED) {
            let ticket = self.owner.ticket(self.server.address).await?;
            windows.push(socket::open(self.server.address, ticket, some).await?);
        }
        let ms = begun.elapsed().as_secs_f64() * 1_000.0;
        found.add(Figure::new(ROW, "all 200 followed by a browser that was reloaded", ms, "ms"));
        Ok(())
    }

    fn function(&self, name: &str, arguments: Value) -> RequestBuilder {
        let request = self.shop.http().post(format!("http://{}/fn/{name}", self.server.address));
        request.header("accept", "application/json").json(&arguments)
    }

    /// One after the other, to the last byte of each answer.
    async fn ask(&self, what: &str, question: impl Fn(usize) -> Option<RequestBuilder>, found: &mut Found) -> Result<()> {
        let mut times = Vec::with_capacity(ASKED);
        for n in 0..ASKED + WARM_UP {
            let request = question(n).ok_or("a question cannot be asked twice")?;
            let begun = Instant::now();
            let answer = sent(Shop::at_desk(self.server.address, self.owner, request)).await?;
            answer.bytes().await?;
            if n >= WARM_UP {
                times.push(begun.elapsed().as_secs_f64() * 1_000.0);
            }
        }
        found.latency(ROW, what, times, None);
        Ok(())
    }
}
