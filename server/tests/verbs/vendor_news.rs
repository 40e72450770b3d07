//! What a vendor is mailed of threads and disputes, and what a buyer is mailed of a dispute in which somebody was silent.

use model::{
    dispute::{ANSWER_MS, Problem},
    id::ConversationId,
    language::Language,
    party::Role,
    post::PostKind,
    settings::StoreSettings,
    text::Name,
};
use service::{
    Party,
    clock::new_id,
    disputes::{self, Deed, Opening, Wish},
    duty, rooms,
    threads::{self, NewThread},
};

use super::{
    Scene, body,
    post::{carry, email, folder, letters, settle},
    scenes,
};

/// Longer than a letter waits for what is said next.
const LATER_MS: i64 = 121_000;

impl Scene {
    async fn news_later(&self) -> usize {
        self.services.clock().advance_ms(LATER_MS);
        carry(&self.services).await;
        letters(self, PostKind::CaseNews).await.len()
    }

    async fn disputed(&self) -> (ConversationId, Party) {
        self.of_the_team("mira", Role::Owner).await;
        let jane = self.member_jane().await;
        self.members_order(jane.scope.customer, "M-1").await;
        let opening = Opening {
            cid: new_id(),
            problem: Problem::Damaged,
            wish: None,
            body: body("The plates arrived in pieces."),
            language: Language::En,
        };
        let id = disputes::open(&self.services, jane.scope, "M-1", opening).await.expect("opens");
        let buyer = disputes::mine(&self.services, jane.scope, id).await.expect("is theirs");
        (id, buyer)
    }
}

fn cups() -> NewThread {
    NewThread {
        cid: new_id(),
        subject: Name::parse("The blue cups").expect("fine"),
        product: None,
        body: body("Are they dishwasher safe?"),
        language: Language::En,
    }
}

#[tokio::test]
async fn a_03_a_13_a_vendor_is_mailed_of_a_thread_and_its_replies_unless_they_were_read() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let (jane, desk) = (scene.member_jane().await, Party::Desk(scene.actor(false)));
        let new = cups();
        let id = threads::begin(&scene.services, jane.scope, new.clone()).await.expect("begins");
        threads::begin(&scene.services, jane.scope, new).await.expect("is begun already");
        let shopper = threads::party_of(&scene.services, jane.scope, id).await.expect("is theirs");
        scene.say(&shopper, id, new_id(), "And in the oven?").await.expect("says");
        carry(&scene.services).await;
        assert!(
            letters(&scene, PostKind::CaseNews).await.is_empty(),
            "{}: it waits a while",
            scene.name
        );
        assert_eq!(scene.news_later().await, 1, "{}: both in one letter", scene.name);
        let went = letters(&scene, PostKind::CaseNews).await;
        let (row, kept) = &went[0];
        assert_eq!(row.to.as_deref(), Some("owner@alpha.example"), "{}", scene.name);
        assert_eq!(kept.subject, "Jane Doe wrote to alpha");
        assert_eq!(kept.reply_to, None, "what is said in it stays in it");
        let open = format!("/desk/communication/{id}");
        for part in ["The blue cups", "Are they dishwasher safe?", "And in the oven?", open.as_str()] {
            assert!(kept.text.contains(part), "{}: {}", scene.name, kept.text);
        }

        scene.say(&shopper, id, new_id(), "Never mind").await.expect("says");
        rooms::read(&scene.services, &desk, id, None).await.expect("reads");
        assert_eq!(scene.news_later().await, 1, "{}: it was read at the desk", scene.name);
        // What the desk itself says is no news to it.
        scene.say(&desk, id, new_id(), "You may").await.expect("says");
        assert_eq!(scene.news_later().await, 1, "{}", scene.name);
    }
}

#[tokio::test]
async fn a_13_p_23_the_letter_goes_where_offline_messages_go() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let settings = StoreSettings {
            notify: Some(email("help@alpha.example")),
            ..StoreSettings::default()
        };
        settle(&scene, settings).await;
        let jane = scene.member_jane().await;
        threads::begin(&scene.services, jane.scope, cups()).await.expect("begins");
        assert_eq!(scene.news_later().await, 1, "{}", scene.name);
        let went = letters(&scene, PostKind::CaseNews).await;
        assert_eq!(went[0].0.to.as_deref(), Some("help@alpha.example"), "{}", scene.name);
    }
}

#[tokio::test]
async fn a_i5_a_vendor_is_mailed_of_each_step_that_is_not_their_own() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        let (id, buyer) = scene.disputed().await;
        assert_eq!(scene.news_later().await, 1, "{}: it was opened", scene.name);
        let went = letters(&scene, PostKind::CaseNews).await;
        let text = &went[0].1.text;
        let open = format!("/desk/disputes/{id}");
        for part in ["M-1", "The plates arrived in pieces.", "Answer before", open.as_str()] {
            assert!(text.contains(part), "{}: {text}", scene.name);
        }
        let wish = Wish {
            what: "refund".to_owned(),
            amount: "10".to_owned(),
        };
        let seller = Party::Desk(scene.actor(false));
        let act = |party: Party, seen, deed| {
            let services = &scene.services;
            async move { disputes::act(services, &party, id, new_id(), seen, deed).await }
        };
        rooms::read(&scene.services, &seller, id, None).await.expect("reads");
        act(seller, 0, Deed::Offer(wish)).await.expect("offers");
        assert_eq!(scene.news_later().await, 1, "{}: it is their own", scene.name);
        assert_eq!(
            letters(&scene, PostKind::Answer).await.len(),
            1,
            "{}: it is news to the buyer",
            scene.name
        );
        act(buyer, 1, Deed::AskMediator).await.expect("asks");
        assert_eq!(scene.news_later().await, 2, "{}: the marketplace was asked", scene.name);
    }
}

#[tokio::test]
async fn a_i5_both_sides_are_mailed_when_time_takes_a_step() {
    for scene in scenes().await {
        let _dir = folder(&scene);
        scene.disputed().await;
        assert_eq!(scene.news_later().await, 1, "{}", scene.name);
        scene.services.clock().advance_ms(ANSWER_MS);
        duty::tick(&scene.services).await.expect("ticks");
        assert_eq!(scene.news_later().await, 2, "{}: the seller was silent", scene.name);
        let told = letters(&scene, PostKind::Answer).await;
        assert_eq!(told.len(), 1, "{}", scene.name);
        assert!(told[0].1.text.contains("Time is up"), "{}: {}", scene.name, told[0].1.text);
    }
}
