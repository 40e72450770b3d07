//! A message was left: what happens next.

use leptos::prelude::*;
use ui::{Button, Empty, Look, icon};

use crate::state::State;

/// The thanks.
pub(crate) fn thanks(state: State) -> AnyView {
    let words = state.words();
    let see = Callback::new(move |()| state.message_left().set(false));
    let label = words.get("widget.thanks.see");
    view! {
        <div class="panel__thanks" role="status">
            <Empty glyph=icon::check title=words.get("widget.thanks.title") text=words.get("widget.thanks.text")>
                <Button look=Look::Quiet on_press=see>
                    {label}
                </Button>
            </Empty>
        </div>
    }
    .into_any()
}
