//! What was said before the first line that is here: older pages come over HTTP, the socket brings what is new.

use leptos::{prelude::*, task::spawn_local, web_sys::Element};
use model::{
    event::Event,
    id::{ConversationId, Seq},
};
use ui::{Act, Button, Erase, Erased, Look, Place, Reading, effect, known};

use super::{state::DeskState, thread::Thread};
use crate::api::ApiError;

/// Nearer to the first line than this, in pixels, the page above it is fetched by itself: whoever scrolls back does not have to wait.
const NEAR_TOP_PX: i32 = 600;

/// Something scrolled inside the conversation's view; if it was the log, whether the reader has come near its first line.
pub(super) fn look(event: &leptos::ev::Event, near_the_top: RwSignal<bool>) {
    let log: Element = event_target(event);
    if log.get_attribute("role").as_deref() == Some("log") {
        let near = log.scroll_top() < NEAR_TOP_PX && log.scroll_height() > log.client_height();
        if near_the_top.try_get_untracked() != Some(near) {
            near_the_top.try_set(near);
        }
    }
}

/// The button above the first line, while there is something above it. Coming near it is as good as pressing it.
pub(super) fn older(desk: DeskState, thread: &Thread, near_the_top: RwSignal<bool>) -> Erased {
    let thread = thread.clone();
    let busy = RwSignal::new(false);
    let place = Place::new();
    let more = {
        let timeline = thread.timeline.clone();
        known(move || timeline.with(|timeline| timeline.before() > Seq::ZERO))
    };
    let fetch = Act::new(move |()| {
        busy.set(true);
        let thread = thread.clone();
        spawn_local(async move {
            let first = thread.timeline.with_untracked(|timeline| timeline.before().next());
            let page = page_before(thread.id, first).await;
            // Scrolling says anew whether the reader is near. Without it nothing is asked again and again, in particular not in vain.
            near_the_top.try_set(false);
            match page {
                Ok(events) => {
                    let stay = place.now().and_then(|place| Anchor::of(&place));
                    thread.timeline.update(|timeline| timeline.prepend(&events));
                    if let Some(stay) = stay {
                        request_animation_frame(move || stay.hold());
                    }
                }
                Err(error) => desk.refused(&error),
            }
            busy.try_set(false);
        });
    });
    let press = fetch.clone();
    effect(move || {
        if near_the_top.get() && more.get() && !busy.get() {
            fetch.run(());
        }
    });
    let shown = Reading::new(move || {
        let press = press.clone();
        more.get().then(|| {
            view! {
                <p class="thread__older" node_ref=place>
                    <Button look=Look::Quiet busy=busy on_press=press>
                        {desk.t("desk.older")}
                    </Button>
                </p>
            }
            .erase()
        })
    });
    shown.erase()
}

/// Where the reader is, measured from the end of the log: lines that come above must not move what is being read.
struct Anchor {
    log: Element,
    from_the_end: i32,
}

impl Anchor {
    fn of(inside: &Element) -> Option<Self> {
        let log = inside.closest("[role=log]").ok().flatten()?;
        let from_the_end = log.scroll_height() - log.scroll_top();
        Some(Self { log, from_the_end })
    }

    fn hold(&self) {
        self.log.set_scroll_top(self.log.scroll_height() - self.from_the_end);
    }
}

/// The page of everyone's log that ends right before an event.
#[cfg(target_arch = "wasm32")]
async fn page_before(id: ConversationId, first: Seq) -> Result<Vec<Event>, ApiError> {
    let address = format!("/desk/events?conversation={id}&before={first}");
    let (status, text) = live::get(&address).await.ok_or_else(ApiError::unreached)?;
    if status < 300 {
        let page: model::panel::EventsPage = model::json::from_str(&text).map_err(|_| ApiError::unreached())?;
        Ok(page.events)
    } else {
        Err(model::json::from_str(&text).map_or_else(|_| ApiError::unreached(), ApiError::Refused))
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::unused_async, reason = "the same call as in browsers, and nobody makes it here")]
async fn page_before(_id: ConversationId, _first: Seq) -> Result<Vec<Event>, ApiError> {
    Err(ApiError::unreached())
}
