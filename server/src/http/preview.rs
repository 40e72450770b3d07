//! `/desk/preview`: the real panel, drawn from a configuration that nobody has saved. It is a picture: it runs no program, its forms go
//! nowhere, and it sets no cookie.

use axum::{body::Bytes, extract::State, response::Response};
use axum_extra::extract::CookieJar;
use model::{configuration::PreviewRequest, refusal::Refusal};
use service::configuration::{self, Example};
use widget::{Panel, PanelProps};

use crate::{
    http::{
        answer::Failed,
        desk,
        layer::security_headers::PagePolicy,
        page::{Document, nonce},
        store_style::store_style,
    },
    state::AppState,
};

/// The panel as the configuration in the form would have it.
pub async fn preview(State(state): State<AppState>, jar: CookieJar, body: Bytes) -> Result<Response, Failed> {
    let actor = desk::recognise(&state, &jar).await?.ok_or(Refusal::NotSignedIn)?.actor;
    let request = read(&body)?;
    let language = request.language;
    let words = catalogue::desk(language);
    let example = Example {
        question: words.get("desk.configuration.example_question"),
        answer: words.get("desk.configuration.example_answer"),
    };
    let (store, start) = configuration::preview(&state.services, &actor, request, catalogue::panel(language), example).await?;
    let title = words.get("desk.configuration.preview_title");
    let document = Document {
        language,
        title: &title,
        css: &state.assets.widget().css,
        style: &store_style(&store.settings),
        program: None,
        policy: PagePolicy::page(nonce()).framed_by([]).without_forms(),
    };
    Ok(document.around(move || Panel(PanelProps { start })))
}

/// The form's one field, sent as plain text: percent signs would make three of each byte of a text that is not English.
fn read(body: &[u8]) -> Result<PreviewRequest, Refusal> {
    let json = body.strip_prefix(b"draft=").ok_or(Refusal::Malformed)?;
    serde_json::from_slice(json.trim_ascii_end()).map_err(|_| Refusal::Malformed)
}

#[cfg(test)]
mod tests {
    use model::{
        configuration::{Configuration, PreviewFace, StoreTexts},
        language::Language,
        settings::StoreSettings,
    };

    use super::*;

    #[test]
    fn a_draft_reads_back_from_the_form() {
        let request = PreviewRequest {
            configuration: Configuration {
                settings: StoreSettings::default(),
                texts: [(); 4].map(|()| StoreTexts::default()),
                default_language: Language::En,
                rev: 0,
            },
            face: PreviewFace::Offline,
            language: Language::Nl,
        };
        let json = serde_json::to_string(&request).expect("serialises");
        assert_eq!(read(format!("draft={json}\r\n").as_bytes()), Ok(request));
        for bad in ["", "draft=", "draft={}", "x=1"] {
            assert_eq!(read(bad.as_bytes()), Err(Refusal::Malformed), "{bad}");
        }
    }
}
