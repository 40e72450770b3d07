//! Where the data is kept. It only reads the address; `storage` opens it.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{ConfigError, LookUp};

/// The file's name inside the data folder.
const SQLITE_FILE: &str = "vitrine.db";

/// Where the data is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseConfig {
    /// One file in the data folder: the default.
    Sqlite {
        /// The file; it is made when it is not there.
        file: PathBuf,
    },
    /// A PostgreSQL server.
    Postgres {
        /// Its address, with user and password.
        url: String,
    },
}

impl DatabaseConfig {
    /// Reads `VITRINE_DATABASE_URL`.
    pub fn read(data: &Path, look_up: &LookUp) -> Result<Self, ConfigError> {
        match look_up("VITRINE_DATABASE_URL") {
            None => Ok(Self::Sqlite {
                file: data.join(SQLITE_FILE),
            }),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => Ok(Self::Postgres { url }),
            // The value is not repeated: it may hold a password.
            Some(_) => Err(ConfigError::new(
                "VITRINE_DATABASE_URL",
                "it must begin with postgres://. Leave it out to keep the data in a SQLite file in the data folder",
            )),
        }
    }
}

impl fmt::Display for DatabaseConfig {
    /// For people and logs: without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { file } => write!(f, "SQLite, {}", file.display()),
            Self::Postgres { url } => write!(f, "PostgreSQL, {}", without_secrets(url)),
        }
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseConfig({self})")
    }
}

/// The address without its password and without its query, which may hold one too.
fn without_secrets(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return "…".to_owned();
    };
    match rest.rsplit_once('@') {
        None => format!("{scheme}://{rest}"),
        Some((who, place)) => match who.split_once(':') {
            None => format!("{scheme}://{who}@{place}"),
            Some((user, _)) => format!("{scheme}://{user}:…@{place}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: Option<&'static str>) -> Result<DatabaseConfig, ConfigError> {
        DatabaseConfig::read(Path::new("/data"), &|_| url.map(str::to_owned))
    }

    #[test]
    fn without_an_address_the_data_is_a_file_in_the_folder() {
        assert_eq!(
            read(None),
            Ok(DatabaseConfig::Sqlite {
                file: "/data/vitrine.db".into()
            })
        );
    }

    #[test]
    fn only_postgresql_has_an_address() {
        assert!(matches!(read(Some("postgresql://db/vitrine")), Ok(DatabaseConfig::Postgres { .. })));
        let refused = read(Some("mysql://root:geheim@db")).expect_err("not ours").to_string();
        assert!(!refused.contains("geheim"), "{refused}");
    }

    #[test]
    fn a_password_is_never_printed() {
        let config = read(Some("postgres://vitrine:ge@heim@db.example:5432/vitrine?password=geheim")).expect("an address");
        for text in [format!("{config}"), format!("{config:?}")] {
            assert!(!text.contains("heim"), "{text}");
            assert!(text.contains("postgres://vitrine:…@db.example:5432/vitrine"), "{text}");
        }
    }
}
