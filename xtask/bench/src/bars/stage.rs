//! A shop in the middle of its day: visitors with a chat each, the people who answer them, and everybody connected.

use std::time::Duration;

use model::id::ConversationId;
use tempfile::TempDir;

use super::{Bars, COMING};
use crate::{
    Result,
    crowd::{Crowd, Speaker},
    figure::Figure,
    process::Server,
    vitrine::{Shop, Shopper, shares},
};

/// How many come at the same time, where it is not measured.
const AT_ONCE: usize = 64;
/// What is on its way at the end may take this long.
pub(super) const SETTLE: Duration = Duration::from_secs(20);

/// See the module.
pub(super) struct Stage {
    pub(super) shop: Shop,
    pub(super) server: Server,
    pub(super) crowd: Crowd,
    /// Both sides of every conversation, in turns.
    pub(super) speakers: Vec<Speaker>,
    /// Those who have no socket here: for what else a row needs.
    pub(super) more: Vec<Shopper>,
    _folder: TempDir,
}

impl Stage {
    /// Opens the shop; so many shoppers more begin a chat and stay without a socket.
    pub(super) async fn open(bars: &Bars, more: usize) -> Result<Self> {
        let (shop, folder) = bars.shop(bars.staff).await?;
        let server = shop.start().await?;
        let address = server.address;
        eprintln!("bench: {} visitors come, and {} people at the desk", bars.visitors, bars.staff);
        let people = shop.desk(address).await?;
        let mut shoppers = shop.shoppers(address, 0..bars.visitors + more, 1).await?;
        let more = shoppers.split_off(bars.visitors);
        let ids: Vec<ConversationId> = shoppers.iter().map(|shopper| shopper.conversation).collect();
        let mut crowd = Crowd::new(AT_ONCE);
        let mut speakers = Vec::with_capacity(2 * ids.len());
        for shopper in &shoppers {
            let conv = shopper.conversation;
            let tab = crowd.join(address, shopper.who(), vec![conv]);
            speakers.push(Speaker { tab, conv });
        }
        for (some, who) in shares(&ids, people.len()).zip(people.iter().cycle()) {
            let tab = crowd.join(address, who.clone(), some.to_vec());
            speakers.extend(some.iter().map(|conv| Speaker { tab, conv: *conv }));
        }
        crowd.all_here(COMING).await?;
        Ok(Self {
            shop,
            server,
            crowd,
            speakers: in_turns(speakers, ids.len()),
            more,
            _folder: folder,
        })
    }

    /// Everything is answered, the checker looks, and the shop closes.
    pub(super) async fn close(self, bar: &'static str) -> Result<Figure> {
        self.crowd.settle(SETTLE).await;
        self.crowd.seen(SETTLE).await;
        let stored = self.shop.place.messages().await?;
        let checked = self.crowd.ledger().check(bar, &stored, true);
        drop(self.crowd);
        self.server.stop().await?;
        Ok(checked)
    }
}

/// The first so many are shoppers, the others those who answer: one of these, one of those.
fn in_turns(mut speakers: Vec<Speaker>, shoppers: usize) -> Vec<Speaker> {
    let desk = speakers.split_off(shoppers);
    speakers.into_iter().zip(desk).flat_map(|(one, other)| [one, other]).collect()
}
