//! How articles of the help were found, and what of the beginning is done.

use model::{
    help::{ArticleVotes, Helper},
    id::AccountId,
    text::{EmailAddress, Name, Origin},
    time::Timestamp,
};

use crate::{
    StorageError,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

statements! {
    /// Over the whole installation: what helps one store's people helps another's.
    VOTES = "SELECT article, CAST(SUM(helpful) AS BIGINT), COUNT(*), MAX(CASE WHEN account_id = $1 THEN 1 + helpful ELSE 0 END)
        FROM help_vote GROUP BY article ORDER BY article LIMIT 500";
    VOTE = "INSERT INTO help_vote (account_id, article, helpful, created_at_ms) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, article) DO UPDATE SET helpful = excluded.helpful, created_at_ms = excluded.created_at_ms";
    HELPERS = "SELECT a.name, a.email FROM membership m JOIN account a ON a.id = m.account_id
        WHERE m.store_id = $1 AND m.role = 'owner' AND m.until_at_ms IS NULL AND a.deactivated_at_ms IS NULL
        ORDER BY m.since_at_ms, a.id LIMIT 10";
    SNIPPET_SEEN = "SELECT snippet_seen_at_ms FROM store WHERE id = $1";
    /// Something only where there is something to write: this is asked at every page of the shop.
    SNIPPET_UNSEEN = "SELECT COUNT(*) FROM store s JOIN store_origin o ON o.store_id = s.id
        WHERE s.id = $1 AND o.origin = $2 AND (s.snippet_seen_at_ms IS NULL OR s.snippet_seen_at_ms < $3)";
    SEE_SNIPPET = "UPDATE store SET snippet_seen_at_ms = $2 WHERE id = $1";
    STAFF = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM membership WHERE store_id = $1 AND until_at_ms IS NULL LIMIT 2) found";
    INVITES = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox WHERE store_id = $1 AND kind = 'invite' LIMIT 1) found";
    TEST_MAILS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox
        WHERE store_id = $1 AND kind = 'test_mail' AND state = 'sent' LIMIT 1) found";
    CHATS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM conversation
        WHERE store_id = $1 AND kind = 'live' AND first_message_at_ms IS NOT NULL LIMIT 1) found";
}

/// What of the beginning is done, as far as rows tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// When the snippet was last seen on a site of the store.
    pub snippet_seen: Option<Timestamp>,
    /// Whether a test mail was taken by its server.
    pub mail_tested: bool,
    /// Whether somebody else works here, or was asked to.
    pub invited: bool,
    /// Whether a shopper has talked.
    pub chatted: bool,
}

impl Session {
    /// How articles were found, and what this person said of them.
    pub async fn help_votes(&mut self, _: Installation, reader: AccountId) -> Result<Vec<ArticleVotes>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<(String, i64, i64, i64)> = on!(self, conn => sqlx::query_as(VOTES).bind(reader.0).fetch_all(conn).await)?;
        let small = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(rows
            .into_iter()
            .map(|(article, helpful, all, mine)| ArticleVotes {
                article,
                helpful: small(helpful),
                unhelpful: small(all - helpful),
                mine: (mine > 0).then_some(mine == 2),
            })
            .collect())
    }

    /// Whom to ask at a store: its owners.
    pub async fn helpers(&mut self, scope: StoreScope) -> Result<Vec<Helper>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, String)> = on!(self, conn => sqlx::query_as(HELPERS).bind(scope.0.0).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|(name, email)| {
                Some(Helper {
                    name: Name::parse(&name).ok()?,
                    email: EmailAddress::parse(&email).ok()?,
                })
            })
            .collect())
    }

    /// What of the beginning is done.
    pub async fn begun(&mut self, scope: StoreScope) -> Result<Begun, StorageError> {
        self.within(scope).await?;
        let seen: Option<Option<i64>> = on!(self, conn => sqlx::query_scalar(SNIPPET_SEEN).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(Begun {
            snippet_seen: seen.flatten().map(Timestamp),
            mail_tested: self.how_many(scope, TEST_MAILS).await? > 0,
            invited: self.how_many(scope, STAFF).await? > 1 || self.how_many(scope, INVITES).await? > 0,
            chatted: self.how_many(scope, CHATS).await? > 0,
        })
    }

    async fn how_many(&mut self, scope: StoreScope, sql: &'static str) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(sql).bind(scope.0.0).fetch_one(conn).await)?)
    }

    /// Whether it is news that the snippet stands on this site, which must be one of the store's.
    pub async fn snippet_is_news(&mut self, scope: StoreScope, origin: &Origin, before: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let n: i64 = on!(self, conn => sqlx::query_scalar(SNIPPET_UNSEEN)
            .bind(scope.0.0).bind(origin.as_str()).bind(before.0).fetch_one(conn).await)?;
        Ok(n > 0)
    }
}

impl Tx {
    /// Whether an article helped this person; the last answer counts.
    pub async fn vote(
        &mut self,
        _: Installation,
        reader: AccountId,
        article: &str,
        helpful: bool,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(VOTE)
            .bind(reader.0).bind(article).bind(i64::from(helpful)).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The snippet stands on a site of the store.
    pub async fn see_snippet(&mut self, scope: StoreScope, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SEE_SNIPPET).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }
}
