//! What was said before the first line that is here: older pages come over HTTP, the socket brings what is new.

use leptos::{prelude::*, task::spawn_local};
use model::{
    event::Event,
    id::{ConversationId, Seq},
};
use ui::{Button, Erase, Erased, Look};

use super::{state::DeskState, thread::Thread};
use crate::api::ApiError;

/// The button above the first line, while there is something above it.
pub(super) fn older(desk: DeskState, thread: &Thread) -> Erased {
    let thread = thread.clone();
    let busy = RwSignal::new(false);
    let more = {
        let timeline = thread.timeline.clone();
        Memo::new(move |_| timeline.with(|timeline| timeline.before() > Seq::ZERO))
    };
    let fetch = Callback::new(move |()| {
        busy.set(true);
        let thread = thread.clone();
        spawn_local(async move {
            let first = thread.timeline.with_untracked(|timeline| timeline.before().next());
            match page_before(thread.id, first).await {
                Ok(events) => thread.timeline.update(|timeline| timeline.prepend(&events)),
                Err(error) => desk.refused(&error),
            }
            busy.try_set(false);
        });
    });
    let shown = move || {
        more.get().then(|| {
            view! {
                <p class="thread__older">
                    <Button look=Look::Quiet busy=busy on_press=fetch>
                        {desk.t("desk.older")}
                    </Button>
                </p>
            }
        })
    };
    shown.erase()
}

/// The page of everyone's log that ends right before an event.
#[cfg(target_arch = "wasm32")]
async fn page_before(id: ConversationId, first: Seq) -> Result<Vec<Event>, ApiError> {
    let unreached = || ApiError::Unavailable { reference: String::new() };
    let address = format!("/desk/events?conversation={id}&before={first}");
    let response = gloo_net::http::Request::get(&address).send().await.map_err(|_| unreached())?;
    let text = response.text().await.map_err(|_| unreached())?;
    if response.ok() {
        serde_json::from_str::<model::panel::EventsPage>(&text)
            .map(|page| page.events)
            .map_err(|_| unreached())
    } else {
        Err(serde_json::from_str(&text).map_or_else(|_| unreached(), ApiError::Refused))
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::unused_async, reason = "the same call as in browsers, and nobody makes it here")]
async fn page_before(_id: ConversationId, _first: Seq) -> Result<Vec<Event>, ApiError> {
    Err(ApiError::Unavailable { reference: String::new() })
}
