//! A place in the page that a component has to touch itself: to read what is typed there, to scroll it, to give it the focus.
//!
//! One kind does for every element. Leptos' own references are as many kinds of signals as there are kinds of elements.

use leptos::{
    html::{ElementType, Main},
    prelude::*,
    tachys::{html::node_ref::NodeRefContainer, renderer::types::Element},
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlTextAreaElement},
};

/// See the module. Given to an element as its `node_ref`.
#[derive(Clone, Copy)]
pub struct Place(
    /// `<main>` stands for all elements: it is one that has nothing of its own.
    NodeRef<Main>,
);

impl<E: ElementType> NodeRefContainer<E> for Place {
    fn load(self, element: &Element) {
        NodeRefContainer::<Main>::load(self.0, element);
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

impl Place {
    /// Of no element yet.
    pub fn new() -> Self {
        Self(NodeRef::new())
    }

    /// The element, once it is there; an effect that asks is done again then.
    pub fn get(self) -> Option<HtmlElement> {
        self.0.get()
    }

    /// The element, if it is there now.
    pub fn now(self) -> Option<HtmlElement> {
        self.0.try_get_untracked().flatten()
    }

    /// What is typed in it, once it is there.
    pub fn value(self) -> Option<String> {
        self.get().map(|element| as_text_box(element).value())
    }

    /// Writes into it.
    pub fn set_value(self, text: &str) {
        if let Some(element) = self.now() {
            as_text_box(element).set_value(text);
        }
    }
}

/// Boxes of one line and of several have the same property, and JavaScript asks for no more.
fn as_text_box(element: HtmlElement) -> HtmlTextAreaElement {
    element.unchecked_into()
}
