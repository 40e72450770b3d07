//! Threads between buyer and seller: who begins them, whose turn it is, how their status moves, and what both sides' pages answer; as verbs
//! on both databases, and over HTTP as browsers meet it.

use model::{
    case::{CaseStatus, Statement, Topic},
    conversation::{Kind, ProductSnapshot, Stage},
    event::{Audience, EventKind},
    id::{ClientId, ConversationId},
    language::Language,
    party::{Author, Role, Side},
    refusal::Refusal,
    safety::{Deed, Private, SafetyPolicy},
    text::{Name, Sku},
};
use reqwest::StatusCode;
use service::{
    Fault, Party, cases,
    clock::new_id,
    members::{self, Member},
    rooms, safety,
    threads::{self, NewThread},
};
use storage::{ConversationScope, MemberReach, MemberScope, StoreScope, ThreadFilter};
use testkit::{TestServer, sqlite};

use super::{
    Scene,
    at_once::meanwhile,
    body,
    members::{between, inside, location, text},
    refused, scenes,
    team_tickets::{make_team, of_team},
};

fn about(product: Option<&str>) -> NewThread {
    NewThread {
        cid: new_id(),
        subject: Name::parse("The blue cups").expect("fine"),
        product: product.map(|sku| ProductSnapshot {
            sku: Sku::parse(sku).expect("fine"),
            name: Name::parse("Blue cup").ok(),
            price: None,
            variant: None,
            picture: None,
        }),
        body: body("Are they dishwasher safe?"),
        language: Language::En,
    }
}

impl Scene {
    async fn threads_jane(&self) -> Member {
        let store = self.store().await;
        let token = members::enter(&self.services, &store, &self.identity()).await.expect("enters");
        let member = members::recognise(&self.services, &store, token.reveal()).await.expect("asks");
        member.expect("is inside")
    }

    async fn status_of(&self, party: &Party, id: ConversationId) -> (CaseStatus, Option<Side>) {
        let case = cases::case(&self.services, party, id).await.expect("finds");
        (case.status, case.awaiting)
    }
}

#[tokio::test]
async fn a_i1_a_10_a_12_a_member_begins_one_about_a_product_and_both_have_it_in_their_list() {
    for scene in scenes().await {
        let (jane, operator) = (scene.threads_jane().await, scene.actor(false));
        let new = about(Some("CUP-1"));
        let begin = || threads::begin(&scene.services, jane.scope, new.clone());
        let id = begin().await.expect("begins");
        assert_eq!(begin().await.expect("begins"), id, "{}: sent twice, begun once", scene.name);
        threads::begin(&scene.services, jane.scope, about(None)).await.expect("begins");

        let mine = threads::of_member(&scene.services, jane.scope, ThreadFilter::All, None)
            .await
            .expect("lists");
        let theirs = threads::of_desk(&scene.services, &operator, ThreadFilter::Open, None)
            .await
            .expect("lists");
        assert_eq!((mine.rows.len(), theirs.rows.len()), (2, 2));
        let row = theirs.rows.iter().find(|row| row.conversation == id).expect("is there");
        assert_eq!(
            (row.subject.as_str(), row.status, row.topic, row.about.as_deref(), row.awaiting),
            ("The blue cups", CaseStatus::New, Topic::Presale, Some("Blue cup"), Some(Side::Desk))
        );
        assert_eq!(
            (row.kind, row.unread, row.with.as_ref().map(Name::as_str)),
            (Kind::Thread, (1, 0), Some("Jane Doe"))
        );
        let generic = theirs.rows.iter().find(|row| row.conversation != id).expect("is there");
        assert_eq!((generic.topic, generic.number), (Topic::Support, 2), "A-23");
        let resolved = ThreadFilter::Status(CaseStatus::Resolved);
        let none = threads::of_desk(&scene.services, &operator, resolved, None).await.expect("lists");
        assert!(none.rows.is_empty() && none.next.is_none());
    }
}

#[tokio::test]
async fn a_13_a_15_a_i3_the_status_says_whose_turn_it_is_and_a_reply_reopens_what_was_resolved() {
    for scene in scenes().await {
        let (jane, desk) = (scene.threads_jane().await, Party::Desk(scene.actor(false)));
        let id = threads::begin(&scene.services, jane.scope, about(None)).await.expect("begins");
        let shopper = threads::party_of(&scene.services, jane.scope, id).await.expect("is theirs");
        scene.say(&desk, id, new_id(), "They are.").await.expect("posts");
        assert_eq!(
            scene.status_of(&desk, id).await,
            (CaseStatus::Pending, Some(Side::Shopper)),
            "{}",
            scene.name
        );
        scene.say(&shopper, id, new_id(), "And in the oven?").await.expect("posts");
        assert_eq!(scene.status_of(&shopper, id).await, (CaseStatus::Pending, Some(Side::Desk)));

        let set = |party: &Party, to| {
            let party = party.clone();
            let services = &scene.services;
            async move { cases::set_status(services, &party, id, to).await }
        };
        set(&shopper, CaseStatus::Resolved).await.expect("says so");
        set(&desk, CaseStatus::Resolved).await.expect("says so, too");
        scene.say(&shopper, id, new_id(), "One more thing.").await.expect("posts");
        assert_eq!(scene.status_of(&desk, id).await, (CaseStatus::Pending, Some(Side::Desk)));
        let said: Vec<_> = scene
            .log(id)
            .await
            .into_iter()
            .filter_map(|(_, kind)| match kind {
                EventKind::Stated { what } => Some(what),
                _ => None,
            })
            .collect();
        let status = |to| Statement::Status { to };
        assert_eq!(said, [status(CaseStatus::Resolved), status(CaseStatus::Pending)]);

        assert_eq!(refused(set(&shopper, CaseStatus::Closed).await), Refusal::NotAllowed);
        set(&desk, CaseStatus::Closed).await.expect("closes");
        assert_eq!(scene.say(&shopper, id, new_id(), "Hello?").await, Err(Refusal::Closed));
        assert_eq!(scene.say(&desk, id, new_id(), "Hello?").await, Err(Refusal::Closed));
        assert_eq!(refused(set(&desk, CaseStatus::Pending).await), Refusal::Closed);
    }
}

#[tokio::test]
async fn a_i3_a_word_that_meets_the_closing_of_its_thread_does_not_open_it_again() {
    for scene in scenes().await {
        let (jane, desk) = (scene.threads_jane().await, Party::Desk(scene.actor(false)));
        let id = threads::begin(&scene.services, jane.scope, about(None)).await.expect("begins");
        let shopper = threads::party_of(&scene.services, jane.scope, id).await.expect("is theirs");
        let (store, at) = (StoreScope(scene.world.alpha.id), scene.services.clock().now());
        let said = meanwhile(
            &scene,
            move |tx| {
                Box::pin(async move {
                    tx.hold_conversation(ConversationScope::Desk(store), id).await?;
                    let mut case = tx.case(store, id).await?.expect("is one");
                    case.status = CaseStatus::Closed;
                    tx.set_case(store, &case, at).await?;
                    let over = Stage::Closed { at, by: Author::System };
                    Ok::<_, Fault>(tx.set_stage(store, id, &over).await?)
                })
            },
            scene.say(&shopper, id, new_id(), "One more thing."),
        )
        .await;
        assert_eq!(said, Err(Refusal::Closed), "{}", scene.name);
        assert_eq!(scene.status_of(&desk, id).await.0, CaseStatus::Closed, "{}", scene.name);
    }
}

#[tokio::test]
async fn a_15_nobody_waits_for_an_answer_in_what_is_resolved() {
    for scene in scenes().await {
        let tom = scene.of_the_team("tom", Role::Operator).await;
        let (jane, desk) = (scene.threads_jane().await, Party::Desk(scene.actor(false)));
        let id = threads::begin(&scene.services, jane.scope, about(None)).await.expect("begins");
        let shopper = threads::party_of(&scene.services, jane.scope, id).await.expect("is theirs");
        let counted = || async {
            let report = scene.report_of_alpha(&tom).await;
            (report.answered, report.unanswered, report.longest_ms)
        };
        scene.services.clock().advance_ms(60_000);
        assert_eq!(counted().await, (0, 1, Some(60_000)), "{}", scene.name);
        cases::set_status(&scene.services, &desk, id, CaseStatus::Resolved)
            .await
            .expect("resolves");
        scene.services.clock().advance_ms(60_000);
        assert_eq!(counted().await, (0, 0, None), "{}: no answer, and nothing that waits", scene.name);

        cases::set_status(&scene.services, &shopper, id, CaseStatus::Pending)
            .await
            .expect("is not resolved");
        scene.services.clock().advance_ms(30_000);
        assert_eq!(counted().await, (0, 1, Some(30_000)), "{}: not done after all", scene.name);
        scene.say(&desk, id, new_id(), "They are.").await.expect("posts");
        assert_eq!(counted().await, (1, 0, None), "{}", scene.name);
        let report = scene.report_of_alpha(&tom).await;
        assert_eq!(report.median_ms, Some(150_000), "{}: since they asked first", scene.name);
    }
}

#[tokio::test]
async fn a_i2_the_desk_begins_one_with_a_customer_and_its_notes_stay_at_the_desk() {
    for scene in scenes().await {
        let (jane, operator) = (scene.threads_jane().await, scene.actor(false));
        let id = threads::begin_with(&scene.services, &operator, jane.scope.customer, about(None))
            .await
            .expect("begins");
        let (desk, shopper) = (
            Party::Desk(operator),
            threads::party_of(&scene.services, jane.scope, id).await.expect("is theirs"),
        );
        assert_eq!(
            scene.status_of(&desk, id).await,
            (CaseStatus::Pending, Some(Side::Shopper)),
            "{}",
            scene.name
        );
        let note = |audience, cid: ClientId| rooms::say(&scene.services, &desk, id, audience, cid, body("She is in a hurry."));
        note(Audience::Desk, new_id()).await.expect("notes");
        let seen = rooms::read(&scene.services, &desk, id, None).await.expect("reads");
        assert_eq!(
            seen.lines.iter().map(|(audience, _)| *audience).collect::<Vec<_>>(),
            [Audience::All, Audience::Desk]
        );
        let seen = rooms::read(&scene.services, &shopper, id, None).await.expect("reads");
        assert_eq!(seen.lines.len(), 1, "HB-14");
        let mine = threads::of_member(&scene.services, jane.scope, ThreadFilter::All, None)
            .await
            .expect("lists");
        assert_eq!(mine.rows[0].unread, (0, 0), "what is on screen is seen");

        let refused_note = rooms::say(&scene.services, &shopper, id, Audience::Desk, new_id(), body("Let me in")).await;
        assert_eq!(refused(refused_note), Refusal::NotFound);
        let nobody = new_id();
        let stranger = threads::begin_with(&scene.services, &scene.actor(false), nobody, about(None)).await;
        assert_eq!(refused(stranger), Refusal::NotFound);
    }
}

#[tokio::test]
async fn hb_10_a_member_reaches_no_thread_of_another_and_a_letters_reach_is_one_thread() {
    for scene in scenes().await {
        let jane = scene.threads_jane().await;
        let id = threads::begin(&scene.services, jane.scope, about(None)).await.expect("begins");
        let other = MemberScope {
            customer: new_id(),
            ..jane.scope
        };
        assert_eq!(
            refused(threads::party_of(&scene.services, other, id).await),
            Refusal::NotFound,
            "{}",
            scene.name
        );
        let by_letter = |about| MemberScope {
            reach: MemberReach::Conversation(about),
            ..jane.scope
        };
        assert!(threads::party_of(&scene.services, by_letter(id), id).await.is_ok());
        let elsewhere = by_letter(new_id());
        assert_eq!(refused(threads::party_of(&scene.services, elsewhere, id).await), Refusal::NotFound);
        let list = threads::of_member(&scene.services, by_letter(id), ThreadFilter::All, None).await;
        assert_eq!(refused(list), Refusal::NotFound);
    }
}

#[tokio::test]
async fn a_11_a_14_a_20_both_sides_pages_are_plain_forms() {
    let server = TestServer::start(sqlite().await).await;
    let (jane, customer) = inside(&server, "C-1").await;
    let page = text(jane.get("/account/alpha/threads/new?product=CUP-1&named=Blue%20cup").await).await;
    assert!(page.contains("Blue cup") && !page.contains("<script"), "{page}");
    let cid = between(&page, "name=\"cid\" value=\"", "\"").to_owned();
    let typed = |subject: &'static str| {
        [
            ("cid", cid.clone()),
            ("product", "CUP-1".to_owned()),
            ("named", "Blue cup".to_owned()),
            ("subject", subject.to_owned()),
            ("message", "Are they dishwasher safe?".to_owned()),
        ]
    };
    let send = |fields: [(&'static str, String); 5]| {
        let jane = &jane;
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            jane.submit("/account/alpha/threads/new", &fields).await
        }
    };
    let unnamed = send(typed(" ")).await;
    assert_eq!(unnamed.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text(unnamed).await;
    assert!(html.contains("Subject: ") && html.contains("Are they dishwasher safe?"), "{html}");
    let to = location(&send(typed("The blue cups")).await);
    assert_eq!(location(&send(typed("The blue cups")).await), to, "sent twice");
    let id = to.rsplit('/').next().expect("an id").to_owned();

    let operator = server.sign_in(&server.world.alpha.operator.0).await.browser;
    let list = text(operator.get("/desk/pages/communication").await).await;
    for shown in ["The blue cups", "Subject", "Status", "Type", "Date", "Your turn", "Pre-sale"] {
        assert!(list.contains(shown), "{shown}: {list}");
    }
    let path = format!("/desk/pages/communication/{id}");
    let empty = operator.submit(&path, &[("cid", &cid), ("message", "")]).await;
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let said = operator.submit(&path, &[("cid", &cid), ("message", "They are.")]).await;
    assert_eq!(location(&said), path);
    let resolved = operator.submit(&format!("{path}/status"), &[("to", "resolved")]).await;
    assert_eq!(location(&resolved), path);
    let page = text(jane.get(&to).await).await;
    assert!(
        page.contains("They are.") && page.contains("Resolved") && page.contains("role=\"log\""),
        "{page}"
    );
    assert!(page.contains("name=\"file\"") && !page.contains("value=\"desk\""), "{page}");
    // What a letter about it leads to, and what the list of everything leads to.
    assert_eq!(location(&jane.get(&format!("/account/alpha/messages/{id}")).await), to);

    let new = format!("/desk/pages/communication/new?customer={customer}");
    assert!(text(operator.get(&new).await).await.contains(&customer.to_string()));
    let beta = server.sign_in(&server.world.beta.operator.0).await.browser;
    for elsewhere in [path.clone(), new] {
        assert_eq!(beta.get(&elsewhere).await.status(), StatusCode::NOT_FOUND, "HB-10: {elsewhere}");
    }
    let (other, _) = inside(&server, "C-2").await;
    assert_eq!(other.get(&to).await.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn a_19_a_20_what_was_typed_goes_along_to_the_channel_that_was_chosen() {
    let server = TestServer::start(sqlite().await).await;
    let (jane, _) = inside(&server, "C-1").await;
    let page = text(jane.get("/account/alpha/contact").await).await;
    assert!(
        !page.contains("value=\"chat\"") && page.contains("Recommended"),
        "nobody is there: {page}"
    );
    let cid = new_id::<ClientId>().to_string();
    let words = "Can you engrave a name?";
    let chosen = |go: &'static str| [("cid", cid.clone()), ("message", words.to_owned()), ("go", go.to_owned())];
    let choose = |go: &'static str| {
        let (jane, fields) = (&jane, chosen(go));
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            jane.submit("/account/alpha/contact", &fields).await
        }
    };
    let thread = text(choose("thread").await).await;
    assert!(thread.contains(words) && thread.contains("/account/alpha/threads/new"), "{thread}");
    let back = text(choose("").await).await;
    assert!(back.contains(words), "{back}");
    let ticket = choose("ticket").await;
    assert_eq!(ticket.status(), StatusCode::TEMPORARY_REDIRECT);

    server.sign_in(&server.world.alpha.operator.0).await.go_online().await;
    let page = text(jane.get("/account/alpha/contact?need=now").await).await;
    assert!(page.contains("value=\"chat\""), "{page}");
    let chat = choose("chat").await;
    assert_eq!(location(&chat), "/c/alpha?lang=en");
    let messages = text(jane.get("/account/alpha").await).await;
    assert!(messages.contains(words), "the chat is theirs: {messages}");
    server.stop().await;
}

#[tokio::test]
async fn a_25_a_form_whose_words_wait_comes_back_empty_and_is_a_new_one() {
    const CID: &str = "name=\"cid\" value=\"";
    let server = TestServer::start(sqlite().await).await;
    let services = &server.state.services;
    let [mira, _] = make_team(services).await;
    let mira = of_team(services, mira, Role::Owner).await;
    let held = SafetyPolicy::default().with(Private::Iban, Deed::Hold);
    safety::set_policy(services, &mira, held).await.expect("decides");
    let (jane, _) = inside(&server, "C-1").await;
    let page = text(jane.get("/account/alpha/threads/new").await).await;
    let begun = [
        ("cid", between(&page, CID, "\"")),
        ("product", ""),
        ("named", ""),
        ("subject", "The blue cups"),
        ("message", "Are they dishwasher safe?"),
    ];
    let thread = location(&jane.submit("/account/alpha/threads/new", &begun).await);
    let page = text(jane.get("/account/alpha/orders/C-1-1/problem").await).await;
    let opened = [
        ("cid", between(&page, CID, "\"")),
        ("problem", "damaged"),
        ("message", "Look at it."),
    ];
    let dispute = location(&jane.submit("/account/alpha/orders/C-1-1/problem", &opened).await);
    let operator = server.sign_in(&server.world.alpha.operator.0).await.browser;
    let id = thread.rsplit('/').next().expect("an id");
    let desk = format!("/desk/pages/communication/{id}");

    for (browser, path) in [(&jane, &thread), (&jane, &dispute), (&operator, &desk)] {
        let cid = new_id::<ClientId>().to_string();
        for words in ["My account is NL91 ABNA 0417 1643 00", "To NL91ABNA0417164300 then"] {
            // The second is a page that was left open, and is sent under the same id.
            let answer = browser.submit(path, &[("cid", &cid), ("message", words)]).await;
            assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
            let page = text(answer).await;
            assert!(page.contains("This message waits until the marketplace"), "{path}: {page}");
            assert!(!page.contains("NL91") && !page.contains(&cid), "{path}: {page}");
        }
    }
    let waiting = safety::list(services, &mira).await.expect("lists");
    assert_eq!(waiting.len(), 6, "nothing that was typed is lost");
    server.stop().await;
}

#[tokio::test]
async fn a_25_s_23_words_that_wait_from_the_page_of_an_order_or_of_the_channels_leave_an_empty_form() {
    const IBAN: &str = "My account is NL91 ABNA 0417 1643 00";
    let server = TestServer::start(sqlite().await).await;
    let services = &server.state.services;
    let [mira, _] = make_team(services).await;
    let mira = of_team(services, mira, Role::Owner).await;
    let held = SafetyPolicy::default().with(Private::Iban, Deed::Hold);
    safety::set_policy(services, &mira, held).await.expect("decides");
    let (jane, _) = inside(&server, "C-1").await;
    server.sign_in(&server.world.alpha.operator.0).await.go_online().await;
    // The thread of the order begins; what comes then can wait in it.
    let order = "/account/alpha/orders/C-1-1";
    let first = new_id::<ClientId>().to_string();
    location(&jane.submit(order, &[("cid", &first), ("message", "Where is it?")]).await);
    for (path, go) in [(order, ""), ("/account/alpha/contact", "chat")] {
        let cid = new_id::<ClientId>().to_string();
        let answer = jane.submit(path, &[("cid", &cid), ("message", IBAN), ("go", go)]).await;
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
        let begun = answer.headers().contains_key("set-cookie");
        assert_eq!(begun, go == "chat", "{path}: the chat that began is theirs");
        let page = text(answer).await;
        // The page of an order that has its thread shows that thread, and no form any more.
        if go == "chat" {
            assert!(page.contains("This message waits until the marketplace"), "{path}: {page}");
        }
        assert!(!page.contains("NL91") && !page.contains(&cid), "{path}: {page}");
    }
    let waiting = safety::list(services, &mira).await.expect("lists");
    assert_eq!(waiting.len(), 2, "nothing that was typed is lost");
    server.stop().await;
}
