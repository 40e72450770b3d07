//! How the desk's server functions travel: JSON both ways, by `POST`, as the library's own protocol would send it.
//!
//! The server reads and writes it with the library that everybody uses. The browser has one request for all functions, and reads answers
//! with [`model::json`]: the library's protocol brings a client, a request and a parser along for each function and each type.

use std::pin::Pin;

use model::{json::Read, refusal::Refusal};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{
    Bytes, ContentType as _, Decodes as _, Encodes as _, Protocol, client::Client, codec::JsonEncoding, request::Req as _,
    response::TryRes as _, server::Server,
};

use super::ApiError;

/// The protocol of every server function.
pub(crate) struct Lean;

/// What came back: a good answer's JSON.
type Answer = Pin<Box<dyn Future<Output = Result<String, ApiError>> + Send>>;

impl<Input, Output, ItsClient, ItsServer> Protocol<Input, Output, ItsClient, ItsServer, ApiError> for Lean
where
    Input: Serialize + DeserializeOwned + Send,
    Output: Serialize + Read + Send,
    ItsClient: Client<ApiError>,
    ItsServer: Server<ApiError>,
{
    const METHOD: http::Method = http::Method::POST;

    async fn run_server<F, Fut>(request: ItsServer::Request, server_fn: F) -> Result<ItsServer::Response, ApiError>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, ApiError>> + Send,
    {
        let asked: Bytes = request.try_into_bytes().await?;
        let input: Input = JsonEncoding::decode(asked).map_err(|_| ApiError::refused(Refusal::Malformed))?;
        let output = server_fn(input).await?;
        let answer: Bytes = JsonEncoding::encode(&output).map_err(|_| ApiError::unavailable(String::new()))?;
        ItsServer::Response::try_from_bytes(JsonEncoding::CONTENT_TYPE, answer)
    }

    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, ApiError>> + Send {
        // Ids, numbers and texts are all that is asked, and JSON can say those.
        let answer = ask(path, serde_json::to_string(&input).unwrap_or_default());
        async move { read(&answer.await?) }
    }
}

/// An answer that is none of ours counts as none.
fn read<T: Read>(text: &str) -> Result<T, ApiError> {
    model::json::from_str(text).map_err(|_| ApiError::unreached())
}

/// Asks the server. What is asked goes on when nobody waits for the answer any more.
#[cfg(target_arch = "wasm32")]
fn ask(path: &str, json: String) -> Answer {
    let path = path.to_owned();
    // There is one thread in a browser.
    Box::pin(send_wrapper::SendWrapper::new(async move {
        let (status, text) = live::post(&path, None, &json).await.ok_or_else(ApiError::unreached)?;
        if status < 400 {
            Ok(text)
        } else {
            Err(read(&text).unwrap_or_else(|error| error))
        }
    }))
}

/// The server asks itself nothing.
#[cfg(not(target_arch = "wasm32"))]
fn ask(_path: &str, _json: String) -> Answer {
    Box::pin(std::future::ready(Err(ApiError::unreached())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_server_is_read_in_the_browser() {
        for error in [
            ApiError::Refused(Refusal::Closed),
            ApiError::Refused(Refusal::TooFast { after_s: 3 }),
            ApiError::Unavailable {
                reference: "r-1".to_owned(),
            },
        ] {
            let json = serde_json::to_string(&error).expect("serialises");
            assert_eq!(read::<ApiError>(&json), Ok(error));
        }
        assert_eq!(read::<u32>("<html>"), Err(ApiError::unreached()));
    }
}
