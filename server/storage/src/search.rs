//! Finding conversations by their words: what was said, and who they are with.
//!
//! The two engines have different indexes (FTS5 here, `tsvector` there), so the few statements that touch those are written twice;
//! everything else about them is the same. An entry is written in the transaction of what it finds, and holds no text of an event: it is
//! taken out by reading the event once more, which is why an event's words must still be there when [`Tx::forget_words`] is called. FTS5 gets
//! its words a moment later ([`crate::owed`]).

mod tokens;

use model::{
    event::EventKind,
    id::{ConversationId, CustomerId},
    limits::{INBOX_ROWS_MAX, SEARCH_ENTRIES_MAX},
};
use sqlx::SqliteConnection;
use uuid::Uuid;

pub(crate) use self::tokens::Query;
use self::tokens::entry;
use crate::{
    StorageError,
    owed::Settled,
    scope::StoreScope,
    session::{Conn, Session, Tx, on},
    statement::statements,
};

/// Words that a search looks for in place of one that is still being typed.
const ENDINGS_MAX: usize = 256;
/// Entries that are taken out at once.
const FORGET_AT_ONCE: i64 = 500;
/// What a guest is called, in the languages of the desk: "guest 17" finds the seventeenth.
const GUEST: &str = "guest gast invitado visiteur";
/// The audience of the entry that says who a conversation is with.
const PERSON: &str = "person";

statements! {
    PERSON_OF = "SELECT c.contact_name, c.contact_email, c.contact_phone, c.guest_number, c.about_name, c.product_name, COALESCE(cu.external_id, cu.own_number) AS external_id, cu.name, cu.email, cu.phone
        FROM conversation c LEFT JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id
        WHERE c.id = $1 AND c.store_id = $2";
    PERSON_ENTRIES = "SELECT s.id, s.tokens, NULL AS payload FROM search_entry s
        WHERE s.conversation_id = $1 AND s.store_id = $2 AND s.audience = 'person' LIMIT $3";
    ENTRIES = "SELECT s.id, s.tokens, e.payload FROM search_entry s
        LEFT JOIN event e ON e.conversation_id = s.conversation_id AND e.store_id = s.store_id AND e.audience = s.audience AND e.seq = s.seq
        WHERE s.conversation_id = $1 AND s.store_id = $2 LIMIT $3";
    DELETE_ENTRY = "DELETE FROM search_entry WHERE id = $1 AND store_id = $2";
}

// What only one of the engines understands; the test below prepares each on its own.
const SQLITE_ADD_ENTRY: &str =
    "INSERT INTO search_entry (store_id, conversation_id, audience, seq, tokens) VALUES ($1, $2, $3, $4, $5) RETURNING id";
const SQLITE_ADD_WORDS: &str = "INSERT INTO search_owed (entry_id, tokens) VALUES ($1, $2)";
const SQLITE_UNOWED: &str = "DELETE FROM search_owed WHERE entry_id = $1";
const SQLITE_DELETE_WORDS: &str = "INSERT INTO search_text (search_text, rowid, tokens) VALUES ('delete', $1, $2)";
/// The words that begin with what was typed, by jumping in the index from one to the next: '!' comes before every letter and digit.
const SQLITE_ENDINGS: &str = "WITH RECURSIVE begun (term, n) AS (
        SELECT (SELECT w.term FROM search_word w WHERE w.term >= $1 ORDER BY w.term LIMIT 1), 1
        UNION ALL
        SELECT (SELECT w.term FROM search_word w WHERE w.term >= begun.term || '!' ORDER BY w.term LIMIT 1), n + 1 FROM begun
            WHERE substr(begun.term, 1, length($1)) = $1 AND n <= $2)
    SELECT term FROM begun WHERE substr(term, 1, length($1)) = $1";
const SQLITE_ENOUGH: &str = "SELECT COUNT(*) FROM (SELECT rowid FROM search_text WHERE search_text MATCH $1 LIMIT $2)";
const SQLITE_FIND: &str = "SELECT c.id, c.customer_id
    FROM (SELECT rowid AS entry FROM search_text WHERE search_text MATCH $2 ORDER BY rowid DESC LIMIT $3) f
    JOIN search_entry s ON s.id = f.entry AND s.store_id = $1
    JOIN conversation c ON c.id = s.conversation_id AND c.store_id = $1
    WHERE c.shelf IS NOT NULL ORDER BY f.entry DESC";
const POSTGRES_ADD: &str = "WITH entry AS (INSERT INTO search_entry (store_id, conversation_id, audience, seq, tokens)
    VALUES ($1, $2, $3, $4, $5) RETURNING id)
    INSERT INTO search_text (entry_id, found) SELECT id, array_to_tsvector(string_to_array($6, ' ')) FROM entry";
// The words lie in a table of their own, as there: beside a policy PostgreSQL would not use their index (decision 0013). Each begins with its
// store, so the newest are those of the store before anything is asked of a row. `OFFSET 0` keeps the planner from asking in another order:
// of what is left after a search it knows nothing, and takes every conversation of the store for the less work.
const POSTGRES_FIND: &str = "SELECT c.id, c.customer_id
    FROM (SELECT t.entry_id AS entry FROM search_text t WHERE t.found @@ $2::text::tsquery ORDER BY t.entry_id DESC LIMIT $3) f
    CROSS JOIN LATERAL (SELECT s.conversation_id FROM search_entry s WHERE s.id = f.entry AND s.store_id = $1 OFFSET 0) s
    CROSS JOIN LATERAL (SELECT c.id, c.customer_id FROM conversation c
        WHERE c.id = s.conversation_id AND c.store_id = $1 AND c.shelf IS NOT NULL OFFSET 0) c
    ORDER BY f.entry DESC";

/// Who a conversation is with, in words.
#[derive(sqlx::FromRow)]
struct Person {
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    guest_number: Option<i64>,
    about_name: Option<String>,
    product_name: Option<String>,
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

impl Person {
    fn text(self) -> String {
        let guest = match (&self.external_id, self.guest_number) {
            (None, Some(number)) => Some(format!("{GUEST} {number}")),
            _ => None,
        };
        // A telephone number is also found as it is dialled.
        let dialled = |phone: Option<&str>| phone.map(|phone| phone.chars().filter(char::is_ascii_digit).collect::<String>());
        let (dialled_here, dialled_there) = (dialled(self.contact_phone.as_deref()), dialled(self.phone.as_deref()));
        [
            self.contact_name,
            self.contact_email,
            self.contact_phone,
            dialled_here,
            guest,
            self.about_name,
            self.product_name,
            self.external_id,
            self.name,
            self.email,
            self.phone,
            dialled_there,
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
    }
}

/// What an event can be found by.
fn text_of(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::Posted { body } => Some(body.as_str()),
        EventKind::Shared { file } => Some(file.name.as_str()),
        EventKind::Rated { comment, .. } => comment.as_ref().map(model::text::Comment::as_str),
        _ => None,
    }
}

/// The words by which an event is found, as the index of its store holds them; nothing where there are none.
pub(crate) fn words_of(scope: StoreScope, kind: &EventKind) -> Option<String> {
    let words = entry(scope.0, text_of(kind)?);
    (!words.is_empty()).then_some(words)
}

/// What to ask FTS5 for.
///
/// Of the beginning of a word FTS5 first gathers every place of every word that begins so, which for a common one takes hundreds of
/// milliseconds, however few of them are wanted. Whole words it follows from the newest place backwards, and stops. So the words are looked
/// up, and asked for one by one; only where there are too many of them, and the first ones stand in too few places, all are gathered.
pub(crate) async fn sqlite_match(conn: &mut SqliteConnection, query: &Query) -> Result<String, StorageError> {
    let Some(begun) = query.begun() else {
        return Ok(query.fts5());
    };
    let mut endings: Vec<String> = sqlx::query_scalar(SQLITE_ENDINGS)
        .bind(begun)
        .bind(i64::try_from(ENDINGS_MAX).unwrap_or(i64::MAX))
        .fetch_all(&mut *conn)
        .await?;
    if endings.is_empty() {
        return Ok(query.fts5());
    }
    let all = endings.len() <= ENDINGS_MAX;
    endings.truncate(ENDINGS_MAX);
    let asked = query.fts5_with(&endings);
    if all {
        return Ok(asked);
    }
    let found: i64 = sqlx::query_scalar(SQLITE_ENOUGH)
        .bind(&asked)
        .bind(INBOX_ROWS_MAX)
        .fetch_one(&mut *conn)
        .await?;
    Ok(if found < INBOX_ROWS_MAX { query.fts5() } else { asked })
}

impl Session {
    /// Conversations of the history that hold all words of a search, the newest match first, each with its customer; the same one may
    /// come several times. Bounded: of a very common word, the newest matches only.
    pub async fn find_words(
        &mut self,
        _: Settled,
        scope: StoreScope,
        text: &str,
    ) -> Result<Vec<(ConversationId, Option<CustomerId>)>, StorageError> {
        self.within_planned(scope).await?;
        let Some(query) = Query::parse(scope.0, text) else {
            return Ok(Vec::new());
        };
        let rows: Vec<(Uuid, Option<Uuid>)> = match &mut self.conn {
            Conn::Sqlite(conn) => {
                sqlx::query_as(SQLITE_FIND)
                    .bind(scope.0.0)
                    .bind(sqlite_match(conn, &query).await?)
                    .bind(SEARCH_ENTRIES_MAX)
                    .fetch_all(&mut **conn)
                    .await?
            }
            Conn::Postgres(conn) => {
                sqlx::query_as(POSTGRES_FIND)
                    .bind(scope.0.0)
                    .bind(query.tsquery())
                    .bind(SEARCH_ENTRIES_MAX)
                    .fetch_all(&mut **conn)
                    .await?
            }
        };
        Ok(rows
            .into_iter()
            .map(|(id, customer)| (ConversationId(id), customer.map(CustomerId)))
            .collect())
    }
}

impl Tx {
    /// Who a conversation is with has changed: it is found by what is known now, and no longer by what was known before.
    pub async fn index_person(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<(), StorageError> {
        self.within(scope).await?;
        while self.forget_entries(scope, conversation, PERSON_ENTRIES).await? > 0 {}
        let person: Option<Person> =
            on!(self.session, conn => sqlx::query_as(PERSON_OF).bind(conversation.0).bind(scope.0.0).fetch_optional(conn).await)?;
        match person {
            Some(person) => {
                self.add_entry(scope, conversation, PERSON, 0, &entry(scope.0, &person.text()))
                    .await
            }
            None => Ok(()),
        }
    }

    /// Nothing of a conversation can be found any more. Its events' words must still be there: empty them afterwards.
    pub async fn forget_words(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<(), StorageError> {
        while self.forget_entries(scope, conversation, ENTRIES).await? > 0 {}
        Ok(())
    }

    /// What was written can be found by these words ([`words_of`]) from now on.
    pub(crate) async fn add_entry(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        audience: &str,
        seq: i64,
        words: &str,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        if words.is_empty() {
            return Ok(());
        }
        let kept = (audience == PERSON).then_some(words);
        match &mut self.session.conn {
            Conn::Sqlite(conn) => {
                let id: i64 = sqlx::query_scalar(SQLITE_ADD_ENTRY)
                    .bind(scope.0.0)
                    .bind(conversation.0)
                    .bind(audience)
                    .bind(seq)
                    .bind(kept)
                    .fetch_one(&mut **conn)
                    .await?;
                sqlx::query(SQLITE_ADD_WORDS).bind(id).bind(words).execute(&mut **conn).await?;
                self.owed.one_more();
            }
            Conn::Postgres(conn) => {
                sqlx::query(POSTGRES_ADD)
                    .bind(scope.0.0)
                    .bind(conversation.0)
                    .bind(audience)
                    .bind(seq)
                    .bind(kept)
                    .bind(words)
                    .execute(&mut **conn)
                    .await?;
            }
        }
        Ok(())
    }

    /// Takes some entries out; answers how many.
    async fn forget_entries(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        which: &'static str,
    ) -> Result<usize, StorageError> {
        self.within(scope).await?;
        let entries: Vec<(i64, Option<String>, Option<String>)> = on!(self.session, conn => sqlx::query_as(which)
            .bind(conversation.0).bind(scope.0.0).bind(FORGET_AT_ONCE).fetch_all(conn).await)?;
        for (id, kept, payload) in &entries {
            let kind = payload
                .as_deref()
                .and_then(|payload| serde_json::from_str::<EventKind>(payload).ok());
            let words = kept
                .clone()
                .or_else(|| kind.as_ref().and_then(text_of).map(|text| entry(scope.0, text)))
                .unwrap_or_default();
            if let Conn::Sqlite(conn) = &mut self.session.conn {
                let unowed = sqlx::query(SQLITE_UNOWED).bind(*id).execute(&mut **conn).await?;
                // What the index did not get yet must not be taken out of it.
                if unowed.rows_affected() == 0 && !words.is_empty() {
                    sqlx::query(SQLITE_DELETE_WORDS).bind(*id).bind(&words).execute(&mut **conn).await?;
                }
            }
            on!(self.session, conn => sqlx::query(DELETE_ENTRY).bind(*id).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        }
        Ok(entries.len())
    }
}

#[cfg(test)]
mod tests {
    use model::id::StoreId;
    use sqlx::{Executor, SqlSafeStr};

    use super::*;
    use crate::{Engine, Storage};

    async fn prepare(storage: &Storage, sql: &'static str) {
        let prepared = storage
            .write(move |tx| {
                Box::pin(async move {
                    match &mut tx.session.conn {
                        Conn::Sqlite(conn) => (&mut **conn).prepare(sql.into_sql_str()).await.map(|_| ()),
                        Conn::Postgres(conn) => (&mut **conn).prepare(sql.into_sql_str()).await.map(|_| ()),
                    }
                    .map_err(StorageError::from)
                })
            })
            .await;
        assert!(prepared.is_ok(), "{prepared:?}\n{sql}");
    }

    #[tokio::test]
    async fn sqlite_understands_its_own_statements() {
        let (storage, _dir) = crate::pool::tests::scratch().await;
        for sql in [
            SQLITE_ADD_ENTRY,
            SQLITE_ADD_WORDS,
            SQLITE_UNOWED,
            SQLITE_DELETE_WORDS,
            SQLITE_ENDINGS,
            SQLITE_ENOUGH,
            SQLITE_FIND,
        ] {
            prepare(&storage, sql).await;
        }
    }

    #[tokio::test]
    async fn postgres_understands_its_own_statements() {
        if let Some(database) = crate::pool::tests::postgres().await {
            let storage = Storage::open(Engine::Postgres(database)).await.expect("opens");
            for sql in [POSTGRES_ADD, POSTGRES_FIND] {
                prepare(&storage, sql).await;
            }
        }
    }

    #[tokio::test]
    async fn a_word_that_is_still_being_typed_is_every_word_that_begins_so() {
        let (storage, _dir) = crate::pool::tests::scratch().await;
        let (here, there) = (StoreId(Uuid::from_u128(7)), StoreId(Uuid::from_u128(8)));
        storage
            .write(move |tx| {
                Box::pin(async move {
                    let Conn::Sqlite(conn) = &mut tx.session.conn else {
                        return Ok(());
                    };
                    let many = (0..=ENDINGS_MAX).map(|n| format!("tile{n:03}")).collect::<Vec<_>>().join(" ");
                    let texts = [
                        (1, here, "a blue teapot"),
                        (2, here, "a blue tea"),
                        (3, here, "teapots"),
                        (4, there, "tea teak team"),
                        (5, here, "red te"),
                        (6, here, many.as_str()),
                    ];
                    for (id, store, text) in texts {
                        sqlx::query("INSERT INTO search_text (rowid, tokens) VALUES ($1, $2)")
                            .bind(id)
                            .bind(entry(store, text))
                            .execute(&mut **conn)
                            .await?;
                    }
                    let cases: [(&str, &[i64]); 8] = [
                        ("te", &[5, 3, 2, 1]),
                        ("blue te", &[2, 1]),
                        ("tea", &[3, 2, 1]),
                        ("teak", &[]),
                        ("tea blue", &[2]),
                        ("red", &[5]),
                        // More words than are asked for one by one; the one entry with all of them is found all the same.
                        ("tile", &[6]),
                        ("blue tile", &[]),
                    ];
                    for (text, expected) in cases {
                        let query = Query::parse(here, text).expect("words");
                        let asked = sqlite_match(conn, &query).await?;
                        let found: Vec<i64> =
                            sqlx::query_scalar("SELECT rowid FROM search_text WHERE search_text MATCH $1 ORDER BY rowid DESC")
                                .bind(asked)
                                .fetch_all(&mut **conn)
                                .await?;
                        assert_eq!(found, expected, "{text}");
                    }
                    Ok::<_, StorageError>(())
                })
            })
            .await
            .expect("searched");
    }

    #[test]
    fn a_guest_is_found_by_number_and_a_telephone_as_it_is_dialled() {
        let person = Person {
            contact_name: Some("Jane".to_owned()),
            contact_email: None,
            contact_phone: Some("+31 20 123".to_owned()),
            guest_number: Some(17),
            about_name: None,
            product_name: None,
            external_id: None,
            name: None,
            email: None,
            phone: None,
        };
        assert_eq!(person.text(), format!("Jane +31 20 123 3120123 {GUEST} 17"));
    }
}
