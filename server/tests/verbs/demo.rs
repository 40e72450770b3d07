//! The demo's marketplace, as it is filled in: everybody finds what is theirs, and every state is there to be looked at.

use std::collections::BTreeSet;

use ::demo::{data, seed};
use model::{case::CaseStatus, time::Timestamp};
use service::{Actor, Clock, Services, disputes, support, team, threads};
use storage::{DisputesWanted, Installation, QueueWanted, ThreadFilter};
use testkit::both;

async fn somebody(services: &Services, email: &str) -> Actor {
    let email = model::text::EmailAddress::parse(email).expect("fine");
    let found = services.storage().read(|s| {
        Box::pin(async move {
            let account = s.account_of_email(Installation, &email).await?.expect("is in the demo");
            s.memberships(Installation, account.id).await
        })
    });
    let memberships = found.await.expect("reads");
    Actor::from(memberships.into_iter().next().expect("works somewhere"))
}

#[tokio::test]
async fn the_demo_shows_threads_tickets_and_a_dispute_in_each_state() {
    for database in both().await {
        let name = database.name;
        let clock = Clock::manual(Timestamp(1_800_000_000_000));
        let services = Services::new(database.storage.clone(), clock, "http://127.0.0.1".to_owned());
        seed::fill(&services, data::marketplace(), &[]).await.expect("is filled");
        // A second start finds everything there.
        let secrets = seed::fill(&services, data::marketplace(), &[]).await.expect("is there");
        assert_eq!(secrets.len(), 2, "{name}: the team signs nobody in");

        let mira = somebody(&services, "mira@market.example").await;
        let mira = team::member(&services, &mira).await.expect("is of the team");
        assert!(mira.administers(), "{name}");
        let queue = support::queue(&services, &mira, QueueWanted::default(), None).await.expect("reads");
        let first = queue.rows.first().expect("a ticket");
        assert!(
            first.due_at.is_some_and(|due| due < services.clock().now()),
            "{name}: what is overdue is on top"
        );
        let in_state = async |wanted| disputes::list_all(&services, &mira, wanted, None).await.expect("reads").rows;
        let mut states: Vec<_> = in_state(DisputesWanted::Open).await;
        states.extend(in_state(DisputesWanted::Closed).await);
        let states: BTreeSet<&str> = states.iter().map(|row| row.state.code()).collect();
        assert_eq!(
            states.into_iter().collect::<Vec<_>>(),
            ["appealed", "closed", "decided", "mediation", "offered", "open", "settled"],
            "{name}"
        );
        // Nobody's deadline has passed: the demo stands as it was written.
        assert!(
            in_state(DisputesWanted::Open)
                .await
                .iter()
                .all(|row| row.state.deadline() > Some(services.clock().now()))
        );
        for owner in ["anna@delft.example", "lucia@oliva.example"] {
            let actor = somebody(&services, owner).await;
            let page = threads::of_desk(&services, &actor, ThreadFilter::All, None).await.expect("reads");
            for status in [CaseStatus::New, CaseStatus::Pending, CaseStatus::Resolved] {
                assert!(page.rows.iter().any(|row| row.status == status), "{name}: {owner}, {status:?}");
            }
            let tickets = support::list(&services, &support::Asking::Store(actor), None).await.expect("reads");
            assert!(!tickets.rows.is_empty(), "{name}: {owner}");
        }
        let bram = somebody(&services, "bram@delft.example").await;
        let own = support::list(&services, &support::Asking::Person(bram), None).await.expect("reads");
        assert_eq!(own.rows.len(), 1, "{name}: as a buyer");
    }
}
