//! How each route is asked. A new route gets its line here, so that it is tried by all who may not.

use reqwest::Method;
use serde_json::{Value, json};
use service::clock::new_id;
use testkit::{Browser, with_file};

use super::Thing;

/// One asking of a route, about a thing. A route without a line here fails the tests.
pub(crate) fn sample(browser: &Browser, method: &Method, path: &str, thing: &Thing) -> reqwest::RequestBuilder {
    let cid: model::id::ClientId = new_id();
    // What the address is about: the chat, or for rooms of the marketplace the thread, ticket or dispute.
    let conversation = thing.id_at(path);
    let to = path
        .replace("{store}", thing.store)
        .replace("{*page}", &format!("messages/{conversation}"))
        .replace("{token}", "guessed")
        .replace("{conversation}", &conversation.to_string())
        .replace("{number}", &thing.number)
        .replace("{name}", "open_conversation");
    let ask = |query: &str, body: Option<Value>| {
        let request = browser.request(method.clone(), &format!("{to}{query}"));
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    };
    match (method.as_str(), path) {
        ("POST", "/w/{store}/messages" | "/desk/messages") => {
            ask("", Some(json!({"conversation": conversation, "cid": cid, "body": "mine now"})))
        }
        ("GET", "/w/{store}/events" | "/desk/events") => ask(&format!("?conversation={conversation}&after=0"), None),
        ("POST", "/w/{store}/read") => ask(
            "",
            Some(json!({"conversation": conversation, "mark": {"got_seq": 1, "read_seq": 1}})),
        ),
        ("POST", "/w/{store}/rating") => ask("", None).form(&[("conversation", conversation.to_string()), ("stars", "5".to_owned())]),
        ("POST", "/w/{store}/files" | "/desk/files") => with_file(ask("", None), conversation, cid, "mine.txt", b"mine now"),
        ("GET", "/files/{id}") => browser.request(Method::GET, &format!("/files/{}", thing.file)),
        ("POST", "/w/{store}/end" | "/fn/{name}") => ask("", Some(json!({"conversation": conversation}))),
        ("POST", "/w/{store}/session") => ask("", Some(json!({}))),
        ("POST", "/w/{store}/start") => ask("", Some(json!({"chat": {"cid": cid, "name": null, "email": null}}))),
        // Another number each time: wrong facts are counted per number, whoever types them, and the sixth is answered differently.
        ("POST", "/w/{store}/order") => ask("", None).form(&[("number", cid.to_string()), ("fact", "jane@customer.example".to_owned())]),
        ("POST", "/desk/preview") => ask("", None).body(format!(
            "draft={}",
            json!({"configuration": {"settings": {}, "texts": [{}, {}, {}, {}], "default_language": "en"}, "face": "online", "language": "en"})
        )),
        (
            "GET",
            "/desk/pages/api-keys"
            | "/desk/pages/imports"
            | "/desk/pages/webhooks"
            | "/desk/pages/senders"
            | "/desk/pages/arrived"
            | "/desk/pages/mail"
            | "/desk/pages/your-site"
            | "/desk/pages/privacy"
            | "/desk/pages/staff"
            | "/desk/pages/communication"
            | "/desk/pages/communication/{conversation}"
            | "/desk/pages/everywhere"
            | "/assets/{name}"
            | "/docs/{name}"
            | "/pkg/{*path}"
            | "/status/{store}"
            | "/team"
            | "/desk"
            | "/desk/messages"
            | "/desk/{*page}"
            | "/widget/{store}"
            | "/widget/{store}/order"
            | "/c/{store}"
            | "/c/{store}/order"
            | "/invite/{token}"
            | "/m/{token}"
            | "/api/openapi.json"
            | "/api/v1/orders"
            | "/api/v1/conversations",
        )
        | (
            "POST",
            "/w/{store}/ticket" | "/desk/ticket" | "/desk/pages/api-keys/hook" | "/desk/pages/mail/test" | "/desk/pages/your-site/secret",
        )
        | ("GET" | "POST", "/unsubscribe/{token}") => ask("", None),
        ("POST", "/desk/pages/webhooks") => {
            ask("", None).form(&[("url", "https://hooks.evil.example/in"), ("message.created", "on")])
        }
        ("POST", path)
            if path.starts_with("/desk/pages/webhooks/") || matches!(path, "/desk/pages/mail/retry" | "/desk/pages/api-keys/revoke") =>
        {
            ask("", None).form(&[("id", conversation.to_string())])
        }
        ("POST", "/desk/pages/your-site" | "/desk/pages/your-site/remove") => ask("", None).form(&[("origin", "https://evil.example")]),
        ("POST", "/desk/pages/privacy") => ask("", None).form(&[
            ("chats", "1"),
            ("messages", "1"),
            ("connections", "1"),
            ("mails", "1"),
            ("rev", "0"),
            ("deed", "save"),
        ]),
        ("POST", "/desk/pages/privacy/person" | "/desk/pages/privacy/erase") => {
            ask("", None).form(&[("by", "email"), ("who", "jane@customer.example")])
        }
        ("POST", "/desk/pages/staff/invite") => ask("", None).form(&[("email", "somebody@evil.example")]),
        ("POST", path) if path.starts_with("/desk/pages/staff/") || path == "/desk/pages/privacy/unblock" => {
            let id = conversation.to_string();
            ask("", None).form(&[("whom", id.as_str()), ("invitation", id.as_str()), ("conversation", id.as_str())])
        }
        ("POST", "/desk/pages/api-keys") => ask("", None).form(&[("name", "mine")]),
        ("POST", "/desk/pages/imports") => ask("", None).form(&[("kind", "customers"), ("deed", "take")]),
        ("GET" | "PUT", "/api/v1/customers/{external_id}" | "/api/v1/orders/{number}") => {
            let path = path.replace("{external_id}", &thing.customer).replace("{number}", &thing.number);
            browser.request(method.clone(), &path).json(&json!({"name": "mine now"}))
        }
        ("GET", "/api/v1/conversations/{id}" | "/api/v1/conversations/{id}/events") => {
            browser.request(Method::GET, &path.replace("{id}", &conversation.to_string()))
        }
        ("POST", "/api/v1/conversations/{id}/messages") => browser
            .request(Method::POST, &path.replace("{id}", &conversation.to_string()))
            .json(&json!({"text": "mine now"})),
        ("POST", "/api/v1/hook/{store}") => ask("", Some(json!({"type": "customer.upserted", "data": {"external_id": "C-1"}}))),
        ("POST", "/desk/privacy/export") => ask("", None).form(&[("by", "email"), ("who", "jane@customer.example")]),
        ("POST", "/invite/{token}") => ask("", None).form(&[("name", "Somebody"), ("password", "correct horse")]),
        ("GET", "/desk/history/export.csv" | "/desk/history/export.json") => ask("?search=canary", None),
        ("POST", "/m/{token}") => ask("", None).form(&[("choice", "send")]),
        ("GET", "/desk/pages/communication/new") => ask(&format!("?conversation={conversation}"), None),
        ("POST", "/desk/pages/communication/new") => {
            ask("", None).form(&[("customer", conversation.to_string()), ("subject", "mine".to_owned()), ("message", "mine now".to_owned())])
        }
        ("POST", "/desk/pages/communication/{conversation}") => ask("", None).form(&[("cid", cid.to_string()), ("message", "mine now".to_owned())]),
        ("POST", "/desk/pages/communication/{conversation}/status") => ask("", None).form(&[("to", "closed")]),
        ("GET", path) if is_of_tickets(path) => ask("", None),
        // One form says what each of them reads.
        ("POST", path) if is_of_tickets(path) => ask("", None).form(&[
            ("cid", cid.to_string().as_str()),
            ("subject", "mine"),
            ("message", "mine now"),
            ("assignee", ""),
            ("priority", "low"),
            ("topic", "other"),
            ("status", "closed"),
            ("number", "1"),
        ]),
        ("GET", path) if is_of_disputes(path) => ask("", None),
        // Whoever may is still refused what they say and do: the world is to be the same for the next one.
        ("POST", path) if is_of_disputes(path) => ask("", None).form(&[
            ("cid", cid.to_string().as_str()),
            ("message", ""),
            ("steps", "0"),
            ("deed", "nothing"),
        ]),
        ("POST", "/desk/switch") => ask("", None).form(&[("store", conversation.to_string()), ("conversation", conversation.to_string())]),
        ("GET", path) if is_of_the_house(path) => ask("", None),
        // Whoever may is still refused what they typed: the world is to be the same for the next one.
        ("POST", "/team/stores/{store}/suspend" | "/team/stores/{store}/leave") => ask("", None).form(&[("reason", ""), ("slug", "")]),
        ("POST", path) if is_of_the_house(path) => ask("", None).form(&[
            ("reason", ""),
            ("slug", "Not One"),
            ("name", "Mine"),
            ("email", "nobody"),
            ("store", conversation.to_string().as_str()),
            ("account", conversation.to_string().as_str()),
            ("role", "owner"),
        ]),
        ("GET", "/desk/pages/arrived/{id}") => browser.request(Method::GET, &path.replace("{id}", &conversation.to_string())),
        ("POST", "/desk/pages/senders" | "/desk/pages/senders/code" | "/desk/pages/senders/new-code") => {
            ask("", None).form(&[("shop_email", "evil@elsewhere.example"), ("code", "123456")])
        }
        ("GET", path) if path.starts_with("/account") => ask("", None),
        ("POST", path) if path.starts_with("/account") => ask("", None).form(&[("message", "mine now"), ("token", "guessed")]),
        ("POST", "/sign-in") => ask("", None).form(&[("email", "jane@customer.example"), ("password", "guessed")]),
        ("GET", "/setup") => ask("?token=guessed", None),
        ("POST", "/setup") => ask("", None).form(&[("token", "guessed"), ("slug", "mine"), ("password", "correct horse")]),
        // Without a part that names something, and without a form, there is nothing else to say.
        ("GET", path) if !path.contains('{') => ask("", None),
        _ => panic!("{method} {path} has no sample: write one, so that it is tried by those who may not"),
    }
}

/// The team's house: stores, people, reading along, reports and who did what.
fn is_of_the_house(path: &str) -> bool {
    [
        "/team/stores",
        "/team/people",
        "/team/oversight",
        "/team/reports",
        "/team/safety",
        "/team/audit",
    ]
    .iter()
    .any(|begin| path.starts_with(begin))
}

/// Tickets: at a store's desk, on the Buyer dashboard, and at the team.
fn is_of_tickets(path: &str) -> bool {
    ["/desk/pages/tickets", "/buyer", "/team/tickets"]
        .iter()
        .any(|begin| path.starts_with(begin))
}

/// Disputes: at a store's desk, and at the team. The buyer's stand below `/account`.
fn is_of_disputes(path: &str) -> bool {
    ["/desk/pages/disputes", "/team/disputes"]
        .iter()
        .any(|begin| path.starts_with(begin))
}
