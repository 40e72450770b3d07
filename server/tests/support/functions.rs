//! How each server function is asked. A new one gets its line here, so that it is tried by all who may not.

use serde_json::{Value, json};

use super::Thing;

/// The arguments of a server function, about a thing. One without a line here fails the tests.
pub(crate) fn arguments(path: &str, thing: &Thing) -> Value {
    let conversation = thing.conversation;
    match path {
        "/fn/inbox" => json!({"folder": "all", "after": null}),
        "/fn/go_on_duty" => json!({"window": "recap"}),
        "/fn/open_conversation"
        | "/fn/take_conversation"
        | "/fn/end_conversation"
        | "/fn/reopen_conversation"
        | "/fn/blocked_in_conversation"
        | "/fn/order_choices" => json!({"conversation": conversation}),
        "/fn/keep_window" => json!({"window": {"id": conversation, "draft": "mine", "place": "open"}}),
        "/fn/history" => json!({"query": {"search": "canary"}}),
        "/fn/history_line" => json!({"conversation": conversation, "before": null}),
        "/fn/delete_history" => json!({"conversations": [conversation]}),
        "/fn/save_configuration" => {
            json!({"configuration": {"settings": {}, "texts": [{}, {}, {}, {}], "default_language": "en"}})
        }
        "/fn/set_language" => json!({"language": "nl"}),
        "/fn/set_theme" => json!({"theme": "dark"}),
        "/fn/configuration" | "/fn/help" | "/fn/colleagues" | "/fn/canned_replies" | "/fn/recap" | "/fn/leave_duty" => json!({}),
        "/fn/vote_article" => json!({"article": "embed", "helpful": true}),
        "/fn/save_conversation" | "/fn/block_in_conversation" | "/fn/set_legal_hold" => json!({"conversation": conversation, "on": true}),
        "/fn/set_muted" => json!({"muted": true}),
        "/fn/move_conversation" => json!({"conversation": conversation, "order": null}),
        "/fn/transfer_conversation" => json!({"conversation": conversation, "to": conversation}),
        "/fn/save_canned_reply" => {
            json!({"draft": {"id": null, "own": false, "shortcut": "mine", "texts": [["en", "mine now"]]}})
        }
        "/fn/remove_canned_reply" => json!({"reply": conversation}),
        "/fn/customer_card" => json!({"of": {"conversation": conversation}}),
        "/fn/change_customer_card" => {
            json!({"of": {"conversation": conversation}, "deed": {"register": {"phone": "", "email": "mine@evil.example"}}})
        }
        "/fn/customers" => json!({"search": "canary", "after": null}),
        "/fn/order" => json!({"order": thing.order}),
        other => panic!("{other} has no sample"),
    }
}
