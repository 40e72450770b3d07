//! Icons: Lucide's glyphs in a frame of one size. They carry no meaning of their own; the label stands beside them or on the button.
//!
//! A glyph is a function, so that a program holds the drawings it names and no others.

use leptos::prelude::*;

/// Draws one glyph.
pub type Glyph = fn() -> AnyView;

/// A glyph in its frame: `<Icon glyph=icon::send/>`.
#[component]
pub fn Icon<V>(
    /// Which.
    glyph: fn() -> V,
) -> impl IntoView
where
    V: IntoView + 'static,
{
    framed(glyph())
}

pub(crate) fn framed(glyph: impl IntoView + 'static) -> impl IntoView {
    view! { <span class="icon" aria-hidden="true">{glyph}</span> }
}

macro_rules! glyphs {
    ($($name:ident = $lucide:ident, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub fn $name() -> AnyView {
                typed::$name().into_any()
            }
        )*

        /// The same glyphs, each a view of its own type: for the panel, which has no room for views that could be anything.
        pub mod typed {
            use leptos::prelude::*;

            $(
                #[doc = $doc]
                pub fn $name() -> impl IntoView {
                    view! { <lucide_leptos::$lucide /> }
                }
            )*
        }
    };
}

glyphs! {
    arrow_down = ArrowDown, "To the end of the list.";
    arrow_left = ArrowLeft, "Back.";
    check = Check, "Sent.";
    check_check = CheckCheck, "Delivered, read.";
    chevron_down = ChevronDown, "More below; minimize.";
    circle_alert = CircleAlert, "Something went wrong.";
    clock = Clock, "On its way.";
    copy = Copy, "Copy.";
    external_link = ExternalLink, "Opens another window.";
    globe = Globe, "Language.";
    inbox = Inbox, "A list of messages.";
    log_out = LogOut, "Sign out.";
    menu = Menu, "The menu.";
    message_circle = MessageCircle, "A chat.";
    minus = Minus, "Minimize.";
    moon = Moon, "Dark.";
    power = Power, "On or off; end.";
    refresh = RefreshCw, "Again.";
    search = Search, "Search.";
    send = Send, "Send.";
    settings = Settings, "Settings.";
    sun = Sun, "Light.";
    user = User, "A person.";
    x = X, "Close, discard.";
}
