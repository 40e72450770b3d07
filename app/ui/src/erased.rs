//! Views without their types, where that is cheap.

use leptos::prelude::*;

/// In the server the type is forgotten: the compiler would spend minutes on it. In the browser it is kept: a view without one brings all
/// that could ever be done with it into the program. What is drawn is the same.
#[cfg(not(target_arch = "wasm32"))]
pub fn erased(view: impl IntoView + 'static) -> AnyView {
    view.into_any()
}

/// In the browser the type is kept: a view without one brings all that could ever be done with it into the program. In the server it is
/// forgotten: the compiler would spend minutes on it. What is drawn is the same.
#[cfg(target_arch = "wasm32")]
pub fn erased<V: IntoView + 'static>(view: V) -> V {
    view
}
