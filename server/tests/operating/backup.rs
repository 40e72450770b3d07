//! F19: a backup that is made while people write, and put in somewhere else.

use std::{
    fs,
    path::Path,
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use model::id::ConversationId;
use server::operate::{self, Manifest, restore::Wanted};
use service::{Clock, Services};
use storage::StoreScope;
use testkit::World;
use tokio::process::Command;

use super::install::{Install, PROGRAM, Running, conversations, leave};

/// Messages that are stored before the backup begins.
const BEFORE: usize = 20;

fn from(backup: &Path) -> Wanted {
    Wanted {
        from: backup.to_owned(),
        ..Wanted::default()
    }
}

async fn backup(install: &Install, into: &Path) -> Manifest {
    let made = operate::backup::run(&install.config(), into, Clock::system().now()).await;
    made.unwrap_or_else(|trouble| panic!("{trouble}"))
}

async fn restore(install: &Install, wanted: Wanted) -> Result<operate::restore::Restored, String> {
    let restored = operate::restore::run(&install.config(), wanted, Clock::system().now()).await;
    restored.map_err(|trouble| trouble.to_string())
}

/// People who write without a pause, until they are told to stop; and what they were told is stored.
fn write_on(services: Services, stop: Arc<AtomicBool>, stored: Arc<Mutex<Vec<ConversationId>>>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut n = 0;
        while !stop.load(Ordering::SeqCst) {
            n += 1;
            let begun = leave(&services, &format!("shopper{n}@customer.example"), &format!("Message {n}")).await;
            stored.lock().expect("nobody panicked").push(begun.conversation.id);
        }
    })
}

async fn under_load(ours: Install, theirs: Install) {
    let services = ours.open().await;
    let world = World::make(&services).await;
    let scope = StoreScope(world.alpha.id);
    fs::create_dir_all(ours.data.join("files/ab")).expect("makes");
    fs::write(ours.data.join("files/ab/one"), b"a file").expect("writes");
    fs::write(ours.data.join("files/ab/two.part"), b"half").expect("writes");

    let (stop, stored) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let writing = write_on(services.clone(), stop.clone(), stored.clone());
    while stored.lock().expect("nobody panicked").len() < BEFORE {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = stored.lock().expect("nobody panicked").clone();
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("backup");
    let manifest = backup(&ours, &into).await;
    stop.store(true, Ordering::SeqCst);
    writing.await.expect("writes");
    let all = stored.lock().expect("nobody panicked").clone();

    assert!(!folder.path().join("backup.unfinished").exists());
    assert_eq!(manifest.folders["files"].files, 1, "what is half written is no file");
    assert_eq!(manifest.schema, storage::schema_known());
    let restored = restore(&theirs, from(&into)).await.expect("restores");
    assert!(!restored.knows_since && restored.aside.is_empty());
    assert_eq!(fs::read(theirs.data.join("files/ab/one")).expect("is there"), b"a file");
    assert!(!theirs.data.join("restoring").exists());

    let again = theirs.open().await;
    assert_ne!(
        again.storage().epoch(),
        services.storage().epoch(),
        "another history: browsers look anew"
    );
    let there = conversations(&again, scope).await;
    for id in before {
        assert!(there.contains(&id), "{id} was stored before the backup began");
    }
    for id in &there {
        assert!(all.contains(id), "{id} was stored by nobody");
    }
    assert!(again.storage().answers().await);
    leave(&again, "late@customer.example", "It goes on").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f19_i2_i3_a_backup_under_load_is_put_in_elsewhere_as_another_history() {
    under_load(Install::of_file(), Install::of_file()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f19_i2_i3_the_same_on_postgresql_by_its_own_programs() {
    if let (Some(ours), Some(theirs)) = (Install::of_postgres().await, Install::of_postgres().await) {
        under_load(ours, theirs).await;
    }
}

#[tokio::test]
async fn what_is_there_moves_aside_and_only_when_somebody_says_so() {
    let install = Install::of_file();
    let services = install.open().await;
    let world = World::make(&services).await;
    let scope = StoreScope(world.alpha.id);
    let first = leave(&services, "jane@customer.example", "In the backup").await.conversation.id;
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("backup");
    backup(&install, &into).await;
    let second = leave(&services, "jane@customer.example", "After the backup").await.conversation.id;

    let refused = restore(
        &install,
        Wanted {
            replace: true,
            ..from(&into)
        },
    )
    .await
    .expect_err("a server runs");
    assert!(refused.contains("in use"), "{refused}");
    Install::close(services).await;
    let refused = restore(&install, from(&into)).await.expect_err("something is there");
    assert!(refused.contains("--replace"), "{refused}");
    let services = install.open().await;
    assert_eq!(conversations(&services, scope).await, [first, second], "a refusal changes nothing");
    Install::close(services).await;

    let restored = restore(
        &install,
        Wanted {
            replace: true,
            ..from(&into)
        },
    )
    .await
    .expect("restores");
    let aside = restored.aside.first().expect("what was there");
    assert!(aside.join("vitrine.db").is_file());
    assert!(restored.knows_since, "the database that was there was asked");
    let services = install.open().await;
    assert_eq!(conversations(&services, scope).await, [first]);
}

#[tokio::test]
async fn a_backup_that_was_changed_or_is_of_another_database_is_refused() {
    let install = Install::of_file();
    let services = install.open().await;
    World::make(&services).await;
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("backup");
    let manifest = backup(&install, &into).await;
    let made = operate::backup::run(&install.config(), &into, Clock::system().now()).await;
    assert!(made.is_err(), "never over a backup");

    let elsewhere = Install::of_file();
    let path = into.join(&manifest.database);
    let whole = fs::read(&path).expect("reads");
    let mut bytes = whole.clone();
    bytes[5_000] ^= 1;
    fs::write(&path, bytes).expect("writes");
    let refused = restore(&elsewhere, from(&into)).await.expect_err("one bit");
    assert!(refused.contains("not what it was"), "{refused}");
    fs::write(&path, whole).expect("writes");

    let newer = fs::read_to_string(into.join("backup.json")).expect("reads");
    let schema = format!("\"schema\": {}", manifest.schema);
    assert!(newer.contains(&schema), "{newer}");
    fs::write(into.join("backup.json"), newer.replace(&schema, "\"schema\": 9999")).expect("writes");
    let refused = restore(&elsewhere, from(&into)).await.expect_err("of the future");
    assert!(refused.contains("newer"), "{refused}");
    assert!(!elsewhere.data.join("vitrine.db").exists(), "nothing was touched");
}

#[tokio::test]
async fn a_restore_that_was_not_finished_keeps_the_server_from_starting_and_is_finished_by_another() {
    let install = Install::of_file();
    let services = install.open().await;
    World::make(&services).await;
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("backup");
    backup(&install, &into).await;
    Install::close(services).await;
    fs::create_dir_all(install.data.join("restoring/files")).expect("makes");
    fs::write(install.data.join("restoring/files/left"), b"of an attempt").expect("writes");
    fs::write(install.data.join("restoring/begun"), b"replaced-1").expect("writes");
    fs::create_dir(install.data.join("replaced-1")).expect("makes");

    let started = Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&install.data)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("starts");
    let said = String::from_utf8_lossy(&started.stderr).into_owned();
    assert!(!started.status.success() && said.contains("vitrine restore"), "{said}");

    let restored = restore(
        &install,
        Wanted {
            replace: true,
            ..from(&into)
        },
    )
    .await
    .expect("restores");
    assert!(!install.data.join("files/left").exists());
    assert_eq!(restored.aside.len(), 2, "what the first attempt moved aside is named as well");
    let running = Running::start(&install.data, &[]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_restore_that_fails_before_anything_moved_leaves_everything_as_it_was() {
    let install = Install::of_file();
    let services = install.open().await;
    let world = World::make(&services).await;
    let scope = StoreScope(world.alpha.id);
    fs::create_dir_all(install.data.join("files/ab")).expect("makes");
    fs::write(install.data.join("files/ab/one"), b"a file").expect("writes");
    let first = leave(&services, "jane@customer.example", "Still here").await.conversation.id;
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("backup");
    backup(&install, &into).await;
    Install::close(services).await;
    fs::remove_file(into.join("files/ab/one")).expect("removes");
    let wanted = Wanted {
        replace: true,
        ..from(&into)
    };
    let refused = restore(&install, wanted).await.expect_err("a file is missing");
    assert!(refused.contains("missing"), "{refused}");
    assert!(!install.data.join("restoring").exists());
    let services = install.open().await;
    assert_eq!(conversations(&services, scope).await, [first]);
    Install::close(services).await;
    let running = Running::start(&install.data, &[]).await;
    running.stop().await;
}

#[tokio::test]
async fn f1_f19_a_backup_is_put_in_where_a_server_was_killed() {
    let install = Install::of_file();
    let services = install.open().await;
    World::make(&services).await;
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("backup");
    backup(&install, &into).await;
    Install::close(services).await;
    // Its log is still there, and nobody has put it into the file.
    let running = Running::start(&install.data, &[]).await;
    running.kill().await;
    let log = install.data.join("vitrine.db-wal");
    assert!(log.metadata().is_ok_and(|log| log.len() > 0), "there is a log");
    let wanted = Wanted {
        replace: true,
        ..from(&into)
    };
    let restored = restore(&install, wanted).await.expect("restores");
    assert_eq!(restored.aside.len(), 1);
    let running = Running::start(&install.data, &[]).await;
    running.stop().await;
}

#[tokio::test]
async fn the_commands_say_what_they_did_and_fail_aloud() {
    let install = Install::of_file();
    let services = install.open().await;
    World::make(&services).await;
    Install::close(services).await;
    let folder = tempfile::tempdir().expect("a folder");
    let run = async |arguments: &[&str]| {
        let output = Command::new(PROGRAM)
            .args(arguments)
            .arg("--data")
            .arg(&install.data)
            .env("VITRINE_DISK_FLOOR", "0")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .await
            .expect("starts");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.success(), said)
    };
    let (done, said) = run(&["backup", "today"]).await;
    assert!(done && said.contains("SQLite"), "{said}");
    let (done, said) = run(&["backup", "today"]).await;
    assert!(!done && said.contains("there is something in it"), "{said}");
    let (done, said) = run(&["erasures"]).await;
    assert!(done && said.contains("\"erasures\": []"), "{said}");
    let (done, said) = run(&["restore", "today"]).await;
    assert!(!done && said.contains("--replace"), "{said}");
    let (done, said) = run(&["restore", "today", "--replace"]).await;
    assert!(done && said.contains("is in its place"), "{said}");
}
