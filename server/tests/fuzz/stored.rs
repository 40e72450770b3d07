//! Targets behind a database: pictures, searches, the shop's tokens, and files of customers and orders.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{
    history::HistoryQuery,
    panel::{LeaveMessage, Whence},
    party::Role,
    text::{Body, EmailAddress, Name},
    time::Timestamp,
};
use service::{
    Actor, Clock, Fault, Party, Services,
    clock::new_id,
    customers, files, history, identity,
    imports::{self, Holds},
    stores, visitor,
};
use sha2::Sha256;
use tempfile::TempDir;
use testkit::{Database, SECRET, World, sqlite};

use super::{Fuzz, Trial};

const HOUR_MS: i64 = 3_600_000;

struct Scene {
    services: Services,
    owner: Actor,
    _database: Database,
}

async fn scene() -> Scene {
    let database = sqlite().await;
    let clock = Clock::manual(Timestamp(1_800_000_000_000));
    let services = Services::new(database.storage.clone(), clock, "http://127.0.0.1".to_owned());
    let world = World::make(&services).await;
    let owner = Actor {
        account: world.alpha.owner.1,
        store: world.alpha.id,
        role: Role::Owner,
        live_chat: true,
        name: Name::parse("owner of alpha").expect("fine"),
        operator_name: None,
    };
    Scene {
        services,
        owner,
        _database: database,
    }
}

/// A refusal is an answer; anything else that goes wrong is not.
fn answered<T>(result: Result<T, Fault>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Fault::Refused(_)) => None,
        Err(fault) => panic!("{fault}"),
    }
}

#[tokio::test]
async fn pictures_and_other_files() {
    let scene = scene().await;
    let folder: TempDir = tempfile::tempdir().expect("a folder");
    scene.services.keep_files_in(files::Shelf::from(folder.path().to_owned()));
    let store = stores::by_slug(&scene.services, "alpha").await.expect("alpha");
    let message = LeaveMessage {
        cid: new_id(),
        first_name: Name::parse("Jane").ok(),
        last_name: None,
        email: EmailAddress::parse("jane@customer.example").ok(),
        phone: None,
        message: Body::parse("Look").expect("fine"),
        identity: None,
        origin: Whence::default(),
    };
    let left = visitor::leave_message(&scene.services, &store, None, message, visitor::Browser::default()).await;
    let conversation = left.expect("leaves").conversation.id;
    let desk = Party::Desk(scene.owner.clone());
    let mut taken = 0;
    for (what, input) in Fuzz::of("images", 4).inputs() {
        let _trial = Trial::new(what, &input);
        // So many in an hour are enough for anybody; here an hour passes each time.
        scene.services.clock().advance_ms(HOUR_MS);
        for name in ["photo.png", "note.txt"] {
            let given = files::share(&scene.services, &desk, conversation, new_id(), name, input.clone()).await;
            taken += usize::from(answered(given).is_some());
        }
    }
    assert!(taken > 0, "what is right is taken");
}

#[tokio::test]
async fn searches() {
    let scene = scene().await;
    for (what, input) in Fuzz::of("searches", 2).inputs() {
        let _trial = Trial::new(what, &input);
        let search = String::from_utf8_lossy(&input).into_owned();
        let query = HistoryQuery {
            search: search.clone(),
            ..HistoryQuery::default()
        };
        answered(history::page(&scene.services, &scene.owner, query).await);
        answered(customers::page(&scene.services, &scene.owner, &search, None).await);
    }
}

fn signed(claims: &serde_json::Value) -> String {
    let head = URL_SAFE_NO_PAD.encode("{\"alg\":\"HS256\"}");
    let body = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length");
    mac.update(body.as_bytes());
    format!("{body}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn tokens_of_the_shop() {
    let scene = scene().await;
    let store = stores::by_slug(&scene.services, "alpha").await.expect("alpha");
    let now = scene.services.clock().now();
    let expires = now.0 / 1_000 + 120;
    let valid = signed(&serde_json::json!({"aud": "alpha", "sub": "C-1", "exp": expires, "email": "jane@customer.example"}));
    assert!(identity::verify(&store, &valid, now).is_ok());
    for (what, input) in Fuzz::of("tokens", 1).and("valid", &valid).inputs() {
        let _trial = Trial::new(what, &input);
        let token = String::from_utf8_lossy(&input);
        if identity::verify(&store, &token, now).is_ok() {
            assert_eq!(token, valid, "only what the shop signed");
        }
        // And what it signs may be any nonsense.
        let nonsense =
            serde_json::json!({"aud": "alpha", "sub": token, "exp": expires, "phone": token, "name": token, "context": {"cart": token}});
        let _ = identity::verify(&store, &signed(&nonsense), now);
    }
}

#[tokio::test]
async fn files_of_customers_and_orders() {
    let scene = scene().await;
    for (what, input) in Fuzz::of("imports", 2).inputs() {
        let _trial = Trial::new(what, &input);
        for holds in [Holds::Customers, Holds::Orders] {
            answered(imports::import(&scene.services, &scene.owner, holds, &input, true).await);
        }
    }
}
