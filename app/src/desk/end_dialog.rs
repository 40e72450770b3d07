//! The question before a conversation ends (P-36).

use leptos::prelude::*;
use model::id::ConversationId;
use ui::{Button, Dialog, Erase, Erased, Look};

use super::{deeds, state::DeskState};

/// "End the conversation?", open while `open` is true.
pub(super) fn end_dialog(desk: DeskState, id: ConversationId, open: RwSignal<bool>) -> Erased {
    let cancel = Callback::new(move |()| open.set(false));
    let end = Callback::new(move |()| {
        open.set(false);
        deeds::end(desk, id);
    });
    view! {
        <Dialog id=format!("end-{id}") title=desk.t("desk.end_question") open=open>
            <p class="dialog__text">{desk.t("desk.end_explained")}</p>
            <div class="dialog__actions">
                <Button look=Look::Quiet on_press=cancel>
                    {desk.t("desk.cancel")}
                </Button>
                <Button look=Look::Danger on_press=end>
                    {desk.t("desk.end")}
                </Button>
            </div>
        </Dialog>
    }
    .erase()
}
