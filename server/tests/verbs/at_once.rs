//! Two at once: somebody changes a conversation, and before that is committed somebody else does something in it. The second finds what the
//! first left, and nothing of the first is written over. SQLite writes one after the other by itself; on PostgreSQL the conversation is
//! held. What becomes of threads, tickets and disputes stands in their own files.

use std::time::Duration;

use futures::future::BoxFuture;
use model::{conversation::Stage, event::EventKind, refusal::Refusal};
use service::{Fault, clock::new_id, conversation};
use storage::{ConversationScope, StoreScope, Tx};
use tokio::sync::oneshot;

use super::{Scene, refused, scenes};

/// Long enough for the other one to come as far as they can.
const SLOW: Duration = Duration::from_millis(400);

/// Changes something in a transaction that does not end at once, and does something else as soon as it is changed.
pub(super) fn meanwhile<T>(
    scene: &Scene,
    change: impl for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<(), Fault>> + Send + 'static,
    other: impl Future<Output = T>,
) -> impl Future<Output = T> {
    let (changed, seen) = oneshot::channel();
    let slow = Box::pin(scene.services.storage().write(move |tx| {
        Box::pin(async move {
            change(tx).await?;
            let _ = changed.send(());
            tokio::time::sleep(SLOW).await;
            Ok::<_, Fault>(())
        })
    }));
    let other = Box::pin(async {
        seen.await.expect("is changed");
        other.await
    });
    async move {
        let (slow, other) = tokio::join!(slow, other);
        slow.expect("is kept");
        other
    }
}

#[tokio::test]
async fn a_chat_that_a_colleague_is_just_taking_stays_the_colleagues() {
    for scene in scenes().await {
        let (operator, owner) = (scene.online().await, scene.actor(true).account);
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello?").await.expect("posts");
        let (store, since) = (StoreScope(scene.world.alpha.id), scene.services.clock().now());
        let taken = meanwhile(
            &scene,
            move |tx| {
                Box::pin(async move {
                    tx.hold_conversation(ConversationScope::Desk(store), id).await?;
                    let live = Stage::Live { operator: owner, since };
                    Ok::<_, Fault>(tx.set_stage(store, id, &live).await?)
                })
            },
            conversation::take(&scene.services, &operator, id),
        )
        .await;
        assert_eq!(refused(taken), Refusal::NotAllowed, "{}", scene.name);
        let log = scene.log(id).await;
        assert!(!log.iter().any(|(_, kind)| *kind == EventKind::Taken), "{}: {log:?}", scene.name);
    }
}
