//! Icons: Lucide's drawings in a frame of one size. They carry no meaning of their own; the label stands beside them or on the button.
//!
//! The drawings stand once in each page, put there by the server ([`sprite`]); everywhere else is a reference to one. So the programs know
//! their names and carry none of the lines.

use leptos::{prelude::*, svg};

#[cfg(not(target_arch = "wasm32"))]
use crate::{Erase, Erased};

/// Names one drawing: a reference to it in the page.
pub type Glyph = fn() -> &'static str;

/// A drawing in its frame: `<Icon glyph=icon::send/>`.
#[component]
pub fn Icon(
    /// Which.
    glyph: Glyph,
) -> impl IntoView {
    framed(glyph())
}

pub(crate) fn framed(reference: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            {svg::r#use().attr("href", reference)}
        </svg>
    }
}

macro_rules! glyphs {
    ($($name:ident = $lucide:ident, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub fn $name() -> &'static str {
                concat!("#icon-", stringify!($name))
            }
        )*

        /// The drawings themselves, as the end of a page's body: those whose references are wanted.
        #[cfg(not(target_arch = "wasm32"))]
        pub fn sprite(wanted: impl Fn(&str) -> bool) -> Erased {
            let drawings = [$(
                wanted($name()).then(|| {
                    view! {
                        <symbol id=concat!("icon-", stringify!($name)) viewBox="0 0 24 24">
                            <lucide_leptos::$lucide />
                        </symbol>
                    }
                    .erase()
                }),
            )*];
            view! {
                <svg class="sprite" aria-hidden="true">
                    {drawings.into_iter().flatten().collect_view()}
                </svg>
            }
            .erase()
        }
    };
}

/// Those that the panel shows.
#[cfg(not(target_arch = "wasm32"))]
pub fn in_panel(reference: &str) -> bool {
    [
        arrow_down(),
        check(),
        check_check(),
        circle_alert(),
        clock(),
        message_circle(),
        minus(),
        paperclip(),
        send(),
        sticker(),
        file_text(),
    ]
    .contains(&reference)
}

glyphs! {
    arrow_down = ArrowDown, "To the end of the list.";
    arrow_left = ArrowLeft, "Back.";
    ban = Ban, "Keep away.";
    bookmark = Bookmark, "Saved; save.";
    check = Check, "Sent.";
    check_check = CheckCheck, "Delivered, read.";
    chevron_down = ChevronDown, "More below; minimize.";
    circle_alert = CircleAlert, "Something went wrong.";
    clock = Clock, "On its way.";
    copy = Copy, "Copy.";
    download = Download, "As a file.";
    external_link = ExternalLink, "Opens another window.";
    globe = Globe, "Language.";
    inbox = Inbox, "A list of messages.";
    life_buoy = LifeBuoy, "Help.";
    log_out = LogOut, "Sign out.";
    mail = Mail, "Letters.";
    menu = Menu, "The menu.";
    message_circle = MessageCircle, "A chat.";
    minus = Minus, "Minimize.";
    moon = Moon, "Dark.";
    paperclip = Paperclip, "A file that goes along.";
    file_text = FileText, "A file.";
    pencil = Pencil, "Change.";
    power = Power, "On or off; end.";
    refresh = RefreshCw, "Again.";
    search = Search, "Search.";
    send = Send, "Send.";
    settings = Settings, "Settings.";
    star = Star, "How it was.";
    sticker = Sticker, "A face: emoji.";
    shield = Shield, "Privacy.";
    sun = Sun, "Light.";
    trash = Trash, "Delete.";
    user = User, "A person.";
    users = Users, "People.";
    x = X, "Close, discard.";
    zap = Zap, "At once.";
}
