//! What every list of conversations looks like around its lines: coming, out of reach, empty, or there, with a way to further pages.

use leptos::prelude::*;
use ui::{Act, Button, Erase, Erased, Look, Reading, known};

use super::{
    frame::loaded,
    list::{Line, List},
    state::DeskState,
};

/// The list wherever it stands. `nothing` is shown in place of `lines` while there are none.
pub(super) fn inbox<R, C>(
    desk: DeskState,
    list: List<R, C>,
    nothing: impl Fn() -> Erased + Send + Sync + 'static,
    lines: impl Fn() -> Erased + Send + Sync + 'static,
) -> Erased
where
    R: Line,
    C: Clone + Send + Sync + 'static,
{
    let empty = known(move || list.rows.with(Vec::is_empty));
    let more = Reading::new(move || list.has_more());
    let further = Act::new(move |()| list.more());
    let view = move || {
        if empty.get() {
            return nothing();
        }
        let more = more_button(desk, more.clone(), list.busy, further.clone());
        view! { {lines()} {more} }.erase()
    };
    loaded(desk, list.phase, move || list.again(), view)
}

/// The button below the last line, while there is something below it.
fn more_button(desk: DeskState, more: Reading<bool>, busy: RwSignal<bool>, press: Act<()>) -> Erased {
    let shown = Reading::new(move || {
        let press = press.clone();
        more.get().then(|| {
            view! {
                <p class="inbox__more">
                    <Button look=Look::Quiet busy=busy on_press=press>
                        {desk.t("desk.more")}
                    </Button>
                </p>
            }
            .erase()
        })
    });
    shown.erase()
}
