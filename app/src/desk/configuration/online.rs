//! The second step, Online chat window: what stands in it in every language, and its six colours.

use leptos::prelude::*;
use model::configuration::{PairName, TextName};
use ui::{Erase, Erased};

use super::{colours::pair, draft::Draft, texts::texts};
use crate::desk::{frame::card, state::DeskState};

/// The step.
pub(super) fn step(desk: DeskState, draft: Draft) -> Erased {
    let ours = texts(desk, draft, "online-texts", TextName::Header, TextName::Welcome);
    let explained = Some(desk.t("desk.configuration.texts_explained"));
    let colours = view! {
        {pair(desk, draft, PairName::Header, "colours-header", desk.t("desk.configuration.colours_header"))}
        {pair(desk, draft, PairName::Theirs, "colours-theirs", desk.t("desk.configuration.colours_theirs"))}
        {pair(desk, draft, PairName::Mine, "colours-mine", desk.t("desk.configuration.colours_mine"))}
    };
    let tip = Some(desk.t("desk.configuration.colours_tip"));
    view! {
        <div class="stack">
            {card("configuration-online-texts", desk.t("desk.configuration.texts"), explained, ours)}
            {card("configuration-colours", desk.t("desk.configuration.colours"), tip, colours.erase())}
        </div>
    }
    .erase()
}
