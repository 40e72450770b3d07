//! The logs: append-only, gap-free, one per conversation and audience.

use model::{
    event::{Audience, Event, EventKind, Via},
    id::{ClientId, ConversationId, Seq},
    party::{Author, Side},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::{author, author_columns, side_code},
    notice::Notice,
    scope::StoreScope,
    search::words_of,
    session::{Conn, Session, Tx, on},
    statement::statements,
};

/// A message of everyone's log moves the log, and what the lists show with it. `$6` is the side that asks or answers with it, if it does
/// either.
macro_rules! next_message {
    () => {
        "UPDATE conversation SET head_seq_all = head_seq_all + 1,
        last_event_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END,
        preview = $4, preview_side = $5,
        last_message_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END,
        unread_desk = unread_desk + CASE WHEN $5 = 'shopper' THEN 1 ELSE 0 END,
        unread_shopper = unread_shopper + CASE WHEN $5 = 'desk' THEN 1 ELSE 0 END,
        first_message_at_ms = COALESCE(first_message_at_ms, $3),
        first_asked_at_ms = COALESCE(first_asked_at_ms, waiting_since_at_ms, CASE WHEN $5 = 'shopper' THEN $3 ELSE NULL END),
        first_answer_at_ms = CASE WHEN $6 = 'desk' AND waiting_since_at_ms IS NOT NULL THEN COALESCE(first_answer_at_ms, $3)
            ELSE first_answer_at_ms END,
        waiting_since_at_ms = CASE WHEN $6 = 'shopper' THEN COALESCE(waiting_since_at_ms, $3) WHEN $6 = 'desk' THEN NULL
            ELSE waiting_since_at_ms END
        WHERE id = $1 AND store_id = $2"
    };
}

/// What a log has become. Also how many addresses of the store's own programs there are: mostly none, and then nothing is told.
macro_rules! moved {
    () => {
        "head_seq_all, last_event_at_ms, (SELECT COUNT(*) FROM webhook w WHERE w.store_id = $2 AND w.off_at_ms IS NULL)"
    };
}

statements! {
    AFTER = "SELECT seq, kind, author_kind, author_id, author_name, cid, payload, created_at_ms, via FROM event
        WHERE conversation_id = $1 AND store_id = $2 AND audience = $3 AND seq > $4 ORDER BY seq LIMIT $5";
    BEFORE = "SELECT seq, kind, author_kind, author_id, author_name, cid, payload, created_at_ms, via FROM event
        WHERE conversation_id = $1 AND store_id = $2 AND audience = $3 AND seq < $4 ORDER BY seq DESC LIMIT $5";
    LAST_OF_KIND = "SELECT seq, kind, author_kind, author_id, author_name, cid, payload, created_at_ms, via FROM event
        WHERE conversation_id = $1 AND store_id = $2 AND audience = 'all' AND kind = $3 ORDER BY seq DESC LIMIT 1";
    OF_CLIENT_ID = "SELECT seq, body_hash, created_at_ms FROM event
        WHERE conversation_id = $1 AND store_id = $2 AND author_kind = $3 AND author_id = $4 AND cid = $5";
    INSERT_EVENT = "INSERT INTO event
        (conversation_id, audience, seq, store_id, kind, author_kind, author_id, author_name, cid, body_hash, payload, created_at_ms, via)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    NEXT_ALL = concat!(
        "UPDATE conversation SET head_seq_all = head_seq_all + 1,
        last_event_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END
        WHERE id = $1 AND store_id = $2 RETURNING ",
        moved!()
    );
    /// Colleagues' notes are told to no program.
    NEXT_DESK = "UPDATE conversation SET head_seq_desk = head_seq_desk + 1,
        last_event_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END
        WHERE id = $1 AND store_id = $2 RETURNING head_seq_desk, last_event_at_ms, CAST(0 AS BIGINT)";
    NEXT_MESSAGE = concat!(next_message!(), " RETURNING ", moved!());
}

/// A message on SQLite, whole: the log moves, the event, its entry in the index, the words that the index is owed ([`crate::owed`]),
/// and what the log has become. One way to the thread that SQLite works in instead of four: for a message the ways are what costs.
const SQLITE_SAY: &str = concat!(
    next_message!(),
    ";
    INSERT INTO event
        (conversation_id, audience, seq, store_id, kind, author_kind, author_id, author_name, cid, body_hash, payload, created_at_ms, via)
        SELECT id, 'all', head_seq_all, store_id, $7, $8, $9, $10, $11, $12, $13, last_event_at_ms, $14
        FROM conversation WHERE id = $1 AND store_id = $2;
    INSERT INTO search_entry (store_id, conversation_id, audience, seq)
        SELECT store_id, id, 'all', head_seq_all FROM conversation WHERE id = $1 AND store_id = $2;
    INSERT INTO search_owed (entry_id, tokens) VALUES (last_insert_rowid(), $15);
    SELECT ",
    moved!(),
    " FROM conversation WHERE id = $1 AND store_id = $2"
);

/// Something that is about to happen in a conversation.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Where.
    pub conversation: ConversationId,
    /// Who may see it.
    pub audience: Audience,
    /// Who did it.
    pub author: Author,
    /// The author's own id, for idempotency: the visitor's or the account's.
    pub author_id: Option<Uuid>,
    /// The id the author's client gave it, and the hash of what it said.
    pub client: Option<(ClientId, Vec<u8>)>,
    /// What.
    pub kind: EventKind,
    /// Through which door, if not through ours.
    pub via: Option<Via>,
}

/// What became of a client id before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// The hash of what it said.
    pub body_hash: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    author_kind: String,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    cid: Option<Uuid>,
    payload: String,
    created_at_ms: i64,
    via: Option<String>,
}

impl TryFrom<Row> for Event {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            seq: Seq(row.seq),
            at: Timestamp(row.created_at_ms),
            author: author(&row.author_kind, row.author_id, row.author_name.as_deref())
                .ok_or(StorageError::inconsistent("event", "author_kind"))?,
            cid: row.cid.map(ClientId),
            kind: serde_json::from_str(&row.payload).map_err(|_| StorageError::inconsistent("event", "payload"))?,
            via: row
                .via
                .map(|via| serde_json::from_str(&via).map_err(|_| StorageError::inconsistent("event", "via")))
                .transpose()?,
        })
    }
}

impl Session {
    /// What follows an event, oldest first.
    pub async fn events_after(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        audience: Audience,
        after: Seq,
        limit: i64,
    ) -> Result<Vec<Event>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(AFTER)
            .bind(conversation.0).bind(scope.0.0).bind(audience.code()).bind(after.0).bind(limit).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// What precedes an event, oldest first; `before` is not among them.
    pub async fn events_before(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        audience: Audience,
        before: Seq,
        limit: i64,
    ) -> Result<Vec<Event>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Row> = on!(self, conn => sqlx::query_as(BEFORE)
            .bind(conversation.0).bind(scope.0.0).bind(audience.code()).bind(before.0).bind(limit).fetch_all(conn).await)?;
        rows.into_iter().rev().map(TryInto::try_into).collect()
    }

    /// The last event of a kind in everyone's log: for kinds that are known to be in it.
    pub async fn last_of_kind(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        kind: &str,
    ) -> Result<Option<Event>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(LAST_OF_KIND)
            .bind(conversation.0).bind(scope.0.0).bind(kind).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// What an author's client id already became.
    pub async fn earlier(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        side: Side,
        author: Uuid,
        cid: ClientId,
    ) -> Result<Option<Earlier>, StorageError> {
        self.within(scope).await?;
        let kind = match side {
            Side::Shopper => "shopper",
            Side::Desk => "operator",
        };
        let row: Option<(i64, Option<Vec<u8>>, i64)> = on!(self, conn => sqlx::query_as(OF_CLIENT_ID)
            .bind(conversation.0).bind(scope.0.0).bind(kind).bind(author).bind(cid.0).fetch_optional(conn).await)?;
        Ok(row.map(|(seq, hash, at)| Earlier {
            seq: Seq(seq),
            at: Timestamp(at),
            body_hash: hash.unwrap_or_default(),
        }))
    }
}

impl Tx {
    /// Appends an event: takes the log's next number (which orders all writers of the conversation), and tells those who follow it.
    ///
    /// The time never goes back within a conversation, even if the clock does.
    pub async fn record(&mut self, scope: StoreScope, new: NewEvent, at: Timestamp) -> Result<Event, StorageError> {
        let speaks = new.author.side();
        self.append(scope, new, speaks, at).await
    }

    /// The same of the marketplace's team, in somebody else's store: everybody reads it, and it is no answer of that store's. Whoever waits
    /// for the store waits on.
    pub async fn record_of_team(&mut self, scope: StoreScope, new: NewEvent, at: Timestamp) -> Result<Event, StorageError> {
        self.append(scope, new, None, at).await
    }

    /// `speaks`: the side that asks or answers, if it is a message.
    async fn append(&mut self, scope: StoreScope, new: NewEvent, speaks: Option<Side>, at: Timestamp) -> Result<Event, StorageError> {
        self.within(scope).await?;
        let NewEvent {
            conversation,
            audience,
            author,
            author_id,
            client,
            kind,
            via,
        } = new;
        // A file moves what the lists show as words do.
        let preview = match &kind {
            EventKind::Posted { body } => Some(body.preview()),
            EventKind::Shared { file } => Some(file.name.as_str().to_owned()),
            _ => None,
        };
        let words = words_of(scope, &kind);
        let (cid, hash) = client.unzip();
        let payload = serde_json::to_string(&kind).map_err(|_| StorageError::inconsistent("event", "payload"))?;
        let via_text = via.as_ref().map(serde_json::to_string).transpose();
        let via_text = via_text.map_err(|_| StorageError::inconsistent("event", "via"))?;
        let (author_kind, id_of_author, author_name) = author_columns(&author, author_id);
        let said = match (preview, audience, author.side()) {
            (Some(preview), Audience::All, Some(side)) => Some((preview, side)),
            _ => None,
        };
        let (next, to_index): (Option<(i64, i64, i64)>, _) = match (&mut self.session.conn, said, words) {
            (Conn::Sqlite(conn), Some((preview, side)), Some(words)) => {
                let said = sqlx::query_as(SQLITE_SAY)
                    .bind(conversation.0)
                    .bind(scope.0.0)
                    .bind(at.0)
                    .bind(preview)
                    .bind(side_code(side))
                    .bind(speaks.map(side_code))
                    .bind(kind.code())
                    .bind(author_kind)
                    .bind(id_of_author)
                    .bind(author_name)
                    .bind(cid.map(|c| c.0))
                    .bind(hash)
                    .bind(payload)
                    .bind(via_text)
                    .bind(words)
                    .fetch_optional(&mut **conn)
                    .await?;
                self.owed.one_more();
                (said, None)
            }
            (_, said, words) => {
                let next: Option<(i64, i64, i64)> = match (said, audience) {
                    (Some((preview, side)), _) => on!(self.session, conn => sqlx::query_as(NEXT_MESSAGE)
                        .bind(conversation.0).bind(scope.0.0).bind(at.0).bind(preview).bind(side_code(side)).bind(speaks.map(side_code))
                        .fetch_optional(conn).await)?,
                    (None, Audience::All) => on!(self.session, conn => sqlx::query_as(NEXT_ALL)
                        .bind(conversation.0).bind(scope.0.0).bind(at.0).fetch_optional(conn).await)?,
                    (None, Audience::Desk) => on!(self.session, conn => sqlx::query_as(NEXT_DESK)
                        .bind(conversation.0).bind(scope.0.0).bind(at.0).fetch_optional(conn).await)?,
                };
                if let Some((seq, at, _)) = next {
                    on!(self.session, conn => sqlx::query(INSERT_EVENT)
                        .bind(conversation.0).bind(audience.code()).bind(seq).bind(scope.0.0).bind(kind.code()).bind(author_kind)
                        .bind(id_of_author).bind(author_name).bind(cid.map(|c| c.0)).bind(hash).bind(payload).bind(at).bind(via_text)
                        .execute(conn).await.map(|_| ()))?;
                }
                (next, words)
            }
        };
        let (seq, at, webhooks) = next.ok_or(StorageError::inconsistent("conversation", "id"))?;
        let event = Event {
            seq: Seq(seq),
            at: Timestamp(at),
            author,
            cid,
            kind,
            via,
        };
        if let Some(words) = to_index {
            self.add_entry(scope, conversation, audience.code(), seq, &words).await?;
        }
        // With the first one of a conversation the person can be found, too.
        if audience == Audience::All && seq == 1 {
            self.index_person(scope, conversation).await?;
        }
        if webhooks > 0 {
            self.news_of_event(scope, conversation, audience, &event).await?;
        }
        self.notice(Notice::Log {
            conversation,
            audience,
            event: event.clone(),
        });
        self.notice(Notice::Inbox(scope.0));
        Ok(event)
    }
}
