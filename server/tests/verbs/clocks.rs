//! The system's clock is set while the process runs (F13): what is deleted then would be deleted for good.

use model::{refusal::Refusal, settings::Retention};
use service::{conversation, desk, privacy, retention};

use super::{refused, scenes};

const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn f_13_a_clock_that_was_set_by_more_than_a_day_deletes_nothing() {
    for scene in scenes().await {
        let (services, name) = (&scene.services, scene.name);
        let (operator, owner) = (scene.online().await, scene.actor(true));
        let (id, _) = scene.chat().await;
        conversation::end(services, &operator, id).await.expect("ends");
        let rev = privacy::read(services, &owner).await.expect("reads").rev;
        let keep = Retention {
            chats_days: 30,
            messages_days: 365,
            connections_days: 0,
            mails_days: 0,
        };
        privacy::save_retention(services, &owner, keep, rev).await.expect("saves");

        services.clock().set_by_ms(400 * DAY_MS);
        retention::sweep(services).await.expect("waits");
        assert!(desk::conversation(services, &owner, id).await.is_ok(), "{name}: no time has passed");

        services.clock().set_by_ms(-400 * DAY_MS);
        services.clock().advance_ms(31 * DAY_MS);
        retention::sweep(services).await.expect("sweeps");
        assert_eq!(
            refused(desk::conversation(services, &owner, id).await),
            Refusal::NotFound,
            "{name}: it was time"
        );
    }
}
