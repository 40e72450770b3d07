//! Working together: colleagues in one chat, handing over, notes that no shopper sees, chats that nobody takes, ready-made answers.

use model::{
    canned::CannedDraft,
    conversation::StageName,
    desk::{Folder, WindowKind},
    event::{Audience, EventKind},
    id::{CannedReplyId, ClientId, ConversationId, Seq},
    language::Language,
    limits::CANNED_REPLIES_MAX,
    party::{Author, Role},
    refusal::{Field, Refusal},
    settings::StoreSettings,
    wire::{ClientFrame, ServerFrame},
};
use service::{Actor, Party, accounts, canned, clock::new_id, conversation, desk, duty};
use storage::StoreScope;
use testkit::{TestServer, sqlite};

use super::{Scene, body, refused, scenes};

impl Scene {
    /// Both of alpha's people on duty.
    async fn two_on_duty(&self) -> (Actor, Actor) {
        let (owner, operator) = (self.actor(true), self.online().await);
        duty::go_on(&self.services, &owner, WindowKind::Recap).await.expect("goes on duty");
        (owner, operator)
    }

    async fn noted(&self, by: &Actor, id: ConversationId, cid: ClientId, text: &str) -> Result<i64, Refusal> {
        let party = Party::Desk(by.clone());
        let posted = conversation::post(&self.services, &party, id, Audience::Desk, cid, body(text)).await;
        posted.map(|p| p.seq.0).map_err(|f| f.refusal().unwrap_or_else(|| panic!("{f}")))
    }

    async fn missed_after(&self, seconds: u32) {
        let store = StoreScope(self.world.alpha.id);
        let settings = StoreSettings {
            missed_after_s: seconds,
            ..StoreSettings::default()
        };
        self.services
            .storage()
            .write(move |tx| Box::pin(async move { tx.set_settings(store, &settings).await }))
            .await
            .expect("sets");
    }

    /// Time passes while the vendor stays.
    async fn while_somebody_stays(&self, ms: i64) {
        self.services.clock().advance_ms(ms);
        self.online().await;
        duty::tick(&self.services).await.expect("ticks");
    }

    async fn mails_of(&self, kind: &str) -> usize {
        let store = StoreScope(self.world.alpha.id);
        let mails = self
            .services
            .storage()
            .read(|s| Box::pin(async move { s.mails(store, None).await }))
            .await
            .expect("reads");
        mails.iter().filter(|mail| mail.kind == kind).count()
    }

    async fn stands(&self, id: ConversationId) -> StageName {
        let party = Party::Desk(self.actor(true));
        conversation::view(&self.services, &party, id).await.expect("sees").stage
    }
}

fn answer(own: bool, shortcut: &str, text: &str) -> CannedDraft {
    CannedDraft {
        id: None,
        own,
        shortcut: shortcut.to_owned(),
        texts: vec![(Language::En, text.to_owned())],
    }
}

#[tokio::test]
async fn d_i3_d_16_colleagues_answer_in_the_same_chat_and_see_each_others_words() {
    for scene in scenes().await {
        let (owner, operator) = scene.two_on_duty().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello?").await.expect("posts");
        for colleague in [&owner, &operator] {
            let recap = desk::recap(&scene.services, colleague).await.expect("sees");
            assert!(
                recap.ongoing.iter().any(|row| row.id == id && row.operator.is_none()),
                "{}",
                scene.name
            );
        }
        scene
            .say(&Party::Desk(operator.clone()), id, new_id(), "One moment.")
            .await
            .expect("posts");
        scene
            .say(&Party::Desk(owner.clone()), id, new_id(), "I have it here.")
            .await
            .expect("joins in");
        for colleague in [&owner, &operator] {
            let seen = desk::conversation(&scene.services, colleague, id).await.expect("sees");
            assert_eq!(
                seen.row.operator.as_ref().map(|o| o.id),
                Some(operator.account),
                "the first one has it"
            );
            let authors: Vec<String> = seen
                .view
                .events
                .iter()
                .filter(|e| matches!(e.kind, EventKind::Posted { .. }))
                .filter_map(|e| match &e.author {
                    Author::Operator { name, .. } => Some(name.to_string()),
                    _ => None,
                })
                .collect();
            assert_eq!(authors, ["operator of alpha", "owner of alpha"]);
        }
    }
}

#[tokio::test]
async fn a_conversation_is_handed_to_a_colleague_who_is_there_and_both_sides_see_to_whom() {
    for scene in scenes().await {
        let (owner, operator) = scene.two_on_duty().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Can I speak to the boss?").await.expect("posts");
        conversation::take(&scene.services, &operator, id).await.expect("takes");
        let there = conversation::colleagues(&scene.services, &operator).await.expect("asks");
        assert_eq!(there.iter().map(|o| o.id).collect::<Vec<_>>(), [owner.account], "{}", scene.name);
        for _ in 0..2 {
            conversation::transfer(&scene.services, &operator, id, owner.account)
                .await
                .expect("hands over, and asked again it is done");
        }
        let seen = desk::conversation(&scene.services, &operator, id).await.expect("sees");
        assert_eq!(seen.row.operator.map(|o| o.id), Some(owner.account));
        let view = conversation::view(&scene.services, &shopper, id).await.expect("sees");
        assert_eq!(view.operator.map(|name| name.to_string()).as_deref(), Some("owner of alpha"));
        let handed = |kind: &EventKind| matches!(kind, EventKind::Transferred { to } if to.id == owner.account);
        assert_eq!(scene.log(id).await.iter().filter(|(_, kind)| handed(kind)).count(), 1);
        // It is the owner's now: who handed it away cannot hand it on.
        assert_eq!(
            refused(conversation::transfer(&scene.services, &operator, id, operator.account).await),
            Refusal::NotAllowed
        );
    }
}

#[tokio::test]
async fn nobody_is_handed_a_conversation_who_is_not_there_or_works_elsewhere() {
    for scene in scenes().await {
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello?").await.expect("posts");
        let hand = async |to| refused(conversation::transfer(&scene.services, &operator, id, to).await);
        assert_eq!(hand(scene.world.alpha.owner.1).await, Refusal::ColleagueAway, "{}", scene.name);
        assert_eq!(hand(scene.world.beta.operator.1).await, Refusal::NotFound);
        assert_eq!(hand(scene.world.alpha.deactivated.1).await, Refusal::NotFound);
        assert_eq!(scene.stands(id).await, StageName::Queued);
        let (owner, _) = scene.two_on_duty().await;
        conversation::end(&scene.services, &operator, id).await.expect("ends");
        assert_eq!(hand(owner.account).await, Refusal::Closed);
    }
}

#[tokio::test]
async fn a_note_is_colleagues_only_and_moves_nothing() {
    for scene in scenes().await {
        let (owner, operator) = scene.two_on_duty().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Is it ready?").await.expect("posts");
        let cid = new_id();
        assert_eq!(
            scene.noted(&operator, id, cid, "Pays late, see March").await,
            Ok(1),
            "{}",
            scene.name
        );
        assert_eq!(
            scene.noted(&operator, id, cid, "Pays late, see March").await,
            Ok(1),
            "sent twice, there once"
        );

        let seen = desk::conversation(&scene.services, &owner, id).await.expect("sees");
        assert_eq!(seen.desk_events.len(), 1);
        assert_eq!(seen.row.stage, StageName::Queued, "a note takes no conversation");
        assert_eq!((seen.row.preview.as_str(), seen.row.unread), ("Is it ready?", 1));

        // Through none of the shopper's doors.
        let view = conversation::view(&scene.services, &shopper, id).await.expect("sees");
        assert_eq!((view.events.len(), view.head), (1, Seq(1)));
        let page = conversation::page(&scene.services, &shopper, id, Audience::All, Seq::ZERO, None)
            .await
            .expect("reads");
        let told = serde_json::to_string(&(view, page)).expect("serialises");
        assert!(!told.contains("Pays late"));
        for refusal in [
            refused(conversation::follow(&scene.services, &shopper, id, Audience::Desk).await),
            refused(conversation::events_after(&scene.services, &shopper, id, Audience::Desk, Seq::ZERO, 10).await),
            refused(conversation::page(&scene.services, &shopper, id, Audience::Desk, Seq::ZERO, Some(Seq(9))).await),
            refused(conversation::post(&scene.services, &shopper, id, Audience::Desk, new_id(), body("mine")).await),
        ] {
            assert_eq!(refusal, Refusal::NotFound);
        }
    }
}

#[tokio::test]
async fn a_note_does_not_reach_the_shoppers_socket() {
    let server = TestServer::start(sqlite().await).await;
    let operator = server.sign_in(&server.world.alpha.operator.0).await;
    operator.go_online().await;
    let shopper = server.visitor(&server.world.alpha);
    let conv = shopper.start("Jane").await.expect("starts").conversation.id;
    let (mut theirs, mut desk) = (shopper.socket().await, operator.socket().await);
    let follow = |aud| ClientFrame::Sub {
        conv,
        aud,
        epoch: None,
        after_seq: None,
    };
    theirs.send(&follow(Audience::Desk)).await;
    theirs.until(|frame| (*frame == ServerFrame::Gone { conv }).then_some(())).await;
    theirs.send(&follow(Audience::All)).await;
    theirs.until(|frame| matches!(frame, ServerFrame::Sync { .. }).then_some(())).await;
    for (aud, text) in [(Audience::Desk, "Between us: ⟦note⟧"), (Audience::All, "Good afternoon!")] {
        let (cid, body) = (new_id(), body(text));
        desk.send(&ClientFrame::Send { conv, aud, cid, body }).await;
        desk.until(|frame| matches!(frame, ServerFrame::Sent { .. }).then_some(())).await;
    }
    // The answer comes after the note was kept; by then the note would have been here.
    theirs
        .until(|frame| {
            let told = serde_json::to_string(frame).expect("serialises");
            assert!(!told.contains("⟦note⟧"), "{told}");
            told.contains("Good afternoon!").then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_chat_that_nobody_takes_becomes_an_offline_message_by_itself_and_is_mailed_once() {
    for scene in scenes().await {
        scene.missed_after(60).await;
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Is anybody there?").await.expect("posts");
        scene.while_somebody_stays(59_000).await;
        assert_eq!(scene.stands(id).await, StageName::Queued, "{}: not yet", scene.name);
        assert_eq!(scene.mails_of("missed_chat").await, 0);
        scene.while_somebody_stays(1_000).await;
        scene.while_somebody_stays(1_000).await;
        assert_eq!(scene.stands(id).await, StageName::Mail, "{}", scene.name);
        let log = scene.log(id).await;
        assert_eq!(
            log.iter().map(|(_, kind)| kind.code()).collect::<Vec<_>>(),
            ["posted", "missed"],
            "the words are kept"
        );
        assert_eq!(scene.mails_of("missed_chat").await, 1);

        let recap = desk::recap(&scene.services, &operator).await.expect("sees");
        assert!(recap.ongoing.iter().all(|row| row.id != id));
        assert_eq!(recap.offline_unread, 1);
        let page = desk::inbox(&scene.services, &operator, Folder::Offline, None).await.expect("sees");
        assert!(page.rows.iter().any(|row| row.id == id && row.unread == 1));

        // The shopper is still there, and writes: it is a chat again, and can be missed again.
        scene.say(&shopper, id, new_id(), "Hello?").await.expect("posts");
        assert_eq!(scene.stands(id).await, StageName::Queued);
        let recap = desk::recap(&scene.services, &operator).await.expect("sees");
        assert!(recap.ongoing.iter().any(|row| row.id == id));
        conversation::take(&scene.services, &operator, id).await.expect("takes");
        scene.while_somebody_stays(600_000).await;
        assert_eq!(scene.stands(id).await, StageName::Live, "somebody has it");
        assert_eq!(scene.mails_of("missed_chat").await, 1);
    }
}

#[tokio::test]
async fn an_answer_to_a_missed_chat_waits_for_the_shopper_like_any_answer_to_an_offline_message() {
    for scene in scenes().await {
        scene.missed_after(10).await;
        let operator = scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Is anybody there?").await.expect("posts");
        scene.while_somebody_stays(10_000).await;
        scene
            .say(&Party::Desk(operator), id, new_id(), "Sorry! Here I am.")
            .await
            .expect("answers");
        assert_eq!(scene.stands(id).await, StageName::Mail, "{}", scene.name);
        let view = conversation::view(&scene.services, &shopper, id).await.expect("sees");
        assert!(matches!(&view.events.last().expect("an event").kind, EventKind::Posted { body } if body.as_str() == "Sorry! Here I am."));
    }
}

#[tokio::test]
async fn a_store_may_let_its_chats_wait_and_a_chat_without_words_has_nothing_to_keep() {
    for scene in scenes().await {
        scene.missed_after(0).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "No hurry").await.expect("posts");
        scene.while_somebody_stays(600_000).await;
        assert_eq!(scene.stands(id).await, StageName::Queued, "{}: zero is never", scene.name);

        scene.missed_after(5).await;
        let (silent, _) = scene.chat().await;
        scene.while_somebody_stays(10_000).await;
        assert_eq!(scene.stands(id).await, StageName::Mail);
        assert_eq!(
            scene.stands(silent).await,
            StageName::Queued,
            "it gives its place back later, and is no message"
        );
    }
}

#[tokio::test]
async fn the_stores_answers_are_its_owners_to_write_and_everybodys_to_use() {
    for scene in scenes().await {
        let (owner, operator) = (scene.actor(true), scene.actor(false));
        let shared = canned::save(&scene.services, &owner, answer(false, "/Hours", "Open until five, {{customer}}.")).await;
        let shared = shared.expect("saves");
        assert_eq!(
            (shared.len(), shared[0].own, shared[0].shortcut.as_str()),
            (1, false, "hours"),
            "{}",
            scene.name
        );
        assert_eq!(canned::list(&scene.services, &operator).await.expect("reads"), shared);
        assert_eq!(
            refused(canned::save(&scene.services, &operator, answer(false, "mine", "x")).await),
            Refusal::NotAllowed
        );
        let changed = CannedDraft {
            id: Some(shared[0].id),
            ..answer(true, "hours", "Closed")
        };
        assert_eq!(
            refused(canned::save(&scene.services, &operator, changed).await),
            Refusal::NotAllowed
        );
        assert_eq!(
            refused(canned::remove(&scene.services, &operator, shared[0].id).await),
            Refusal::NotAllowed
        );
        // One's own is nobody else's, not even the owner's, and may have the same shortcut.
        let own = canned::save(&scene.services, &operator, answer(true, "hours", "Mine"))
            .await
            .expect("saves");
        assert_eq!(own.len(), 2);
        let mine = own.iter().find(|reply| reply.own).expect("own").id;
        assert_eq!(canned::list(&scene.services, &owner).await.expect("reads"), shared);
        assert_eq!(refused(canned::remove(&scene.services, &owner, mine).await), Refusal::NotFound);
        assert_eq!(canned::remove(&scene.services, &operator, mine).await.expect("removes"), shared);
    }
}

#[tokio::test]
async fn an_answer_is_changed_whole_and_a_refused_one_changes_nothing() {
    for scene in scenes().await {
        let owner = scene.actor(true);
        let first = canned::save(&scene.services, &owner, answer(false, "hello", "Hello"))
            .await
            .expect("saves");
        let id = first[0].id;
        let draft = |id: Option<CannedReplyId>, shortcut: &str, texts: &[(Language, &str)]| CannedDraft {
            id,
            own: false,
            shortcut: shortcut.to_owned(),
            texts: texts.iter().map(|(l, t)| (*l, (*t).to_owned())).collect(),
        };
        let save = async |draft| canned::save(&scene.services, &owner, draft).await;
        assert_eq!(
            refused(save(draft(None, "hello", &[(Language::En, "Again")])).await),
            Refusal::Taken(Field::Shortcut),
            "{}",
            scene.name
        );
        assert_eq!(
            refused(save(draft(Some(id), "two words", &[(Language::En, "x")])).await),
            Refusal::Invalid(Field::Shortcut)
        );
        assert_eq!(refused(save(draft(Some(id), "hello", &[])).await), Refusal::Missing(Field::Text));
        assert_eq!(
            refused(save(draft(Some(new_id()), "other", &[(Language::En, "x")])).await),
            Refusal::NotFound
        );
        assert_eq!(canned::list(&scene.services, &owner).await.expect("reads"), first);
        let changed = save(draft(Some(id), "hallo", &[(Language::Nl, "Hallo"), (Language::En, " ")]))
            .await
            .expect("saves");
        assert_eq!((changed.len(), changed[0].id, changed[0].shortcut.as_str()), (1, id, "hallo"));
        assert_eq!(changed[0].texts, [(Language::Nl, body("Hallo"))]);
    }
}

#[tokio::test]
async fn another_store_has_answers_of_its_own_and_there_is_an_end_to_them() {
    for scene in scenes().await {
        let owner = scene.actor(true);
        let ours = canned::save(&scene.services, &owner, answer(false, "hours", "Ours"))
            .await
            .expect("saves");
        let theirs = Actor {
            account: scene.world.beta.owner.1,
            store: scene.world.beta.id,
            role: Role::Owner,
            ..owner.clone()
        };
        assert!(
            canned::list(&scene.services, &theirs).await.expect("reads").is_empty(),
            "{}",
            scene.name
        );
        assert_eq!(
            refused(canned::remove(&scene.services, &theirs, ours[0].id).await),
            Refusal::NotFound
        );
        for n in 1..CANNED_REPLIES_MAX {
            canned::save(&scene.services, &owner, answer(false, &format!("n{n}"), "x"))
                .await
                .expect("saves");
        }
        assert_eq!(
            refused(canned::save(&scene.services, &owner, answer(false, "one-too-many", "x")).await),
            Refusal::TooLong {
                field: Field::Shortcut,
                max: CANNED_REPLIES_MAX as u32
            }
        );
    }
}

#[tokio::test]
async fn p_08_a_person_may_want_silence_whatever_the_store_says() {
    for scene in scenes().await {
        let operator = scene.actor(false);
        let muted = async || accounts::me(&scene.services, &operator).await.expect("reads").muted;
        assert!(!muted().await, "{}", scene.name);
        accounts::set_muted(&scene.services, &operator, true).await.expect("sets");
        assert!(muted().await);
        assert!(
            !accounts::me(&scene.services, &scene.actor(true)).await.expect("reads").muted,
            "only their own"
        );
        accounts::set_muted(&scene.services, &operator, false).await.expect("sets");
        assert!(!muted().await);
    }
}
