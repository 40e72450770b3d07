//! Ready-made answers of a store and of its people. Who may change which is decided above.

use model::{
    canned::{CannedReply, Shortcut},
    id::{AccountId, CannedReplyId},
    language::Language,
    limits::CANNED_REPLIES_MAX,
    text::Body,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    scope::StoreScope,
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    CANNED_REPLIES = "SELECT id, owner_id, shortcut FROM canned_reply WHERE store_id = $1 AND (owner_id IS NULL OR owner_id = $2)
        ORDER BY shortcut, id LIMIT $3";
    CANNED_TEXTS = "SELECT t.reply_id, t.language, t.value FROM canned_reply_text t JOIN canned_reply r ON r.id = t.reply_id
        WHERE t.store_id = $1 AND r.store_id = $1 AND (r.owner_id IS NULL OR r.owner_id = $2) ORDER BY t.reply_id, t.language LIMIT $3";
    CANNED_OWNER = "SELECT owner_id FROM canned_reply WHERE id = $1 AND store_id = $2 AND (owner_id IS NULL OR owner_id = $3)";
    CANNED_OF_STORE = "SELECT id FROM canned_reply WHERE store_id = $1 AND owner_id IS NULL AND shortcut = $2";
    CANNED_OF_PERSON = "SELECT id FROM canned_reply WHERE store_id = $1 AND owner_id = $3 AND shortcut = $2";
    INSERT_CANNED = "INSERT INTO canned_reply (id, store_id, owner_id, shortcut, created_at_ms) VALUES ($1, $2, $3, $4, $5)";
    RENAME_CANNED = "UPDATE canned_reply SET shortcut = $3 WHERE id = $1 AND store_id = $2";
    INSERT_CANNED_TEXT = "INSERT INTO canned_reply_text (reply_id, store_id, language, value) VALUES ($1, $2, $3, $4)";
    DELETE_CANNED_TEXTS = "DELETE FROM canned_reply_text WHERE reply_id = $1 AND store_id = $2";
    DELETE_CANNED = "DELETE FROM canned_reply WHERE id = $1 AND store_id = $2";
}

/// What a ready-made answer is to say from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct CannedContent {
    pub shortcut: Shortcut,
    pub texts: Vec<(Language, Body)>,
}

impl Session {
    /// What somebody at a store is offered: the store's, and their own.
    pub async fn canned_replies(&mut self, scope: StoreScope, account: AccountId) -> Result<Vec<CannedReply>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(Uuid, Option<Uuid>, String)> = on!(self, conn => sqlx::query_as(CANNED_REPLIES)
            .bind(scope.0.0).bind(account.0).bind(CANNED_REPLIES_MAX).fetch_all(conn).await)?;
        let most = CANNED_REPLIES_MAX * Language::ALL.len() as i64;
        let said: Vec<(Uuid, String, String)> = on!(self, conn => sqlx::query_as(CANNED_TEXTS)
            .bind(scope.0.0).bind(account.0).bind(most).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|(id, owner, shortcut)| {
                let texts = said
                    .iter()
                    .filter(|(reply, ..)| *reply == id)
                    .filter_map(|(_, language, value)| Some((language.parse().ok()?, Body::parse(value).ok()?)))
                    .collect();
                Ok(CannedReply {
                    id: CannedReplyId(id),
                    own: owner.is_some(),
                    shortcut: Shortcut::parse(&shortcut).map_err(|_| StorageError::inconsistent("canned_reply", "shortcut"))?,
                    texts,
                })
            })
            .collect()
    }

    /// Whose an answer is (`Some(None)`: the store's), if this person may see it at all.
    pub async fn canned_owner(
        &mut self,
        scope: StoreScope,
        account: AccountId,
        id: CannedReplyId,
    ) -> Result<Option<Option<AccountId>>, StorageError> {
        self.within(scope).await?;
        let owner: Option<Option<Uuid>> = on!(self, conn => sqlx::query_scalar(CANNED_OWNER)
            .bind(id.0).bind(scope.0.0).bind(account.0).fetch_optional(conn).await)?;
        Ok(owner.map(|owner| owner.map(AccountId)))
    }

    /// Which answer of the store's, or of one person's own, has this shortcut.
    pub async fn canned_of_shortcut(
        &mut self,
        scope: StoreScope,
        owner: Option<AccountId>,
        shortcut: &Shortcut,
    ) -> Result<Option<CannedReplyId>, StorageError> {
        self.within(scope).await?;
        let id: Option<Uuid> = match owner {
            None => on!(self, conn => sqlx::query_scalar(CANNED_OF_STORE)
                .bind(scope.0.0).bind(shortcut.as_str()).fetch_optional(conn).await)?,
            Some(account) => on!(self, conn => sqlx::query_scalar(CANNED_OF_PERSON)
                .bind(scope.0.0).bind(shortcut.as_str()).bind(account.0).fetch_optional(conn).await)?,
        };
        Ok(id.map(CannedReplyId))
    }
}

impl Tx {
    /// A new answer: the store's, or somebody's own. Its shortcut must be free there.
    pub async fn insert_canned_reply(
        &mut self,
        scope: StoreScope,
        id: CannedReplyId,
        owner: Option<AccountId>,
        content: &CannedContent,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(INSERT_CANNED)
            .bind(id.0).bind(scope.0.0).bind(owner.map(|o| o.0)).bind(content.shortcut.as_str()).bind(at.0)
            .execute(conn).await.map(|_| ()))?;
        self.insert_canned_texts(scope, id, content).await
    }

    /// Another shortcut, other words; the texts are replaced whole.
    pub async fn change_canned_reply(&mut self, scope: StoreScope, id: CannedReplyId, content: &CannedContent) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(RENAME_CANNED)
            .bind(id.0).bind(scope.0.0).bind(content.shortcut.as_str()).execute(conn).await.map(|_| ()))?;
        self.delete_canned_texts(scope, id).await?;
        self.insert_canned_texts(scope, id, content).await
    }

    /// The answer is gone.
    pub async fn delete_canned_reply(&mut self, scope: StoreScope, id: CannedReplyId) -> Result<(), StorageError> {
        self.within(scope).await?;
        self.delete_canned_texts(scope, id).await?;
        on!(self.session, conn => sqlx::query(DELETE_CANNED).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    async fn insert_canned_texts(&mut self, scope: StoreScope, id: CannedReplyId, content: &CannedContent) -> Result<(), StorageError> {
        self.within(scope).await?;
        for (language, body) in &content.texts {
            on!(self.session, conn => sqlx::query(INSERT_CANNED_TEXT)
                .bind(id.0).bind(scope.0.0).bind(language.code()).bind(body.as_str()).execute(conn).await.map(|_| ()))?;
        }
        Ok(())
    }

    async fn delete_canned_texts(&mut self, scope: StoreScope, id: CannedReplyId) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(DELETE_CANNED_TEXTS).bind(id.0).bind(scope.0.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
