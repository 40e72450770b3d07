//! What elements listen with. A handler is one closure of many, and each would bring its own way into the page along; in a box they share
//! one for each kind of event.

use leptos::ev::{Event, KeyboardEvent, MouseEvent, SubmitEvent};

/// For `on:click`.
pub fn pressed(deed: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| deed())
}

/// For `on:change` and `on:input` of fields.
pub fn changed(deed: impl Fn(Event) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(deed)
}

/// For `on:keydown`.
pub fn keyed(deed: impl Fn(KeyboardEvent) + 'static) -> Box<dyn FnMut(KeyboardEvent)> {
    Box::new(deed)
}

/// For `on:submit` of forms that a program takes care of: the browser sends nothing itself.
pub fn submitted(deed: impl Fn() + 'static) -> Box<dyn FnMut(SubmitEvent)> {
    Box::new(move |event| {
        event.prevent_default();
        deed();
    })
}
