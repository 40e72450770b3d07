//! What the desk says about itself: a refusal until somebody takes note, and how the connection stands.

use std::time::Duration;

use leptos::prelude::*;
use live::Status;
use ui::{Act, Bar, Button, Erase, Erased, Icon, Look, Reading, effect, icon};

use super::state::DeskState;

/// Long enough to read two sentences twice.
const SHOWN: Duration = Duration::from_secs(12);

/// The last refusal.
pub(super) fn toasts(desk: DeskState) -> Erased {
    let mut going: Option<TimeoutHandle> = None;
    effect(move || {
        if let Some(handle) = going.take() {
            handle.clear();
        }
        if desk.toast.with(Option::is_some) {
            going = set_timeout_with_handle(move || drop(desk.toast.try_set(None)), SHOWN).ok();
        }
    });
    let shown = Reading::new(move || {
        let close = Act::new(move |()| desk.toast.set(None));
        desk.toast.get().map(|text| {
            view! {
                <div class="toast" data-tone="danger">
                    <p>{text}</p>
                    <Button look=Look::Icon label=desk.t("desk.dismiss") on_press=close>
                        <Icon glyph=icon::x />
                    </Button>
                </div>
            }
            .erase()
        })
    });
    view! {
        <div class="toasts" role="alert">
            {shown}
        </div>
    }
    .erase()
}

/// The quiet bar while the server is away; a plain word when the session ended.
pub(super) fn connection(desk: DeskState) -> Erased {
    let trouble = Reading::new(move || desk.status.get() == Some(Status::Offline));
    let signed_out = Reading::new(move || {
        (desk.status.get() == Some(Status::SignedOut)).then(|| {
            view! {
                <div class="bar" data-tone="danger" role="alert">
                    <span>{desk.t("desk.signed_out")}</span>
                    <a href="/sign-in" rel="external">
                        {desk.t("desk.sign_in_again")}
                    </a>
                </div>
            }
            .erase()
        })
    });
    view! {
        <Bar trouble=trouble text=desk.says("desk.reconnecting") />
        {signed_out}
    }
    .erase()
}
