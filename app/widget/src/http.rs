//! The panel's own requests: what is sent, and what the answers mean. Messages go through `live`; these are the rest.

use model::{
    availability::Availability,
    panel::{ConversationView, Known, Pass},
    refusal::Refusal,
};
use serde::Serialize;

use crate::{browser, state::State};

/// Why something did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server said no, and why.
    Refused(Refusal),
    /// No answer, or one that only the server's people can mend: the same again later.
    Unavailable,
}

/// A good answer to any of the requests. They say much of the same, so one shape reads them all; what one does not say is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Whether somebody is there.
    pub(crate) availability: Option<Availability>,
    /// Whom the shop says this is.
    pub(crate) known: Option<Known>,
    /// The conversation that goes on.
    pub(crate) conversation: Option<ConversationView>,
    /// The way back in.
    pub(crate) pass: Option<Pass>,
    /// What came of it, in a sentence.
    pub(crate) said: Option<String>,
}

model::read_struct! {
    Answer { availability, known, conversation, pass, said }
}

/// The body of a request. There always is one: ids and texts are all that is said, and JSON can say those.
pub(crate) fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// `POST /w/{store}/{what}`.
pub(crate) async fn post(state: State, what: &'static str, json: String) -> Result<Answer, Trouble> {
    accepted(browser::post(state.path(what), state.token(), json).await)
}

/// What a good answer says; nothing (204) says nothing.
fn accepted(answer: Option<(u16, String)>) -> Result<Answer, Trouble> {
    let (status, text) = answer.ok_or(Trouble::Unavailable)?;
    match status {
        200..=299 if text.is_empty() => Ok(Answer::default()),
        200..=299 => model::json::from_str(&text).map_err(|_| Trouble::Unavailable),
        400..=499 => Err(model::json::from_str(&text).map_or(Trouble::Unavailable, Trouble::Refused)),
        _ => Err(Trouble::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use model::{
        conversation::{Kind, StageName},
        event::Mark,
        id::Seq,
        panel::{Begun, SessionAnswer},
        refusal::Field,
    };

    use super::*;

    fn got(status: u16, text: &str) -> Result<Answer, Trouble> {
        accepted(Some((status, text.to_owned())))
    }

    #[test]
    fn a_no_is_told_from_no_answer() {
        assert_eq!(got(409, r#""store_away""#), Err(Trouble::Refused(Refusal::StoreAway)));
        assert_eq!(
            got(422, r#"{"too_long":{"field":"message","max":5000}}"#),
            Err(Trouble::Refused(Refusal::TooLong {
                field: Field::Message,
                max: 5_000
            }))
        );
        assert_eq!(got(404, "<html>"), Err(Trouble::Unavailable));
        assert_eq!(got(503, r#""busy""#), Err(Trouble::Unavailable));
        assert_eq!(accepted(None), Err(Trouble::Unavailable));
        assert_eq!(got(200, "<html>"), Err(Trouble::Unavailable));
        assert_eq!(got(204, ""), Ok(Answer::default()));
    }

    #[test]
    fn every_answer_is_read() {
        let id = "018f0000-0000-7000-8000-000000000001";
        let conversation = ConversationView {
            id: id.parse().expect("an id"),
            kind: Kind::Live,
            stage: StageName::Queued,
            operator: None,
            epoch: id.parse().expect("an id"),
            events: Vec::new(),
            head: Seq::ZERO,
            mine: Mark::default(),
            theirs: Mark::default(),
            has_email: false,
        };
        let pass = Pass {
            token: "t".into(),
            handle: Some("h".into()),
        };
        let begun = Begun {
            conversation: conversation.clone(),
            pass: pass.clone(),
        };
        let whole = Answer {
            conversation: Some(conversation),
            pass: Some(pass),
            ..Answer::default()
        };
        assert_eq!(got(200, &json(&begun)), Ok(whole));
        let session = SessionAnswer {
            availability: Availability::Full,
            known: Some(Known { name: None, email: None }),
            conversation: None,
            pass: None,
        };
        let part = Answer {
            availability: Some(Availability::Full),
            known: session.known.clone(),
            ..Answer::default()
        };
        assert_eq!(got(200, &json(&session)), Ok(part));
    }
}
