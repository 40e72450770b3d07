//! The panel's own requests: what is sent, and what the answers mean. Messages go through `live`; these are the rest.

use model::refusal::Refusal;
use serde::{Serialize, de::DeserializeOwned};

use crate::{browser, state::State};

/// Why something did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server said no, and why.
    Refused(Refusal),
    /// No answer, or one that only the server's people can mend: the same again later.
    Unavailable,
}

/// `POST /w/{store}/{what}`.
pub(crate) async fn post<T: DeserializeOwned>(state: State, what: &str, body: &impl Serialize) -> Result<T, Trouble> {
    let json = serde_json::to_string(body).map_err(|_| Trouble::Unavailable)?;
    let answer = browser::post(state.path(what), state.token(), json).await;
    let text = accepted(answer)?;
    serde_json::from_str(&text).map_err(|_| Trouble::Unavailable)
}

/// The text of a good answer; nothing (204) reads as `null`.
fn accepted(answer: Option<(u16, String)>) -> Result<String, Trouble> {
    let (status, text) = answer.ok_or(Trouble::Unavailable)?;
    match status {
        200..=299 if text.is_empty() => Ok("null".to_owned()),
        200..=299 => Ok(text),
        400..=499 => Err(serde_json::from_str(&text).map_or(Trouble::Unavailable, Trouble::Refused)),
        _ => Err(Trouble::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use model::refusal::Field;

    use super::*;

    #[test]
    fn a_no_is_told_from_no_answer() {
        let got = |status, text: &str| accepted(Some((status, text.to_owned())));
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
        assert_eq!(got(204, ""), Ok("null".to_owned()));
    }
}
