//! The marketplace's house: stores that come, close and leave; people; reading along; how fast vendors answer; and one person's several
//! stores.

use model::{
    case::Statement,
    event::EventKind,
    id::AccountId,
    language::Language,
    party::Role,
    refusal::{Field, Refusal},
    text::{EmailAddress, Name},
    time::Timestamp,
};
use service::{
    Actor, Clock, Mediator, Party, Services, accounts,
    clock::new_id,
    conversation,
    marketplace::{
        everywhere,
        export::{self, Next},
        oversight, people,
        reports::{self, VendorReport},
        stores::{self, NewVendor},
    },
    members,
    staff::{self, Joining},
    stores as outside,
    team::{self, TeamMember},
};
use storage::{Installation, NewAccount, StoreScope};
use testkit::{PASSWORD, World, both};

use super::{Scene, refused, scenes};

impl Scene {
    /// Somebody of the marketplace's team.
    pub(super) async fn of_the_team(&self, name: &'static str, role: Role) -> TeamMember {
        let at = self.services.clock().now();
        let who = NewAccount {
            id: new_id(),
            email: EmailAddress::parse(&format!("{name}@market.example")).expect("fine"),
            name: Name::parse(name).expect("fine"),
            password_hash: "none".to_owned(),
            language: Language::En,
        };
        let account: AccountId = who.id;
        let written = self.services.storage().write(move |tx| {
            Box::pin(async move {
                let house = Name::parse("Marketplace").expect("fine");
                let scope = team::ensure(tx, house, Language::En, at).await?;
                tx.insert_account(Installation, &who, at).await?;
                tx.insert_membership(scope, who.id, role, at).await?;
                Ok::<StoreScope, service::Fault>(scope)
            })
        });
        let scope = written.await.expect("writes");
        let actor = Actor {
            account,
            store: scope.0,
            role,
            live_chat: true,
            name: Name::parse(name).expect("fine"),
            operator_name: None,
        };
        team::member(&self.services, &actor).await.expect("is of the team")
    }

    /// What somebody of the team reads of how fast alpha answers.
    pub(super) async fn report_of_alpha(&self, member: &TeamMember) -> VendorReport {
        let page = reports::list(&self.services, member, None).await.expect("reports");
        page.rows.into_iter().find(|row| row.store.slug.as_str() == "alpha").expect("alpha")
    }
}

#[tokio::test]
async fn hb_10_hj_8_nobody_reads_along_without_a_reason_that_both_sides_see() {
    for scene in scenes().await {
        let (mira, tom) = (
            scene.of_the_team("mira", Role::Owner).await,
            scene.of_the_team("tom", Role::Operator).await,
        );
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "between us").await.expect("posts");
        let services = &scene.services;

        assert_eq!(refused(oversight::open(services, &tom, id, "curious").await), Refusal::NotAllowed);
        assert_eq!(refused(oversight::read(services, &mira, id, None).await), Refusal::NotFound);
        let no_reason = refused(oversight::open(services, &mira, id, "  ").await);
        assert_eq!(no_reason, Refusal::Missing(Field::Reason));
        assert_eq!(refused(oversight::open(services, &mira, new_id(), "why").await), Refusal::NotFound);
        let found = oversight::find(services, &mira, &id.to_string()).await.expect("finds");
        assert_eq!(found.len(), 1, "{}", scene.name);

        oversight::open(services, &mira, id, "both asked us").await.expect("opens");
        oversight::open(services, &mira, id, "again").await.expect("goes on");
        let told = scene.log(id).await.into_iter().filter_map(|(_, kind)| match kind {
            EventKind::Stated { what } => Some(what),
            _ => None,
        });
        let overseen = Statement::Overseen {
            by: Name::parse("mira").expect("fine"),
            reason: "both asked us".to_owned(),
        };
        assert_eq!(told.collect::<Vec<_>>(), [overseen], "{}: said once, to everybody", scene.name);
        let read = oversight::read(services, &mira, id, None).await.expect("reads");
        assert!(read.room.lines.len() >= 2, "{}", scene.name);
        assert_eq!(oversight::mine(services, &mira).await.expect("lists").len(), 1);

        // Reading is not taking part.
        let party = Party::Mediator(Mediator {
            team: mira.actor().clone(),
            store: scene.world.alpha.id,
            conversation: id,
        });
        assert_eq!(scene.say(&party, id, new_id(), "hello").await, Err(Refusal::NotFound));
        scene.services.clock().advance_ms(3_600_001);
        assert_eq!(refused(oversight::read(services, &mira, id, None).await), Refusal::NotFound);
    }
}

#[tokio::test]
async fn a_suspended_store_is_closed_at_once_for_everybody() {
    for scene in scenes().await {
        let (mira, tom) = (
            scene.of_the_team("mira", Role::Owner).await,
            scene.of_the_team("tom", Role::Operator).await,
        );
        let operator = Party::Desk(scene.online().await);
        let (id, shopper) = scene.chat().await;
        let services = &scene.services;
        let suspend = |on, why| stores::set_suspended(services, &mira, "alpha", on, why);
        assert_eq!(
            refused(stores::set_suspended(services, &tom, "alpha", true, "why").await),
            Refusal::NotAllowed
        );
        assert_eq!(refused(suspend(true, "").await), Refusal::Missing(Field::Reason));
        suspend(true, "sells what it must not").await.expect("suspends");
        suspend(true, "twice").await.expect("is suspended already");

        assert_eq!(refused(outside::by_slug(services, "alpha").await), Refusal::NotFound);
        for party in [&shopper, &operator] {
            assert_eq!(
                scene.say(party, id, new_id(), "still here").await,
                Err(Refusal::NotSignedIn),
                "{}",
                scene.name
            );
        }
        let owner = &scene.world.alpha.owner.0;
        let signed_in = accounts::sign_in(services, owner, PASSWORD.to_owned(), "there")
            .await
            .expect("knows the password");
        let here = accounts::recognise(services, signed_in.token.reveal()).await.expect("asks");
        assert!(here.is_none(), "{}: there is no desk to come to", scene.name);

        suspend(false, "").await.expect("opens again");
        outside::by_slug(services, "alpha").await.expect("is there again");
        scene.say(&shopper, id, new_id(), "hello again").await.expect("posts");
    }
}

#[tokio::test]
async fn a_new_store_belongs_to_whoever_was_invited() {
    for scene in scenes().await {
        let mira = scene.of_the_team("mira", Role::Owner).await;
        let new = |slug: &str| NewVendor {
            name: "Gamma".to_owned(),
            slug: slug.to_owned(),
            email: "Gina@Gamma.example".to_owned(),
            language: Language::Fr,
        };
        let taken = refused(stores::create(&scene.services, &mira, new("alpha")).await);
        assert_eq!(taken, Refusal::Taken(Field::Slug), "{}", scene.name);
        let link = stores::create(&scene.services, &mira, new("gamma")).await.expect("creates");
        let (_, token) = link.rsplit_once("/invite/").expect("a link");
        let joining = Joining {
            name: "Gina".to_owned(),
            password: "correct horse battery".to_owned(),
            language: Language::Fr,
            client: "127.0.0.1".to_owned(),
        };
        let joined = staff::join(&scene.services, token, joining).await.expect("joins");
        let here = accounts::recognise(&scene.services, joined.token.reveal()).await.expect("asks");
        assert_eq!(here.expect("is known").actor.role, Role::Owner);
        let page = stores::list(&scene.services, &mira, None).await.expect("lists");
        let names: Vec<&str> = page.rows.iter().map(|row| row.slug.as_str()).collect();
        assert!(names.contains(&"gamma") && !names.contains(&team::TEAM_SLUG), "{names:?}");
    }
}

#[tokio::test]
async fn a_store_that_leaves_takes_everything_along_and_does_not_come_back() {
    for scene in scenes().await {
        let mira = scene.of_the_team("mira", Role::Owner).await;
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "take this along").await.expect("posts");
        let services = &scene.services;
        let wrong = refused(export::begin(services, &mira, "alpha", "beta", "moved").await);
        assert_eq!(wrong, Refusal::Invalid(Field::Slug));
        let leaving = export::begin(services, &mira, "alpha", "alpha", "moved").await.expect("begins");
        let (mut all, mut paths, mut next) = (String::new(), Vec::new(), Next::Store);
        while !matches!(next, Next::Farewell) {
            let (piece, then) = export::next(services, &leaving, next).await.expect("reads");
            if let Some(piece) = piece {
                all.push_str(&String::from_utf8(piece.bytes).expect("text"));
                paths.push(piece.path);
            }
            next = then;
        }
        assert!(all.contains("take this along"), "{}: {paths:?}", scene.name);
        assert!(!all.contains("password"), "{}", scene.name);
        let store = stores::one(services, &mira, "alpha").await.expect("is known");
        assert!(
            store.suspended_at.is_some() && store.off_boarded_at.is_none(),
            "not before all is handed over"
        );
        export::next(services, &leaving, next).await.expect("says farewell");
        let store = stores::one(services, &mira, "alpha").await.expect("is known");
        assert!(store.off_boarded_at.is_some(), "{}", scene.name);
        let back = refused(stores::set_suspended(services, &mira, "alpha", false, "").await);
        assert_eq!(back, Refusal::Closed);
    }
}

#[tokio::test]
async fn one_person_serves_several_stores_in_one_inbox() {
    for scene in scenes().await {
        let (services, world) = (&scene.services, &scene.world);
        let (email, account) = world.beta.owner.clone();
        // The store that somebody came to first is where they begin.
        services.clock().advance_ms(1_000);
        let (alpha, at) = (StoreScope(world.alpha.id), services.clock().now());
        let joined = services
            .storage()
            .write(move |tx| Box::pin(async move { tx.join_staff(alpha, account, Role::Operator, at).await }));
        joined.await.expect("joins");
        scene.online().await;
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "anybody?").await.expect("posts");

        let signed_in = accounts::sign_in(services, &email, PASSWORD.to_owned(), "here")
            .await
            .expect("signs in");
        let recognise = || accounts::recognise(services, signed_in.token.reveal());
        let at_beta = recognise().await.expect("asks").expect("is known");
        assert_eq!(at_beta.actor.store, world.beta.id);
        let seen = everywhere::read(services, &at_beta.actor).await.expect("reads");
        assert_eq!((seen.places.len(), seen.waiting.len()), (2, 1), "{}", scene.name);

        assert_eq!(
            refused(everywhere::turn_to(services, &at_beta, new_id(), None).await),
            Refusal::NotFound
        );
        everywhere::turn_to(services, &at_beta, world.alpha.id, Some(id))
            .await
            .expect("turns");
        let at_alpha = recognise().await.expect("asks").expect("is known");
        assert_eq!((at_alpha.actor.store, at_alpha.actor.role), (world.alpha.id, Role::Operator));
        conversation::view(services, &Party::Desk(at_alpha.actor), id)
            .await
            .expect("opens it there");
        // Another session of theirs is where it was.
        let other = accounts::sign_in(services, &email, PASSWORD.to_owned(), "there")
            .await
            .expect("signs in");
        let there = accounts::recognise(services, other.token.reveal()).await.expect("asks");
        assert_eq!(there.expect("is known").actor.store, world.beta.id);
    }
}

#[tokio::test]
async fn how_long_a_vendor_let_people_wait_is_counted_from_their_first_word() {
    for scene in scenes().await {
        let tom = scene.of_the_team("tom", Role::Operator).await;
        let operator = Party::Desk(scene.online().await);
        let (id, shopper) = scene.chat().await;
        scene.say(&shopper, id, new_id(), "Hello?").await.expect("posts");
        scene.services.clock().advance_ms(90_000);
        let waits = scene.report_of_alpha(&tom).await;
        assert_eq!(
            (waits.answered, waits.unanswered, waits.longest_ms),
            (0, 1, Some(90_000)),
            "{}",
            scene.name
        );
        scene.say(&operator, id, new_id(), "Here").await.expect("answers");
        scene.services.clock().advance_ms(60_000);
        scene.say(&shopper, id, new_id(), "And?").await.expect("posts");
        scene.say(&operator, id, new_id(), "Yes").await.expect("answers");
        let answered = scene.report_of_alpha(&tom).await;
        assert_eq!((answered.answered, answered.unanswered), (1, 0), "{}", scene.name);
        assert_eq!(
            (answered.median_ms, answered.ninetieth_ms),
            (Some(90_000), Some(90_000)),
            "{}",
            scene.name
        );
    }
}

#[tokio::test]
async fn the_team_is_never_without_an_administrator() {
    for scene in scenes().await {
        let (mira, tom) = (
            scene.of_the_team("mira", Role::Owner).await,
            scene.of_the_team("tom", Role::Operator).await,
        );
        let (services, house) = (&scene.services, mira.actor().store);
        let me = mira.actor().account;
        assert_eq!(
            refused(people::set_role(services, &mira, house, me, Role::Operator).await),
            Refusal::NotAllowed
        );
        assert_eq!(refused(people::remove(services, &mira, house, me).await), Refusal::NotAllowed);
        assert_eq!(refused(people::list(services, &tom, None).await), Refusal::NotAllowed);
        people::remove(services, &mira, house, tom.actor().account).await.expect("removes");
        assert_eq!(
            refused(team::member(services, tom.actor()).await),
            Refusal::NotAllowed,
            "{}",
            scene.name
        );
        let seen = people::list(services, &mira, None).await.expect("lists");
        let gone = seen
            .rows
            .iter()
            .find(|row| row.account == tom.actor().account)
            .expect("has an account");
        assert!(gone.posts.is_empty(), "{}", scene.name);
    }
}

#[tokio::test]
async fn hb_2_whoever_was_inside_the_member_centre_of_a_suspended_store_is_outside() {
    for scene in scenes().await {
        let (services, alpha) = (&scene.services, StoreScope(scene.world.alpha.id));
        let mira = scene.of_the_team("mira", Role::Owner).await;
        let token = members::enter(services, &scene.store().await, &scene.identity())
            .await
            .expect("enters");
        let inside = async || {
            let store = services.storage().read(|s| Box::pin(async move { s.store(alpha).await })).await;
            let store = store.expect("reads").expect("is there");
            members::recognise(services, &store, token.reveal()).await.expect("asks").is_some()
        };
        assert!(inside().await, "{}", scene.name);
        stores::set_suspended(services, &mira, "alpha", true, "sells what it must not")
            .await
            .expect("suspends");
        assert!(!inside().await, "{}", scene.name);
    }
}

#[tokio::test]
async fn an_installation_from_before_there_was_a_team_gets_its_desk_once() {
    for scene in scenes().await {
        let services = &scene.services;
        // A store is called as the team's desk would be.
        let taken = World::one_more(services, team::TEAM_SLUG).await;
        assert_eq!(team::desk(services).await.expect("asks"), None, "{}", scene.name);
        let (one, other) = futures::future::join(team::catch_up(services), team::catch_up(services)).await;
        let mut made = [one.expect("starts"), other.expect("starts")];
        made.sort_unstable();
        assert_eq!(made, [false, true], "{}: made once", scene.name);
        assert!(!team::catch_up(services).await.expect("starts again"), "{}", scene.name);
        let desk = team::desk(services).await.expect("asks").expect("is there");
        assert_ne!(desk.0, taken.id, "{}", scene.name);

        // One of those who owned a store before administers it, and still begins at their own.
        let owners = [scene.world.alpha.clone(), scene.world.beta.clone(), taken];
        let mut administrators = 0;
        for store in owners {
            let actor = Actor {
                account: store.owner.1,
                store: store.id,
                ..scene.actor(true)
            };
            if let Ok(member) = team::member(services, &actor).await {
                assert!(member.administers(), "{}", scene.name);
                administrators += 1;
            }
        }
        assert_eq!(administrators, 1, "{}", scene.name);
    }
}

#[tokio::test]
async fn where_nobody_set_anything_up_the_setup_makes_the_teams_desk() {
    for database in both().await {
        let clock = Clock::manual(Timestamp(1_800_000_000_000));
        let services = Services::new(database.storage.clone(), clock, "http://127.0.0.1".to_owned());
        assert!(!team::catch_up(&services).await.expect("starts"), "{}", database.name);
        assert_eq!(team::desk(&services).await.expect("asks"), None, "{}", database.name);
    }
}
