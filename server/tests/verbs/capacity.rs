//! Who is there, and for whom: the last place, opening hours, members, and duties that end or stand.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{
    availability::Availability,
    conversation::StageName,
    desk::{Folder, WindowKind},
    hours::{Day, OpeningHours},
    language::Language,
    limits::{AWAY_GRACE_MS, LEASE_MS, LOST_GRACE_MS},
    panel::{LeaveMessage, StartChat},
    refusal::Refusal,
    settings::{OfflineMode, PresenceRule, StartBy, StoreSettings},
    time::Timestamp,
};
use serde_json::{Value, json};
use service::{Actor, Clock, Fault, Services, conversation, desk, duty, stores, visitor};
use sha2::Sha256;
use storage::StoreScope;
use testkit::{SECRET, TestServer, both, sqlite};

use super::{Scene, message, refused, scenes, start};

/// Friday, 2027-01-15, 08:00 in UTC: where the scenes' clock stands. In Amsterdam it is 09:00.
const SCENE_AT: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;

impl Scene {
    async fn settle(&self, settings: StoreSettings) {
        let store = StoreScope(self.world.alpha.id);
        self.services
            .storage()
            .write(move |tx| Box::pin(async move { tx.set_settings(store, &settings).await }))
            .await
            .expect("sets");
    }

    async fn availability(&self) -> Availability {
        stores::availability(&self.services, &self.store().await).await.expect("asks")
    }

    /// The same database in another process, a moment later.
    fn restarted(&self) -> Services {
        let (storage, clock) = (self.services.storage().clone(), self.services.clock().clone());
        Services::new(storage, clock, "http://127.0.0.1".to_owned())
    }

    /// What the shop says of Jane now.
    pub(super) fn identity(&self) -> String {
        let expires = self.services.clock().now().0 / 1_000 + 120;
        let claims = json!({"aud": "alpha", "sub": "C-1001", "exp": expires, "name": "Jane Doe", "email": "jane@customer.example"});
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(json!({"alg": "HS256"}).to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}

async fn leave(scene: &Scene, message: LeaveMessage) -> Result<StageName, Fault> {
    let store = scene.store().await;
    let left = visitor::leave_message(&scene.services, &store, None, message, visitor::Browser::default()).await;
    left.map(|begun| begun.conversation.stage)
}

#[tokio::test]
async fn p_13_a_hundred_openings_at_one_free_place_are_one_chat_and_99_offline_forms() {
    for scene in scenes().await {
        scene.online().await;
        scene
            .settle(StoreSettings {
                places: 1,
                ..StoreSettings::default()
            })
            .await;
        let tries = futures::future::join_all((0..100).map(|_| scene.start(start()))).await;
        let chats = tries.iter().filter(|t| t.is_ok()).count();
        let full = tries
            .iter()
            .filter(|t| matches!(t, Err(Fault::Refused(Refusal::StoreFull))))
            .count();
        assert_eq!((chats, full), (1, 99), "{}", scene.name);
        assert_eq!(scene.availability().await, Availability::Full);
        // And each of the 99 can leave their message in the form.
        let left = futures::future::join_all((0..99).map(|n| leave(&scene, message(&format!("Message {n}"))))).await;
        assert!(left.iter().all(|l| matches!(l, Ok(StageName::Mail))), "{}", scene.name);
        let recap = desk::recap(&scene.services, &scene.actor(true)).await.expect("sees");
        assert_eq!((recap.ongoing.len(), recap.offline_unread), (1, 99), "{}", scene.name);
    }
}

#[tokio::test]
async fn p_05_p_47_p_48_the_switch_opens_and_closes_the_store_at_once() {
    for scene in scenes().await {
        assert_eq!(scene.availability().await, Availability::Away);
        let operator = scene.online().await;
        assert_eq!(scene.availability().await, Availability::Online, "{}", scene.name);
        duty::leave(&scene.services, &operator).await.expect("leaves");
        assert_eq!(scene.availability().await, Availability::Away, "{}", scene.name);
        assert_eq!(refused(scene.start(start()).await), Refusal::StoreAway);
    }
}

#[tokio::test]
async fn opening_hours_close_the_store_whoever_is_on_duty() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let mut hours = OpeningHours::office("Europe/Amsterdam");
        scene
            .settle(StoreSettings {
                hours: Some(hours.clone()),
                ..StoreSettings::default()
            })
            .await;
        assert_eq!(scene.services.clock().now(), Timestamp(SCENE_AT));
        assert_eq!(scene.availability().await, Availability::Online, "{}: 09:00", scene.name);
        // One minute earlier, and for as long as it is a holiday, it is closed.
        scene.services.clock().advance_ms(-60_000);
        assert_eq!(scene.availability().await, Availability::Away, "{}: 08:59", scene.name);
        assert_eq!(refused(scene.start(start()).await), Refusal::StoreAway);
        assert!(
            desk::recap(&scene.services, &operator).await.expect("sees").shut,
            "whoever is on duty is told"
        );
        scene.services.clock().advance_ms(60_000);
        scene.start(start()).await.expect("starts");
        hours.holidays.push(Day {
            year: None,
            month: 1,
            day: 15,
        });
        scene
            .settle(StoreSettings {
                hours: Some(hours),
                ..StoreSettings::default()
            })
            .await;
        assert_eq!(scene.availability().await, Availability::Away, "{}: a holiday", scene.name);
        assert!(leave(&scene, message("Hello?")).await.is_ok(), "a message can always be left");
    }
}

#[tokio::test]
async fn p_12_the_form_says_when_the_store_opens_again_where_it_tells() {
    for scene in scenes().await {
        let closed = |offline| StoreSettings {
            hours: Some(OpeningHours::office("Europe/Amsterdam")),
            offline,
            ..StoreSettings::default()
        };
        scene.services.clock().advance_ms(9 * HOUR);
        let note = |language| {
            let scene = &scene;
            async move {
                let (store, availability) = (scene.store().await, scene.availability().await);
                stores::note(&scene.services, &store, availability, language)
            }
        };
        scene.settle(closed(OfflineMode::FormWithHours)).await;
        assert_eq!(
            note(Language::En).await.as_deref(),
            Some("Open again Monday at 09:00 (Amsterdam)."),
            "{}",
            scene.name
        );
        assert_eq!(
            note(Language::Fr).await.as_deref(),
            Some("Ouvert de nouveau lundi à 09:00 (Amsterdam).")
        );
        scene.settle(closed(OfflineMode::Form)).await;
        assert_eq!(note(Language::En).await, None);
    }
}

#[tokio::test]
async fn d_30_d_04_live_for_members_and_messages_from_everyone() {
    for scene in scenes().await {
        scene.online().await;
        scene
            .settle(StoreSettings {
                live_for: StartBy::Members,
                ..StoreSettings::default()
            })
            .await;
        assert_eq!(refused(scene.start(start()).await), Refusal::MembersOnly, "{}", scene.name);
        leave(&scene, message("From a guest")).await.expect("a guest leaves a message");
        let member = StartChat {
            identity: Some(scene.identity()),
            ..start()
        };
        let begun = scene.start(member).await.expect("a member starts");
        assert_eq!(begun.conversation.stage, StageName::Queued);
    }
}

#[tokio::test]
async fn d_30_messages_can_be_for_members_separately() {
    for scene in scenes().await {
        scene.online().await;
        scene
            .settle(StoreSettings {
                offline_for: StartBy::Members,
                ..StoreSettings::default()
            })
            .await;
        assert_eq!(
            refused(leave(&scene, message("From a guest")).await),
            Refusal::MembersOnly,
            "{}",
            scene.name
        );
        let member = LeaveMessage {
            identity: Some(scene.identity()),
            ..message("From Jane")
        };
        leave(&scene, member).await.expect("a member leaves a message");
        scene.start(start()).await.expect("live chat is for everyone still");
        let note = stores::note(&scene.services, &scene.store().await, Availability::Away, Language::En);
        assert_eq!(note.as_deref(), Some("Messages are for customers who are signed in at the shop."));
    }
}

async fn close_the_window(services: &Services, actor: &Actor, kind: WindowKind) {
    duty::window_closed(services, actor.account, actor.store, kind, true);
    services.clock().advance_ms(AWAY_GRACE_MS + 1_000);
    duty::tick(services).await.expect("ticks");
}

#[tokio::test]
async fn d_08_d_10_closing_the_console_is_going_home_and_opening_it_is_not_enough() {
    for scene in scenes().await {
        let (services, operator) = (&scene.services, scene.actor(false));
        duty::window_opened(services, &operator, WindowKind::Console).await.expect("opens");
        assert_eq!(
            scene.availability().await,
            Availability::Away,
            "{}: Connect was not pressed",
            scene.name
        );
        duty::go_on(services, &operator, WindowKind::Console).await.expect("connects");
        duty::window_opened(services, &operator, WindowKind::Recap).await.expect("opens");
        assert_eq!(scene.availability().await, Availability::Online);
        close_the_window(services, &operator, WindowKind::Console).await;
        assert_eq!(
            scene.availability().await,
            Availability::Away,
            "{}: the back office does not count",
            scene.name
        );
    }
}

#[tokio::test]
async fn p_47_a_duty_can_stand_until_it_is_switched_off_even_over_a_restart() {
    for scene in scenes().await {
        let stands = StoreSettings {
            presence: PresenceRule::UntilSwitchedOff,
            ..StoreSettings::default()
        };
        scene.settle(stands).await;
        let operator = scene.online().await;
        duty::window_opened(&scene.services, &operator, WindowKind::Recap)
            .await
            .expect("opens");
        close_the_window(&scene.services, &operator, WindowKind::Recap).await;
        scene.services.clock().advance_ms(24 * HOUR);
        duty::tick(&scene.services).await.expect("ticks");
        assert_eq!(scene.availability().await, Availability::Online, "{}", scene.name);

        // A window holds it again in the next process, and goes again.
        let services = scene.restarted();
        duty::window_opened(&services, &operator, WindowKind::Recap).await.expect("opens");
        close_the_window(&services, &operator, WindowKind::Recap).await;
        services.clock().advance_ms(10 * LEASE_MS);
        duty::tick(&services).await.expect("ticks");
        assert_eq!(scene.availability().await, Availability::Online, "{}", scene.name);

        // The switch ends it, and so does a store that changes its mind.
        duty::leave(&services, &operator).await.expect("leaves");
        assert_eq!(scene.availability().await, Availability::Away);
        scene.online().await;
        scene.services.clock().advance_ms(LEASE_MS + LOST_GRACE_MS);
        duty::tick(&scene.services).await.expect("ticks");
        assert_eq!(scene.availability().await, Availability::Online);
        scene.settle(StoreSettings::default()).await;
        duty::tick(&scene.services).await.expect("ticks");
        assert_eq!(scene.availability().await, Availability::Away, "{}: no window holds it", scene.name);
    }
}

#[tokio::test]
async fn d_i2_a_restart_is_no_goodbye_while_the_window_comes_back() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let services = scene.restarted();
        duty::window_opened(&services, &operator, WindowKind::Recap)
            .await
            .expect("comes back");
        // The lease of the process before runs out meanwhile, and takes nobody home.
        for _ in 0..12 {
            services.clock().advance_ms(LEASE_MS / 3);
            duty::tick(&services).await.expect("ticks");
            assert_eq!(scene.availability().await, Availability::Online, "{}", scene.name);
        }
        close_the_window(&services, &operator, WindowKind::Recap).await;
        assert_eq!(scene.availability().await, Availability::Away);
    }
}

#[tokio::test]
async fn p_i5_p_49_finished_chats_survive_a_crash_and_become_history_at_sign_off() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, service::clock::new_id(), "Thank you").await.expect("posts");
        conversation::end(&scene.services, &operator, id).await.expect("ends");
        // The browser is gone, and the server with it.
        let services = scene.restarted();
        duty::window_opened(&services, &operator, WindowKind::Recap)
            .await
            .expect("comes back");
        let recap = desk::recap(&services, &operator).await.expect("sees");
        assert!(recap.on_duty && recap.finished.iter().any(|row| row.id == id), "{}", scene.name);
        let recap = duty::leave(&services, &operator).await.expect("signs off");
        assert!(recap.finished.is_empty(), "{}", scene.name);
        let history = desk::inbox(&services, &operator, Folder::Finished, None).await.expect("sees");
        assert!(history.rows.iter().any(|row| row.id == id), "{}", scene.name);
    }
}

#[tokio::test]
async fn d_06_whoever_may_not_chat_live_is_told_so_by_the_recap() {
    for scene in scenes().await {
        let may = desk::recap(&scene.services, &scene.actor(false)).await.expect("sees");
        let operator = Actor {
            live_chat: false,
            ..scene.actor(false)
        };
        let may_not = desk::recap(&scene.services, &operator).await.expect("sees");
        assert_eq!((may.live_chat, may_not.live_chat), (true, false), "{}", scene.name);
    }
}

#[tokio::test]
async fn a_02_a_06_a_07_a_22_the_shops_page_learns_who_is_there() {
    for database in both().await {
        let server = TestServer::start_with(database, Clock::manual(Timestamp(SCENE_AT))).await;
        let status = || async { server.nobody().get("/status/alpha").await.json::<Value>().await.expect("json") };
        assert_eq!(status().await["availability"], "away");
        let operator = server.sign_in(&server.world.alpha.operator.0).await;
        assert_eq!(status().await["availability"], "away", "to be signed in is not to be online");
        operator.go_online().await;
        assert_eq!(status().await["availability"], "online");
        operator.go_offline().await;
        assert_eq!(status().await["availability"], "away");
        assert!(status().await.get("opens").is_none(), "it tells no hours");
    }
}

#[tokio::test]
async fn p_12_d_30_over_http_the_form_carries_the_hours_and_a_guest_finds_the_form() {
    let server = TestServer::start_with(sqlite().await, Clock::manual(Timestamp(SCENE_AT + 9 * HOUR))).await;
    let store = StoreScope(server.world.alpha.id);
    let settle = |settings: StoreSettings| {
        let storage = server.state.services.storage().clone();
        async move {
            storage
                .write(move |tx| Box::pin(async move { tx.set_settings(store, &settings).await }))
                .await
                .expect("sets");
        }
    };
    let with_hours = StoreSettings {
        hours: Some(OpeningHours::office("Europe/Amsterdam")),
        offline: OfflineMode::FormWithHours,
        ..StoreSettings::default()
    };
    settle(with_hours).await;
    let sentence = "Open again Monday at 09:00 (Amsterdam).";
    let page = server.nobody().get("/c/alpha").await.text().await.expect("text");
    assert!(page.contains(sentence), "{page}");
    let status: Value = server.nobody().get("/status/alpha").await.json().await.expect("json");
    assert_eq!(status["opens"], sentence);

    let members = StoreSettings {
        live_for: StartBy::Members,
        ..StoreSettings::default()
    };
    settle(members).await;
    server.sign_in(&server.world.alpha.operator.0).await.go_online().await;
    let guest = server.visitor(&server.world.alpha);
    let answer: Value = guest.ask("session", &json!({})).await.json().await.expect("json");
    assert_eq!(answer["availability"], "members");
    assert_eq!(guest.start("Noor").await, Err(Refusal::MembersOnly));
    let page = server.nobody().get("/c/alpha").await.text().await.expect("text");
    assert!(page.contains("name=\"message\""), "the form that leaves a message: {page}");
    // The shop's pages are told that somebody is there: some of who reads them are members.
    let status: Value = server.nobody().get("/status/alpha").await.json().await.expect("json");
    assert_eq!(status["availability"], "online");
}
