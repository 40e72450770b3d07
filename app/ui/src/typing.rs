//! Somebody is writing.

use leptos::prelude::*;

use crate::prop::Reading;

/// Three dots and a sentence, in a line that is always there, so that nothing jumps.
#[component]
pub fn TypingDots(
    /// The sentence while somebody is writing.
    #[prop(into)]
    who: Reading<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="typing" aria-live="polite">
            {move || {
                who.get()
                    .map(|who| {
                        view! {
                            <span class="typing__dots" aria-hidden="true">
                                <span></span>
                                <span></span>
                                <span></span>
                            </span>
                            <span class="typing__who">{who}</span>
                        }
                    })
            }}
        </div>
    }
}
