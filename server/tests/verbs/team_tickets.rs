//! Tickets to the marketplace's team: whose they are, what is due first, notes, merging, and how a conversation becomes one; as verbs on both
//! databases, and over HTTP as browsers meet it.

use model::{
    case::{CaseStatus, Priority, Statement, Topic},
    event::{Audience, EventKind},
    id::{AccountId, ConversationId},
    language::Language,
    party::{Role, Side},
    refusal::{Field, Refusal},
    text::{EmailAddress, Name},
    time::Timestamp,
};
use reqwest::StatusCode;
use service::{
    Actor, Fault, Party, Services, accounts, cases,
    clock::new_id,
    conversation,
    mail_in::{Reason, Verdict},
    members, rooms,
    secret::Secret,
    staff,
    support::{self, Asking, Deed, NewTicket},
    team::{self, TeamMember},
    visitor,
};
use storage::{AssigneeWanted, ConversationScope, Installation, NewAccount, NewDoorLink, Purpose, QueueWanted, StatusWanted, StoreScope};
use testkit::{PASSWORD, TestServer, sqlite};

use super::{
    Scene,
    at_once::meanwhile,
    body,
    mail_in::{expect_mail, ingest, letter_of, reply_to},
    members::{inside, location, text},
    refused, scenes,
};

const HOUR_MS: i64 = 3_600_000;

fn ticket(subject: &str, priority: Priority) -> NewTicket {
    NewTicket {
        cid: new_id(),
        subject: Name::parse(subject).expect("fine"),
        topic: Topic::Technical,
        priority,
        body: body("The payout page stays empty."),
        language: Language::En,
    }
}

/// The team's desk with two people: Mira administers it, Tom answers.
pub(super) async fn make_team(services: &Services) -> [(AccountId, StoreScope); 2] {
    let (at, services) = (services.clock().now(), services.clone());
    let hash = service::accounts::hash_password(&services, PASSWORD)
        .await
        .expect("a good password");
    let people = [("Mira", Role::Owner), ("Tom", Role::Operator)].map(|(name, role)| {
        let new = NewAccount {
            id: new_id(),
            email: EmailAddress::parse(&format!("{}@market.example", name.to_lowercase())).expect("fine"),
            name: Name::parse(name).expect("fine"),
            password_hash: hash.clone(),
            language: Language::En,
        };
        (new, role)
    });
    let ids = people.each_ref().map(|(new, _)| new.id);
    let made = services.storage().write(move |tx| {
        Box::pin(async move {
            let desk = team::ensure(tx, Name::parse("Marketplace").expect("fine"), Language::En, at).await?;
            for (new, role) in &people {
                tx.insert_account(Installation, new, at).await?;
                tx.insert_membership(desk, new.id, *role, at).await?;
            }
            Ok::<_, Fault>(desk)
        })
    });
    let desk = made.await.expect("makes");
    ids.map(|id| (id, desk))
}

/// Somebody of the team, as they are recognised.
pub(super) async fn of_team(services: &Services, (account, desk): (AccountId, StoreScope), role: Role) -> TeamMember {
    let actor = Actor {
        account,
        store: desk.0,
        role,
        live_chat: true,
        name: Name::parse("x").expect("fine"),
        operator_name: None,
    };
    team::member(services, &actor).await.expect("belongs to it")
}

impl Scene {
    async fn team(&self) -> (TeamMember, TeamMember) {
        let [mira, tom] = make_team(&self.services).await;
        (
            of_team(&self.services, mira, Role::Owner).await,
            of_team(&self.services, tom, Role::Operator).await,
        )
    }

    async fn tickets_jane(&self) -> Asking {
        let store = self.store().await;
        let token = members::enter(&self.services, &store, &self.identity()).await.expect("enters");
        let member = members::recognise(&self.services, &store, token.reveal()).await.expect("asks");
        Asking::Shopper(member.expect("is inside").scope)
    }

    async fn began(&self, asking: &Asking, new: NewTicket) -> ConversationId {
        support::begin(&self.services, asking, new).await.expect("begins")
    }

    async fn team_log(&self, member: &TeamMember, id: ConversationId) -> Vec<(Audience, EventKind)> {
        let room = rooms::read(&self.services, &support::team_party(member), id, None)
            .await
            .expect("reads");
        room.lines.into_iter().map(|(audience, event)| (audience, event.kind)).collect()
    }

    async fn number(&self, member: &TeamMember, id: ConversationId) -> i64 {
        support::opened(&self.services, member, id).await.expect("sees").row.number
    }

    async fn queue(&self, member: &TeamMember, wanted: QueueWanted) -> Vec<String> {
        let found = support::queue(&self.services, member, wanted, None).await.expect("reads");
        found.rows.iter().map(|row| row.subject.to_string()).collect()
    }
}

#[tokio::test]
async fn a_16_a_18_a_i4_a_ticket_has_a_number_and_its_clock_counts_the_teams_time_only() {
    for scene in scenes().await {
        let (mira, tom) = scene.team().await;
        let asking = Asking::Store(scene.actor(true));
        let new = ticket("No payouts", Priority::Normal);
        let id = scene.began(&asking, new.clone()).await;
        assert_eq!(scene.began(&asking, new).await, id, "{}: sent twice, begun once", scene.name);

        let mine = support::mine(&scene.services, &asking, id).await.expect("is theirs");
        assert_eq!(
            (mine.row.number, mine.row.status, mine.row.topic),
            (1, CaseStatus::New, Topic::Technical)
        );
        let opened = support::opened(&scene.services, &tom, id).await.expect("sees");
        assert_eq!(opened.row.with.as_ref().map(Name::as_str), Some("owner of alpha"));
        assert_eq!(opened.store.as_ref().map(Name::as_str), Some("alpha"));
        let now = scene.services.clock().now();
        assert_eq!(opened.row.due_at, Some(now.plus_ms(8 * HOUR_MS)));

        let team = support::team_party(&tom);
        rooms::say(&scene.services, &team, id, Audience::Desk, new_id(), body("Looks like the bank"))
            .await
            .expect("notes");
        rooms::say(&scene.services, &team, id, Audience::All, new_id(), body("We are looking into it."))
            .await
            .expect("answers");
        let row = support::opened(&scene.services, &mira, id).await.expect("sees").row;
        assert_eq!(
            (row.status, row.awaiting, row.due_at),
            (CaseStatus::Pending, Some(Side::Shopper), None)
        );
        let theirs = rooms::read(&scene.services, &mine.party, id, None).await.expect("reads");
        assert_eq!(theirs.lines.len(), 2, "A-i4: notes are the team's own");

        scene.services.clock().advance_ms(HOUR_MS);
        scene.say(&mine.party, id, new_id(), "Thank you!").await.expect("answers");
        let row = support::opened(&scene.services, &mira, id).await.expect("sees").row;
        assert_eq!(row.due_at, Some(now.plus_ms(73 * HOUR_MS)), "later by as long as it stood");

        support::resolve(&scene.services, &asking, id).await.expect("resolves");
        scene.say(&mine.party, id, new_id(), "It is back").await.expect("reopens");
        let row = support::opened(&scene.services, &mira, id).await.expect("sees").row;
        assert_eq!(row.status, CaseStatus::Pending, "A-i3");
        support::change(&scene.services, &mira, id, Deed::Status(CaseStatus::Closed))
            .await
            .expect("closes");
        assert_eq!(scene.say(&mine.party, id, new_id(), "One more").await, Err(Refusal::Closed));
    }
}

#[tokio::test]
async fn hb_11_a_24_what_is_asked_as_a_buyer_is_seen_by_that_person_and_the_team_only() {
    for scene in scenes().await {
        let (mira, _) = scene.team().await;
        let (owner, operator) = (scene.actor(true), scene.actor(false));
        let own = scene
            .began(&Asking::Person(operator.clone()), ticket("My own", Priority::Low))
            .await;
        let stores = scene
            .began(&Asking::Store(owner.clone()), ticket("The store's", Priority::Low))
            .await;
        let jane = scene.tickets_jane().await;
        let janes = scene.began(&jane, ticket("Where is it", Priority::Low)).await;
        let everybody = [
            (Asking::Person(operator.clone()), own),
            (Asking::Store(operator.clone()), stores),
            (jane, janes),
        ];
        for (asking, theirs) in &everybody {
            let list = support::list(&scene.services, asking, None).await.expect("lists");
            assert_eq!(
                list.rows.iter().map(|row| row.conversation).collect::<Vec<_>>(),
                [*theirs],
                "{}",
                scene.name
            );
            for id in [own, stores, janes] {
                let found = support::mine(&scene.services, asking, id).await;
                assert_eq!(found.is_ok(), id == *theirs, "{}: {asking:?}", scene.name);
            }
        }
        let colleague = Asking::Person(owner);
        let hidden = support::mine(&scene.services, &colleague, own).await.map(|mine| mine.row.number);
        assert_eq!(refused(hidden), Refusal::NotFound);
        // At a store's own desk there is no such conversation.
        let at_desk = conversation::view(&scene.services, &Party::Desk(operator), stores)
            .await
            .map(|_| ());
        assert_eq!(refused(at_desk), Refusal::NotFound);
        assert_eq!(scene.queue(&mira, QueueWanted::default()).await.len(), 3);
        let team_asks = Asking::Store(mira.actor().clone());
        let nobody = support::begin(&scene.services, &team_asks, ticket("Ourselves", Priority::Low)).await;
        assert_eq!(refused(nobody), Refusal::NotAllowed);
    }
}

/// A link in a letter of the team's desk.
async fn door_of_team(services: &Services, team: StoreScope, purpose: Purpose, to: &str) -> String {
    let (token, at) = (Secret::new(), services.clock().now());
    let new = NewDoorLink {
        token_sha256: token.hash(),
        store: team.0,
        purpose,
        customer: None,
        email: EmailAddress::parse(to).expect("fine"),
        language: Language::En,
        expires_at: at.plus_ms(HOUR_MS),
    };
    let written = services
        .storage()
        .write(move |tx| Box::pin(async move { tx.insert_door_link(&new, at).await }));
    written.await.expect("inserts");
    token.reveal().to_owned()
}

#[tokio::test]
async fn hb_11_to_whoever_works_there_no_longer_the_stores_tickets_do_not_exist_by_any_door() {
    for scene in scenes().await {
        let _folder = expect_mail(&scene.services);
        let (services, name) = (&scene.services, scene.name);
        let (mira, tom) = scene.team().await;
        let (team, (address, ann)) = (mira.actor().scope(), scene.world.alpha.operator.clone());
        let for_store = scene
            .began(&Asking::Store(scene.actor(false)), ticket("The store's", Priority::Low))
            .await;
        let own = scene
            .began(&Asking::Person(scene.actor(false)), ticket("My own", Priority::Low))
            .await;
        let store = services.storage().read(|s| Box::pin(async move { s.store(team).await })).await;
        let store = store.expect("reads").expect("is there");
        let letters = async || {
            let mails = services
                .storage()
                .read(|s| Box::pin(async move { s.mails(team, None).await }))
                .await;
            mails.expect("reads").iter().filter(|mail| mail.kind == "answer").count()
        };
        let answers = async |id: ConversationId| {
            let before = letters().await;
            let party = support::team_party(&tom);
            scene.say(&party, id, new_id(), "We are looking into it.").await.expect("answers");
            letters().await - before
        };
        let door = door_of_team(services, team, Purpose::SignIn, &address).await;
        let inside = members::open_door(services, &door).await.expect("opens").expect("is good");
        let (scope, inside) = (inside.scope, inside.token);
        let listed = async || {
            let mut rows: Vec<_> = members::messages(services, scope, None).await.expect("lists").rows;
            rows.sort_by_key(|row| row.id);
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let unread = async || {
            let here = members::recognise(services, &store, inside.reveal()).await.expect("asks");
            here.expect("is inside").unread.0
        };
        assert_eq!(listed().await, [for_store, own], "{name}");
        let panel = members::thread(services, scope, for_store).await.expect("opens").token;
        let seen = async || {
            let session = visitor::recognise(services, &store, panel.reveal()).await.expect("asks");
            session.is_some()
        };
        assert!(seen().await, "{name}");
        let letter_to = door_of_team(services, team, Purpose::Conversation(for_store), &address).await;
        assert!(members::door(services, &letter_to).await.expect("looks").is_some(), "{name}");
        let to = reply_to(services, for_store).await;

        staff::deactivate(services, &scene.actor(true), ann).await.expect("removes");
        assert_eq!(listed().await, [own], "{name}: what they asked for themselves stays theirs");
        assert_eq!(answers(for_store).await, 0, "{name}: nothing is mailed to them");
        assert_eq!(unread().await, 0, "{name}");
        assert_eq!(answers(own).await, 1, "{name}");
        assert_eq!(unread().await, 1, "{name}");
        let gone = async |id: ConversationId| {
            let opened = members::thread(services, scope, id).await.map(|_| ());
            assert_eq!(refused(opened), Refusal::NotFound, "{name}");
            let page = members::conversation(services, scope, id).await;
            assert_eq!(refused(page), Refusal::NotFound, "{name}");
        };
        gone(for_store).await;
        assert!(!seen().await, "{name}: the panel that was open");
        assert!(members::door(services, &letter_to).await.expect("looks").is_none(), "{name}");
        assert!(members::open_door(services, &letter_to).await.expect("opens").is_none(), "{name}");
        let mail = letter_of(&format!("Ann <{address}>"), "alpha.example", "Re", "Still here");
        assert_eq!(ingest(services, &mail, &to).await, Verdict::Quarantined(Reason::Gone), "{name}");

        // It is the store's: whoever works there now goes on with it.
        let colleague = support::mine(services, &Asking::Store(scene.actor(true)), for_store)
            .await
            .expect("is theirs");
        scene.say(&colleague.party, for_store, new_id(), "We go on.").await.expect("posts");

        accounts::deactivate(services, ann).await.expect("switches off");
        assert!(listed().await.is_empty(), "{name}");
        assert_eq!(answers(own).await, 0, "{name}");
        gone(own).await;
    }
}

#[tokio::test]
async fn a_i4_what_is_due_first_is_on_top_and_the_team_sorts_what_comes() {
    for scene in scenes().await {
        let (mira, tom) = scene.team().await;
        let asking = Asking::Store(scene.actor(true));
        let low = scene.began(&asking, ticket("low", Priority::Low)).await;
        let normal = scene.began(&asking, ticket("normal", Priority::Normal)).await;
        let answered = scene.began(&asking, ticket("answered", Priority::Urgent)).await;
        scene
            .say(&support::team_party(&tom), answered, new_id(), "Done?")
            .await
            .expect("answers");
        let wanted = QueueWanted::default();
        assert_eq!(scene.queue(&mira, wanted).await, ["normal", "low", "answered"], "{}", scene.name);

        let change = |id, deed| support::change(&scene.services, &mira, id, deed);
        change(low, Deed::Prioritise(Priority::Urgent)).await.expect("prioritises");
        change(low, Deed::Assign(Some(tom.actor().account))).await.expect("assigns");
        change(low, Deed::Assign(Some(tom.actor().account))).await.expect("twice is once");
        change(low, Deed::Sort(Topic::Order)).await.expect("sorts");
        assert_eq!(scene.queue(&mira, wanted).await, ["low", "normal", "answered"]);
        let of = |assignee| QueueWanted { assignee, ..wanted };
        assert_eq!(scene.queue(&tom, of(AssigneeWanted::Mine)).await, ["low"]);
        assert_eq!(scene.queue(&mira, of(AssigneeWanted::Nobody)).await, ["normal", "answered"]);
        let about = QueueWanted {
            topic: Some(Topic::Order),
            ..wanted
        };
        assert_eq!(scene.queue(&mira, about).await, ["low"]);
        let log = scene.team_log(&mira, low).await;
        let said = |what: &Statement| {
            log.iter()
                .filter(|(audience, kind)| *audience == Audience::Desk && matches!(kind, EventKind::Stated { what: one } if one == what))
                .count()
        };
        assert_eq!(said(&Statement::Prioritised { to: Priority::Urgent }), 1);
        assert_eq!(log.iter().filter(|(audience, _)| *audience == Audience::Desk).count(), 2, "{log:?}");

        // Nobody outside of the team can have one.
        let outside = change(normal, Deed::Assign(Some(scene.actor(true).account))).await;
        assert_eq!(refused(outside), Refusal::NotFound);
        change(normal, Deed::Status(CaseStatus::Closed)).await.expect("closes");
        assert_eq!(refused(change(normal, Deed::Sort(Topic::Other)).await), Refusal::Closed);
        let closed = QueueWanted {
            status: StatusWanted::Closed,
            ..wanted
        };
        assert_eq!(scene.queue(&mira, closed).await, ["normal"]);
        scene.services.clock().advance_ms(2 * HOUR_MS);
        let overdue = support::opened(&scene.services, &mira, low).await.expect("sees").row;
        assert!(overdue.due_at.is_some_and(|due| due < scene.services.clock().now()));
    }
}

#[tokio::test]
async fn a_i4_two_tickets_of_one_requester_become_one_and_both_stay_readable() {
    for scene in scenes().await {
        let (mira, _) = scene.team().await;
        let (asking, own) = (Asking::Store(scene.actor(true)), Asking::Person(scene.actor(true)));
        let first = scene.began(&asking, ticket("first", Priority::Low)).await;
        let again = scene.began(&asking, ticket("again", Priority::High)).await;
        let private = scene.began(&own, ticket("private", Priority::High)).await;
        support::change(&scene.services, &mira, first, Deed::Status(CaseStatus::Resolved))
            .await
            .expect("resolves");
        let merge = |id, into| support::merge(&scene.services, &mira, id, into);
        for nonsense in [2, 3, 99] {
            assert_eq!(refused(merge(again, nonsense).await), Refusal::Invalid(Field::Number), "{nonsense}");
        }
        assert_eq!(refused(merge(private, 1).await), Refusal::Invalid(Field::Number));
        let high = support::opened(&scene.services, &mira, again).await.expect("sees").row.due_at;
        assert_eq!(merge(again, 1).await.expect("merges"), first);
        assert_eq!(merge(again, 1).await.expect("once"), first);
        let left = support::opened(&scene.services, &mira, first).await.expect("sees").row;
        assert_eq!(
            (left.status, left.awaiting),
            (CaseStatus::Pending, Some(Side::Desk)),
            "somebody waits"
        );
        assert_eq!(left.due_at, high, "{}: for as long as they did before", scene.name);

        let gone = support::mine(&scene.services, &asking, again).await.expect("stays readable");
        assert_eq!((gone.row.status, gone.merged_into), (CaseStatus::Closed, Some(1)));
        let room = rooms::read(&scene.services, &gone.party, again, None).await.expect("reads");
        let merged = EventKind::Stated {
            what: Statement::Merged { into: 1 },
        };
        assert_eq!(room.lines.last().map(|(_, event)| &event.kind), Some(&merged));
        assert_eq!(refused(merge(first, 2).await), Refusal::Closed);
    }
}

#[tokio::test]
async fn a_i4_who_is_given_a_ticket_while_its_requester_writes_has_it() {
    for scene in scenes().await {
        let (mira, tom) = scene.team().await;
        let asking = Asking::Store(scene.actor(true));
        let id = scene.began(&asking, ticket("No payouts", Priority::Low)).await;
        let mine = support::mine(&scene.services, &asking, id).await.expect("is theirs");
        let (desk, account, at) = (mira.actor().scope(), tom.actor().account, scene.services.clock().now());
        let said = meanwhile(
            &scene,
            move |tx| {
                Box::pin(async move {
                    tx.hold_conversation(ConversationScope::Desk(desk), id).await?;
                    let mut row = tx.case(desk, id).await?.expect("is one");
                    row.assignee = Some((account, Name::parse("Tom").expect("fine")));
                    Ok::<_, Fault>(tx.set_case(desk, &row, at).await?)
                })
            },
            scene.say(&mine.party, id, new_id(), "It is still empty."),
        )
        .await;
        said.expect("posts");
        let row = support::opened(&scene.services, &mira, id).await.expect("sees").row;
        assert_eq!(row.assignee.map(|(who, _)| who), Some(account), "{}", scene.name);
        assert_eq!(row.status, CaseStatus::New, "{}: nobody has answered yet", scene.name);
    }
}

#[tokio::test]
async fn a_i4_of_two_tickets_that_are_merged_into_each_other_at_once_one_stays_open() {
    for scene in scenes().await {
        let (mira, tom) = scene.team().await;
        let asking = Asking::Store(scene.actor(true));
        for _ in 0..3 {
            let one = scene.began(&asking, ticket("one", Priority::Low)).await;
            let other = scene.began(&asking, ticket("other", Priority::Low)).await;
            let (first, second) = (scene.number(&mira, one).await, scene.number(&mira, other).await);
            let (there, back) = tokio::join!(
                support::merge(&scene.services, &mira, one, second),
                support::merge(&scene.services, &tom, other, first),
            );
            let (merged, refusal, left) = if there.is_ok() { (there, back, other) } else { (back, there, one) };
            assert_eq!(merged.expect("merges"), left, "{}", scene.name);
            assert_eq!(refused(refusal), Refusal::Closed, "{}", scene.name);
            let row = support::opened(&scene.services, &mira, left).await.expect("sees").row;
            assert_eq!((row.status, row.merged_into), (CaseStatus::New, None), "{}", scene.name);
        }
    }
}

#[tokio::test]
async fn a_16_whoever_came_by_a_letter_about_one_thing_has_no_tickets() {
    for scene in scenes().await {
        scene.team().await;
        let Asking::Shopper(whole) = scene.tickets_jane().await else {
            panic!("a shopper");
        };
        let only = Asking::Shopper(storage::MemberScope {
            reach: storage::MemberReach::Conversation(new_id()),
            ..whole
        });
        let begun = support::begin(&scene.services, &only, ticket("Hello", Priority::Low)).await;
        assert_eq!(refused(begun), Refusal::NotFound);
        let thread = ticket("A thread", Priority::Low);
        let other_topic = NewTicket {
            topic: Topic::Presale,
            ..thread
        };
        let begun = support::begin(&scene.services, &Asking::Shopper(whole), other_topic).await;
        assert_eq!(refused(begun), Refusal::Malformed);
    }
}

#[tokio::test]
async fn a_21_a_conversation_becomes_a_ticket_with_its_history_and_both_sides_read_that_it_did() {
    let server = TestServer::start(sqlite().await).await;
    let services = &server.state.services;
    let [mira, _] = make_team(services).await;
    let mira = of_team(services, mira, Role::Owner).await;
    let shopper = server.visitor(&server.world.alpha);
    let left = shopper.leave("It arrived broken").await.expect("leaves a message");
    let source = left.conversation.id;
    let browser = server.sign_in(&server.world.alpha.operator.0).await.browser;

    let asked = text(browser.get(&format!("/desk/pages/tickets/new?from={source}")).await).await;
    assert!(asked.contains(&format!("value=\"{source}\"")), "{asked}");
    let cid: model::id::ClientId = new_id();
    let (cid, from) = (cid.to_string(), source.to_string());
    let form = [
        ("cid", cid.as_str()),
        ("subject", "Broken, and we do not agree"),
        ("topic", "dispute"),
        ("priority", "high"),
        ("message", "Please help us both."),
        ("from", from.as_str()),
    ];
    let begun = browser.submit("/desk/pages/tickets", &form).await;
    assert_eq!(begun.status(), StatusCode::SEE_OTHER);
    let path = location(&begun);
    assert_eq!(
        location(&browser.submit("/desk/pages/tickets", &form).await),
        path,
        "sent twice, begun once"
    );
    let html = text(browser.get(&path).await).await;
    assert!(html.contains("conversation.txt") && html.contains("Please help us both."), "{html}");
    assert!(html.contains(&format!("/desk/offline-messages/{source}")), "{html}");

    let id: ConversationId = path.rsplit('/').next().expect("an id").parse().expect("an id");
    let opened = support::opened(services, &mira, id).await.expect("sees");
    assert_eq!(opened.row.from.map(|(_, from)| from), Some(source));
    let room = rooms::read(services, &support::team_party(&mira), id, None).await.expect("reads");
    let file = room.lines.iter().find_map(|(_, event)| match &event.kind {
        EventKind::Shared { file } => Some(file.id),
        _ => None,
    });
    let operator = server.sign_in("mira@market.example").await.browser;
    let history = text(operator.get(&format!("/files/{}", file.expect("a file"))).await).await;
    assert!(history.contains("It arrived broken") && history.contains("Jane"), "{history}");

    let party = Party::Desk(actor_of(&server));
    let log = rooms::read(services, &party, source, None).await.expect("reads");
    let number = opened.row.number;
    let said: Vec<_> = log
        .lines
        .iter()
        .filter(|(_, event)| {
            event.kind
                == EventKind::Stated {
                    what: Statement::Escalated { number },
                }
        })
        .collect();
    assert_eq!(said.len(), 1, "once, for everybody: {said:?}");
    assert!(said.iter().all(|(audience, _)| *audience == Audience::All));
    // What is at another store is not theirs to hand on.
    let beta = server.sign_in(&server.world.beta.operator.0).await.browser;
    assert_eq!(beta.submit("/desk/pages/tickets", &form).await.status(), StatusCode::NOT_FOUND);
    server.stop().await;
}

fn actor_of(server: &TestServer) -> Actor {
    Actor {
        account: server.world.alpha.operator.1,
        store: server.world.alpha.id,
        role: Role::Operator,
        live_chat: true,
        name: Name::parse("operator of alpha").expect("fine"),
        operator_name: None,
    }
}

#[tokio::test]
async fn a_17_a_i7_both_paths_lead_to_tickets_and_each_shows_its_own() {
    let server = TestServer::start(sqlite().await).await;
    make_team(&server.state.services).await;
    let browser = server.sign_in(&server.world.alpha.owner.0).await.browser;
    let overview = text(browser.get("/buyer").await).await;
    assert!(
        overview.contains("href=\"/buyer/tickets\"") && !overview.contains("<script"),
        "{overview}"
    );

    let empty = [("subject", ""), ("message", "I typed this")];
    let again = browser.submit("/buyer/tickets", &empty).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = text(again).await;
    assert!(
        again.contains("Subject: please fill this in.") && again.contains("I typed this"),
        "{again}"
    );

    let form = [("subject", "Only mine"), ("message", "About my own account"), ("topic", "account")];
    let own = location(&browser.submit("/buyer/tickets", &form).await);
    let form = [("subject", "Of the store"), ("message", "About payouts"), ("topic", "technical")];
    let stores = location(&browser.submit("/desk/pages/tickets", &form).await);
    assert!(own.starts_with("/buyer/tickets/") && stores.starts_with("/desk/pages/tickets/"));
    let list = text(browser.get("/buyer/tickets").await).await;
    assert!(
        list.contains("Only mine") && !list.contains("Of the store") && !list.contains("About payouts"),
        "{list}"
    );
    assert_eq!(
        browser.get(&stores.replace("/desk/pages", "/buyer")).await.status(),
        StatusCode::NOT_FOUND
    );

    let colleague = server.sign_in(&server.world.alpha.operator.0).await.browser;
    assert_eq!(colleague.get(&stores).await.status(), StatusCode::OK);
    assert_eq!(colleague.get(&own).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        colleague.get(&own.replace("/buyer", "/desk/pages")).await.status(),
        StatusCode::NOT_FOUND
    );
    // In the desk, a form that asks for another one is posted.
    let asked = text(colleague.submit("/desk/pages/tickets/new", &[("message", "typed elsewhere")]).await).await;
    assert!(
        asked.contains("typed elsewhere") && asked.contains("action=\"/desk/pages/tickets\""),
        "{asked}"
    );

    assert_eq!(colleague.get("/team/tickets").await.status(), StatusCode::NOT_FOUND);
    let tom = server.sign_in("tom@market.example").await.browser;
    assert_eq!(location(&tom.get("/desk/pages/tickets").await), "/team/tickets");
    let queue = text(tom.get("/team/tickets").await).await;
    assert!(queue.contains("Only mine") && queue.contains("Answer due in"), "{queue}");
    let page = stores.replace("/desk/pages", "/team");
    assert!(text(tom.get(&page).await).await.contains("About payouts"));
    let note = [("message", "between us"), ("to", "desk")];
    assert_eq!(location(&tom.submit(&page, &note).await), page);
    assert_eq!(location(&tom.submit(&page, &[("message", "On it.")]).await), page);
    let theirs = text(colleague.get(&stores).await).await;
    assert!(theirs.contains("On it.") && !theirs.contains("between us"), "{theirs}");
    let merged = tom.submit(&format!("{page}/merge"), &[("number", "#1")]).await;
    assert_eq!(merged.status(), StatusCode::UNPROCESSABLE_ENTITY, "it is somebody's own");
    let closed = tom.submit(&format!("{page}/status"), &[("status", "closed")]).await;
    assert_eq!(location(&closed), page);
    let theirs = text(colleague.get(&stores).await).await;
    assert!(
        theirs.contains("This ticket is closed.") && !theirs.contains("<textarea"),
        "{theirs}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_16_a_shopper_asks_the_marketplace_from_the_member_centre() {
    let server = TestServer::start(sqlite().await).await;
    let [mira, _] = make_team(&server.state.services).await;
    let (jane, _) = inside(&server, "C-77").await;
    let form = text(
        jane.submit("/account/alpha/tickets/new", &[("message", "typed for a thread")])
            .await,
    )
    .await;
    assert!(form.contains("typed for a thread"), "{form}");
    let typed = [
        ("subject", "A seller is silent"),
        ("message", "For two weeks now"),
        ("topic", "order"),
    ];
    let path = location(&jane.submit("/account/alpha/tickets", &typed).await);
    let page = text(jane.get(&path).await).await;
    assert!(page.contains("For two weeks now") && page.contains("#1"), "{page}");
    let list = text(jane.get("/account/alpha/tickets").await).await;
    assert!(list.contains("A seller is silent") && list.contains(&path), "{list}");
    let (other, _) = inside(&server, "C-78").await;
    assert_eq!(other.get(&path).await.status(), StatusCode::NOT_FOUND);

    let services = &server.state.services;
    let mira = of_team(services, mira, Role::Owner).await;
    let id: ConversationId = path.rsplit('/').next().expect("an id").parse().expect("an id");
    let team = support::team_party(&mira);
    conversation::post(services, &team, id, Audience::All, new_id(), body("We ask them."))
        .await
        .expect("answers");
    let case = cases::case(services, &team, id).await.expect("finds");
    assert_eq!((case.status, case.unread.1), (CaseStatus::Pending, 1));
    assert!(text(jane.get(&path).await).await.contains("We ask them."));
    let case = cases::case(services, &team, id).await.expect("finds");
    assert_eq!(case.unread.1, 0, "who opens it has read it");
    assert_eq!(location(&jane.submit(&format!("{path}/resolve"), &[]).await), path);
    let case = cases::case(services, &team, id).await.expect("finds");
    assert_eq!((case.status, case.due_at), (CaseStatus::Resolved, None::<Timestamp>));
    server.stop().await;
}
