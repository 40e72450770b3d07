//! `/api/openapi.json`: what the API is, for programs (OpenAPI 3.1). The shapes are those of [`super::dto`]; the addresses stand here, and a
//! test compares them with the table of routes.

use std::sync::OnceLock;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use serde_json::{Map, Value, json};
use service::{currency, told::TOTAL_MINOR_MAX};
use utoipa::OpenApi;

use super::{
    dto::{
        ConversationOut, ConversationsOut, CustomerIn, CustomerOut, EventOut, EventsOut, HookIn, HookedOut, Line, MessageIn, OrderIn,
        OrderOut, OrdersOut, Parcel, SaidOut,
    },
    problem::ProblemOut,
};

/// What a shop's number or id looks like: it stands in addresses.
const REFERENCE: &str = "^[0-9A-Za-z#][0-9A-Za-z._@:#/+|-]*$";
/// What every request with a key may be answered.
const REFUSALS: &[(&str, &str)] = &[
    ("400", "The body, or the address, cannot be read"),
    ("401", "A valid key is needed"),
    ("403", "The key may not do this"),
    ("404", "There is no such thing, or it is another store's"),
    ("413", "The body is too large"),
    ("415", "The body must be application/json"),
    ("422", "A field was refused; `field` says which"),
    ("429", "Too many requests; `Retry-After` says when to come back"),
    ("503", "Too much to do this moment; try again"),
];

#[derive(OpenApi)]
#[openapi(components(schemas(
    ConversationOut,
    ConversationsOut,
    CustomerIn,
    CustomerOut,
    EventOut,
    EventsOut,
    HookIn,
    HookedOut,
    Line,
    MessageIn,
    OrderIn,
    OrderOut,
    OrdersOut,
    Parcel,
    ProblemOut,
    SaidOut
)))]
struct Shapes;

/// The description.
pub async fn describe() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let mut response = TEXT.get_or_init(|| document().to_string()).clone().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn document() -> Value {
    // Shapes without anything that JSON cannot say.
    let shapes = serde_json::to_value(Shapes::openapi()).unwrap_or_default();
    let mut schemas = shapes.pointer("/components/schemas").cloned().unwrap_or_default();
    if let Some(shape) = schemas.pointer_mut("/OrderIn/properties/currency") {
        shape["enum"] = json!(currency::codes());
    }
    if let Some(shape) = schemas.pointer_mut("/OrderIn/properties/total_minor") {
        shape["minimum"] = json!(-TOTAL_MINOR_MAX);
        shape["maximum"] = json!(TOTAL_MINOR_MAX);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vitrine",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Customers, orders and conversations of one store. A key (`Authorization: Bearer vtr_…`) is made under Integrations; it names the store. Fields that are not described are ignored. What is left out of a PUT stays as it was.",
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "security": [{"key": []}],
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "paths": paths(),
    })
}

fn paths() -> Value {
    let after = |what: &str, of: Value| query("after", what, of);
    let customer = part("external_id", "The shop's own id of the customer", 100, Some(REFERENCE));
    let number = part("number", "The shop's own number of the order", 64, Some(REFERENCE));
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}});
    json!({
        "/api/v1/customers/{external_id}": {
            "parameters": [customer],
            "get": operation("getCustomer", "A customer, as the store knows them", &[], None, &[("200", "CustomerOut")]),
            "put": operation(
                "putCustomer", "A customer, as the shop tells them now. The same twice changes nothing", &[], Some("CustomerIn"),
                &[("200", "CustomerOut"), ("201", "CustomerOut")],
            ),
        },
        "/api/v1/orders": {
            "get": operation(
                "listOrders", "A page of orders, by number",
                &[after("The `next` of the page before", json!({"type": "string", "maxLength": 64, "pattern": REFERENCE}))],
                None, &[("200", "OrdersOut")],
            ),
        },
        "/api/v1/orders/{number}": {
            "parameters": [number],
            "get": operation("getOrder", "An order, as the store knows it", &[], None, &[("200", "OrderOut")]),
            "put": operation(
                "putOrder", "An order, as the shop tells it now. The same twice changes nothing", &[], Some("OrderIn"),
                &[("200", "OrderOut"), ("201", "OrderOut")],
            ),
        },
        "/api/v1/conversations": {
            "get": operation(
                "listConversations", "A page of conversations, the last moved first",
                &[
                    query("kind", "Only those of one list", json!({"type": "string", "enum": ["shop", "order", "offline"]})),
                    after("The `next` of the page before", json!({
                        "type": "string",
                        "pattern": "^[0-9]{1,15}[.][0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
                    })),
                ],
                None, &[("200", "ConversationsOut")],
            ),
        },
        "/api/v1/conversations/{id}": {
            "parameters": [id],
            "get": operation("getConversation", "A conversation, without what was said in it", &[], None, &[("200", "ConversationOut")]),
        },
        "/api/v1/conversations/{id}/events": {
            "parameters": [id],
            "get": operation(
                "listEvents", "What happened in a conversation, oldest first; at most a hundred",
                &[
                    query("log", "`notes`: remarks that only colleagues see; needs a key that may read them", json!({"type": "string", "enum": ["all", "notes"]})),
                    after("The `seq` of the last event that is known", json!({"type": "integer", "format": "int64", "minimum": 0})),
                ],
                None, &[("200", "EventsOut")],
            ),
        },
        "/api/v1/conversations/{id}/messages": {
            "parameters": [id],
            "post": said(),
        },
        "/api/v1/hook/{store}": {
            "parameters": [part("store", "The store's public name", 40, None)],
            "post": hooked(),
        },
        "/api/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This description",
                "security": [],
                "responses": {"200": {"description": "It", "content": {"application/json": {"schema": {"type": "object"}}}}},
            },
        },
    })
}

/// Saying something, which is the one thing that is not the same when it is done twice.
fn said() -> Value {
    let name = json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "Under the same name the message is said once, for a day",
        "schema": {"type": "string", "minLength": 8, "maxLength": 100, "pattern": "^[0-9_-]*[A-Za-z][0-9A-Za-z_-]*$"},
    });
    let mut operation = operation(
        "say",
        "Says something in the store's name",
        &[name],
        Some("MessageIn"),
        &[("201", "SaidOut")],
    );
    operation["responses"]["409"] = refusal("The chat is over");
    operation
}

/// The one door that needs no key: the signature is the proof.
fn hooked() -> Value {
    let signature = |name: &str| json!({"name": name, "in": "header", "required": true, "schema": {"type": "string"}});
    let mut operation = operation(
        "hook",
        "A customer or an order, signed by the rules of Standard Webhooks",
        &[
            signature("webhook-id"),
            signature("webhook-timestamp"),
            signature("webhook-signature"),
        ],
        Some("HookIn"),
        &[("200", "HookedOut")],
    );
    operation["security"] = json!([]);
    operation
}

fn operation(id: &str, summary: &str, parameters: &[Value], body: Option<&str>, answers: &[(&str, &str)]) -> Value {
    let mut responses = Map::new();
    for (status, shape) in answers {
        let content = json!({"application/json": {"schema": reference(shape)}});
        responses.insert((*status).to_owned(), json!({"description": "Done", "content": content}));
    }
    for (status, why) in REFUSALS {
        responses.insert((*status).to_owned(), refusal(why));
    }
    let mut operation = json!({"operationId": id, "summary": summary, "parameters": parameters, "responses": responses});
    if let Some(shape) = body {
        operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": reference(shape)}}});
    }
    operation
}

fn refusal(why: &str) -> Value {
    json!({"description": why, "content": {"application/problem+json": {"schema": reference("Problem")}}})
}

fn reference(shape: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{shape}")})
}

fn query(name: &str, what: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": what, "schema": schema})
}

fn part(name: &str, what: &str, max: usize, pattern: Option<&str>) -> Value {
    let mut schema = json!({"type": "string", "minLength": 1, "maxLength": max});
    if let Some(pattern) = pattern {
        schema["pattern"] = json!(pattern);
    }
    json!({"name": name, "in": "path", "required": true, "description": what, "schema": schema})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{http::api, policy::Registry};

    #[test]
    fn what_is_described_is_what_is_served() {
        let mut registry = Registry::new();
        api::register(&mut registry);
        let (_, routes) = registry.finish(|| async { "nothing" });
        let served: BTreeSet<(String, String)> = routes
            .iter()
            .map(|route| (route.path.to_owned(), route.method.as_str().to_ascii_lowercase()))
            .collect();
        let document = document();
        let paths = document["paths"].as_object().expect("paths");
        let described: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("an item").keys().filter(|key| *key != "parameters");
                methods.map(|method| (path.clone(), method.clone())).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(described, served);
    }

    #[test]
    fn every_shape_that_is_named_is_described() {
        fn named(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(reference)) = map.get("$ref") {
                        found.insert(reference.replace("#/components/schemas/", ""));
                    }
                    map.values().for_each(|value| named(value, found));
                }
                Value::Array(values) => values.iter().for_each(|value| named(value, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = BTreeSet::new();
        named(&document, &mut found);
        assert!(found.len() >= 10, "{found:?}");
        for shape in found {
            assert!(document["components"]["schemas"].get(&shape).is_some(), "{shape}");
        }
        let currencies = document["components"]["schemas"]["OrderIn"]["properties"]["currency"]["enum"].as_array();
        assert!(currencies.is_some_and(|codes| codes.contains(&json!("EUR"))));
    }
}
