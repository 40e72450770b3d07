//! The panel in the browser: reads what the server put into the page and goes on from there. Everything else is `widget`.

#[cfg(target_arch = "wasm32")]
use any_spawner::Executor;
#[cfg(target_arch = "wasm32")]
use leptos::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;
#[cfg(target_arch = "wasm32")]
use widget::Panel;

/// Called by the page's script once the module is there.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen(start)]
pub fn start() {
    // Without its data the page stays what the server drew: forms that work.
    let Some(start) = ui::read_start() else { return };
    let Some(body) = document().body() else { return };
    // Refused only where there is one already.
    let _ = Executor::init_wasm_bindgen();
    // Not by `hydrate_body`: it would bring along what reads the page's resources and errors, and the panel has neither.
    let owner = Owner::new_root(None);
    let panel = owner.with(|| view! { <Panel start=start /> }.into_view().hydrate_from::<true>(&body));
    // Both live as long as the page.
    std::mem::forget((owner, panel));
    // Tests wait for it, and so may a style sheet.
    let _ = body.set_attribute("data-ready", "1");
}
