//! Help: what is done of the beginning, answers that can be searched in any of our languages, and whom to ask (P-02, P-65, P-66).

mod articles;
mod contact;
mod faq;
mod started;

use leptos::{prelude::*, task::spawn_local};
use model::help::{ArticleVotes, HelpPage};
use ui::{Erase, Erased, Slot, TabPanel, Tabs, effect};

use super::{
    frame::{self, loaded},
    list::Phase,
    state::DeskState,
};
use crate::api::help as door;

/// What the page holds. It lives with the page.
#[derive(Clone, Copy)]
struct Help {
    page: Slot<Option<HelpPage>>,
    phase: Slot<Phase>,
    /// How articles were found. Apart from the rest, because it changes while one reads.
    votes: Slot<Vec<ArticleVotes>>,
}

impl Help {
    fn load(self) {
        spawn_local(async move {
            match door::fetch_help().await {
                Ok(page) => {
                    self.votes.set(page.votes.clone());
                    self.page.set(Some(page));
                    self.phase.set(Phase::Ready);
                }
                Err(error) => self.phase.set(Phase::Failed(error)),
            }
        });
    }

    /// Whether an article helped.
    fn vote(self, desk: DeskState, article: &'static str, helpful: bool) {
        spawn_local(async move {
            match door::vote_article(article.to_owned(), helpful).await {
                Ok(votes) => self.votes.set(votes),
                Err(error) => desk.refused(&error),
            }
        });
    }
}

/// The page.
pub(super) fn page(desk: DeskState) -> Erased {
    let help = Help {
        page: Slot::new(None),
        phase: Slot::new(Phase::Loading),
        votes: Slot::new(Vec::new()),
    };
    effect(move || help.load());
    let chosen = RwSignal::new(0);
    let titles = ["desk.help.started", "desk.help.faq", "desk.help.contact"]
        .map(|key| desk.t(key))
        .to_vec();
    let beginning = view! {
        {told(desk, help, started::steps)}
        {started::documentation(desk)}
    };
    view! {
        {frame::head(desk, "desk.help", "desk.help.explained")}
        <div class="help">
            <Tabs id="help" label=desk.t("desk.help") titles=titles chosen=chosen />
            <TabPanel id="help" n=0 chosen=chosen content=beginning.erase() />
            <TabPanel id="help" n=1 chosen=chosen content=faq::faq(desk, help) />
            <TabPanel id="help" n=2 chosen=chosen content=told(desk, help, contact::contact) />
        </div>
    }
    .erase()
}

/// What needs the server's answer.
fn told(desk: DeskState, help: Help, shown: fn(DeskState, &HelpPage) -> Erased) -> Erased {
    let ready = move || {
        let page = help.page.get();
        page.map_or_else(|| ().erase(), |page| shown(desk, &page))
    };
    loaded(desk, help.phase, move || help.load(), ready)
}
