//! What ends at one server ends at all of them: at once when they hear of it, and within ten seconds when they do not; and a ticket of one
//! is good at another, once.

use std::time::Duration;

use model::wire::close;
use service::{accounts, tickets};
use storage::StoreScope;
use testkit::{SharedDatabase, Socket};
use tokio::time::Instant;

use crate::node::{DEAD, Node, follow};

/// How long somebody may still hear things after their rights have ended elsewhere …
const AT_MOST: Duration = Duration::from_secs(10);
/// … and while the bus works: sooner than the floor looks.
const HEARD: Duration = Duration::from_millis(1_500);

async fn closed_in_time(socket: &mut Socket, at_most: Duration, why: &str) {
    let begun = Instant::now();
    assert_eq!(socket.closed().await, close::REVOKED, "{why}");
    assert!(begun.elapsed() <= at_most, "{why}: {:?}", begun.elapsed());
}

async fn ends_everywhere(nats: Option<&str>, at_most: Duration) {
    let Some(database) = SharedDatabase::make().await else { return };
    let a = Node::first(&database, nats).await;
    let b = a.beside(&database, nats).await;
    let services = a.server.state.services.clone();

    // Somebody of the desk is switched off.
    let (_operator, mut desk) = b.desk().await;
    let (visitor, conv) = b.chat().await;
    accounts::deactivate(&services, b.server.world.alpha.operator.1)
        .await
        .expect("deactivates");
    closed_in_time(&mut desk, at_most, "switched off elsewhere").await;

    // A neighbour of theirs is not, and neither is the shopper.
    let mut panel = visitor.socket().await;
    follow(&mut panel, conv).await;
    let owner = b.server.sign_in(&b.server.world.alpha.owner.0).await;
    let mut owners = owner.socket().await;
    follow(&mut owners, conv).await;

    // Then the whole store is closed.
    let (scope, now) = (StoreScope(b.server.world.alpha.id), services.clock().now());
    services
        .storage()
        .write(move |tx| Box::pin(async move { tx.set_suspended(scope, Some(now)).await }))
        .await
        .expect("closes");
    closed_in_time(&mut panel, at_most, "the store was closed elsewhere").await;
    closed_in_time(&mut owners, at_most, "the store was closed elsewhere").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i9_rights_that_end_at_one_server_end_at_the_other() {
    Box::pin(ends_everywhere(None, HEARD)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i9_rights_that_end_at_one_server_end_at_the_other_with_the_bus_dead() {
    Box::pin(ends_everywhere(Some(DEAD), AT_MOST)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hf_3_a_ticket_of_one_server_is_good_at_another_and_once_at_both_together() {
    let Some(database) = SharedDatabase::make().await else { return };
    let a = Node::first(&database, None).await;
    let b = a.beside(&database, None).await;
    let operator = a.server.sign_in(&a.server.world.alpha.operator.0).await;
    let ticket = async || operator.browser.ticket("/desk/ticket").await.expect("a ticket");
    // A load balancer knows nothing of tickets.
    let mut socket = Socket::hello(&b.server.base, &ticket().await).await;
    let (one, two) = (a.server.state.services.clone(), b.server.state.services.clone());
    for _ in 0..10 {
        let ticket = ticket().await;
        let (here, there) = tokio::join!(tickets::redeem(&one, &ticket), tickets::redeem(&two, &ticket));
        let admitted = [here, there].into_iter().filter(|tried| tried.as_ref().expect("asks").is_some());
        assert_eq!(admitted.count(), 1);
    }
    // Signing out at the one where they came in closes the socket at the other.
    let late = ticket().await;
    let answer = operator.browser.submit("/sign-out", &[]).await;
    assert!(answer.status().is_redirection() || answer.status().is_success());
    closed_in_time(&mut socket, HEARD, "signed out elsewhere").await;
    // And a ticket from before is good for nothing.
    assert!(tickets::redeem(&two, &late).await.expect("asks").is_none());
}
