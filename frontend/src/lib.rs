//! The desk in a browser: reads what the page brought along and takes over its body. Everything else is `app::desk`.

#[cfg(target_arch = "wasm32")]
use app::desk::DeskApp;
#[cfg(target_arch = "wasm32")]
use leptos::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once the module is there.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen(start)]
pub fn start() {
    // Says where a panic was; release builds leave the message out and save its bytes.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // A page of another version stays as the server drew it; the next page fits again.
    let Some(start) = ui::read_start() else { return };
    leptos::mount::hydrate_body(move || view! { <DeskApp start=start /> });
    if let Some(body) = document().body() {
        // The name is a valid attribute's name.
        let _ = body.set_attribute("data-ready", "1");
    }
}
