//! The desk's HTML document, around [`DeskApp`]. The server prints it; the browser's program takes over only what is in the body.

use leptos::prelude::*;
use model::desk::DeskStart;
use ui::{Erase, Erased, StartData, icon, start_json};

use super::DeskApp;

/// How the page finds its program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptTag {
    /// One file whose name carries its hash; it finds its WASM itself.
    Hashed {
        /// Its address.
        src: String,
    },
    /// What a developer's watch serves: the glue and the WASM under fixed names.
    Watch {
        /// The glue's address.
        js: String,
        /// The WASM's address.
        wasm: String,
    },
}

/// The whole document. `nonce` is the one of the response's content security policy.
pub fn document(start: &DeskStart, css_href: &str, script: &ScriptTag, nonce: &str) -> impl IntoView + use<> {
    let language = start.me.language.code();
    let theme = start.me.theme.code();
    // Strings as keys and numbers as values: JSON can say all of it.
    let json = start_json(start).unwrap_or_default();
    let css_href = css_href.to_owned();
    let script = script_tag(script, nonce);
    let start = start.clone();
    view! {
        <!DOCTYPE html>
        <html lang=language data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
                <meta name="robots" content="noindex" />
                <title>"Vitrine"</title>
                <link rel="stylesheet" href=css_href />
                <StartData json=json />
                {script}
            </head>
            <body>
                <DeskApp start=start />
                {icon::sprite(|_| true)}
            </body>
        </html>
    }
}

fn script_tag(script: &ScriptTag, nonce: &str) -> Erased {
    match script {
        ScriptTag::Hashed { src } => view! { <script type="module" src=src.clone()></script> }.erase(),
        ScriptTag::Watch { js, wasm } => {
            // Both addresses come from the server's own configuration, never from a request.
            let text = format!("import start from \"{js}\"; start({{ module_or_path: \"{wasm}\" }});");
            view! {
                <script type="module" nonce=nonce.to_owned()>
                    {text}
                </script>
            }
            .erase()
        }
    }
}
