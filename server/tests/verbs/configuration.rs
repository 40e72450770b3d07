//! The configuration: saved whole or not at all, by owners only, and what shoppers then meet.

use model::{
    colour::{Colour, Pair},
    configuration::{Configuration, PairName, TextName},
    event::{Audience, EventKind},
    id::Seq,
    language::Language,
    limits::PLACES_MAX,
    party::Author,
    refusal::{Field, Refusal},
    settings::{Asked, OfflineMode, StoreSettings},
    text::{EmailAddress, Name},
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;
use service::{Actor, Party, clock::new_id, configuration, conversation, privacy, stores};
use storage::StoreScope;
use testkit::{TestServer, sqlite};

use crate::{Scene, message, refused, scenes};

async fn read(scene: &Scene) -> Configuration {
    configuration::read(&scene.services, &scene.actor(true)).await.expect("reads")
}

async fn save(scene: &Scene, change: impl FnOnce(&mut Configuration)) -> Result<Configuration, service::Fault> {
    let mut configuration = read(scene).await;
    change(&mut configuration);
    configuration::save(&scene.services, &scene.actor(true), configuration).await
}

/// Loaded by two owners at once, saved by both.
#[tokio::test]
async fn p_29_of_two_who_save_the_second_is_told_and_overwrites_nothing() {
    for scene in scenes().await {
        let (services, owner) = (&scene.services, scene.actor(true));
        let (mut first, mut second) = (read(&scene).await, read(&scene).await);
        first.settings.places = 7;
        second.settings.places = 9;
        second.texts[0].set(TextName::Header, "Ask us").expect("fine");
        configuration::save(services, &owner, first).await.expect("saves");
        let answer = configuration::save(services, &owner, second.clone()).await;
        assert_eq!(refused(answer), Refusal::ChangedMeanwhile, "{}", scene.name);
        let now = read(&scene).await;
        assert_eq!(
            (now.settings.places, now.texts[0].get(TextName::Header)),
            (7, None),
            "{}",
            scene.name
        );
        second.rev = now.rev;
        let saved = configuration::save(services, &owner, second).await.expect("saves");
        assert_eq!(saved, read(&scene).await);

        // Privacy saves a part of the same settings.
        let page = privacy::read(services, &owner).await.expect("reads");
        save(&scene, |c| c.settings.places = 11).await.expect("saves");
        let answer = privacy::save_retention(services, &owner, page.retention, page.rev).await;
        assert_eq!(refused(answer), Refusal::ChangedMeanwhile, "{}", scene.name);
        let stale = read(&scene).await;
        let again = privacy::read(services, &owner).await.expect("reads");
        privacy::save_retention(services, &owner, again.retention, again.rev)
            .await
            .expect("saves");
        assert_eq!(
            refused(configuration::save(services, &owner, stale).await),
            Refusal::ChangedMeanwhile,
            "{}",
            scene.name
        );
        assert_eq!(read(&scene).await.settings.places, 11);
    }
}

#[tokio::test]
async fn p_29_of_many_who_save_at_the_same_moment_one_does() {
    for scene in scenes().await {
        let (owner, as_it_was) = (scene.actor(true), read(&scene).await);
        let tries = (1..=8).map(|places| {
            let mut mine = as_it_was.clone();
            mine.settings.places = places;
            configuration::save(&scene.services, &owner, mine)
        });
        let answers = futures::future::join_all(tries).await;
        let mut saved = Vec::new();
        for answer in answers {
            match answer {
                Ok(configuration) => saved.push(configuration),
                other => assert_eq!(refused(other), Refusal::ChangedMeanwhile, "{}", scene.name),
            }
        }
        assert_eq!(saved, [read(&scene).await], "{}", scene.name);
    }
}

fn grey_on_white() -> Pair {
    Pair {
        background: Colour::rgb(0xff, 0xff, 0xff),
        text: Colour::rgb(0x99, 0x99, 0x99),
    }
}

#[tokio::test]
async fn p_29_what_is_saved_is_read_back_and_written_down() {
    for scene in scenes().await {
        let saved = save(&scene, |c| {
            c.settings.operator_name = Name::parse("Atelier Delft").ok();
            c.settings.sounds.messages = false;
            c.settings.places = 7;
            c.settings.notify = EmailAddress::parse("desk@alpha.example").ok();
            c.settings.offline_fields.phone = Asked::Required;
            c.texts[0].set(TextName::Header, "Ask us").expect("fine");
            c.texts[1].set(TextName::OfflineWelcome, "We slapen.\nSchrijf ons.").expect("fine");
        })
        .await
        .expect("saves");
        assert_eq!(read(&scene).await, saved, "{}", scene.name);
        assert_eq!(saved.settings.places, 7);
        assert_eq!(saved.texts[1].get(TextName::OfflineWelcome), Some("We slapen.\nSchrijf ons."));
        let store = StoreScope(scene.world.alpha.id);
        let rows = scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.audit_rows(store).await }))
            .await;
        let rows: Vec<_> = rows.expect("reads").into_iter().map(|row| (row.account, row.action)).collect();
        assert_eq!(
            rows,
            [(Some(scene.world.alpha.owner.1), "configuration.save".to_owned())],
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn the_configuration_is_the_owners_business() {
    for scene in scenes().await {
        let operator: Actor = scene.actor(false);
        assert_eq!(refused(configuration::read(&scene.services, &operator).await), Refusal::NotAllowed);
        let configuration = read(&scene).await;
        assert_eq!(
            refused(configuration::save(&scene.services, &operator, configuration.clone()).await),
            Refusal::NotAllowed
        );
        // Somebody who still calls himself an owner is looked up again.
        let pretender = Actor {
            account: operator.account,
            ..scene.actor(true)
        };
        assert_eq!(
            refused(configuration::save(&scene.services, &pretender, configuration).await),
            Refusal::NotAllowed,
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn p_18_p_19_p_20_p_27_colours_that_cannot_be_read_are_not_saved() {
    for scene in scenes().await {
        let before = read(&scene).await;
        for name in PairName::ALL {
            let answer = save(&scene, |c| c.settings.set_pair(name, grey_on_white())).await;
            assert_eq!(refused(answer), Refusal::Invalid(Field::Colour), "{}: {name:?}", scene.name);
            let offered = grey_on_white().nearest_readable();
            save(&scene, |c| c.settings.set_pair(name, offered)).await.expect("saves");
        }
        let after = read(&scene).await;
        assert_ne!(before, after);
        assert!(PairName::ALL.into_iter().all(|name| after.settings.pair(name).is_readable()));
    }
}

#[tokio::test]
async fn p_09_the_number_of_places_is_checked_and_nothing_else_is_saved_beside_a_wrong_one() {
    for scene in scenes().await {
        for wrong in [0, PLACES_MAX + 1] {
            let answer = save(&scene, |c| {
                c.settings.places = wrong;
                c.settings.operator_name = Name::parse("Somebody").ok();
            })
            .await;
            assert_eq!(refused(answer), Refusal::Invalid(Field::Places), "{}", scene.name);
        }
        assert_eq!(read(&scene).await.settings, StoreSettings::default());
        save(&scene, |c| c.settings.places = PLACES_MAX).await.expect("saves");
    }
}

#[tokio::test]
async fn p_15_p_16_p_17_p_24_p_i6_a_text_that_is_missing_is_that_of_the_default_language_and_then_ours() {
    for scene in scenes().await {
        save(&scene, |c| {
            c.texts[0].set(TextName::Header, "Ask us").expect("fine");
            c.texts[0].set(TextName::OfflineWelcome, "Back tomorrow").expect("fine");
            c.texts[1].set(TextName::Header, "Vraag maar").expect("fine");
        })
        .await
        .expect("saves");
        let shown = async |language: Language| {
            stores::panel_store(&scene.services, &scene.store().await, language)
                .await
                .expect("reads")
        };
        let (english, dutch, french) = (shown(Language::En).await, shown(Language::Nl).await, shown(Language::Fr).await);
        assert_eq!(english.header.as_deref(), Some("Ask us"), "{}", scene.name);
        assert_eq!(dutch.header.as_deref(), Some("Vraag maar"));
        assert_eq!(french.header.as_deref(), Some("Ask us"), "English is the store's own language");
        assert_eq!(french.offline_welcome.as_deref(), Some("Back tomorrow"));
        assert_eq!(french.welcome, None, "the panel says its own");
        // Emptied again, it is gone, and not an empty text.
        save(&scene, |c| c.texts[1].set(TextName::Header, "").expect("fine"))
            .await
            .expect("saves");
        assert_eq!(shown(Language::Nl).await.header.as_deref(), Some("Ask us"));
    }
}

#[tokio::test]
async fn p_07_shoppers_know_the_desk_by_the_operators_name_and_colleagues_by_their_own() {
    for scene in scenes().await {
        save(&scene, |c| c.settings.operator_name = Name::parse("Atelier Delft").ok())
            .await
            .expect("saves");
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        let desk = Party::Desk(operator.clone());
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        scene.say(&desk, id, new_id(), "Good afternoon").await.expect("posts");
        let note = model::text::Body::parse("A good customer").expect("fine");
        conversation::post(&scene.services, &desk, id, Audience::Desk, new_id(), note)
            .await
            .expect("posts");

        let seen = conversation::view(&scene.services, &shopper, id).await.expect("sees");
        assert_eq!(seen.operator.as_ref().map(Name::as_str), Some("Atelier Delft"), "{}", scene.name);
        let names: Vec<_> = seen.events.iter().filter_map(|e| name_of(&e.author)).collect();
        assert_eq!(names, ["Atelier Delft", "Atelier Delft"], "who joined, and who answered");
        let text = serde_json::to_string(&seen).expect("serialises");
        assert!(!text.contains("operator of alpha"), "{text}");

        let notes = conversation::events_after(&scene.services, &desk, id, Audience::Desk, Seq::ZERO, 10)
            .await
            .expect("reads");
        assert!(matches!(notes[0].kind, EventKind::Posted { .. }));
        assert_eq!(name_of(&notes[0].author), Some("operator of alpha"));
    }
}

fn name_of(author: &Author) -> Option<&str> {
    match author {
        Author::Operator { name, .. } => Some(name.as_str()),
        Author::Shopper | Author::System => None,
    }
}

#[tokio::test]
async fn p_11_p_12_p_14_offline_mode_decides_what_is_found_while_nobody_is_there() {
    for scene in scenes().await {
        let found = async || stores::availability(&scene.services, &scene.store().await).await.expect("asks");
        assert_eq!(found().await, model::availability::Availability::Away, "{}", scene.name);
        save(&scene, |c| c.settings.offline = OfflineMode::Hidden).await.expect("saves");
        assert_eq!(found().await, model::availability::Availability::Hidden);
    }
}

#[tokio::test]
async fn p_25_p_26_the_form_keeps_what_is_requested_and_wants_what_is_required() {
    for scene in scenes().await {
        save(&scene, |c| {
            c.settings.offline_fields.phone = Asked::Required;
            c.settings.offline_fields.last_name = Asked::No;
        })
        .await
        .expect("saves");
        let browser = service::visitor::Browser::default;
        let store = scene.store().await;
        let answer = service::visitor::leave_message(&scene.services, &store, None, message("Hello"), browser()).await;
        assert_eq!(refused(answer), Refusal::Missing(Field::Phone), "{}", scene.name);
        let mut asked = message("Hello");
        asked.phone = model::text::Phone::parse("+31 15 123 4567").ok();
        service::visitor::leave_message(&scene.services, &store, None, asked, browser())
            .await
            .expect("leaves it");
    }
}

#[tokio::test]
async fn p_21_p_28_the_preview_is_the_panel_as_it_would_be_and_nothing_is_saved() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let draft = |face: &str| {
        let configuration = json!({
            "settings": {
                "operator_name": "Atelier <Delft>",
                "online_colours": {"header": {"background": "#004080", "text": "#ffffff"}},
                "offline_fields": {"first_name": "no", "last_name": "no", "email": "required", "phone": "optional"},
            },
            "texts": [{"header": "Ask </style> us", "offline_header": "Gone fishing"}, {}, {}, {}],
            "default_language": "en",
        });
        format!("draft={}", json!({"configuration": configuration, "face": face, "language": "nl"}))
    };
    let draw = async |face: &str| {
        let answer = owner.browser.request(Method::POST, "/desk/preview").body(draft(face)).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
        assert!(
            policy.contains("frame-ancestors 'self'") && !policy.contains("alpha.example"),
            "{policy}"
        );
        assert!(policy.contains("form-action 'none'"), "{policy}");
        answer.text().await.expect("a page")
    };
    let online = draw("online").await;
    assert!(online.contains("--store-header-bg:#004080;--store-header-fg:#ffffff;"), "{online}");
    assert!(
        online.contains("Ask &lt;/style&gt; us") && !online.contains("Ask </style>"),
        "{online}"
    );
    assert!(online.contains("Atelier &lt;Delft&gt;"), "{online}");
    assert!(!online.contains("<script"), "a picture runs nothing: {online}");
    let offline = draw("offline").await;
    assert!(offline.contains("Gone fishing"), "{offline}");
    assert!(
        offline.contains("name=\"phone\"") && !offline.contains("name=\"first_name\""),
        "{offline}"
    );

    let panel = server.nobody().get("/widget/alpha").await.text().await.expect("a page");
    assert!(!panel.contains("#004080") && !panel.contains("Gone fishing"));
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    let answer = operator
        .browser
        .request(Method::POST, "/desk/preview")
        .body(draft("online"))
        .send()
        .await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn p_18_p_27_the_launcher_and_the_panel_wear_the_stores_colours() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let mut configuration: Configuration = owner.call("configuration", &json!({})).await.expect("reads");
    let pair = |background| Pair {
        background,
        text: Colour::rgb(0xff, 0xff, 0xff),
    };
    configuration.settings.set_pair(PairName::Header, pair(Colour::rgb(0, 0x40, 0x80)));
    configuration
        .settings
        .set_pair(PairName::OfflineHeader, pair(Colour::rgb(0x33, 0x33, 0x33)));
    let _: Configuration = owner
        .call("save_configuration", &json!({"configuration": configuration}))
        .await
        .expect("saves");
    let background = async || {
        let status: serde_json::Value = server.nobody().get("/status/alpha").await.json().await.expect("a status");
        status["background"].as_str().expect("a colour").to_owned()
    };
    assert_eq!(background().await, "#333333");
    owner.go_online().await;
    assert_eq!(background().await, "#004080");
    let panel = server.nobody().get("/widget/alpha").await.text().await.expect("a page");
    assert!(
        panel.contains("--store-header-bg:#004080") && panel.contains("--store-away-bg:#333333"),
        "{panel}"
    );
}
