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
    session::{Session, Tx, on},
    statement::statements,
};

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
    NEXT_ALL = "UPDATE conversation SET head_seq_all = head_seq_all + 1,
        last_event_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END
        WHERE id = $1 AND store_id = $2 RETURNING head_seq_all, last_event_at_ms";
    NEXT_DESK = "UPDATE conversation SET head_seq_desk = head_seq_desk + 1,
        last_event_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END
        WHERE id = $1 AND store_id = $2 RETURNING head_seq_desk, last_event_at_ms";
    /// A message of everyone's log also moves what the lists show, in the same statement.
    NEXT_MESSAGE = "UPDATE conversation SET head_seq_all = head_seq_all + 1,
        last_event_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END,
        preview = $4, preview_side = $5,
        last_message_at_ms = CASE WHEN last_event_at_ms > $3 THEN last_event_at_ms ELSE $3 END,
        unread_desk = unread_desk + CASE WHEN $5 = 'shopper' THEN 1 ELSE 0 END,
        unread_shopper = unread_shopper + CASE WHEN $5 = 'desk' THEN 1 ELSE 0 END,
        first_message_at_ms = COALESCE(first_message_at_ms, $3),
        first_asked_at_ms = COALESCE(first_asked_at_ms, waiting_since_at_ms, CASE WHEN $5 = 'shopper' THEN $3 ELSE NULL END),
        first_answer_at_ms = CASE WHEN $5 = 'desk' AND waiting_since_at_ms IS NOT NULL THEN COALESCE(first_answer_at_ms, $3)
            ELSE first_answer_at_ms END,
        waiting_since_at_ms = CASE WHEN $5 = 'shopper' THEN COALESCE(waiting_since_at_ms, $3) ELSE NULL END
        WHERE id = $1 AND store_id = $2 RETURNING head_seq_all, last_event_at_ms";
}

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
        let next: Option<(i64, i64)> = match (preview, audience, author.side()) {
            (Some(preview), Audience::All, Some(side)) => on!(self.session, conn => sqlx::query_as(NEXT_MESSAGE)
                .bind(conversation.0).bind(scope.0.0).bind(at.0).bind(preview).bind(side_code(side)).fetch_optional(conn).await)?,
            (_, Audience::All, _) => on!(self.session, conn => sqlx::query_as(NEXT_ALL)
                .bind(conversation.0).bind(scope.0.0).bind(at.0).fetch_optional(conn).await)?,
            (_, Audience::Desk, _) => on!(self.session, conn => sqlx::query_as(NEXT_DESK)
                .bind(conversation.0).bind(scope.0.0).bind(at.0).fetch_optional(conn).await)?,
        };
        let (seq, at) = next.ok_or(StorageError::inconsistent("conversation", "id"))?;
        let (cid, hash) = client.unzip();
        let event = Event {
            seq: Seq(seq),
            at: Timestamp(at),
            author,
            cid,
            kind,
            via,
        };
        let payload = serde_json::to_string(&event.kind).map_err(|_| StorageError::inconsistent("event", "payload"))?;
        let via = event.via.as_ref().map(serde_json::to_string).transpose();
        let via = via.map_err(|_| StorageError::inconsistent("event", "via"))?;
        let (author_kind, id_of_author, author_name) = author_columns(&event.author, author_id);
        on!(self.session, conn => sqlx::query(INSERT_EVENT)
            .bind(conversation.0).bind(audience.code()).bind(seq).bind(scope.0.0).bind(event.kind.code()).bind(author_kind)
            .bind(id_of_author).bind(author_name).bind(cid.map(|c| c.0)).bind(hash).bind(payload).bind(at).bind(via)
            .execute(conn).await.map(|_| ()))?;
        self.index_event(scope, conversation, audience, &event).await?;
        self.news_of_event(scope, conversation, audience, &event).await?;
        self.notice(Notice::Log {
            conversation,
            audience,
            event: event.clone(),
        });
        self.notice(Notice::Inbox(scope.0));
        Ok(event)
    }
}
