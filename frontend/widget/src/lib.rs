//! The panel in the browser: reads what the server put into the page and goes on from there. Everything else is `widget`.

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
    leptos::mount::hydrate_body(move || view! { <Panel start=start /> });
    if let Some(body) = document().body() {
        // Tests wait for it, and so may a style sheet.
        let _ = body.set_attribute("data-ready", "1");
    }
}
