//! Disputes: opened about an order, settled with one press, mediated when asked or when somebody is silent, decided, appealed, and over; as
//! verbs on both databases, and over HTTP as browsers meet them.

use model::{
    case::{Priority, Remedy, Statement, Topic},
    conversation::Stage,
    dispute::{ANSWER_MS, APPEAL_MS, CARRY_OUT_MS, DECIDE_MS, DisputeState, OBJECT_MS, OFFER_MS, Outcome, Problem, REOPENED_MS, Turn},
    event::{Audience, EventKind},
    id::ConversationId,
    language::Language,
    party::{Author, Role, Side},
    refusal::{Field, Refusal},
    safety::Private,
    text::{Comment, Name},
};
use reqwest::{Method, StatusCode};
use service::{
    Actor, Fault, Party,
    api_keys::{self, Scopes},
    blocking,
    clock::new_id,
    disputes::{self, Deed, Opening, Wish},
    duty, hold,
    mail_in::{Reason, Verdict},
    marketplace::{
        export::{self, Next},
        oversight, stores,
    },
    members::{self, Member},
    rooms, store_voice,
    support::{self, Asking, NewTicket},
    team::TeamMember,
};
use storage::{ConversationScope, DisputesWanted, Installation, MemberReach, MemberScope, StoreScope};
use testkit::{TestServer, sqlite, with_file};

use super::{
    Scene,
    at_once::meanwhile,
    body,
    mail_in::{expect_mail, ingest, letter, reply_to},
    members::{between, inside, location, order_of, text},
    refused, scenes,
    team_tickets::make_team,
};

/// Of `The cups arrived in pieces.`
const HASH: &str = "6568cd8877173bf5aae2e18dc27505487f0b26b231acfb30f42700a1d845e9a8";

fn wish(what: &str, amount: &str) -> Wish {
    Wish {
        what: what.to_owned(),
        amount: amount.to_owned(),
    }
}

fn why(text: &str) -> Comment {
    Comment::parse(text).expect("fine")
}

fn refund(minor: i64) -> Remedy {
    Remedy::Refund {
        minor,
        currency: "EUR".to_owned(),
    }
}

fn opening(wish: Option<Wish>) -> Opening {
    Opening {
        cid: new_id(),
        problem: Problem::Damaged,
        wish,
        body: body("The plates arrived in pieces."),
        language: Language::En,
    }
}

/// Jane, her order, and what the marketplace needs.
struct Quarrel {
    scene: Scene,
    jane: Member,
    mira: TeamMember,
    id: ConversationId,
}

impl Quarrel {
    async fn all(wish: Option<Wish>) -> Vec<Self> {
        let mut quarrels = Vec::new();
        for scene in scenes().await {
            let mira = scene.of_the_team("mira", Role::Owner).await;
            let jane = scene.member_jane().await;
            scene.members_order(jane.scope.customer, "M-1").await;
            let id = disputes::open(&scene.services, jane.scope, "M-1", opening(wish.clone()))
                .await
                .expect("opens");
            quarrels.push(Self { scene, jane, mira, id });
        }
        quarrels
    }

    async fn buyer(&self) -> Party {
        disputes::mine(&self.scene.services, self.jane.scope, self.id)
            .await
            .expect("is theirs")
    }

    fn seller(&self) -> Party {
        Party::Desk(self.scene.actor(false))
    }

    async fn mediator(&self) -> Party {
        disputes::take(&self.scene.services, &self.mira, self.id).await.expect("takes");
        let seen = disputes::mediated(&self.scene.services, &self.mira, self.id).await.expect("sees");
        seen.party.expect("mediates")
    }

    async fn row(&self) -> storage::DisputeRow {
        let (store, id) = (StoreScope(self.scene.world.alpha.id), self.id);
        let row = self
            .scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.dispute(store, id).await }))
            .await;
        row.expect("reads").expect("is there")
    }

    async fn act(&self, party: &Party, deed: Deed) -> Result<(), Fault> {
        let seen = self.row().await.steps;
        disputes::act(&self.scene.services, party, self.id, new_id(), seen, deed).await
    }

    async fn say(&self, party: &Party) -> Result<(), Fault> {
        let said = rooms::say(
            &self.scene.services,
            party,
            self.id,
            Audience::All,
            new_id(),
            body("One more thing."),
        );
        said.await.map(|_| ())
    }

    /// Whether anything keeps its room from being deleted.
    async fn is_kept(&self) -> bool {
        let (store, id) = (StoreScope(self.scene.world.alpha.id), self.id);
        let storage = self.scene.services.storage();
        let kept = storage.read(|s| Box::pin(async move { s.legal_hold(store, id).await })).await;
        kept.expect("reads")
    }

    async fn told(&self) -> Vec<Statement> {
        let log = self.scene.log(self.id).await;
        let told = log.into_iter().filter_map(|(_, kind)| match kind {
            EventKind::Stated { what } => Some(what),
            _ => None,
        });
        told.collect()
    }
}

#[tokio::test]
async fn a_16_a_problem_with_an_order_is_settled_with_one_press_and_closed_when_it_is_done() {
    for quarrel in Quarrel::all(Some(wish("refund", "34,00"))).await {
        let (buyer, seller, name) = (quarrel.buyer().await, quarrel.seller(), quarrel.scene.name);
        let services = &quarrel.scene.services;
        let row = quarrel.row().await;
        assert_eq!(row.state.responsible(), Some(Turn::Seller), "{name}");
        assert_eq!(
            (row.order_number.as_str(), row.total.minor, row.problem),
            ("M-1", 3_400, Problem::Damaged)
        );
        assert!(row.number > 0 && row.unread.0 > 0, "{name}: the desk has something new");

        let more = quarrel.act(&seller, Deed::Offer(wish("refund", "34.01"))).await;
        assert_eq!(refused(more), Refusal::Invalid(Field::Number), "{name}: never more than it cost");
        quarrel.act(&seller, Deed::Offer(wish("refund", "10"))).await.expect("offers");
        assert_eq!(
            refused(quarrel.act(&seller, Deed::Accept).await),
            Refusal::NotAllowed,
            "one's own offer"
        );
        assert!(quarrel.row().await.unread.1 > 0, "{name}: the buyer has something new");

        // Whoever looked before the offer changed reads it first; whoever presses twice accepts once.
        let stale = disputes::act(services, &buyer, quarrel.id, new_id(), 0, Deed::Accept).await;
        assert_eq!(refused(stale), Refusal::ChangedMeanwhile, "{name}");
        let (cid, seen) = (new_id(), quarrel.row().await.steps);
        for _ in 0..2 {
            disputes::act(services, &buyer, quarrel.id, cid, seen, Deed::Accept)
                .await
                .expect("accepts");
        }
        let row = quarrel.row().await;
        assert!(
            matches!(&row.state, DisputeState::Settled { remedy, .. } if *remedy == refund(1_000)),
            "{name}: {:?}",
            row.state
        );
        quarrel.act(&seller, Deed::CarriedOut).await.expect("is done");
        let row = quarrel.row().await;
        assert_eq!(
            (row.state.responsible(), row.closed_at),
            (Some(Turn::Buyer), None),
            "{name}: says the seller"
        );
        quarrel.act(&buyer, Deed::CarriedOut).await.expect("came");
        let row = quarrel.row().await;
        assert!(row.closed_at.is_some() && row.state.deadline().is_none(), "{name}");
        for party in [&buyer, &seller] {
            assert_eq!(refused(quarrel.say(party).await), Refusal::Closed, "{name}: over is over");
            assert_eq!(refused(quarrel.act(party, Deed::Withdraw).await), Refusal::Closed);
        }
        let offered = |minor| Statement::Offered { remedy: refund(minor) };
        let told = [
            offered(3_400),
            offered(1_000),
            Statement::Accepted,
            Statement::CarriedOut,
            Statement::CarriedOut,
        ];
        assert_eq!(quarrel.told().await, told, "{name}");

        // A new problem is a new dispute.
        let known = disputes::of_order(services, quarrel.jane.scope, "M-1").await.expect("asks");
        assert!(known.can_open && known.rows.len() == 1, "{name}");
        let again = disputes::open(services, quarrel.jane.scope, "M-1", opening(None))
            .await
            .expect("opens");
        assert_ne!(again, quarrel.id);
    }
}

#[tokio::test]
async fn a_i5_who_mediates_reads_along_only_after_both_sides_were_told() {
    for quarrel in Quarrel::all(None).await {
        let (buyer, seller, name) = (quarrel.buyer().await, quarrel.seller(), quarrel.scene.name);
        let (services, mira) = (&quarrel.scene.services, &quarrel.mira);
        let thread = members::write_about(
            services,
            quarrel.jane.scope,
            "M-1",
            new_id(),
            body("When does it come?"),
            Language::En,
        )
        .await
        .expect("writes");
        let before = disputes::mediated(services, mira, quarrel.id).await.expect("sees");
        assert!(
            before.party.is_none() && !before.can_take && before.beside.is_none(),
            "{name}: nobody asked yet"
        );
        assert_eq!(refused(disputes::take(services, mira, quarrel.id).await), Refusal::NotAllowed);

        quarrel.act(&seller, Deed::AskMediator).await.expect("asks");
        assert_eq!(quarrel.row().await.state.responsible(), Some(Turn::Team));
        let waiting = disputes::list_all(services, mira, DisputesWanted::Waiting, None)
            .await
            .expect("lists");
        assert!(waiting.rows.iter().any(|row| row.conversation == quarrel.id), "{name}");

        let mediator = quarrel.mediator().await;
        quarrel.mediator().await;
        let overseen = |what: &Statement| matches!(what, Statement::Overseen { by, .. } if by.as_str() == "mira");
        assert_eq!(
            quarrel.told().await.iter().filter(|what| overseen(what)).count(),
            1,
            "{name}: told once"
        );
        let beside = quarrel.scene.log(thread).await;
        assert!(
            beside
                .iter()
                .any(|(_, kind)| matches!(kind, EventKind::Stated { what } if overseen(what))),
            "{name}: also where the order was talked about"
        );
        let seen = disputes::mediated(services, mira, quarrel.id).await.expect("sees");
        let (as_reader, about) = seen.beside.expect("may read it");
        assert_eq!(about, thread);
        assert_eq!(
            rooms::read(services, &as_reader, thread, None).await.expect("reads").lines.len(),
            2,
            "{name}"
        );
        let into = rooms::say(services, &as_reader, thread, Audience::All, new_id(), body("Hello")).await;
        assert_eq!(refused(into), Refusal::NotFound, "{name}: read, not written");
        let note = rooms::say(services, &mediator, quarrel.id, Audience::Desk, new_id(), body("Hm")).await;
        assert_eq!(refused(note), Refusal::NotFound, "{name}: notes are between colleagues");

        // What a mediator says is new to both, and looking leaves no trace in what they have not seen.
        for party in [&buyer, &seller] {
            rooms::read(services, party, quarrel.id, None).await.expect("reads");
        }
        assert_eq!(quarrel.row().await.unread, (0, 0), "{name}");
        quarrel.say(&mediator).await.expect("says");
        rooms::read(services, &mediator, quarrel.id, None).await.expect("reads");
        assert_eq!(quarrel.row().await.unread, (1, 1), "{name}");

        let early = quarrel
            .act(&seller, Deed::Decide(wish("decline", ""), why("Because I say so.")))
            .await;
        assert_eq!(refused(early), Refusal::NotAllowed);
        let more = quarrel.act(&mediator, Deed::Decide(wish("refund", "35"), why("All of it."))).await;
        assert_eq!(refused(more), Refusal::Invalid(Field::Number));
        let all = Deed::Decide(wish("refund", "34"), why("The photos are clear."));
        quarrel.act(&mediator, all).await.expect("decides");
        quarrel.act(&seller, Deed::Appeal(why("They were whole."))).await.expect("appeals");
        let half = Deed::Decide(wish("refund", "17"), why("One of two."));
        quarrel.act(&mediator, half).await.expect("decides for good");
        let state = quarrel.row().await.state;
        assert!(
            matches!(&state, DisputeState::Settled { remedy, .. } if *remedy == refund(1_700)),
            "{name}: {state:?}"
        );
    }
}

#[tokio::test]
async fn a_25_the_reasons_of_a_decision_and_an_appeal_are_looked_at_before_both_sides_read_them() {
    for quarrel in Quarrel::all(None).await {
        let name = quarrel.scene.name;
        let seller = quarrel.seller();
        quarrel.act(&quarrel.buyer().await, Deed::AskMediator).await.expect("asks");
        let mediator = quarrel.mediator().await;
        let decision = Deed::Decide(wish("refund", "34"), why("Paid with 4111 1111 1111 1111"));
        let (seen, cid) = (quarrel.row().await.steps, new_id());
        let decide = || disputes::act(&quarrel.scene.services, &mediator, quarrel.id, cid, seen, decision.clone());
        decide().await.expect("decides");
        decide().await.expect("sent twice, it is one step");
        let appeal = Deed::Appeal(why("My account is NL91 ABNA 0417 1643 00"));
        let warned = quarrel.act(&seller, appeal.clone()).await;
        assert_eq!(refused(warned), Refusal::LooksLike(Private::Iban), "{name}");
        quarrel.act(&seller, appeal).await.expect("means it");
        let reasons: Vec<String> = quarrel
            .told()
            .await
            .into_iter()
            .filter_map(|what| match what {
                Statement::Decided { reason, .. } | Statement::Appealed { reason } => Some(reason),
                _ => None,
            })
            .collect();
        assert_eq!(reasons, ["Paid with •••• 1111", "My account is NL91 ABNA 0417 1643 00"], "{name}");
    }
}

#[tokio::test]
async fn whoever_works_for_the_vendor_does_not_mediate() {
    for quarrel in Quarrel::all(None).await {
        let services = &quarrel.scene.services;
        quarrel.act(&quarrel.buyer().await, Deed::AskMediator).await.expect("asks");
        let (store, account, at) = (
            StoreScope(quarrel.scene.world.alpha.id),
            quarrel.mira.actor().account,
            services.clock().now(),
        );
        let joins = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.insert_membership(store, account, Role::Operator, at).await }));
        joins.await.expect("works for both");
        let seen = disputes::mediated(services, &quarrel.mira, quarrel.id).await.expect("sees");
        assert!(!seen.can_take, "{}", quarrel.scene.name);
        let taken = disputes::take(services, &quarrel.mira, quarrel.id).await;
        assert_eq!(refused(taken), Refusal::NotAllowed, "{}", quarrel.scene.name);
    }
}

#[tokio::test]
async fn a_16_every_step_has_its_clock_and_nobody_holds_it_up_by_silence() {
    for quarrel in Quarrel::all(None).await {
        let (services, name) = (&quarrel.scene.services, quarrel.scene.name);
        let pass = async |ms: i64| {
            services.clock().advance_ms(ms);
            duty::tick(services).await.expect("ticks");
            quarrel.row().await.state
        };
        let state = pass(ANSWER_MS - 1).await;
        assert!(matches!(state, DisputeState::Open { .. }), "{name}: {state:?}");
        let state = pass(1).await;
        assert!(
            matches!(state, DisputeState::Mediation { .. }),
            "{name}: the seller was silent: {state:?}"
        );
        // The marketplace may be late, and is not let off.
        let state = pass(DECIDE_MS).await;
        assert!(matches!(state, DisputeState::Mediation { .. }), "{name}: {state:?}");
        let mediator = quarrel.mediator().await;
        let decision = Deed::Decide(wish("replace", ""), why("It is broken."));
        quarrel.act(&mediator, decision).await.expect("decides");
        let state = pass(APPEAL_MS).await;
        assert!(matches!(state, DisputeState::Settled { .. }), "{name}: it stands: {state:?}");
        let state = pass(CARRY_OUT_MS).await;
        assert!(
            matches!(state, DisputeState::Mediation { .. }),
            "{name}: nothing was done: {state:?}"
        );
        let late = quarrel.told().await.iter().filter(|what| **what == Statement::TimedOut).count();
        assert_eq!(late, 4, "{name}: each is told");
        assert!(quarrel.row().await.unread.1 > 0, "{name}");

        // As long as it is not over, nobody lets go of it.
        let owner = quarrel.scene.actor(true);
        assert_eq!(refused(hold::set(services, &owner, quarrel.id, false).await), Refusal::OnHold);
        quarrel.act(&quarrel.buyer().await, Deed::Withdraw).await.expect("withdraws");
        let row = quarrel.row().await;
        assert_eq!(
            row.state,
            DisputeState::Closed {
                outcome: Outcome::Withdrawn
            },
            "{name}"
        );
        duty::tick(services).await.expect("ticks");
        hold::set(services, &owner, quarrel.id, true).await.expect("holds");
        hold::set(services, &owner, quarrel.id, false).await.expect("lets go");
    }
}

#[tokio::test]
async fn a_16_a_block_of_the_vendors_silences_nobody_in_a_dispute_or_before_the_marketplace() {
    for quarrel in Quarrel::all(None).await {
        let _folder = expect_mail(&quarrel.scene.services);
        let (services, name, scope) = (&quarrel.scene.services, quarrel.scene.name, quarrel.jane.scope);
        let nothing = Deed::Offer(wish("decline", ""));
        quarrel.act(&quarrel.seller(), nothing).await.expect("offers");
        let write = || members::write(services, scope, new_id(), body("Do you repair tiles?"), Language::En);
        let thread = write().await.expect("writes");
        blocking::set(services, &quarrel.scene.actor(false), quarrel.id, true)
            .await
            .expect("blocks");

        let buyer = quarrel.buyer().await;
        rooms::read(services, &buyer, quarrel.id, None).await.expect("reads");
        quarrel.say(&buyer).await.expect("says");
        quarrel.act(&buyer, Deed::Refuse).await.expect("refuses");
        quarrel.act(&buyer, Deed::AskMediator).await.expect("asks");
        let to = reply_to(services, quarrel.id).await;
        let mailed = ingest(services, &letter("Re", "And by mail."), &to).await;
        assert_eq!(mailed, Verdict::Added, "{name}");
        let mediator = quarrel.mediator().await;
        let decision = Deed::Decide(wish("refund", "10"), why("One plate."));
        quarrel.act(&mediator, decision).await.expect("decides");
        quarrel.act(&buyer, Deed::Appeal(why("It was two."))).await.expect("appeals");
        let ticket = NewTicket {
            cid: new_id(),
            subject: Name::parse("They block me").expect("fine"),
            topic: Topic::Order,
            priority: Priority::Normal,
            body: body("And I cannot reach them."),
            language: Language::En,
        };
        support::begin(services, &Asking::Shopper(scope), ticket).await.expect("begins");

        // With the store itself, they still have nothing to say.
        assert_eq!(refused(write().await), Refusal::NotAllowed, "{name}");
        let opened = members::thread(services, scope, thread).await.map(|_| ());
        assert_eq!(refused(opened), Refusal::NotFound, "{name}");
        let to = reply_to(services, thread).await;
        let mailed = ingest(services, &letter("Re", "Please"), &to).await;
        assert_eq!(mailed, Verdict::Quarantined(Reason::Blocked), "{name}");
        let Party::Visitor(whole) = buyer else { panic!("a visitor") };
        let elsewhere = Party::Visitor(storage::VisitorScope { only: None, ..whole });
        assert_eq!(refused(quarrel.say(&elsewhere).await), Refusal::NotSignedIn, "{name}");
    }
}

#[tokio::test]
async fn a_16_while_a_store_is_suspended_the_clocks_of_its_disputes_harm_nobody() {
    for quarrel in Quarrel::all(None).await {
        let (services, name) = (&quarrel.scene.services, quarrel.scene.name);
        let nothing = Deed::Offer(wish("decline", ""));
        quarrel.act(&quarrel.seller(), nothing).await.expect("offers");
        let pass = async |ms: i64| {
            services.clock().advance_ms(ms);
            duty::tick(services).await.expect("ticks");
            quarrel.row().await
        };
        let suspend = |on| stores::set_suspended(services, &quarrel.mira, "alpha", on, "we look into it");
        suspend(true).await.expect("suspends");
        let steps = quarrel.row().await.steps;
        let row = pass(OFFER_MS + 1).await;
        assert_eq!(row.closed_at, None, "{name}: nobody could answer");
        suspend(false).await.expect("opens again");
        let row = pass(REOPENED_MS - 1).await;
        assert_eq!(
            (row.closed_at, row.steps),
            (None, steps),
            "{name}: there is time left, and nobody did anything"
        );
        assert_eq!(
            row.state.deadline(),
            Some(services.clock().now().plus_ms(1)),
            "{name}: everybody reads how much"
        );
        let over = DisputeState::Closed { outcome: Outcome::Lapsed };
        assert_eq!(pass(1).await.state, over, "{name}: now it was silence");
    }
    for quarrel in Quarrel::all(None).await {
        let services = &quarrel.scene.services;
        let before = quarrel.row().await.state;
        for on in [true, false] {
            stores::set_suspended(services, &quarrel.mira, "alpha", on, "by mistake")
                .await
                .expect("suspends, and opens again");
        }
        assert_eq!(quarrel.row().await.state, before, "{}: a later deadline stays", quarrel.scene.name);
    }
}

#[tokio::test]
async fn a_16_at_a_store_that_left_the_marketplace_brings_its_disputes_to_an_end() {
    for quarrel in Quarrel::all(None).await {
        let (services, name) = (&quarrel.scene.services, quarrel.scene.name);
        let nothing = Deed::Offer(wish("decline", ""));
        quarrel.act(&quarrel.seller(), nothing).await.expect("offers");
        let leaving = export::begin(services, &quarrel.mira, "alpha", "alpha", "moved")
            .await
            .expect("begins");
        export::next(services, &leaving, Next::Farewell).await.expect("says farewell");
        let pass = async |ms: i64| {
            services.clock().advance_ms(ms);
            duty::tick(services).await.expect("ticks");
            quarrel.row().await.state
        };
        let state = pass(OFFER_MS).await;
        assert!(
            matches!(state, DisputeState::Mediation { again: false, .. }),
            "{name}: nobody could answer, and nobody ever will: {state:?}"
        );
        let mediator = quarrel.mediator().await;
        let decision = Deed::Decide(wish("decline", ""), why("Nothing is owed."));
        quarrel.act(&mediator, decision).await.expect("decides");
        let over = DisputeState::Closed { outcome: Outcome::Nothing };
        assert_eq!(pass(APPEAL_MS).await, over, "{name}");
    }
}

#[tokio::test]
async fn a_16_what_the_shop_tells_later_moves_nothing_in_a_dispute() {
    for quarrel in Quarrel::all(None).await {
        let (services, name, at) = (&quarrel.scene.services, quarrel.scene.name, quarrel.scene.services.clock().now());
        let (store, customer) = (StoreScope(quarrel.scene.world.alpha.id), quarrel.jane.scope.customer);
        let mut told = order_of("M-1", at);
        told.total.minor = 1;
        told.total.currency = "USD".to_owned();
        let retold = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.tell_order(store, new_id(), customer, &told, at).await }));
        retold.await.expect("is told");
        let total = quarrel.row().await.total;
        assert_eq!((total.minor, total.currency.as_str()), (3_400, "EUR"), "{name}");
        quarrel.act(&quarrel.buyer().await, Deed::AskMediator).await.expect("asks");
        let mediator = quarrel.mediator().await;
        let decide = |amount| Deed::Decide(wish("refund", amount), why("All of it."));
        let more = quarrel.act(&mediator, decide("34.01")).await;
        assert_eq!(refused(more), Refusal::Invalid(Field::Number), "{name}");
        quarrel.act(&mediator, decide("34")).await.expect("decides");
        let state = quarrel.row().await.state;
        assert!(
            matches!(&state, DisputeState::Decided { remedy, .. } if *remedy == refund(3_400)),
            "{name}: {state:?}"
        );
    }
}

#[tokio::test]
async fn a_16_what_was_decided_for_good_is_final_and_looked_at_again_when_it_was_not_done() {
    for quarrel in Quarrel::all(None).await {
        let (services, buyer, name) = (&quarrel.scene.services, quarrel.buyer().await, quarrel.scene.name);
        quarrel.act(&buyer, Deed::AskMediator).await.expect("asks");
        let mediator = quarrel.mediator().await;
        let decide = |amount| Deed::Decide(wish("refund", amount), why("The photos are clear."));
        quarrel.act(&mediator, decide("10")).await.expect("decides");
        quarrel.act(&buyer, Deed::Appeal(why("It was more."))).await.expect("appeals");
        quarrel.act(&mediator, decide("17")).await.expect("decides for good");
        let again = quarrel.act(&buyer, Deed::AskMediator).await;
        assert_eq!(refused(again), Refusal::NotAllowed, "{name}: it is final");

        services.clock().advance_ms(CARRY_OUT_MS);
        duty::tick(services).await.expect("ticks");
        let state = quarrel.row().await.state;
        assert_eq!(state.responsible(), Some(Turn::Team), "{name}: it was not done: {state:?}");
        quarrel.act(&mediator, decide("34")).await.expect("decides");
        let state = quarrel.row().await.state;
        assert!(matches!(state, DisputeState::Settled { .. }), "{name}: {state:?}");
        let appealed = quarrel.act(&buyer, Deed::Appeal(why("Once more."))).await;
        assert_eq!(refused(appealed), Refusal::NotAllowed, "{name}");
    }
}

#[tokio::test]
async fn a_16_a_seller_who_says_that_it_was_done_ends_nothing_alone() {
    for objects in [true, false] {
        for quarrel in Quarrel::all(Some(wish("refund", "34"))).await {
            let (services, name) = (&quarrel.scene.services, quarrel.scene.name);
            let (buyer, seller) = (quarrel.buyer().await, quarrel.seller());
            quarrel.act(&seller, Deed::Accept).await.expect("accepts");
            quarrel.act(&seller, Deed::CarriedOut).await.expect("says so");
            services.clock().advance_ms(OBJECT_MS - 1);
            duty::tick(services).await.expect("ticks");
            assert_eq!(
                quarrel.row().await.state.responsible(),
                Some(Turn::Buyer),
                "{name}: there is time to say no"
            );
            if objects {
                quarrel.act(&buyer, Deed::AskMediator).await.expect("says no");
                assert_eq!(quarrel.row().await.state.responsible(), Some(Turn::Team), "{name}");
                continue;
            }
            services.clock().advance_ms(1);
            duty::tick(services).await.expect("ticks");
            let over = DisputeState::Closed {
                outcome: Outcome::Done { remedy: refund(3_400) },
            };
            assert_eq!(quarrel.row().await.state, over, "{name}: nobody said no");
        }
    }
}

#[tokio::test]
async fn hj_3_what_the_owner_keeps_during_a_dispute_stays_kept_after_it() {
    for keeps in [true, false] {
        for quarrel in Quarrel::all(None).await {
            let (services, name, owner) = (&quarrel.scene.services, quarrel.scene.name, quarrel.scene.actor(true));
            hold::set(services, &owner, quarrel.id, true).await.expect("keeps");
            if !keeps {
                hold::set(services, &owner, quarrel.id, false).await.expect("changes their mind");
            }
            assert!(quarrel.is_kept().await, "{name}: by the dispute anyway");
            quarrel.act(&quarrel.buyer().await, Deed::Withdraw).await.expect("withdraws");
            assert_eq!(quarrel.is_kept().await, keeps, "{name}");
            hold::set(services, &owner, quarrel.id, false).await.expect("lets go");
            assert!(!quarrel.is_kept().await, "{name}");
        }
    }
}

#[tokio::test]
async fn a_i5_whoever_oversees_finds_a_dispute_by_its_number() {
    for quarrel in Quarrel::all(None).await {
        let number = quarrel.row().await.number;
        for sought in [format!("#{number}"), number.to_string(), quarrel.id.to_string(), "M-1".to_owned()] {
            let found = oversight::find(&quarrel.scene.services, &quarrel.mira, &sought)
                .await
                .expect("finds");
            let found: Vec<_> = found.iter().map(|place| (place.conversation, place.number)).collect();
            assert_eq!(found, [(quarrel.id, Some(number))], "{}: {sought}", quarrel.scene.name);
        }
    }
}

#[tokio::test]
async fn a_dispute_is_its_partys_and_there_is_one_for_each_order() {
    for quarrel in Quarrel::all(None).await {
        let (services, scope, name) = (&quarrel.scene.services, quarrel.jane.scope, quarrel.scene.name);
        let second = disputes::open(services, scope, "M-1", opening(None)).await;
        assert_eq!(refused(second), Refusal::ChangedMeanwhile, "{name}");
        assert_eq!(
            refused(disputes::open(services, scope, "M-2", opening(None)).await),
            Refusal::NotFound
        );
        let twice = opening(None);
        quarrel.scene.members_order(scope.customer, "M-3").await;
        let first = disputes::open(services, scope, "M-3", twice.clone()).await.expect("opens");
        assert_eq!(
            disputes::open(services, scope, "M-3", twice).await.expect("opens"),
            first,
            "{name}: sent twice"
        );

        let other = MemberScope {
            customer: new_id(),
            ..scope
        };
        assert_eq!(
            refused(disputes::mine(services, other, quarrel.id).await),
            Refusal::NotFound,
            "{name}"
        );
        assert_eq!(
            refused(disputes::open(services, other, "M-1", opening(None)).await),
            Refusal::NotFound
        );
        // Whoever came by the letter about it does everything in it, and reaches no other.
        let by_letter = |id| MemberScope {
            reach: MemberReach::Conversation(id),
            ..scope
        };
        assert!(disputes::mine(services, by_letter(quarrel.id), quarrel.id).await.is_ok());
        let elsewhere = disputes::mine(services, by_letter(quarrel.id), first).await;
        assert_eq!(refused(elsewhere), Refusal::NotFound, "{name}");
        let beta = Actor {
            store: quarrel.scene.world.beta.id,
            account: quarrel.scene.world.beta.operator.1,
            ..quarrel.scene.actor(false)
        };
        let theirs = disputes::view(services, &Party::Desk(beta.clone()), quarrel.id).await;
        assert_eq!(refused(theirs), Refusal::NotFound, "{name}");
        let list = disputes::list(services, &beta, DisputesWanted::Open, None).await.expect("lists");
        assert!(list.rows.is_empty(), "{name}");
        let own = disputes::list(services, &quarrel.scene.actor(false), DisputesWanted::Open, None).await;
        assert_eq!(own.expect("lists").rows.len(), 2, "{name}");
    }
}

#[tokio::test]
async fn without_a_marketplace_there_are_no_disputes() {
    for scene in scenes().await {
        let jane = scene.member_jane().await;
        scene.members_order(jane.scope.customer, "M-1").await;
        let known = disputes::of_order(&scene.services, jane.scope, "M-1").await.expect("asks");
        assert!(!known.can_open, "{}", scene.name);
        let opened = disputes::open(&scene.services, jane.scope, "M-1", opening(None)).await;
        assert_eq!(refused(opened), Refusal::NotAllowed, "{}", scene.name);
        let team = scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.team_store(Installation).await }))
            .await;
        assert_eq!(team.expect("asks"), None, "{}", scene.name);
    }
}

#[tokio::test]
async fn a_16_a_i5_all_three_sides_pages_are_plain_forms_and_the_file_holds_everything() {
    let server = TestServer::start(sqlite().await).await;
    make_team(&server.state.services).await;
    let (jane, _) = inside(&server, "C-1").await;
    let order = text(jane.get("/account/alpha/orders/C-1-1").await).await;
    assert!(order.contains("Problem with this order"), "{order}");
    let form = "/account/alpha/orders/C-1-1/problem";
    let page = text(jane.get(form).await).await;
    assert!(
        page.contains("one of its team reads this dispute") && !page.contains("<script"),
        "A-i5: {page}"
    );
    let cid = between(&page, "name=\"cid\" value=\"", "\"").to_owned();
    let typed = [
        ("cid", cid.as_str()),
        ("problem", "damaged"),
        ("message", "Look at it."),
        ("wishes", "on"),
        ("what", "refund"),
    ];
    let too_much = jane.submit(form, &[&typed[..], &[("amount", "99")][..]].concat()).await;
    assert_eq!(too_much.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = text(too_much).await;
    assert!(
        again.contains("value=\"99\"") && again.contains("Look at it.") && again.contains("Amount"),
        "{again}"
    );
    let to = location(&jane.submit(form, &[&typed[..], &[("amount", "20")][..]].concat()).await);
    let id = to.rsplit('/').next().expect("an id").to_owned();
    assert_eq!(location(&jane.get(form).await), to, "there is one already");
    assert_eq!(location(&jane.get(&format!("/account/alpha/messages/{id}")).await), to);

    let conversation: ConversationId = id.parse().expect("an id");
    let proof = with_file(
        jane.request(Method::POST, &to),
        conversation,
        new_id(),
        "proof.txt",
        b"The cups arrived in pieces.",
    );
    assert_eq!(location(&proof.send().await.expect("an answer")), to);
    let page = text(jane.get(&to).await).await;
    assert!(page.contains(HASH) && page.contains("role=\"log\""), "{page}");
    let file = format!("/files/{}", between(&page, "href=\"/files/", "\""));

    let seller = server.sign_in(&server.world.alpha.operator.0).await.browser;
    let list = text(seller.get("/desk/pages/disputes").await).await;
    for shown in ["Disputes", "C-1-1", "It is your turn", "It is broken"] {
        assert!(list.contains(shown), "{shown}: {list}");
    }
    let desk = format!("/desk/pages/disputes/{id}");
    let page = text(seller.get(&desk).await).await;
    let cid = between(&page, "name=\"cid\" value=\"", "\"").to_owned();
    let pressed = |deed: &'static str, steps: &'static str| vec![("cid", cid.as_str()), ("steps", steps), ("deed", deed)];
    let nothing = seller.submit(&format!("{desk}/step"), &pressed("offer", "0")).await;
    assert_eq!(nothing.status(), StatusCode::UNPROCESSABLE_ENTITY, "which of them?");
    let asked = seller.submit(&format!("{desk}/step"), &pressed("ask_mediator", "0")).await;
    assert_eq!(location(&asked), desk);
    let late = seller
        .submit(&format!("{desk}/step"), &[("cid", ""), ("steps", "0"), ("deed", "accept")])
        .await;
    assert!(text(late).await.contains("Somebody else changed this meanwhile"));

    let tom = server.sign_in("tom@market.example").await.browser;
    let team = format!("/team/disputes/{id}");
    assert!(text(tom.get("/team/disputes").await).await.contains("C-1-1"));
    let page = text(tom.get(&team).await).await;
    assert!(!page.contains("Look at it.") && page.contains("Take this dispute"), "A-i5: {page}");
    assert_eq!(tom.get(&file).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(location(&tom.submit(&format!("{team}/take"), &[]).await), team);
    let page = text(tom.get(&team).await).await;
    assert!(page.contains("Look at it.") && page.contains("value=\"decide\""), "{page}");
    assert_eq!(tom.get(&file).await.status(), StatusCode::OK);
    assert!(text(jane.get(&to).await).await.contains("Tom"), "A-i5: the buyer reads who");
    assert!(text(seller.get(&desk).await).await.contains("Tom"), "A-i5: so does the seller");

    for (browser, path) in [(&jane, &to), (&seller, &desk), (&tom, &team)] {
        let sheet = browser.get(&format!("{path}/print")).await;
        assert_eq!(sheet.status(), StatusCode::OK, "{path}");
        let sheet = text(sheet).await;
        for inside in ["Look at it.", HASH, "C-1-1", "a refund of €20.00", "€34.00"] {
            assert!(sheet.contains(inside), "{path}: {inside}: {sheet}");
        }
        assert!(!sheet.contains("<form") && !sheet.contains("<script"), "{sheet}");
    }
    let beta = server.sign_in(&server.world.beta.operator.0).await.browser;
    assert_eq!(beta.get(&desk).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(beta.get(&team).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(beta.get(&file).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_16_a_word_that_meets_the_end_of_its_dispute_is_not_said() {
    for quarrel in Quarrel::all(None).await {
        let (scene, id, seller) = (&quarrel.scene, quarrel.id, quarrel.seller());
        let (store, at) = (StoreScope(scene.world.alpha.id), scene.services.clock().now());
        let said = meanwhile(
            scene,
            move |tx| {
                Box::pin(async move {
                    tx.hold_conversation(ConversationScope::Desk(store), id).await?;
                    let row = tx.dispute(store, id).await?.expect("is one");
                    let over = DisputeState::Closed {
                        outcome: Outcome::Withdrawn,
                    };
                    tx.set_dispute(store, id, row.steps, &over, at).await?;
                    let stage = Stage::Closed { at, by: Author::Shopper };
                    Ok::<_, Fault>(tx.set_stage(store, id, &stage).await?)
                })
            },
            quarrel.say(&seller),
        )
        .await;
        assert_eq!(refused(said), Refusal::Closed, "{}", scene.name);
    }
}

#[tokio::test]
async fn a_i5_what_a_mediator_says_is_no_answer_of_the_vendors() {
    for quarrel in Quarrel::all(None).await {
        let (clock, name) = (quarrel.scene.services.clock(), quarrel.scene.name);
        let counted = || async {
            let report = quarrel.scene.report_of_alpha(&quarrel.mira).await;
            (report.answered, report.unanswered, report.median_ms, report.longest_ms)
        };
        quarrel.act(&quarrel.buyer().await, Deed::AskMediator).await.expect("asks");
        clock.advance_ms(60_000);
        let mediator = quarrel.mediator().await;
        quarrel.say(&mediator).await.expect("says");
        assert_eq!(counted().await, (0, 1, None, Some(60_000)), "{name}");
        clock.advance_ms(60_000);
        quarrel.say(&quarrel.seller()).await.expect("answers");
        assert_eq!(counted().await, (1, 0, Some(120_000), None), "{name}");
    }
}

#[tokio::test]
async fn a_16_what_a_vendor_does_in_a_dispute_answers_whoever_waited() {
    for quarrel in Quarrel::all(Some(wish("refund", "34,00"))).await {
        let (clock, name) = (quarrel.scene.services.clock(), quarrel.scene.name);
        clock.advance_ms(60_000);
        quarrel.act(&quarrel.seller(), Deed::Accept).await.expect("accepts");
        clock.advance_ms(60_000);
        let report = quarrel.scene.report_of_alpha(&quarrel.mira).await;
        assert_eq!((report.answered, report.unanswered), (1, 0), "{name}");
        assert_eq!((report.median_ms, report.longest_ms), (Some(60_000), None), "{name}");
    }
}

#[tokio::test]
async fn a_letter_says_that_there_is_news_and_leads_to_the_dispute() {
    for quarrel in Quarrel::all(None).await {
        let store = StoreScope(quarrel.scene.world.alpha.id);
        quarrel
            .act(&quarrel.seller(), Deed::Offer(wish("replace", "")))
            .await
            .expect("offers");
        let mails = quarrel
            .scene
            .services
            .storage()
            .read(|s| Box::pin(async move { s.mails(store, None).await }))
            .await
            .expect("reads");
        let waiting = mails.iter().filter(|mail| mail.kind == "answer").count();
        assert_eq!(waiting, 1, "{}", quarrel.scene.name);
        let row = quarrel.row().await;
        assert_eq!(
            (row.mediator, row.state.responsible()),
            (None::<(model::id::AccountId, Name)>, Some(Turn::Buyer)),
            "{}",
            quarrel.scene.name
        );
        assert!(matches!(row.state, DisputeState::Offered { by: Side::Desk, .. }));
    }
}

#[tokio::test]
async fn a_16_words_change_no_turn_and_a_program_says_none_when_it_is_over() {
    for quarrel in Quarrel::all(None).await {
        let (services, name) = (&quarrel.scene.services, quarrel.scene.name);
        let scopes = Scopes { write: true, notes: false };
        let key = api_keys::make(services, &quarrel.scene.actor(true), "Shop", scopes)
            .await
            .expect("makes");
        let program = api_keys::recognise(services, &key).await.expect("asks").expect("knows");
        let say = || store_voice::say(services, &program, quarrel.id, body("We are on it."), None);
        let stands = || async {
            let found = store_voice::conversation(services, &program, quarrel.id).await;
            found.expect("reads").stage
        };
        let before = stands().await;
        assert!(matches!(before, Stage::Mail { awaiting: Side::Desk, .. }), "{name}");
        say().await.expect("says");
        assert_eq!(stands().await, before, "{name}: said by a program");
        quarrel.say(&quarrel.seller()).await.expect("says");
        assert_eq!(stands().await, before, "{name}: said at the desk");
        quarrel.act(&quarrel.buyer().await, Deed::Withdraw).await.expect("withdraws");
        let over = quarrel.scene.log(quarrel.id).await.len();
        assert_eq!(refused(say().await), Refusal::Closed, "{name}");
        assert!(matches!(stands().await, Stage::Closed { .. }), "{name}");
        assert_eq!(quarrel.scene.log(quarrel.id).await.len(), over, "{name}");
    }
}
