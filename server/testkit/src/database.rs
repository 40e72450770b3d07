//! A new, empty database for each test.

use storage::{Engine, Storage};
use tempfile::TempDir;

/// An open database, and what must live as long.
pub struct Database {
    /// Which engine, for messages.
    pub name: &'static str,
    /// It.
    pub storage: Storage,
    _dir: Option<TempDir>,
}

/// SQLite, on a scratch file.
pub async fn sqlite() -> Database {
    let dir = tempfile::tempdir().expect("a folder");
    let storage = Storage::open(Engine::Scratch(dir.path().join("vitrine.db"))).await.expect("opens");
    Database {
        name: "SQLite",
        storage,
        _dir: Some(dir),
    }
}

/// SQLite, and the PostgreSQL that `cargo xtask test` starts. Where there is none, it says so; where it is demanded, it fails.
pub async fn both() -> Vec<Database> {
    let mut all = vec![sqlite().await];
    #[expect(clippy::disallowed_methods, reason = "the test harness hands the address over in the environment")]
    let (url, required) = (
        std::env::var("VITRINE_TEST_POSTGRES").ok(),
        std::env::var("VITRINE_REQUIRE_POSTGRES").is_ok(),
    );
    match url {
        Some(url) => {
            let storage = Storage::open(Engine::Postgres(storage::fresh_database(&url).await.expect("a database")))
                .await
                .expect("opens");
            all.push(Database {
                name: "PostgreSQL",
                storage,
                _dir: None,
            });
        }
        None if required => panic!("VITRINE_REQUIRE_POSTGRES is set, and VITRINE_TEST_POSTGRES is not"),
        None => println!("skipped on PostgreSQL: there is none (cargo xtask test starts one)"),
    }
    all
}

/// A new, empty PostgreSQL database that several servers open.
#[derive(Clone)]
pub struct SharedDatabase {
    url: String,
}

impl SharedDatabase {
    /// One on the PostgreSQL that `cargo xtask test` starts. Where there is none, it says so; where it is demanded, it fails.
    pub async fn make() -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "the test harness hands the address over in the environment")]
        let (url, required) = (
            std::env::var("VITRINE_TEST_POSTGRES").ok(),
            std::env::var("VITRINE_REQUIRE_POSTGRES").is_ok(),
        );
        let Some(url) = url else {
            assert!(!required, "VITRINE_REQUIRE_POSTGRES is set, and VITRINE_TEST_POSTGRES is not");
            println!("skipped: there is no PostgreSQL (cargo xtask test starts one), and several servers need one");
            return None;
        };
        Some(Self {
            url: storage::fresh_database(&url).await.expect("a database"),
        })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it, as each server does for itself.
    pub async fn open(&self) -> Database {
        Database {
            name: "PostgreSQL",
            storage: Storage::open(Engine::Postgres(self.url.clone())).await.expect("opens"),
            _dir: None,
        }
    }
}
