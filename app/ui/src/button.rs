//! A button. It says when it is busy; what it does is its owner's business.

use leptos::{ev::MouseEvent, prelude::*};

use crate::{
    erased::{Erase, Erased},
    prop::{Act, Reading},
};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here.
    #[default]
    Primary,
    /// Everything else.
    Quiet,
    /// What cannot be undone.
    Danger,
    /// A glyph without text; needs a label.
    Icon,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button",
            Self::Quiet => "button button--quiet",
            Self::Danger => "button button--danger",
            Self::Icon => "button button--quiet button--icon",
        }
    }
}

/// A button.
#[component]
pub fn Button<C>(
    /// How much it asks for attention.
    #[prop(optional)]
    look: Look,
    /// Its name, where its content is only a glyph.
    #[prop(optional, into)]
    label: Option<String>,
    /// Whether it sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// Whether what it began is still going on; pressing it then does nothing.
    #[prop(optional, into)]
    busy: Reading<bool>,
    /// What happens.
    #[prop(optional, into)]
    on_press: Option<Act<()>>,
    children: TypedChildren<C>,
) -> impl IntoView
where
    C: IntoView + 'static,
{
    let content = children.into_inner()().erase();
    button(look, label, submit, busy, on_press, content)
}

// Not in the component: what stands there is made again for each kind of content.
fn button(
    look: Look,
    label: Option<String>,
    submit: bool,
    busy: Reading<bool>,
    on_press: Option<Act<()>>,
    content: Erased,
) -> impl IntoView {
    let press = press(busy.clone(), on_press);
    view! {
        <button
            class=look.class()
            type=if submit { "submit" } else { "button" }
            title=(look == Look::Icon).then(|| label.clone()).flatten()
            aria-label=label
            aria-busy=mark(busy)
            on:click=press
        >
            {content}
        </button>
    }
}

fn press(busy: Reading<bool>, on_press: Option<Act<()>>) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |event| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = &on_press {
            on_press.run(());
        }
    })
}

fn mark(busy: Reading<bool>) -> Reading<Option<String>> {
    Reading::new(move || busy.get().then(|| "true".to_owned()))
}
