//! HJ-7: who was erased is not back with a backup from before.

use std::fs;

use model::{party::Role, privacy::PersonBy, refusal::Refusal, text::Name};
use server::operate::{self, restore::Wanted};
use service::{Actor, Clock, Party, Services, clock::new_id, files, privacy, stores, visitor};
use storage::StoreScope;
use testkit::World;

use super::install::{Install, conversations, leave};

const JANE: &str = "jane.canary@customer.example";
const CANARY: &str = "zandloperkruid groeit nergens anders dan hier";

fn owner(world: &World) -> Actor {
    Actor {
        account: world.alpha.owner.1,
        store: world.alpha.id,
        role: Role::Owner,
        live_chat: true,
        name: Name::parse("owner of alpha").expect("fine"),
        operator_name: None,
    }
}

/// Jane's message with a file, and somebody else's.
async fn write(services: &Services) {
    let begun = leave(services, JANE, CANARY).await;
    let store = stores::by_slug(services, "alpha").await.expect("alpha");
    let session = visitor::recognise(services, &store, &begun.pass.token).await.expect("asks");
    let jane = Party::Visitor(session.expect("knows").scope);
    files::share(
        services,
        &jane,
        begun.conversation.id,
        new_id(),
        "list.txt",
        b"zandloperkruid".to_vec(),
    )
    .await
    .expect("keeps the file");
    leave(services, "pieter@customer.example", "Pieter's own words").await;
}

fn kept_files(install: &Install) -> usize {
    let shards = fs::read_dir(install.data.join("files")).map(Iterator::flatten);
    shards.map_or(0, |shards| {
        shards.map(|shard| fs::read_dir(shard.path()).expect("a folder").count()).sum()
    })
}

/// Nobody finds Jane, and everybody finds Pieter.
async fn is_gone(install: &Install, world: &World) {
    let services = install.open().await;
    let found = privacy::find(&services, &owner(world), PersonBy::Email, JANE).await;
    assert_eq!(found.err().and_then(|fault| fault.refusal()), Some(Refusal::NotFound));
    assert_eq!(conversations(&services, StoreScope(world.alpha.id)).await.len(), 1, "Pieter's");
    let words = vec![b"zandloperkruid".to_vec(), b"jane.canary@".to_vec()];
    assert_ne!(services.storage().words_left(words).await.expect("searches"), Some(true));
    assert_eq!(kept_files(install), 0);
    Install::close(services).await;
}

async fn not_back(ours: Install, elsewhere: Install) {
    let services = ours.open().await;
    let world = World::make(&services).await;
    write(&services).await;
    assert_eq!(kept_files(&ours), 1);
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup");
    operate::backup::run(&ours.config(), &backup, Clock::system().now())
        .await
        .unwrap_or_else(|trouble| panic!("{trouble}"));
    privacy::erase(&services, &owner(&world), PersonBy::Email, JANE)
        .await
        .expect("erases");
    let list = operate::erasures::text(&ours.config())
        .await
        .unwrap_or_else(|trouble| panic!("{trouble}"));
    assert!(
        !list.contains("jane"),
        "a list of those who wanted to be forgotten would not forget them: {list}"
    );
    fs::write(folder.path().join("list.json"), list).expect("writes");
    Install::close(services).await;

    let wanted = Wanted {
        from: backup,
        erasures: Some(folder.path().join("list.json")),
        ..Wanted::default()
    };
    let restored = operate::restore::run(&elsewhere.config(), wanted, Clock::system().now()).await;
    let restored = restored.unwrap_or_else(|trouble| panic!("{trouble}"));
    assert!(restored.knows_since);
    assert_eq!(restored.applied.conversations, 1);
    is_gone(&elsewhere, &world).await;
    let again = operate::erasures::text(&elsewhere.config())
        .await
        .unwrap_or_else(|trouble| panic!("{trouble}"));
    assert!(
        again.contains("conversation") && again.contains("address"),
        "the next backup knows it, too: {again}"
    );
}

#[tokio::test]
async fn hj_7_who_was_erased_is_not_back_with_an_older_backup_and_the_list() {
    not_back(Install::of_file(), Install::of_file()).await;
}

#[tokio::test]
async fn hj_7_the_same_on_postgresql() {
    if let (Some(ours), Some(elsewhere)) = (Install::of_postgres().await, Install::of_postgres().await) {
        not_back(ours, elsewhere).await;
    }
}

#[tokio::test]
async fn hj_7_the_database_that_a_backup_takes_the_place_of_is_asked_by_itself() {
    let install = Install::of_file();
    let services = install.open().await;
    let world = World::make(&services).await;
    write(&services).await;
    let folder = tempfile::tempdir().expect("a folder");
    let wanted = Wanted {
        from: folder.path().join("backup"),
        replace: true,
        ..Wanted::default()
    };
    operate::backup::run(&install.config(), &wanted.from, Clock::system().now())
        .await
        .unwrap_or_else(|trouble| panic!("{trouble}"));
    privacy::erase(&services, &owner(&world), PersonBy::Email, JANE)
        .await
        .expect("erases");
    Install::close(services).await;
    operate::restore::run(&install.config(), wanted.clone(), Clock::system().now())
        .await
        .unwrap_or_else(|trouble| panic!("{trouble}"));
    is_gone(&install, &world).await;

    // A database that cannot be read any more says nothing about who was erased: then somebody must.
    fs::write(install.data.join("vitrine.db"), b"no database").expect("writes");
    let refused = operate::restore::run(&install.config(), wanted.clone(), Clock::system().now()).await;
    let refused = refused.err().map(|trouble| trouble.to_string()).unwrap_or_default();
    assert!(refused.contains("--without-erasures"), "{refused}");
    let knowingly = Wanted {
        without_erasures: true,
        ..wanted
    };
    operate::restore::run(&install.config(), knowingly, Clock::system().now())
        .await
        .unwrap_or_else(|trouble| panic!("{trouble}"));
    let services = install.open().await;
    assert!(
        privacy::find(&services, &owner(&world), PersonBy::Email, JANE).await.is_ok(),
        "as was said"
    );
}
