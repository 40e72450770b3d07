//! What is better not said: masked, asked about, or kept until the team has looked at it; through every door, and before it is written down.

use model::{
    event::EventKind,
    id::ConversationId,
    party::Role,
    refusal::Refusal,
    safety::{Deed, Private, SafetyPolicy},
};
use service::{
    Party,
    clock::new_id,
    safety::{decide, list, policy, set_policy, try_text},
    team::TeamMember,
    visitor,
};

use super::{Scene, message, refused, scenes};

const CARD: &str = "Take it from 4111 1111 1111 1111, please";
const IBAN: &str = "My account is NL91 ABNA 0417 1643 00";

impl Scene {
    /// What was said in a conversation.
    async fn said(&self, id: ConversationId) -> Vec<String> {
        let log = self.log(id).await;
        log.into_iter()
            .filter_map(|(_, kind)| match kind {
                EventKind::Posted { body } => Some(body.to_string()),
                _ => None,
            })
            .collect()
    }

    async fn decides(&self, member: &TeamMember, what: Private, deed: Deed) {
        let decided = SafetyPolicy::default().with(what, deed);
        set_policy(&self.services, member, decided).await.expect("decides");
    }
}

#[tokio::test]
async fn a_25_a_i6_a_card_is_masked_before_it_is_written_down() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cid = new_id();
        assert_eq!(scene.say(&shopper, id, cid, CARD).await.map(|(_, dup)| dup), Ok(false));
        // Its answer was lost: it is the same message, whatever stands there now.
        assert_eq!(
            scene.say(&shopper, id, cid, CARD).await.map(|(_, dup)| dup),
            Ok(true),
            "{}",
            scene.name
        );
        assert_eq!(scene.said(id).await, ["Take it from •••• 1111, please"], "{}", scene.name);
        let desk = Party::Desk(scene.actor(false));
        scene.say(&desk, id, new_id(), "4111-1111-1111-1111?").await.expect("posts");
        assert_eq!(scene.said(id).await[1], "•••• 1111?");
    }
}

#[tokio::test]
async fn a_25_a_27_whoever_is_warned_says_it_again_and_means_it() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let (other, stranger) = scene.chat().await;
        for (text, what) in [
            (IBAN, Private::Iban),
            ("my password is Tulips4Ever", Private::Password),
            ("mail me: kate@clayworks.example", Private::Contact),
        ] {
            let cid = new_id();
            assert_eq!(
                scene.say(&shopper, id, cid, text).await,
                Err(Refusal::LooksLike(what)),
                "{}",
                scene.name
            );
            assert!(scene.said(id).await.iter().all(|said| said != text));
            // Somebody else was not warned.
            assert_eq!(scene.say(&stranger, other, new_id(), text).await, Err(Refusal::LooksLike(what)));
            assert!(scene.say(&shopper, id, cid, text).await.is_ok(), "{}", scene.name);
            assert_eq!(scene.said(id).await.last().map(String::as_str), Some(text));
            // Said already: it is the same message, however long ago.
            scene.services.clock().advance_ms(3_600_000);
            assert_eq!(scene.say(&shopper, id, cid, text).await.map(|(_, dup)| dup), Ok(true));
        }
        // A warning is not remembered for long.
        assert_eq!(
            scene.say(&shopper, id, new_id(), IBAN).await,
            Err(Refusal::LooksLike(Private::Iban))
        );
        scene.services.clock().advance_ms(601_000);
        assert_eq!(
            scene.say(&shopper, id, new_id(), IBAN).await,
            Err(Refusal::LooksLike(Private::Iban))
        );
    }
}

#[tokio::test]
async fn a_25_the_first_words_of_a_message_are_looked_at_too() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        let store = scene.store().await;
        let leave = |text: &str| visitor::leave_message(&scene.services, &store, None, message(text), visitor::Browser::default());
        let masked = leave(CARD).await.expect("takes");
        assert_eq!(scene.said(masked.conversation.id).await, ["Take it from •••• 1111, please"]);
        assert_eq!(refused(leave(IBAN).await), Refusal::LooksLike(Private::Iban));
        let meant = leave(IBAN).await.expect("takes");
        assert_eq!(scene.said(meant.conversation.id).await, [IBAN], "{}", scene.name);
    }
}

#[tokio::test]
async fn a_25_a_held_message_waits_until_the_team_has_looked() {
    for scene in scenes().await {
        let mira = scene.of_the_team("mira", Role::Owner).await;
        let tom = scene.of_the_team("tom", Role::Operator).await;
        scene.decides(&mira, Private::Iban, Deed::Hold).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cid = new_id();
        assert_eq!(scene.say(&shopper, id, cid, IBAN).await, Err(Refusal::Held), "{}", scene.name);
        // Sent again, by a program or by a person, it waits once.
        assert_eq!(scene.say(&shopper, id, cid, IBAN).await, Err(Refusal::Held));
        assert_eq!(scene.say(&shopper, id, new_id(), IBAN).await, Err(Refusal::Held));
        let waiting = list(&scene.services, &tom).await.expect("lists");
        assert_eq!(waiting.len(), 1, "{}", scene.name);
        assert_eq!(
            (waiting[0].body.as_str(), waiting[0].found.as_slice()),
            (IBAN, &[Private::Iban][..])
        );
        assert!(scene.said(id).await.is_empty());

        decide(&scene.services, &tom, waiting[0].id, true).await.expect("lets it go");
        assert_eq!(scene.said(id).await, [IBAN]);
        assert_eq!(refused(decide(&scene.services, &tom, waiting[0].id, true).await), Refusal::NotFound);
        assert_eq!(
            scene.say(&shopper, id, cid, IBAN).await.map(|(_, dup)| dup),
            Ok(true),
            "{}",
            scene.name
        );

        assert_eq!(
            scene.say(&shopper, id, new_id(), "To NL91ABNA0417164300 then").await,
            Err(Refusal::Held)
        );
        let waiting = list(&scene.services, &tom).await.expect("lists");
        decide(&scene.services, &tom, waiting[0].id, false).await.expect("does not");
        assert!(list(&scene.services, &tom).await.expect("lists").is_empty());
        assert_eq!(scene.said(id).await, [IBAN]);
    }
}

#[tokio::test]
async fn a_25_the_marketplace_decides_and_only_who_administers_it() {
    for scene in scenes().await {
        // Without a marketplace there is nobody who decided anything.
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        assert!(scene.say(&shopper, id, new_id(), CARD).await.is_ok(), "{}", scene.name);
        let mira = scene.of_the_team("mira", Role::Owner).await;
        let tom = scene.of_the_team("tom", Role::Operator).await;
        let lax = SafetyPolicy::default().with(Private::Card, Deed::Allow);
        assert_eq!(refused(set_policy(&scene.services, &tom, lax).await), Refusal::NotAllowed);
        assert_eq!(policy(&scene.services, &tom).await.expect("reads"), SafetyPolicy::default());
        set_policy(&scene.services, &mira, lax).await.expect("decides");
        assert_eq!(policy(&scene.services, &tom).await.expect("reads"), lax);
        scene.say(&shopper, id, new_id(), CARD).await.expect("posts");
        assert_eq!(scene.said(id).await, [CARD, CARD]);
        let found = try_text("four one one one, 1111 1111 １１１１").await.expect("looks");
        assert_eq!(found.iter().map(|f| f.what).collect::<Vec<_>>(), [Private::Card]);
    }
}

#[tokio::test]
async fn a_26_order_numbers_sizes_and_prices_pass_without_a_word() {
    for scene in scenes().await {
        scene.of_the_team("mira", Role::Owner).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let words = [
            "Order M-20418, placed on 2026-11-19",
            "The tiles are 13 x 13 cm, four for € 52.00",
            "Is it on http://127.0.0.1/c/alpha too?",
        ];
        for text in words {
            scene.say(&shopper, id, new_id(), text).await.expect("posts");
        }
        assert_eq!(scene.said(id).await, words);
    }
}

#[tokio::test]
async fn a_25_other_words_under_the_id_of_what_waits_are_not_lost() {
    const OTHER: &str = "To NL91ABNA0417164300 then";
    for scene in scenes().await {
        let mira = scene.of_the_team("mira", Role::Owner).await;
        scene.decides(&mira, Private::Iban, Deed::Hold).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cid = new_id();
        for text in [IBAN, OTHER, OTHER] {
            assert_eq!(scene.say(&shopper, id, cid, text).await, Err(Refusal::Held), "{}", scene.name);
        }
        let waiting = list(&scene.services, &mira).await.expect("lists");
        let mut words: Vec<&str> = waiting.iter().map(|one| one.body.as_str()).collect();
        words.sort_unstable();
        assert_eq!(words, [IBAN, OTHER], "{}", scene.name);

        // Said without it, under the same id: what waits can be let go all the same.
        scene.say(&shopper, id, cid, "Never mind").await.expect("posts");
        for one in &waiting {
            decide(&scene.services, &mira, one.id, true).await.expect("lets it go");
        }
        let mut said = scene.said(id).await;
        said.sort_unstable();
        assert_eq!(said, [IBAN, "Never mind", OTHER], "{}", scene.name);
    }
}

#[tokio::test]
async fn a_25_what_waited_and_was_said_meanwhile_is_said_once() {
    for scene in scenes().await {
        let mira = scene.of_the_team("mira", Role::Owner).await;
        scene.decides(&mira, Private::Iban, Deed::Hold).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        let cid = new_id();
        assert_eq!(scene.say(&shopper, id, cid, IBAN).await, Err(Refusal::Held), "{}", scene.name);
        scene.decides(&mira, Private::Iban, Deed::Allow).await;
        scene.say(&shopper, id, cid, IBAN).await.expect("posts");
        let waiting = list(&scene.services, &mira).await.expect("lists");
        decide(&scene.services, &mira, waiting[0].id, true).await.expect("lets it go");
        assert_eq!(scene.said(id).await, [IBAN], "{}", scene.name);
        assert!(list(&scene.services, &mira).await.expect("lists").is_empty());
    }
}
