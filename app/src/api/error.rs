//! What a server function answers when it did not do what was asked: two kinds only, and never a sentence.

use model::{refusal::Refusal, words::Words};
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// Why a server function did nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// A no that the person can act on.
    Refused(Refusal),
    /// Something is broken, or was not reached; the same thing asked again may work.
    Unavailable {
        /// Finds it in the server's log; empty when the server was not reached.
        reference: String,
    },
}

impl ApiError {
    /// A no, with its status on the response.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self::Refused(refusal).on_the_response()
    }

    /// A breakage, with its status on the response.
    pub(crate) fn unavailable(reference: String) -> Self {
        Self::Unavailable { reference }.on_the_response()
    }

    /// Nobody answered, or nobody who knows us.
    pub(crate) fn unreached() -> Self {
        Self::Unavailable { reference: String::new() }
    }

    /// What it says to a person.
    pub(crate) fn sentence(&self, words: &Words) -> String {
        match self {
            Self::Refused(refusal) => words.refusal(*refusal),
            Self::Unavailable { reference } if reference.is_empty() => words.get("desk.unreachable"),
            Self::Unavailable { reference } => words.with("desk.unavailable", &[("reference", reference)]),
        }
    }

    /// The one place where an answer receives its status: 0.8 of the framework knows only 500.
    fn on_the_response(self) -> Self {
        #[cfg(feature = "ssr")]
        if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
            use axum::http::StatusCode;
            let status = match self {
                Self::Refused(refusal) => status_of(refusal),
                Self::Unavailable { .. } => 500,
            };
            response.set_status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        }
        self
    }
}

/// The HTTP status of a refusal.
pub fn status_of(refusal: Refusal) -> u16 {
    match refusal {
        Refusal::NotFound => 404,
        Refusal::NotSignedIn => 401,
        Refusal::NotAllowed => 403,
        Refusal::TooFast { .. } => 429,
        Refusal::Busy => 503,
        _ => 422,
    }
}

model::read_enum! {
    ApiError { Refused(_) = "refused", Unavailable { reference } = "unavailable" }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            // Only the server says these: the request could not be read.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::refused(Refusal::Malformed)
            }
            _ => Self::unavailable(String::new()),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<service::Fault> for ApiError {
    fn from(fault: service::Fault) -> Self {
        if let Some(refusal) = fault.refusal() {
            return Self::refused(refusal);
        }
        // The random end of a fresh id is enough to find one line in a log.
        let id = service::clock::new_id::<model::id::ClientId>().to_string();
        let reference = id.rsplit('-').next().unwrap_or_default().to_owned();
        tracing::error!(reference, error = %fault, "A server function failed, reference {reference}");
        Self::unavailable(reference)
    }
}

#[cfg(test)]
mod tests {
    use model::refusal::Field;

    use super::*;

    #[test]
    fn what_does_not_exist_and_what_is_somebody_elses_have_one_status() {
        assert_eq!(status_of(Refusal::NotFound), 404);
        assert_eq!(status_of(Refusal::NotSignedIn), 401);
        assert_eq!(status_of(Refusal::TooFast { after_s: 3 }), 429);
        assert_eq!(status_of(Refusal::Missing(Field::Origin)), 422);
    }

    #[test]
    fn an_error_reads_back_from_the_wire() {
        for error in [
            ApiError::Refused(Refusal::Closed),
            ApiError::Unavailable {
                reference: "r-1".to_owned(),
            },
        ] {
            let json = serde_json::to_string(&error).expect("serialises");
            assert_eq!(serde_json::from_str::<ApiError>(&json).expect("reads back"), error);
        }
    }
}
