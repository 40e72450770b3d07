//! `/api/v1`: what the shop's own programs open with a key. Each handler is a door into a verb; what is said on the wire stands in [`dto`],
//! how a "no" is said in [`problem`], and all of it is described by [`openapi`].
//!
//! No session, no cookie, no page: a request names its key, and the key its store.

pub mod conversations;
pub mod customers;
pub mod dto;
pub mod hook;
pub mod key;
pub mod object;
pub mod openapi;
pub mod orders;
pub mod pace;
pub mod problem;

use axum::{
    Json,
    body::Bytes,
    extract::{
        Path,
        rejection::{BytesRejection, PathRejection},
    },
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, Method, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use service::orders::Told;

use self::{object::Object, problem::Problem};
use crate::{
    policy::{ApiScope, Policy, Registry, Route},
    state::AppState,
};

/// Adds the routes.
pub fn register(registry: &mut Registry<AppState>) {
    let (read, write) = (Policy::ApiKey(ApiScope::Read), Policy::ApiKey(ApiScope::Write));
    registry
        .add(Route::get("/api/openapi.json", Policy::Public), openapi::describe)
        .add(Route::get("/api/v1/customers/{external_id}", read), customers::get)
        .add(Route::new(Method::PUT, "/api/v1/customers/{external_id}", write), customers::put)
        .add(Route::get("/api/v1/orders", read), orders::list)
        .add(Route::get("/api/v1/orders/{number}", read), orders::get)
        .add(Route::new(Method::PUT, "/api/v1/orders/{number}", write), orders::put)
        .add(Route::get("/api/v1/conversations", read), conversations::list)
        .add(Route::get("/api/v1/conversations/{id}", read), conversations::get)
        .add(Route::get("/api/v1/conversations/{id}/events", read), conversations::events)
        .add(Route::post("/api/v1/conversations/{id}/messages", write), conversations::say)
        .add(Route::post("/api/v1/hook/{store}", Policy::Signed), hook::take);
}

/// A part of the address, as it came; unreadable, it names nothing.
type Part = Result<Path<String>, PathRejection>;

fn part(part: Part) -> Result<String, Problem> {
    part.map(|Path(text)| text).map_err(|_| Problem::NOT_FOUND)
}

/// A body of JSON, which is an object. Fields that nobody knows are left aside, so that a program may be newer than we.
fn json<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    if essence.is_some_and(|essence| !essence.eq_ignore_ascii_case("application/json")) {
        return Err(Problem::NOT_JSON);
    }
    serde_json::from_slice(body)
        .map(|Object(value)| value)
        .map_err(|error| Problem::unreadable(&error))
}

fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Problem> {
    body.map_err(|_| Problem::TOO_LARGE)
}

/// What something is now that was told: created or not, it is answered the same.
fn answer(told: Told, now: impl Serialize) -> Response {
    let status = match told {
        Told::New => StatusCode::CREATED,
        Told::Known => StatusCode::OK,
    };
    (status, Json(now)).into_response()
}
