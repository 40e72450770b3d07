//! "Where is my order?": who knows a second fact sees it at once, guessing is hopeless, and what does not help goes on in its thread.

use futures::future::join_all;
use model::{
    conversation::{About, Kind, Money},
    event::{Audience, EventKind},
    id::{ClientId, ConversationId, CustomerId, OrderId, Seq},
    language::Language,
    order::{OrderLine, OrderState, Tracking},
    party::{Author, Role},
    post::PostKind,
    refusal::{Field, Refusal},
    safety::{Deed, Private, SafetyPolicy},
    text::Sku,
};
use reqwest::StatusCode;
use service::{
    Services,
    clock::new_id,
    order_status::{self, Answer, Fact, Opened, Writing, Written},
    safety,
};
use storage::{ConversationScope, StoreScope, ToldOrder};
use testkit::{TestServer, sqlite};

use super::{
    Scene, body,
    members::{between, text},
    post::{carry, email, folder, letters},
    refused, scenes,
    team_tickets::{make_team, of_team},
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const NUMBER: &str = "M-20418";
const OWNER: &str = "jane@customer.example";
const POSTCODE: &str = "2611 GX";

fn told() -> ToldOrder {
    let euro = |minor| Money {
        minor,
        currency: "EUR".to_owned(),
    };
    ToldOrder {
        number: NUMBER.to_owned(),
        state: OrderState::Shipped,
        total: euro(9_590),
        placed_at: model::time::Timestamp(1_799_900_000_000),
        lines: vec![OrderLine {
            sku: Sku::parse("DB-TEAPOT").expect("fine"),
            name: "Canal teapot".to_owned(),
            quantity: 1,
            price: euro(8_900),
        }],
        customer: None,
        email: Some(email(OWNER)),
        postcode: Some("2611GX".to_owned()),
        ship_to: Some("Jane Doe\nOude Delft 1".to_owned()),
        tracking: Some(Tracking {
            number: "3SDELF0204187".to_owned(),
            carrier: Some("PostNL".to_owned()),
            url: None,
        }),
    }
}

async fn put_order(services: &Services, store: StoreScope) {
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let (told, at) = (told(), model::time::Timestamp(1_800_000_000_000));
                let customer = tx.buyer(store, new_id::<CustomerId>(), &told, at).await?.expect("somebody ordered");
                tx.tell_order(store, new_id::<OrderId>(), customer, &told, at).await
            })
        })
        .await
        .expect("an order");
}

async fn with_order(scene: &Scene) {
    put_order(&scene.services, StoreScope(scene.world.alpha.id)).await;
}

async fn ask(scene: &Scene, number: &str, fact: &str) -> Answer {
    let fact = Fact::read(fact).unwrap_or(Fact::Mailbox);
    order_status::ask(&scene.services, &scene.store().await, number, fact, Language::En)
        .await
        .expect("is answered")
}

fn opened(answer: Answer) -> Opened {
    match answer {
        Answer::Order(opened) => *opened,
        other => panic!("{other:?}"),
    }
}

fn ticket(answer: Answer) -> String {
    match answer {
        Answer::Code(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

async fn type_code(scene: &Scene, ticket: &str, code: &str) -> Option<Opened> {
    order_status::type_code(&scene.services, &scene.store().await, NUMBER, ticket, code)
        .await
        .expect("is answered")
}

/// The codes that were mailed, the newest first, and to whom.
async fn codes(scene: &Scene) -> Vec<String> {
    carry(&scene.services).await;
    let kept = letters(scene, PostKind::OrderCode).await;
    // The next letter is a later one.
    scene.services.clock().advance_ms(1_000);
    kept.into_iter()
        .map(|(_, letter)| {
            assert_eq!(letter.to, OWNER);
            let code = letter
                .text
                .lines()
                .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
            code.expect("a code").to_owned()
        })
        .collect()
}

async fn write(scene: &Scene, ticket: &str, text: &str) -> Result<Written, service::Fault> {
    let writing = Writing {
        number: NUMBER.to_owned(),
        ticket: ticket.to_owned(),
        cid: new_id(),
        body: body(text),
        language: Language::En,
    };
    order_status::write(&scene.services, &scene.store().await, writing).await
}

/// Makes wrong guesses until facts alone open nothing.
async fn seal(scene: &Scene) {
    for n in 0..5 {
        assert!(matches!(ask(scene, NUMBER, &format!("100{n} AA")).await, Answer::Wrong));
    }
}

#[tokio::test]
async fn where_is_my_order_number_and_a_second_fact_show_state_and_parcel_and_no_address() {
    for scene in scenes().await {
        with_order(&scene).await;
        for (number, fact) in [
            (NUMBER, OWNER),
            ("m-20418", "JANE@customer.example "),
            (" #M-20418", "2611gx"),
            (NUMBER, POSTCODE),
        ] {
            let view = opened(ask(&scene, number, fact).await).view;
            assert_eq!(view.row.number, NUMBER, "{}", scene.name);
            assert_eq!(view.row.state, OrderState::Shipped);
            assert_eq!(view.tracking.map(|t| t.number).as_deref(), Some("3SDELF0204187"));
            assert_eq!(view.lines.len(), 1);
            assert_eq!(view.ship_to, None);
        }
        let empty = order_status::ask(&scene.services, &scene.store().await, " ", Fact::Mailbox, Language::En).await;
        assert_eq!(refused(empty), Refusal::Missing(Field::Order));
    }
}

#[tokio::test]
async fn nothing_tells_an_order_that_exists_from_one_that_does_not() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        with_order(&scene).await;
        for n in 0..8 {
            for fact in [format!("guess{n}@evil.example"), format!("9{n}00 ZZ")] {
                let there = ask(&scene, NUMBER, &fact).await;
                let nowhere = ask(&scene, "M-99999", &fact).await;
                assert_eq!(std::mem::discriminant(&there), std::mem::discriminant(&nowhere), "{}", scene.name);
            }
        }
        let there = ticket(ask(&scene, NUMBER, "").await);
        let nowhere = ticket(ask(&scene, "M-99999", "").await);
        assert_eq!(there.len(), nowhere.len());
        // Another store's order is none.
        let beta = service::stores::by_slug(&scene.services, "beta").await.expect("beta");
        let fact = Fact::read(OWNER).expect("a fact");
        let other = order_status::ask(&scene.services, &beta, NUMBER, fact, Language::En).await;
        assert!(matches!(other, Ok(Answer::Wrong)));
        assert_eq!(codes(&scene).await.len(), 1, "one was asked for, of one that is there");
    }
}

#[tokio::test]
async fn a_hundred_thousand_guesses_give_nothing_and_the_owner_still_gets_in() {
    // Wrong facts are counted per number and not per address: from how many of those they come makes no difference to them. What each
    // address may ask besides is the budget of the route.
    let scenes = scenes().await;
    let scene = scenes.first().expect("SQLite");
    let _dir = folder(scene);
    with_order(scene).await;
    let store = scene.store().await;
    let (mut answered, mut sealed) = (0, 0);
    for round in 0..100 {
        let guesses = (0..1_000).map(|n| {
            let guess = round * 1_000 + n;
            let fact = match guess % 2 {
                0 => Fact::Postcode(format!("{:04}{}", guess % 10_000, if guess < 50_000 { "AA" } else { "AB" })),
                _ => Fact::Email(format!("guess{guess}@evil.example")),
            };
            order_status::ask(&scene.services, &store, NUMBER, fact, Language::En)
        });
        let answers = join_all(guesses).await;
        for answer in answers {
            match answer.expect("is answered") {
                Answer::Wrong => answered += 1,
                Answer::Code(_) => sealed += 1,
                Answer::Order(_) => panic!("guessed"),
            }
        }
    }
    assert_eq!((answered, sealed), (5, 99_995));
    assert!(codes(scene).await.is_empty(), "nothing was mailed to anybody");
    // Nobody got a ticket that a code opens.
    let stranger = ticket(ask(scene, NUMBER, "guess@evil.example").await);
    let tries = join_all((0..1_000).map(|n| {
        let code = format!("{n:06}");
        let stranger = &stranger;
        async move { type_code(scene, stranger, &code).await }
    }));
    assert!(tries.await.iter().all(Option::is_none));

    for (mailed, fact) in [POSTCODE, OWNER].into_iter().enumerate() {
        let owner = ticket(ask(scene, NUMBER, fact).await);
        let codes = codes(scene).await;
        assert_eq!(codes.len(), mailed + 1);
        let code = codes.first().expect("a code");
        assert!(type_code(scene, &stranger, code).await.is_none(), "a code is good for who asked");
        assert_eq!(
            type_code(scene, &owner, code).await.map(|o| o.view.row.state),
            Some(OrderState::Shipped)
        );
    }
}

#[tokio::test]
async fn a_code_is_good_three_times_and_a_quarter_of_an_hour() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        with_order(&scene).await;
        let asked = ticket(ask(&scene, NUMBER, "").await);
        let code = codes(&scene).await.remove(0);
        let wrong: String = code.chars().map(|c| if c == '9' { '0' } else { '9' }).collect();
        for _ in 0..3 {
            assert!(type_code(&scene, &asked, &wrong).await.is_none());
        }
        assert!(type_code(&scene, &asked, &code).await.is_none(), "{}: typed too often", scene.name);

        let asked = ticket(ask(&scene, NUMBER, "").await);
        assert_eq!(codes(&scene).await.len(), 1, "one a day for whoever knows the number only");
        assert!(type_code(&scene, &asked, &code).await.is_none(), "that was another asking's");

        seal(&scene).await;
        let asked = ticket(ask(&scene, NUMBER, OWNER).await);
        let code = codes(&scene).await.remove(0);
        scene.services.clock().advance_ms(15 * 60_000);
        assert!(type_code(&scene, &asked, &code).await.is_none(), "too old");
        let asked = ticket(ask(&scene, NUMBER, OWNER).await);
        let code = codes(&scene).await.remove(0);
        assert!(type_code(&scene, &asked, &code).await.is_some());
        let _ = ask(&scene, NUMBER, OWNER).await;
        assert_eq!(codes(&scene).await.len(), 3, "an order's address gets three a day");

        // A day later everything is as if nothing had been.
        scene.services.clock().advance_ms(DAY_MS);
        let _ = opened(ask(&scene, NUMBER, POSTCODE).await);
    }
}

async fn thread(scene: &Scene) -> ConversationId {
    let desk = StoreScope(scene.world.alpha.id);
    let view = opened(ask(scene, NUMBER, OWNER).await).view;
    let found = scene
        .services
        .storage()
        .read(|s| Box::pin(async move { s.thread_of_order(desk, view.row.id).await }))
        .await;
    found.expect("reads").expect("a thread")
}

#[tokio::test]
async fn s_35_this_does_not_help_goes_on_in_the_orders_thread_with_the_facts_beside_it() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        with_order(&scene).await;
        let first = opened(ask(&scene, NUMBER, POSTCODE).await);
        let written = write(&scene, &first.ticket, "It has said shipped for a week.")
            .await
            .expect("writes");
        assert_eq!(written.number, NUMBER);
        assert!(written.door.is_none(), "who knows a postcode may write, and read nothing of before");
        write(&scene, &first.ticket, "Hello?").await.expect("writes");
        let id = thread(&scene).await;

        let desk = StoreScope(scene.world.alpha.id);
        let conversation = scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.conversation(ConversationScope::Desk(desk), id).await }))
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(conversation.kind, Kind::Order);
        assert!(matches!(&conversation.about, About::Order { number, .. } if number == NUMBER));
        let said: Vec<_> = scene.log(id).await.into_iter().map(|(_, kind)| kind).collect();
        let words = |text: &str| EventKind::Posted { body: body(text) };
        assert_eq!(said, [words("It has said shipped for a week."), words("Hello?")], "{}", scene.name);
        let remarks = scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.events_after(desk, id, Audience::Desk, Seq::ZERO, 10).await }))
            .await
            .expect("reads");
        assert_eq!(remarks.len(), 1, "once for each asking");
        assert_eq!(remarks[0].author, Author::System);
        let EventKind::Posted { body: remark } = &remarks[0].kind else {
            panic!("{remarks:?}")
        };
        assert!(
            remark.as_str().contains(NUMBER) && remark.as_str().contains("3SDELF0204187"),
            "{remark}"
        );
        assert!(remark.as_str().contains("postcode"), "{remark}");

        // Who reads the order's mail may read its thread.
        let asked = ticket(ask(&scene, NUMBER, "").await);
        let code = codes(&scene).await.remove(0);
        assert!(type_code(&scene, &asked, &code).await.is_some());
        let written = write(&scene, &asked, "It is here!").await.expect("writes");
        let door = written.door.expect("a door");
        let door = service::members::door(&scene.services, door.reveal()).await.expect("looks");
        assert_eq!(door.map(|door| door.to), Some(service::members::Room::Order(NUMBER.to_owned())));
        assert_eq!(thread(&scene).await, id, "one thread per order");

        scene.services.clock().advance_ms(HOUR_MS);
        assert_eq!(refused(write(&scene, &first.ticket, "Too late").await), Refusal::NotFound);
        assert_eq!(refused(write(&scene, "guessed", "Mine now").await), Refusal::NotFound);
    }
}

/// A page without what differs from one asking to the next.
fn same(page: &str) -> String {
    let mut page = page.to_owned();
    for mark in ["name=\"ticket\" value=\"", "nonce=\""] {
        while let Some(at) = page.find(mark) {
            let end = page[at + mark.len()..].find('"').map_or(page.len(), |n| at + mark.len() + n + 1);
            page.replace_range(at..end, "");
        }
    }
    page
}

#[tokio::test]
async fn the_page_answers_both_alike_and_is_kept_by_nobody() {
    let server = TestServer::start(sqlite().await).await;
    let browser = server.nobody();
    let link = "/c/alpha/order?lang=en";
    let panel = browser.get("/c/alpha?lang=en").await.text().await.expect("a page");
    assert!(!panel.contains(link), "a shop that tells of no orders offers none");
    put_order(&server.state.services, StoreScope(server.world.alpha.id)).await;
    let panel = browser.get("/c/alpha?lang=en").await.text().await.expect("a page");
    assert!(panel.contains(link), "{panel}");
    for place in [link, "/widget/alpha/order?lang=en"] {
        let page = browser.get(place).await;
        assert_eq!(page.status(), StatusCode::OK);
        let framed = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert_eq!(framed.contains("frame-ancestors 'none'"), place == link, "{framed}");
        assert_eq!(page.headers()["cache-control"], "no-store");
    }

    let fields = |number: &'static str, fact: &'static str| [("lang", "en"), ("number", number), ("fact", fact)];
    for n in 0..7 {
        let mut pages = Vec::new();
        for number in ["M-20418", "M-99999"] {
            let answer = browser.submit("/w/alpha/order", &fields(number, "1000 AA")).await;
            let expected = if n < 5 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            assert_eq!(answer.status(), expected);
            pages.push(same(&answer.text().await.expect("a page")).replace(number, "NUMBER"));
        }
        assert_eq!(pages[0], pages[1]);
    }

    put_order(&server.state.services, StoreScope(server.world.beta.id)).await;
    let answer = browser.submit("/w/beta/order", &fields(NUMBER, OWNER)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.expect("a page");
    for fact in ["On its way", "PostNL 3SDELF0204187", "Canal teapot", "€95.90"] {
        assert!(page.contains(fact), "{fact}: {page}");
    }
    assert!(!page.contains("Oude Delft") && !page.contains(OWNER), "{page}");
}

#[tokio::test]
async fn a_25_s_35_what_waits_in_the_orders_thread_leaves_an_empty_form() {
    let server = TestServer::start(sqlite().await).await;
    let services = &server.state.services;
    let [mira, _] = make_team(services).await;
    let mira = of_team(services, mira, Role::Owner).await;
    let held = SafetyPolicy::default().with(Private::Iban, Deed::Hold);
    safety::set_policy(services, &mira, held).await.expect("decides");
    put_order(services, StoreScope(server.world.alpha.id)).await;
    let browser = server.nobody();
    let asked = [("lang", "en"), ("number", NUMBER), ("fact", POSTCODE)];
    let page = text(browser.submit("/w/alpha/order", &asked).await).await;
    let ticket = between(&page, "name=\"ticket\" value=\"", "\"");
    let write = |cid: String, words: &'static str| {
        let browser = &browser;
        async move {
            let fields = [
                ("lang", "en"),
                ("do", "write"),
                ("number", NUMBER),
                ("ticket", ticket),
                ("cid", cid.as_str()),
                ("message", words),
            ];
            browser.submit("/w/alpha/order", &fields).await
        }
    };
    let begun = write(new_id::<ClientId>().to_string(), "This does not help.").await;
    assert_eq!(begun.status(), StatusCode::OK);
    let cid = new_id::<ClientId>().to_string();
    let answer = write(cid.clone(), "My account is NL91 ABNA 0417 1643 00").await;
    assert!(answer.status().is_client_error(), "{}", answer.status());
    let page = text(answer).await;
    assert!(page.contains("This message waits until the marketplace"), "{page}");
    assert!(!page.contains("NL91") && !page.contains(&cid), "{page}");
    assert_eq!(safety::list(services, &mira).await.expect("lists").len(), 1);
    server.stop().await;
}
