//! What the desk says about itself: a refusal until somebody takes note, and how the connection stands.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use live::Status;
use ui::{Bar, Button, Erase, Erased, Icon, Look, icon};

use super::state::DeskState;

/// Long enough to read two sentences twice.
const SHOWN: Duration = Duration::from_secs(12);

/// The last refusal.
pub(super) fn toasts(desk: DeskState) -> Erased {
    Effect::new(move |going: Option<Option<TimeoutHandle>>| {
        if let Some(handle) = going.flatten() {
            handle.clear();
        }
        let forget = move || drop(desk.toast.try_set(None));
        desk.toast
            .with(Option::is_some)
            .then(|| set_timeout_with_handle(forget, SHOWN).ok())
            .flatten()
    });
    let close = Callback::new(move |()| desk.toast.set(None));
    view! {
        <div class="toasts" role="alert">
            {move || {
                desk.toast
                    .get()
                    .map(|text| {
                        view! {
                            <div class="toast" data-tone="danger">
                                <p>{text}</p>
                                <Button look=Look::Icon label=desk.t("desk.dismiss") on_press=close>
                                    <Icon glyph=icon::x />
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
    .erase()
}

/// The quiet bar while the server is away; a plain word when the session ended.
pub(super) fn connection(desk: DeskState) -> Erased {
    let trouble = Signal::derive(move || desk.status.get() == Some(Status::Offline));
    let text = desk.t("desk.reconnecting");
    view! {
        <Bar trouble=trouble text=Signal::stored(text) />
        {move || {
            (desk.status.get() == Some(Status::SignedOut))
                .then(|| {
                    view! {
                        <div class="bar" data-tone="danger" role="alert">
                            <span>{desk.t("desk.signed_out")}</span>
                            <a href="/sign-in" rel="external">
                                {desk.t("desk.sign_in_again")}
                            </a>
                        </div>
                    }
                })
        }}
    }
    .erase()
}
