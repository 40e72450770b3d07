//! Files that people gave: whose, what, and how many. Their bytes are kept elsewhere; a row stands only for bytes that are whole.

use model::{
    file::Media,
    id::{AttachmentId, ConversationId, StoreId},
    party::Side,
    text::FileName,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::side_code,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows that one statement deletes.
const DELETED_MAX: i64 = 500;

statements! {
    INSERT_ATTACHMENT = "INSERT INTO attachment
        (id, store_id, conversation_id, uploader_kind, uploader_id, state, name, media_type, size_bytes, sha256, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, 'ready', $6, $7, $8, $9, $10)";
    ATTACHMENT = "SELECT id, store_id, conversation_id, name, media_type FROM attachment WHERE id = $1 AND state = 'ready'";
    ATTACHMENT_ROW = "SELECT store_id FROM attachment WHERE id = $1";
    ATTACHMENTS_SINCE = "SELECT COUNT(*), CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM attachment
        WHERE store_id = $1 AND uploader_kind = $2 AND uploader_id = $3 AND created_at_ms > $4";
    ATTACHMENT_BYTES = "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM attachment WHERE store_id = $1";
    ATTACHMENTS_OF_CONVERSATION = "SELECT id FROM attachment WHERE store_id = $1 AND conversation_id = $2 ORDER BY id LIMIT $3";
    DELETE_ATTACHMENTS = "DELETE FROM attachment WHERE id IN (SELECT id FROM attachment
        WHERE store_id = $1 AND conversation_id = $2 ORDER BY id LIMIT $3) RETURNING id";
}

/// A file, as whoever answers a request for it needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentRow {
    /// Its id.
    pub id: AttachmentId,
    /// At which store it was given.
    pub store: StoreId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// As it is called.
    pub name: FileName,
    /// What it is.
    pub media: Media,
}

/// A file whose bytes are kept.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewAttachment {
    pub id: AttachmentId,
    pub conversation: ConversationId,
    pub side: Side,
    pub uploader: Uuid,
    pub name: FileName,
    pub media: Media,
    pub size: u32,
    pub sha256: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    store_id: Uuid,
    conversation_id: Option<Uuid>,
    name: String,
    media_type: String,
}

impl TryFrom<Row> for AttachmentRow {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        let bad = |column| StorageError::inconsistent("attachment", column);
        Ok(Self {
            id: AttachmentId(row.id),
            store: StoreId(row.store_id),
            conversation: ConversationId(row.conversation_id.ok_or(bad("conversation_id"))?),
            name: FileName::parse(&row.name).map_err(|_| bad("name"))?,
            media: Media::from_code(&row.media_type).ok_or(bad("media_type"))?,
        })
    }
}

impl Session {
    /// A file by its id, whosever it is: who may have it is decided by the conversation it was given in.
    pub async fn attachment(&mut self, _: Installation, id: AttachmentId) -> Result<Option<AttachmentRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(ATTACHMENT).bind(id.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// Whether anybody still knows this file: for the sweep of what is on the disk.
    pub async fn knows_attachment(&mut self, _: Installation, id: AttachmentId) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let row: Option<Uuid> = on!(self, conn => sqlx::query_scalar(ATTACHMENT_ROW).bind(id.0).fetch_optional(conn).await)?;
        Ok(row.is_some())
    }

    /// How many files somebody gave since then, and their bytes.
    pub async fn attachments_since(
        &mut self,
        scope: StoreScope,
        side: Side,
        uploader: Uuid,
        since: Timestamp,
    ) -> Result<(u32, u64), StorageError> {
        self.within(scope).await?;
        let (count, bytes): (i64, i64) = on!(self, conn => sqlx::query_as(ATTACHMENTS_SINCE)
            .bind(scope.0.0).bind(side_code(side)).bind(uploader).bind(since.0).fetch_one(conn).await)?;
        Ok((u32::try_from(count).unwrap_or(u32::MAX), u64::try_from(bytes).unwrap_or(0)))
    }

    /// The bytes of all files of a store.
    pub async fn attachment_bytes(&mut self, scope: StoreScope) -> Result<u64, StorageError> {
        self.within(scope).await?;
        let bytes: i64 = on!(self, conn => sqlx::query_scalar(ATTACHMENT_BYTES).bind(scope.0.0).fetch_one(conn).await)?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// The files of a conversation, at most as many as [`Tx::delete_attachments`] deletes at once.
    pub async fn attachments_of(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<Vec<AttachmentId>, StorageError> {
        self.within(scope).await?;
        let ids: Vec<Uuid> = on!(self, conn => sqlx::query_scalar(ATTACHMENTS_OF_CONVERSATION)
            .bind(scope.0.0).bind(conversation.0).bind(DELETED_MAX).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(AttachmentId).collect())
    }
}

impl Tx {
    /// A file whose bytes are kept already.
    pub async fn insert_attachment(&mut self, scope: StoreScope, new: &NewAttachment, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_ATTACHMENT)
            .bind(new.id.0).bind(scope.0.0).bind(new.conversation.0).bind(side_code(new.side)).bind(new.uploader)
            .bind(new.name.as_str()).bind(new.media.code()).bind(i64::from(new.size)).bind(&new.sha256).bind(at.0)
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets the files of a conversation, at most 500 at once, and says which: their bytes are to be removed after the commit.
    pub async fn delete_attachments(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<Vec<AttachmentId>, StorageError> {
        self.within(scope).await?;
        let ids: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(DELETE_ATTACHMENTS)
            .bind(scope.0.0).bind(conversation.0).bind(DELETED_MAX).fetch_all(conn).await)?;
        Ok(ids.into_iter().map(AttachmentId).collect())
    }
}
