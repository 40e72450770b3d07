//! A store's people: who may chat live, from the next moment on; invitations; and leaving.

use std::time::Duration;

use model::{
    availability::Availability,
    conversation::StageName,
    desk::WindowKind,
    event::{Audience, EventKind},
    id::{AccountId, ConversationId},
    limits::INVITATION_MS,
    party::{Author, Role},
    refusal::{Field, Refusal},
    staff::{Staff, StaffMember},
    wire::{ClientFrame, ServerFrame},
};
use reqwest::StatusCode;
use service::{
    Party, accounts,
    clock::new_id,
    conversation, desk, duty,
    staff::{self, Joining},
    stores,
};
use storage::{Installation, StoreScope};
use testkit::{PASSWORD, TestServer, sqlite};

use super::{Scene, body, refused, scenes};

fn row(staff: &Staff, whom: AccountId) -> &StaffMember {
    staff.people.iter().find(|person| person.id == whom).expect("is listed")
}

fn joining(name: &str, password: &str) -> Joining {
    Joining {
        name: name.to_owned(),
        password: password.to_owned(),
        language: model::language::Language::Nl,
        client: "127.0.0.1".to_owned(),
    }
}

impl Scene {
    async fn stage(&self, id: ConversationId) -> StageName {
        let owner = Party::Desk(self.actor(true));
        conversation::view(&self.services, &owner, id).await.expect("sees").stage
    }

    async fn invite(&self, email: &str) -> String {
        let invited = staff::invite(&self.services, &self.actor(true), email).await.expect("invites");
        let (_, token) = invited.link.rsplit_once("/invite/").expect("a link");
        token.to_owned()
    }
}

#[tokio::test]
async fn d_02_d_03_d_i1_whoever_may_chat_no_longer_goes_home_and_their_chats_wait_for_a_colleague() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let owner = scene.actor(true);
        duty::go_on(&scene.services, &owner, WindowKind::Recap).await.expect("goes on duty");
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        conversation::take(&scene.services, &operator, id).await.expect("takes");

        let after = staff::set_live_chat(&scene.services, &owner, operator.account, false)
            .await
            .expect("switches off");
        let theirs = row(&after, operator.account);
        assert!(!theirs.live_chat && !theirs.on_duty && theirs.active, "{}: {theirs:?}", scene.name);
        assert!(!desk::recap(&scene.services, &operator).await.expect("sees").on_duty);
        assert_eq!(scene.stage(id).await, StageName::Queued, "{}", scene.name);
        let said = conversation::view(&scene.services, &shopper, id).await.expect("sees").events;
        let last = said.last().map(|e| (&e.kind, &e.author));
        let waits = EventKind::Reopened { stage: StageName::Queued };
        assert_eq!(last, Some((&waits, &Author::System)));

        // Nothing more comes from them, through no door.
        let party = Party::Desk(operator.clone());
        assert_eq!(scene.say(&party, id, new_id(), "still me").await, Err(Refusal::NotAllowed));
        assert_eq!(
            refused(conversation::take(&scene.services, &operator, id).await),
            Refusal::NotAllowed
        );
        assert_eq!(
            refused(duty::go_on(&scene.services, &operator, WindowKind::Recap).await),
            Refusal::NotAllowed
        );
        conversation::take(&scene.services, &owner, id)
            .await
            .expect("the colleague takes it");

        let back = staff::set_live_chat(&scene.services, &owner, operator.account, true)
            .await
            .expect("switches on");
        assert!(row(&back, operator.account).live_chat);
        duty::go_on(&scene.services, &operator, WindowKind::Recap).await.expect("may again");
    }
}

#[tokio::test]
async fn d_i1_without_a_colleague_their_chats_go_on_as_messages() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        conversation::take(&scene.services, &operator, id).await.expect("takes");
        staff::set_live_chat(&scene.services, &scene.actor(true), operator.account, false)
            .await
            .expect("switches off");
        assert_eq!(scene.stage(id).await, StageName::Mail, "{}", scene.name);
        let availability = stores::availability(&scene.services, &scene.store().await).await.expect("asks");
        assert_eq!(availability, Availability::Away);
        // No window of theirs brings the duty back.
        duty::window_opened(&scene.services, &operator, WindowKind::Recap)
            .await
            .expect("opens");
        duty::tick(&scene.services).await.expect("ticks");
        assert!(!desk::recap(&scene.services, &operator).await.expect("sees").on_duty);
    }
}

#[tokio::test]
async fn d_03_staff_is_the_owners_and_another_stores_people_do_not_exist() {
    for scene in scenes().await {
        let (operator, owner) = (scene.actor(false), scene.actor(true));
        assert_eq!(refused(staff::read(&scene.services, &operator).await), Refusal::NotAllowed);
        assert_eq!(
            refused(staff::set_live_chat(&scene.services, &operator, owner.account, false).await),
            Refusal::NotAllowed
        );
        assert_eq!(
            refused(staff::invite(&scene.services, &operator, "x@y.example").await),
            Refusal::NotAllowed
        );
        let stranger = scene.world.beta.operator.1;
        for answer in [
            staff::set_live_chat(&scene.services, &owner, stranger, false).await,
            staff::deactivate(&scene.services, &owner, stranger).await,
            staff::reactivate(&scene.services, &owner, stranger).await,
        ] {
            assert_eq!(refused(answer), Refusal::NotFound, "{}", scene.name);
        }
        let listed = staff::read(&scene.services, &owner).await.expect("reads");
        assert_eq!(listed.people.len(), 3, "owner, operator, and whoever was switched off");
        assert!(row(&listed, scene.world.alpha.deactivated.1).switched_off);
        // An owner who only pretends to be one is looked up again.
        let pretends = service::Actor {
            role: Role::Owner,
            ..operator
        };
        assert_eq!(
            refused(staff::deactivate(&scene.services, &pretends, owner.account).await),
            Refusal::NotAllowed
        );
    }
}

#[tokio::test]
async fn whoever_is_deactivated_is_signed_out_and_can_come_back() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let owner = scene.actor(true);
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello").await.expect("posts");
        conversation::take(&scene.services, &operator, id).await.expect("takes");
        let email = scene.world.alpha.operator.0.clone();
        let signed_in = accounts::sign_in(&scene.services, &email, PASSWORD.to_owned(), "here")
            .await
            .expect("signs in");

        let after = staff::deactivate(&scene.services, &owner, operator.account)
            .await
            .expect("deactivates");
        assert!(!row(&after, operator.account).active, "{}", scene.name);
        assert_eq!(scene.stage(id).await, StageName::Mail, "nobody else was there");
        let recognised = accounts::recognise(&scene.services, signed_in.token.reveal()).await.expect("asks");
        assert!(recognised.is_none(), "their session is nobody's here");
        let party = Party::Desk(operator.clone());
        assert_eq!(scene.say(&party, id, new_id(), "still me").await, Err(Refusal::NotSignedIn));
        assert_eq!(
            refused(staff::deactivate(&scene.services, &owner, owner.account).await),
            Refusal::NotAllowed,
            "a store keeps an owner"
        );

        staff::reactivate(&scene.services, &owner, operator.account)
            .await
            .expect("comes back");
        duty::go_on(&scene.services, &operator, WindowKind::Recap)
            .await
            .expect("works again");
        // What the installation switched off, no store brings back.
        let off = scene.world.alpha.deactivated.1;
        assert_eq!(refused(staff::reactivate(&scene.services, &owner, off).await), Refusal::NotAllowed);
    }
}

#[tokio::test]
async fn d_16_somebody_who_was_invited_joins_once_and_answers_customers() {
    for scene in scenes().await {
        let token = scene.invite("Noor@Alpha.example").await;
        let asked = staff::asked(&scene.services, &token).await.expect("asks").expect("is good");
        assert_eq!(
            (asked.store.as_str(), asked.email.as_str(), asked.known),
            ("alpha", "noor@alpha.example", false)
        );
        let refuse = |name: &'static str, password: &'static str| {
            let (services, token) = (scene.services.clone(), token.clone());
            async move { refused(staff::join(&services, &token, joining(name, password)).await) }
        };
        assert_eq!(refuse("", "paper and ink 2026").await, Refusal::Missing(Field::Name));
        assert!(matches!(
            refuse("Noor", "short").await,
            Refusal::TooShort {
                field: Field::Password,
                ..
            }
        ));

        let joined = staff::join(&scene.services, &token, joining("Noor", "paper and ink 2026"))
            .await
            .expect("joins");
        let recognised = accounts::recognise(&scene.services, joined.token.reveal()).await.expect("asks");
        let actor = recognised.expect("is signed in").actor;
        assert_eq!(
            (actor.store, actor.role, actor.live_chat),
            (scene.world.alpha.id, Role::Operator, true)
        );
        duty::go_on(&scene.services, &actor, WindowKind::Console)
            .await
            .expect("goes on duty");
        accounts::sign_in(&scene.services, "noor@alpha.example", "paper and ink 2026".to_owned(), "here")
            .await
            .expect("signs in from now on");

        assert_eq!(
            refuse("Somebody else", "paper and ink 2026").await,
            Refusal::NotFound,
            "{}: used up",
            scene.name
        );
        let taken = staff::invite(&scene.services, &scene.actor(true), "noor@alpha.example").await;
        assert_eq!(refused(taken), Refusal::Taken(Field::Email), "works here already");
    }
}

#[tokio::test]
async fn an_invitation_is_good_for_a_week_and_until_it_is_withdrawn_or_replaced() {
    for scene in scenes().await {
        let good = |token: String| {
            let services = scene.services.clone();
            async move { staff::asked(&services, &token).await.expect("asks").is_some() }
        };
        let first = scene.invite("noor@alpha.example").await;
        let second = scene.invite("noor@alpha.example").await;
        assert!(!good(first).await && good(second.clone()).await, "{}", scene.name);
        let page = staff::read(&scene.services, &scene.actor(true)).await.expect("reads");
        assert_eq!(page.invitations.len(), 1);
        staff::withdraw(&scene.services, &scene.actor(true), page.invitations[0].id)
            .await
            .expect("withdraws");
        assert!(!good(second).await);
        let again = staff::withdraw(&scene.services, &scene.actor(true), page.invitations[0].id).await;
        assert_eq!(refused(again), Refusal::NotFound);

        let late = scene.invite("noor@alpha.example").await;
        scene.services.clock().advance_ms(INVITATION_MS - 1);
        assert!(good(late.clone()).await);
        scene.services.clock().advance_ms(1);
        assert!(!good(late).await, "{}: too old", scene.name);
    }
}

#[tokio::test]
async fn whoever_has_an_account_joins_with_its_own_password() {
    for scene in scenes().await {
        let email = scene.world.beta.operator.0.clone();
        let token = scene.invite(&email).await;
        assert!(staff::asked(&scene.services, &token).await.expect("asks").expect("is good").known);
        let wrong = staff::join(&scene.services, &token, joining("Thief", "a new password")).await;
        assert_eq!(refused(wrong), Refusal::WrongPassword, "{}", scene.name);
        let joined = staff::join(&scene.services, &token, joining("", PASSWORD)).await.expect("joins");
        assert_eq!(joined.account, scene.world.beta.operator.1);
        let page = staff::read(&scene.services, &scene.actor(true)).await.expect("reads");
        assert!(row(&page, joined.account).live_chat);
    }
}

#[tokio::test]
async fn what_an_owner_changes_is_written_down() {
    for scene in scenes().await {
        let (owner, operator) = (scene.actor(true), scene.actor(false));
        for on in [false, false, true] {
            staff::set_live_chat(&scene.services, &owner, operator.account, on)
                .await
                .expect("switches");
        }
        staff::deactivate(&scene.services, &owner, operator.account)
            .await
            .expect("deactivates");
        let scope = StoreScope(scene.world.alpha.id);
        let rows = scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.audit_rows(scope).await }))
            .await
            .expect("reads");
        let mut actions: Vec<_> = rows.iter().map(|row| row.action.as_str()).collect();
        actions.sort_unstable();
        assert_eq!(
            actions,
            ["staff.deactivated", "staff.live_chat_off", "staff.live_chat_on"],
            "{}",
            scene.name
        );
        assert!(
            rows.iter()
                .all(|row| row.account == Some(owner.account) && row.object == Some(operator.account.0))
        );
    }
}

/// HA-20.
#[tokio::test]
async fn d_i1_i9_the_change_reaches_their_socket_within_a_second() {
    let server = TestServer::start(sqlite().await).await;
    let alpha = &server.world.alpha;
    let (owner, operator) = (server.sign_in(&alpha.owner.0).await, server.sign_in(&alpha.operator.0).await);
    operator.go_online().await;
    let shopper = server.visitor(alpha);
    let conv = shopper.start("Jane").await.expect("starts").conversation.id;
    shopper.post(conv, new_id(), "Hello").await.expect("posts");
    let mut socket = operator.socket().await;
    let send = |text: &str| ClientFrame::Send {
        conv,
        aud: Audience::All,
        cid: new_id(),
        body: body(text),
    };
    socket.send(&send("Good afternoon")).await;
    socket.until(|frame| matches!(frame, ServerFrame::Sent { .. }).then_some(())).await;

    let whom = alpha.operator.1.to_string();
    let fields = [("whom", whom.as_str()), ("on", "false")];
    let switched = owner.browser.submit("/desk/pages/staff/live-chat", &fields).await;
    assert_eq!(switched.status(), StatusCode::SEE_OTHER, "switches off");
    let changed = tokio::time::Instant::now();
    socket.send(&send("still me")).await;
    let code = socket
        .until(|frame| match frame {
            ServerFrame::Nack { code, .. } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(code, Refusal::NotAllowed);
    assert!(changed.elapsed() < Duration::from_secs(1), "{:?}", changed.elapsed());

    // Deactivated: the socket itself ends.
    let left = owner
        .browser
        .submit("/desk/pages/staff/deactivate", &[("whom", whom.as_str())])
        .await;
    assert_eq!(left.status(), StatusCode::SEE_OTHER, "deactivates");
    let changed = tokio::time::Instant::now();
    assert_eq!(socket.closed().await, model::wire::close::REVOKED);
    assert!(changed.elapsed() < Duration::from_secs(1), "{:?}", changed.elapsed());
}

#[tokio::test]
async fn an_invitation_is_a_plain_form_over_http() {
    let server = TestServer::start(sqlite().await).await;
    let owner = server.sign_in(&server.world.alpha.owner.0).await;
    let fields = [("email", "noor@alpha.example")];
    let invited = owner.browser.submit("/desk/pages/staff/invite", &fields).await;
    assert_eq!(invited.status(), StatusCode::CREATED);
    let shown = invited.text().await.expect("text");
    let link = &shown[shown.find("/invite/").expect("a link")..];
    let path = link.split(|c: char| c == '<' || c.is_whitespace()).next().expect("a path");
    let page = server.nobody().get(path).await.text().await.expect("text");
    assert!(page.contains("noor@alpha.example") && page.contains("Join alpha"), "{page}");
    let newcomer = server.nobody();
    let refused = newcomer.submit(path, &[("name", "Noor van Dam"), ("password", "short")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = refused.text().await.expect("text");
    assert!(
        again.contains("Noor van Dam") && !again.contains("short\""),
        "what was typed stays, the password does not: {again}"
    );
    let joined = newcomer
        .submit(path, &[("name", "Noor van Dam"), ("password", "paper and ink 2026")])
        .await;
    assert_eq!(joined.status(), StatusCode::SEE_OTHER);
    assert_eq!(server.nobody().get(path).await.status(), StatusCode::NOT_FOUND, "used up");
    // The link is for one person; it lies in the database as a hash only, and in the mail that brings it.
    let known = model::text::EmailAddress::parse("noor@alpha.example").expect("fine");
    let account = server
        .state
        .services
        .storage()
        .read(|s| Box::pin(async move { s.account_of_email(Installation, &known).await }))
        .await
        .expect("reads");
    assert_eq!(account.expect("exists").name.as_str(), "Noor van Dam");
}
