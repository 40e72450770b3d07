//! That what was erased is not in the database's files any more: not in free pages, not in the write-ahead log.
//!
//! On SQLite everything deleted is overwritten at once (`secure_delete`), the log is emptied into the file, and then the files are
//! searched, byte by byte. What is found nevertheless lies in the slack of a page; the file is then written anew, once. PostgreSQL keeps
//! its files to itself: there its own vacuum does this, in its own time.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, Executor, SqlitePool, sqlite::SqliteConnection};

use crate::StorageError;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// Whether any of these words still stands in the files, after everything was done against it.
pub(crate) async fn words_left(readers: &SqlitePool, words: Vec<Vec<u8>>) -> Result<bool, StorageError> {
    let options = readers.connect_options();
    let file = options.get_filename().to_path_buf();
    let mut conn = (*options).clone().pragma("query_only", "0").connect().await?;
    checkpoint(&mut conn).await?;
    let left = if search(&file, &words).await? {
        // The writer waits as long: SQLite has one writer at a time.
        conn.execute("VACUUM").await?;
        checkpoint(&mut conn).await?;
        search(&file, &words).await?
    } else {
        false
    };
    conn.close().await?;
    Ok(left)
}

async fn checkpoint(conn: &mut SqliteConnection) -> Result<(), StorageError> {
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    Ok(())
}

async fn search(file: &Path, words: &[Vec<u8>]) -> Result<bool, StorageError> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let (files, words) = ([file.to_path_buf(), PathBuf::from(log)], words.to_vec());
    let searched = tokio::task::spawn_blocking(move || {
        for file in files {
            match File::open(&file) {
                Ok(open) => {
                    if contains_any(open, &words)? {
                        return Ok(true);
                    }
                }
                // No log is a good log.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    });
    searched
        .await
        .map_err(|error| StorageError::Unavailable(error.to_string()))?
        .map_err(|error| StorageError::Unavailable(error.to_string()))
}

/// Whether any of the words stands anywhere, also across the borders of what is read at once.
fn contains_any(mut from: impl Read, words: &[Vec<u8>]) -> std::io::Result<bool> {
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).filter(|word| !word.is_empty()).collect();
    let overlap = words.iter().map(|word| word.len()).max().unwrap_or(0);
    let mut held: Vec<u8> = Vec::with_capacity(CHUNK + overlap);
    loop {
        let before = held.len();
        let read = from.by_ref().take(CHUNK as u64).read_to_end(&mut held)?;
        if read == 0 {
            return Ok(false);
        }
        if words.iter().any(|word| find(&held, word)) {
            return Ok(true);
        }
        let keep = (before + read).saturating_sub(overlap);
        held.drain(..keep);
    }
}

fn find(text: &[u8], word: &[u8]) -> bool {
    let Some((first, rest)) = word.split_first() else { return false };
    let mut text = text;
    while let Some(at) = text.iter().position(|byte| byte == first) {
        text = &text[at + 1..];
        if text.starts_with(rest) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_wherever_they_stand() {
        let mut bytes = vec![b'a'; CHUNK - 3];
        bytes.extend_from_slice(b"zebrafish");
        bytes.extend(vec![b'a'; 10]);
        let has = |word: &str| contains_any(bytes.as_slice(), &[word.as_bytes().to_vec()]).expect("reads");
        assert!(has("zebrafish"), "across the border");
        assert!(has("aaz") && has(&format!("sh{}", "a".repeat(10))));
        assert!(!has("zebrafisch") && !has(""));
    }
}
