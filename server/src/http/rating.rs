//! After the chat: the form that says how it was and asks for a copy, by the program or from a browser without scripts.

use axum::{
    Json,
    extract::{Path, Request, State},
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use http::HeaderMap;
use model::{
    id::ConversationId,
    language::Language,
    panel::Thanks,
    refusal::Field,
    text::{Comment, EmailAddress},
};
use service::{
    Fault, Party, copies,
    rating::{self, Rating},
};

use crate::{
    http::{
        answer::Failed,
        panel::Asker,
        panel_form::{self, Fields},
        sent_form,
    },
    state::AppState,
};

/// What came of the form. Its word stands in the address of the page that a browser without scripts is sent back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A rating.
    Rated,
    /// A copy is on its way.
    Copied,
    /// The address is asked first.
    Asked,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Rated, Self::Copied, Self::Asked];

    fn word(self) -> &'static str {
        match self {
            Self::Rated => "rated",
            Self::Copied => "copied",
            Self::Asked => "asked",
        }
    }

    /// The outcome of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// Its sentence.
    pub fn sentence(self, language: Language) -> String {
        catalogue::panel(language).get(match self {
            Self::Rated => "widget.rating.thanks",
            Self::Copied => "widget.rating.copied",
            Self::Asked => "widget.rating.asked",
        })
    }
}

/// Takes the form.
pub async fn rate(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    jar: CookieJar,
    request: Request,
) -> Result<Response, Failed> {
    let asker = Asker::find(&state, &slug, &headers, &jar).await?;
    let party = asker.party()?;
    let fields = sent_form::read(request).await?.fields;
    let language = fields.language(&headers, asker.store.default_language);
    let done = take(&state, &party, &fields).await;
    if !sent_form::wants_page(&headers) {
        let said = done?.sentence(language);
        return Ok(Json(Thanks { said }).into_response());
    }
    match done {
        Ok(outcome) => Ok(fields.back_saying(&slug, language, outcome.word()).into_response()),
        Err(fault) => Ok(panel_form::again(&state, asker, &fields, language, fault).await?),
    }
}

async fn take(state: &AppState, party: &Party, fields: &Fields) -> Result<Outcome, Fault> {
    let conversation: ConversationId = fields.conversation()?;
    let copy = !fields.raw("copy").is_empty();
    let rating = Rating {
        stars: fields.raw("stars").parse().ok(),
        comment: fields.optional("comment", Field::Comment, Comment::parse)?,
        copy,
        // Where no copy is wanted, nobody reads the address.
        to: if copy {
            fields.optional("email", Field::Email, EmailAddress::parse)?
        } else {
            None
        },
    };
    match rating::rate(&state.services, party, conversation, rating).await? {
        None => Ok(Outcome::Rated),
        Some(to) => match copies::ask(&state.services, party, conversation, to).await? {
            copies::Copy::OnItsWay => Ok(Outcome::Copied),
            copies::Copy::AskedFirst => Ok(Outcome::Asked),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_found_again_by_its_word() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_word(outcome.word()), Some(outcome));
        }
        assert_eq!(Outcome::of_word("<script>"), None);
    }
}
