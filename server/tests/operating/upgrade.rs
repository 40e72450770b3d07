//! F20: the data of every earlier version, as that version left it, taken over by the executable of today.

use std::{
    fs,
    path::{Path, PathBuf},
};

use model::text::Slug;
use reqwest::StatusCode;
use storage::{Installation, StoreScope};
use testkit::{Browser, Operator};

use super::install::{Install, Running, conversations};

/// The demo's.
const PASSWORD: &str = "vitrine-demo";
/// What people said or were promised: not a row of these may be lost.
const KEPT: &[&str] = &[
    "store",
    "account",
    "membership",
    "customer",
    "conversation",
    "event",
    "participant",
    "erasure",
];

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    assert!(found.len() >= 2, "the data of earlier versions is there");
    found
}

/// How many rows a table had.
fn rows(sql: &str, table: &str) -> usize {
    let begin = format!("INSERT INTO {table} VALUES");
    let quoted = format!("INSERT INTO \"{table}\" VALUES");
    sql.lines()
        .filter(|line| line.starts_with(&begin) || line.starts_with(&quoted))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f20_the_data_of_every_earlier_version_is_taken_over_whole() {
    for fixture in fixtures() {
        let name = fixture.display().to_string();
        let sql = fs::read_to_string(fixture.join("vitrine.sql")).expect("statements");
        let install = Install::of_file();
        fs::create_dir_all(&install.data).expect("makes");
        let file = install.data.join("vitrine.db");
        storage::filled_database(&file, sql.clone()).await.expect("fills");
        let facts = storage::facts(&storage::Engine::Sqlite(file.clone())).await.expect("looks");
        assert!(name.ends_with(&format!("data-{:04}", facts.schema)), "{name}: {facts:?}");

        let running = Running::start(&install.data, &[]).await;
        let anna = Operator::sign_in(&running.base, "anna@delft.example", PASSWORD).await;
        for page in ["/desk", "/desk/history", "/desk/messages", "/desk/pages/privacy"] {
            assert_eq!(anna.browser.get(page).await.status(), StatusCode::OK, "{name}: {page}");
        }
        for page in ["/c/delft", "/widget/oliva", "/status/delft"] {
            assert_eq!(
                Browser::new(&running.base).get(page).await.status(),
                StatusCode::OK,
                "{name}: {page}"
            );
        }
        running.stop().await;

        storage::check_sqlite(&file).await.expect("is whole");
        let services = install.open().await;
        let everything = services.storage().everything().await.expect("reads").expect("is SQLite");
        for table in KEPT {
            // A server that works may add to them.
            assert!(everything[*table].len() >= rows(&sql, table), "{name}: {table} has lost rows");
        }
        let mut logs = 0;
        // The last one is the team's own, where their tickets are: every start makes it where it is missing.
        for slug in ["delft", "oliva", "marketplace"] {
            let slug = Slug::parse(slug).expect("fine");
            let store = services
                .storage()
                .read(|s| Box::pin(async move { s.store_of_slug(Installation, &slug).await }))
                .await
                .expect("reads")
                .expect("is there");
            logs += conversations(&services, StoreScope(store.id)).await.len();
        }
        assert_eq!(logs, rows(&sql, "conversation"), "{name}: every log can be read, and has no gap");
        let epoch = services
            .storage()
            .read(|s| Box::pin(async move { s.meta(Installation, "epoch").await }))
            .await
            .expect("reads");
        assert_eq!(
            epoch, facts.epoch,
            "{name}: an update is the same history, and browsers go on where they were"
        );
    }
}
