//! What can go wrong below the rules.

/// A failure of the database, or of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The queue of writes is full: nothing was done, the same may be tried again.
    #[error("the queue of writes is full")]
    Busy,
    /// The database is locked, full or unreachable for the moment: nothing was done, the same may be tried again.
    #[error("the database cannot be written for the moment: {0}")]
    Unavailable(String),
    /// A row that another transaction wrote first.
    #[error("unique constraint: {0}")]
    Conflict(String),
    /// A row that breaks a rule of ours: somebody else wrote it, or an old version did.
    #[error("table {table}, column {column}: a value that means nothing")]
    Inconsistent {
        /// Where.
        table: &'static str,
        /// Where.
        column: &'static str,
    },
    /// Everything else.
    #[error(transparent)]
    Database(sqlx::Error),
    /// The database cannot be used at all.
    #[error("{0}")]
    Unusable(String),
}

impl StorageError {
    /// Whether the same may succeed later, without anybody changing anything.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_))
    }

    pub(crate) fn inconsistent(table: &'static str, column: &'static str) -> Self {
        Self::Inconsistent { table, column }
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => Self::Unavailable(error.to_string()),
            sqlx::Error::Database(inner) => {
                if inner.is_unique_violation() {
                    return Self::Conflict(inner.constraint().unwrap_or_default().to_owned());
                }
                match inner.code().as_deref() {
                    // SQLITE_BUSY and SQLITE_LOCKED with their extended codes, SQLITE_FULL, and no room for the log's index; PostgreSQL:
                    // connections that broke, serialisation, deadlock, out of disk or memory or connections, waited too long for a
                    // lock, an answer or the next question, shutting down.
                    Some(
                        "5" | "6" | "13" | "261" | "262" | "517" | "518" | "773" | "4874" | "5386" | "08000" | "08003" | "08006" | "25P03"
                        | "40001" | "40P01" | "53000" | "53100" | "53200" | "53300" | "55P03" | "57014" | "57P01" | "57P02" | "57P03",
                    ) => Self::Unavailable(inner.to_string()),
                    _ => Self::Database(error),
                }
            }
            _ => Self::Database(error),
        }
    }
}
