//! One request to our own origin: what is posted is JSON, what comes back is a status and a text. What they mean is the caller's.
//!
//! The browser's own `fetch`, without a library around it: those carry streams and bodies of every kind into a program that needs none.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// Where the session's token goes when the cookie is blocked.
const TOKEN_HEADER: &str = "x-vitrine-session";
/// What a page is asked with that becomes a part of the page that asks.
const PART_HEADER: &str = "x-vitrine-part";

/// Posts JSON; `None` when there was no answer.
pub async fn post(address: &str, token: Option<&str>, json: &str) -> Option<(u16, String)> {
    send(address, said(token), Some(&JsValue::from_str(json))).await
}

/// Fetches; `None` when there was no answer.
pub async fn get(address: &str) -> Option<(u16, String)> {
    send(address, None, None).await
}

/// Sends a form, or fetches when there is none; what comes back is a page's content, or a refusal. `None` when there was no answer.
pub async fn part(address: &str, form: Option<&JsValue>) -> Option<String> {
    Some(send(address, Some((PART_HEADER, "1")), form).await?.1)
}

/// The header that says who asks.
pub(crate) fn said(token: Option<&str>) -> Option<(&'static str, &str)> {
    Some((TOKEN_HEADER, token?))
}

/// Posts a body, or fetches when there is none. A text is JSON; of a form the browser says itself what it is.
pub(crate) async fn send(address: &str, header: Option<(&str, &str)>, body: Option<&JsValue>) -> Option<(u16, String)> {
    let headers = Headers::new().ok()?;
    if let Some((name, value)) = header {
        headers.set(name, value).ok()?;
    }
    let asked = RequestInit::new();
    if let Some(body) = body {
        if body.is_string() {
            headers.set("content-type", "application/json").ok()?;
        }
        asked.set_method("POST");
        asked.set_body(body);
    }
    asked.set_headers(&headers);
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(address, &asked)).await;
    let answer: Response = answer.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(answer.text().ok()?).await.ok()?;
    Some((answer.status(), text.as_string()?))
}
