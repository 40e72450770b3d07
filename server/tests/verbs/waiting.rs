//! What waits: the counts of the desk's menu, and those of the team's house.

use model::{
    case::{Priority, Topic},
    dispute::Problem,
    event::Audience,
    language::Language,
    party::Role,
    refusal::Refusal,
    safety::{Deed as Safety, Private, SafetyPolicy},
    text::Name,
};
use service::{
    Actor, Party,
    clock::new_id,
    desk,
    disputes::{self, Deed, Opening},
    rooms, safety,
    support::{self, Asking, NewTicket},
    team::{self, Waiting},
    threads::{self, NewThread},
};

use super::{Scene, body, scenes};

impl Scene {
    /// Unread in threads, tickets and disputes.
    async fn unread_cases(&self, actor: &Actor) -> (u32, u32, u32) {
        let recap = desk::recap(&self.services, actor).await.expect("sees");
        (recap.thread_unread, recap.ticket_unread, recap.dispute_unread)
    }
}

#[tokio::test]
async fn a_15_a_18_the_menu_counts_what_is_unread_in_threads_tickets_and_disputes() {
    for scene in scenes().await {
        let (services, owner) = (&scene.services, scene.actor(true));
        let mira = scene.of_the_team("mira", Role::Owner).await;
        let jane = scene.member_jane().await;
        assert_eq!(scene.unread_cases(&owner).await, (0, 0, 0), "{}", scene.name);
        let new = NewThread {
            cid: new_id(),
            subject: Name::parse("The blue cups").expect("fine"),
            product: None,
            body: body("Are they dishwasher safe?"),
            language: Language::En,
        };
        let thread = threads::begin(services, jane.scope, new).await.expect("begins");
        scene.members_order(jane.scope.customer, "M-1").await;
        let opening = Opening {
            cid: new_id(),
            problem: Problem::Damaged,
            wish: None,
            body: body("The plates arrived in pieces."),
            language: Language::En,
        };
        disputes::open(services, jane.scope, "M-1", opening).await.expect("opens");
        let asking = Asking::Store(owner.clone());
        let new = NewTicket {
            cid: new_id(),
            subject: Name::parse("No payouts").expect("fine"),
            topic: Topic::Technical,
            priority: Priority::Normal,
            body: body("The payout page stays empty."),
            language: Language::En,
        };
        let ticket = support::begin(services, &asking, new).await.expect("begins");
        assert_eq!(
            scene.unread_cases(&owner).await,
            (1, 0, 1),
            "{}: one's own words are read",
            scene.name
        );
        assert_eq!(scene.unread_cases(mira.actor()).await, (0, 1, 0), "{}", scene.name);
        rooms::say(
            services,
            &support::team_party(&mira),
            ticket,
            Audience::All,
            new_id(),
            body("We look into it."),
        )
        .await
        .expect("answers");
        assert_eq!(scene.unread_cases(&owner).await, (1, 1, 1), "{}", scene.name);
        let mine = support::mine(services, &asking, ticket).await.expect("is theirs");
        rooms::read(services, &mine.party, ticket, None).await.expect("reads");
        rooms::read(services, &Party::Desk(owner.clone()), thread, None)
            .await
            .expect("reads");
        assert_eq!(scene.unread_cases(&owner).await, (0, 0, 1), "{}", scene.name);
    }
}

#[tokio::test]
async fn a_16_the_teams_house_counts_what_waits_on_each_page() {
    for scene in scenes().await {
        let services = &scene.services;
        let mira = scene.of_the_team("mira", Role::Owner).await;
        assert_eq!(
            team::waiting(services, &mira).await.expect("sees"),
            Waiting::default(),
            "{}",
            scene.name
        );
        let new = NewTicket {
            cid: new_id(),
            subject: Name::parse("No payouts").expect("fine"),
            topic: Topic::Technical,
            priority: Priority::Normal,
            body: body("The payout page stays empty."),
            language: Language::En,
        };
        let ticket = support::begin(services, &Asking::Store(scene.actor(true)), new)
            .await
            .expect("begins");
        let jane = scene.member_jane().await;
        scene.members_order(jane.scope.customer, "M-1").await;
        let opening = Opening {
            cid: new_id(),
            problem: Problem::Damaged,
            wish: None,
            body: body("The plates arrived in pieces."),
            language: Language::En,
        };
        let dispute = disputes::open(services, jane.scope, "M-1", opening).await.expect("opens");
        let seen = team::waiting(services, &mira).await.expect("sees");
        assert_eq!(
            seen,
            Waiting {
                tickets: 1,
                disputes: 0,
                held: 0
            },
            "{}: the seller is to answer first",
            scene.name
        );
        let buyer = disputes::mine(services, jane.scope, dispute).await.expect("is theirs");
        disputes::act(services, &buyer, dispute, new_id(), 0, Deed::AskMediator)
            .await
            .expect("asks");
        let strict = SafetyPolicy::default().with(Private::Iban, Safety::Hold);
        safety::set_policy(services, &mira, strict).await.expect("decides");
        let held = scene.say(&buyer, dispute, new_id(), "My account is NL91 ABNA 0417 1643 00").await;
        assert_eq!(held, Err(Refusal::Held), "{}", scene.name);
        rooms::say(
            services,
            &support::team_party(&mira),
            ticket,
            Audience::All,
            new_id(),
            body("We look into it."),
        )
        .await
        .expect("answers");
        let seen = team::waiting(services, &mira).await.expect("sees");
        assert_eq!((seen.disputes, seen.held), (1, 1), "{}", scene.name);
        assert_eq!(seen.tickets, 0, "{}: it waits for whoever asked", scene.name);
    }
}
