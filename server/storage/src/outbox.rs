//! The outbox: mail that must go, written in the transaction of what it tells about, and what became of it.
//!
//! A job says what a letter is about, never what it says: the letter is composed when it goes, so that what was erased in between is not
//! in it. Once a letter has gone its job is emptied, because links and tokens in it are good for something.

use std::fmt;

use model::{
    id::{ConversationId, StoreId},
    language::Language,
    text::EmailAddress,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    StorageError, meta,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Letters taken from the queue at once: they must all go within one lease.
const CLAIMED_MAX: i64 = 2;
/// Rows of one page of the back office.
pub const MAIL_ROWS_MAX: i64 = 50;
/// Rows that one statement deletes.
const FORGOTTEN_MAX: i64 = 500;

statements! {
    ENQUEUE_MAIL = "INSERT INTO outbox (id, store_id, kind, dedupe_key, payload, state, due_at_ms, created_at_ms, conversation_id, recipient)
        VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6, $7, $8) ON CONFLICT (dedupe_key) DO NOTHING";
    MAIL_WAITS = "SELECT id FROM outbox WHERE state = 'queued' AND due_at_ms <= $1
        AND (lease_until_at_ms IS NULL OR lease_until_at_ms <= $1) LIMIT 1";
    /// The outer conditions are looked at again when another node was quicker.
    CLAIM_MAILS = "UPDATE outbox SET lease_until_at_ms = $2, lease_token = $3, attempts = attempts + 1
        WHERE id IN (SELECT id FROM outbox WHERE state = 'queued' AND due_at_ms <= $1
            AND (lease_until_at_ms IS NULL OR lease_until_at_ms <= $1) ORDER BY due_at_ms, id LIMIT $4)
        AND state = 'queued' AND (lease_until_at_ms IS NULL OR lease_until_at_ms <= $1)
        RETURNING id, store_id, payload, attempts";
    MAIL_SENT = "UPDATE outbox SET state = 'sent', sent_at_ms = $3, smtp_reply = $4, recipient = COALESCE($5, recipient), payload = '{}',
        lease_until_at_ms = NULL, lease_token = NULL WHERE id = $1 AND lease_token = $2";
    MAIL_LATER = "UPDATE outbox SET due_at_ms = $3, smtp_reply = $4, recipient = COALESCE($5, recipient),
        lease_until_at_ms = NULL, lease_token = NULL WHERE id = $1 AND lease_token = $2";
    MAIL_FAILED = "UPDATE outbox SET state = 'failed', smtp_reply = $3, recipient = COALESCE($4, recipient),
        lease_until_at_ms = NULL, lease_token = NULL WHERE id = $1 AND lease_token = $2";
    MAIL_PUT_BACK = "UPDATE outbox SET due_at_ms = $3, attempts = attempts - 1, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND lease_token = $2";
    MAIL_FOLDED = "UPDATE outbox SET state = 'folded', payload = '{}', attempts = 0, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND lease_token = $2";
    RETRY_MAIL = "UPDATE outbox SET state = 'queued', due_at_ms = $3, attempts = 0, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND store_id = $2 AND state = 'failed'";
    OFFLINE_MAILS_SINCE = "SELECT COUNT(*) FROM outbox
        WHERE store_id = $1 AND kind = 'offline_message' AND state = 'sent' AND sent_at_ms > $2";
    MAILS_SINCE = "SELECT COUNT(*) FROM outbox WHERE store_id = $1 AND kind = $2 AND state = 'sent' AND sent_at_ms > $3";
    /// Changes nothing, and holds the row: whoever takes the letter waits for this transaction, and sees what it tells.
    HOLD_CASE_NEWS = "UPDATE outbox SET attempts = attempts
        WHERE store_id = $1 AND conversation_id = $2 AND kind = 'case_news' AND state = 'queued' AND lease_until_at_ms IS NULL RETURNING id";
    FOLDED_MAILS = "SELECT COUNT(*) FROM outbox WHERE store_id = $1 AND state = 'folded'";
    TELL_FOLDED = "UPDATE outbox SET state = 'told', sent_at_ms = $2 WHERE store_id = $1 AND state = 'folded'";
    MAILS = "SELECT id, kind, recipient, state, attempts, due_at_ms, smtp_reply, created_at_ms, sent_at_ms FROM outbox
        WHERE store_id = $1 AND (created_at_ms, id) < ($2, $3) ORDER BY created_at_ms DESC, id DESC LIMIT $4";
    MAIL_COUNTS = "SELECT state, COUNT(*) FROM outbox WHERE store_id = $1 GROUP BY state";
    COPIES_TO = "SELECT COUNT(*) FROM outbox WHERE recipient = $1 AND kind IN ('transcript', 'confirm_copy') AND created_at_ms > $2";
    MAIL_OWNERS = "SELECT a.email, a.language FROM membership m JOIN account a ON a.id = m.account_id
        WHERE m.store_id = $1 AND m.role = 'owner' AND m.until_at_ms IS NULL AND a.deactivated_at_ms IS NULL
        ORDER BY m.since_at_ms, a.id LIMIT 10";
    MAIL_SENDER = "SELECT contact_first_name, contact_last_name FROM conversation WHERE id = $1 AND store_id = $2 AND erased_at_ms IS NULL";
    VOUCHED_ADDRESS = "SELECT cu.email FROM conversation c JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id
        WHERE c.id = $1 AND c.store_id = $2 AND cu.external_id IS NOT NULL AND cu.erased_at_ms IS NULL AND c.erased_at_ms IS NULL";
    IS_SUPPRESSED = "SELECT reason FROM suppression WHERE email = $1";
    SUPPRESS = "INSERT INTO suppression (email, reason, created_at_ms) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING";
    FORGET_MAILS = "DELETE FROM outbox WHERE store_id = $1 AND conversation_id = $2 RETURNING id";
    FORGET_LINKS = "DELETE FROM mail_link WHERE store_id = $1 AND conversation_id = $2";
    FORGET_OLD_MAILS = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox
        WHERE store_id = $1 AND state <> 'queued' AND created_at_ms < $2
        AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.id = conversation_id AND c.store_id = $1 AND c.legal_hold_at_ms IS NOT NULL)
        ORDER BY created_at_ms LIMIT $3) RETURNING id";
    COUNT_OLD_MAILS = "SELECT COUNT(*) FROM outbox WHERE store_id = $1 AND state <> 'queued' AND created_at_ms < $2
        AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.id = conversation_id AND c.store_id = $1 AND c.legal_hold_at_ms IS NOT NULL)";
    INSERT_MAIL_LINK = "INSERT INTO mail_link (token_sha256, store_id, conversation_id, email, language, created_at_ms, expires_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    MAIL_LINK = "SELECT store_id, conversation_id, email, language, used_at_ms FROM mail_link WHERE token_sha256 = $1 AND expires_at_ms > $2";
    USE_MAIL_LINK = "UPDATE mail_link SET used_at_ms = $2 WHERE token_sha256 = $1 AND used_at_ms IS NULL AND expires_at_ms > $2
        RETURNING store_id, conversation_id, email, language, used_at_ms";
}

/// A letter that must go.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailJob {
    /// Somebody left a message while nobody was there: to the store's notification address, or its owners (P-52).
    OfflineMessage {
        /// Which.
        conversation: ConversationId,
    },
    /// Nobody took a chat in time: to the same.
    MissedChat {
        /// Which.
        conversation: ConversationId,
    },
    /// A buyer began or answered a thread, or something happened in a dispute: to the same. What it is is looked up when it goes: all that
    /// nobody at the store has read.
    CaseNews {
        /// Which.
        conversation: ConversationId,
    },
    /// More offline messages came within an hour than are mailed one by one: to the same.
    OfflineDigest {
        /// Whose.
        store: StoreId,
    },
    /// What was said, to the shopper. Only to an address that is proven to be theirs (D-25).
    Transcript {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        to: EmailAddress,
        /// In which language.
        language: Language,
    },
    /// Asks the holder of an address whether they want a transcript. Holds no word of a visitor's.
    ConfirmCopy {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        to: EmailAddress,
        /// In which language.
        language: Language,
        /// Opens `/m/{token}`.
        token: String,
    },
    /// Asks somebody to join a store's staff.
    Invite {
        /// Which store.
        store: StoreId,
        /// To whom.
        to: EmailAddress,
        /// The whole address of the page that accepts.
        link: String,
        /// In which language.
        language: Language,
    },
    /// Shows the owner that mail arrives.
    TestMail {
        /// Whose.
        store: StoreId,
        /// To whom.
        to: EmailAddress,
        /// In which language.
        language: Language,
    },
    /// The store answered a written conversation: to the customer (S-19, S-32). What it says is looked up when it goes: all answers that
    /// the customer has neither read on the site nor been mailed.
    Answer {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        to: EmailAddress,
        /// In which language.
        language: Language,
        /// Whether the address is known to be theirs. Otherwise nothing that a visitor typed is in it (hardening E13).
        proven: bool,
        /// Opens `/m/{token}`: this conversation, or its order.
        token: String,
        /// Opens `/unsubscribe/{stop}`.
        stop: String,
    },
    /// Lets the holder of an address into the member centre.
    SignIn {
        /// Of which store.
        store: StoreId,
        /// To whom.
        to: EmailAddress,
        /// In which language.
        language: Language,
        /// Opens `/m/{token}`.
        token: String,
    },
    /// A code for somebody who asks where an order is, to the address that the order was made with.
    OrderCode {
        /// Of which store.
        store: StoreId,
        /// To whom.
        to: EmailAddress,
        /// In which language.
        language: Language,
        /// The order's number, as the shop wrote it.
        number: String,
        /// What to type.
        code: String,
    },
    /// Asks whether an address may stand under the store's mails (E22).
    ProveSender {
        /// Of which store.
        store: StoreId,
        /// To whom.
        to: EmailAddress,
        /// In which language.
        language: Language,
        /// What to type.
        code: String,
    },
}

impl MailJob {
    /// As it stands in the database's `kind` column and in translation keys.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::OfflineMessage { .. } => "offline_message",
            Self::MissedChat { .. } => "missed_chat",
            Self::CaseNews { .. } => "case_news",
            Self::OfflineDigest { .. } => "offline_digest",
            Self::Transcript { .. } => "transcript",
            Self::ConfirmCopy { .. } => "confirm_copy",
            Self::Invite { .. } => "invite",
            Self::TestMail { .. } => "test_mail",
            Self::Answer { .. } => "answer",
            Self::SignIn { .. } => "sign_in",
            Self::OrderCode { .. } => "order_code",
            Self::ProveSender { .. } => "prove_sender",
        }
    }

    /// The conversation it is about, so that it goes when that is erased.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::OfflineMessage { conversation }
            | Self::MissedChat { conversation }
            | Self::CaseNews { conversation }
            | Self::Transcript { conversation, .. }
            | Self::ConfirmCopy { conversation, .. }
            | Self::Answer { conversation, .. } => Some(*conversation),
            Self::OfflineDigest { .. }
            | Self::Invite { .. }
            | Self::TestMail { .. }
            | Self::SignIn { .. }
            | Self::OrderCode { .. }
            | Self::ProveSender { .. } => None,
        }
    }

    /// To whom, where that does not depend on the store's settings of the moment it goes.
    pub fn recipient(&self) -> Option<&EmailAddress> {
        match self {
            Self::Transcript { to, .. }
            | Self::ConfirmCopy { to, .. }
            | Self::Invite { to, .. }
            | Self::TestMail { to, .. }
            | Self::Answer { to, .. }
            | Self::SignIn { to, .. }
            | Self::OrderCode { to, .. }
            | Self::ProveSender { to, .. } => Some(to),
            Self::OfflineMessage { .. } | Self::MissedChat { .. } | Self::CaseNews { .. } | Self::OfflineDigest { .. } => None,
        }
    }
}

impl fmt::Debug for MailJob {
    /// Its kind only: links and tokens do not belong in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// A letter that one worker is to send now, and nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedMail {
    /// Which; also in its `Message-ID`, the same at every attempt.
    pub id: Uuid,
    /// The store on whose behalf.
    pub store: Option<StoreId>,
    /// What; `None` when an older or newer version wrote something that means nothing here.
    pub job: Option<MailJob>,
    /// The how-manieth attempt this is, from 1 on.
    pub attempts: i64,
}

/// A letter in the back office's list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MailRow {
    /// Which.
    pub id: Uuid,
    /// [`MailJob::kind`].
    pub kind: String,
    /// To whom, once that is known.
    pub recipient: Option<String>,
    /// `queued`, `sent`, `failed`, `folded` (waits for a digest) or `told` (was in one).
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at_ms: i64,
    /// What the mail server said last.
    pub smtp_reply: Option<String>,
    /// Since when it must go.
    pub created_at_ms: i64,
    /// When it went.
    pub sent_at_ms: Option<i64>,
}

/// What a link in a mail stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLink {
    /// The store.
    pub store: StoreId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Whose address it was sent to.
    pub to: EmailAddress,
    /// In which language.
    pub language: Language,
    /// Whether it was used already.
    pub used: bool,
}

type LinkColumns = (Uuid, Uuid, String, String, Option<i64>);

fn link((store, conversation, email, language, used): LinkColumns) -> Result<MailLink, StorageError> {
    Ok(MailLink {
        store: StoreId(store),
        conversation: ConversationId(conversation),
        to: EmailAddress::parse(&email).map_err(|_| StorageError::inconsistent("mail_link", "email"))?,
        language: language.parse().unwrap_or_default(),
        used: used.is_some(),
    })
}

impl Session {
    /// A page of a store's letters, the newest first.
    pub async fn mails(&mut self, scope: StoreScope, after: Option<(Timestamp, Uuid)>) -> Result<Vec<MailRow>, StorageError> {
        self.within(scope).await?;
        let (at, id) = after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at.0, id));
        Ok(on!(self, conn => sqlx::query_as(MAILS).bind(scope.0.0).bind(at).bind(id).bind(MAIL_ROWS_MAX).fetch_all(conn).await)?)
    }

    /// How many letters of a store are in which state.
    pub async fn mail_counts(&mut self, scope: StoreScope) -> Result<Vec<(String, i64)>, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_as(MAIL_COUNTS).bind(scope.0.0).fetch_all(conn).await)?)
    }

    /// Offline messages of a store that were mailed one by one since then.
    pub async fn offline_mails_since(&mut self, scope: StoreScope, since: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(OFFLINE_MAILS_SINCE).bind(scope.0.0).bind(since.0).fetch_one(conn).await)?)
    }

    /// Letters of a kind ([`MailJob::kind`]) that went for a store since then.
    pub async fn mails_since(&mut self, scope: StoreScope, kind: &str, since: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(MAILS_SINCE).bind(scope.0.0).bind(kind).bind(since.0).fetch_one(conn).await)?)
    }

    /// Offline messages of a store that wait for a digest.
    pub async fn folded_mails(&mut self, scope: StoreScope) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(FOLDED_MAILS).bind(scope.0.0).fetch_one(conn).await)?)
    }

    /// Copies, and questions about copies, to one address since then, over the whole installation.
    pub async fn copies_to(&mut self, _: Installation, to: &EmailAddress, since: Timestamp) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(COPIES_TO).bind(to.as_str()).bind(since.0).fetch_one(conn).await)?)
    }

    /// The addresses of a store's owners, with their languages.
    pub async fn mail_owners(&mut self, scope: StoreScope) -> Result<Vec<(EmailAddress, Language)>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, String)> = on!(self, conn => sqlx::query_as(MAIL_OWNERS).bind(scope.0.0).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .filter_map(|(email, language)| Some((EmailAddress::parse(&email).ok()?, language.parse().unwrap_or_default())))
            .collect())
    }

    /// First and last name, as typed into the offline form.
    pub async fn mail_sender(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
    ) -> Result<(Option<String>, Option<String>), StorageError> {
        self.within(scope).await?;
        let row: Option<(Option<String>, Option<String>)> =
            on!(self, conn => sqlx::query_as(MAIL_SENDER).bind(conversation.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(row.unwrap_or_default())
    }

    /// The address that the shop vouches for, if the conversation is with somebody whom it signed in.
    pub async fn vouched_address(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<Option<EmailAddress>, StorageError> {
        self.within(scope).await?;
        let email: Option<Option<String>> =
            on!(self, conn => sqlx::query_scalar(VOUCHED_ADDRESS).bind(conversation.0).bind(scope.0.0).fetch_optional(conn).await)?;
        Ok(email.flatten().and_then(|e| EmailAddress::parse(&e).ok()))
    }

    /// Whether a letter is due that nobody has in hand.
    pub async fn mail_waits(&mut self, _: Installation, now: Timestamp) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let found: Option<Uuid> = on!(self, conn => sqlx::query_scalar(MAIL_WAITS).bind(now.0).fetch_optional(conn).await)?;
        Ok(found.is_some())
    }

    /// Whether an address must not be mailed any more.
    pub async fn suppressed(&mut self, _: Installation, to: &EmailAddress) -> Result<bool, StorageError> {
        self.within(Installation).await?;
        let reason: Option<String> = on!(self, conn => sqlx::query_scalar(IS_SUPPRESSED).bind(to.as_str()).fetch_optional(conn).await)?;
        Ok(reason.is_some())
    }

    /// What a link stands for, if it has not expired. Looking does not use it.
    pub async fn mail_link(&mut self, _: Installation, token_sha256: &[u8], now: Timestamp) -> Result<Option<MailLink>, StorageError> {
        self.within(Installation).await?;
        let row: Option<LinkColumns> =
            on!(self, conn => sqlx::query_as(MAIL_LINK).bind(token_sha256).bind(now.0).fetch_optional(conn).await)?;
        row.map(link).transpose()
    }

    /// Letters of a store, all settled, that retention would take.
    pub async fn count_old_mails(&mut self, scope: StoreScope, before: Timestamp) -> Result<i64, StorageError> {
        self.within(scope).await?;
        Ok(on!(self, conn => sqlx::query_scalar(COUNT_OLD_MAILS).bind(scope.0.0).bind(before.0).fetch_one(conn).await)?)
    }
}

impl Tx {
    /// A letter must go, from `due` on, once: a second one with the same `dedupe` changes nothing.
    pub async fn enqueue_mail(
        &mut self,
        store: Option<StoreScope>,
        job: &MailJob,
        dedupe: &str,
        due: Timestamp,
    ) -> Result<(), StorageError> {
        match store {
            Some(scope) => self.within(scope).await?,
            None => self.within(Installation).await?,
        }
        let id = uuid::Builder::from_random_bytes(meta::random_bytes(self).await?).into_uuid();
        let payload = serde_json::to_string(job).map_err(|_| StorageError::inconsistent("outbox", "payload"))?;
        on!(self.session, conn => sqlx::query(ENQUEUE_MAIL)
            .bind(id).bind(store.map(|s| s.0.0)).bind(job.kind()).bind(dedupe).bind(&payload).bind(due.0)
            .bind(job.conversation().map(|c| c.0)).bind(job.recipient().map(EmailAddress::as_str))
            .execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Whether a letter with news of a thread or dispute waits that nobody has in hand: it tells of what comes now as well.
    pub async fn case_news_waits(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(HOLD_CASE_NEWS)
            .bind(scope.0.0).bind(conversation.0).fetch_all(conn).await)?;
        Ok(!rows.is_empty())
    }

    /// Takes letters that are due, for as long as a lease; `token` is the worker's name for them.
    pub async fn claim_mails(
        &mut self,
        _: Installation,
        now: Timestamp,
        until: Timestamp,
        token: Uuid,
    ) -> Result<Vec<ClaimedMail>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<(Uuid, Option<Uuid>, String, i64)> = on!(self.session, conn => sqlx::query_as(CLAIM_MAILS)
            .bind(now.0).bind(until.0).bind(token).bind(CLAIMED_MAX).fetch_all(conn).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, store, payload, attempts)| ClaimedMail {
                id,
                store: store.map(StoreId),
                job: serde_json::from_str(&payload).ok(),
                attempts,
            })
            .collect())
    }

    /// It went.
    pub async fn mail_sent(
        &mut self,
        _: Installation,
        id: Uuid,
        token: Uuid,
        reply: &str,
        to: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(MAIL_SENT).bind(id).bind(token).bind(at.0).bind(reply).bind(to).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// It did not go, and is tried again.
    pub async fn mail_later(
        &mut self,
        _: Installation,
        id: Uuid,
        token: Uuid,
        reply: &str,
        to: Option<&str>,
        due: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(MAIL_LATER).bind(id).bind(token).bind(due.0).bind(reply).bind(to).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// It will not go, unless somebody asks for another try.
    pub async fn mail_failed(&mut self, _: Installation, id: Uuid, token: Uuid, reply: &str, to: Option<&str>) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(MAIL_FAILED).bind(id).bind(token).bind(reply).bind(to).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// It was not tried at all: that is no attempt.
    pub async fn mail_put_back(&mut self, _: Installation, id: Uuid, token: Uuid, due: Timestamp) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(MAIL_PUT_BACK).bind(id).bind(token).bind(due.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// It will be told of in a digest.
    pub async fn mail_folded(&mut self, _: Installation, id: Uuid, token: Uuid) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(MAIL_FOLDED).bind(id).bind(token).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A digest told of all that waited for one.
    pub async fn tell_folded(&mut self, scope: StoreScope, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(TELL_FOLDED).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Somebody wants a letter that failed to be tried again. Answers whether there was one.
    pub async fn retry_mail(&mut self, scope: StoreScope, id: Uuid, at: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(RETRY_MAIL).bind(id).bind(scope.0.0).bind(at.0).execute(conn).await.map(|r| r.rows_affected()))?;
        Ok(rows == 1)
    }

    /// An address is not mailed any more.
    pub async fn suppress(&mut self, _: Installation, to: &str, reason: &str, at: Timestamp) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(SUPPRESS).bind(to).bind(reason).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// A link, for its mail.
    pub async fn insert_mail_link(
        &mut self,
        token_sha256: &[u8],
        link: &MailLink,
        at: Timestamp,
        expires: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(StoreScope(link.store)).await?;
        on!(self.session, conn => sqlx::query(INSERT_MAIL_LINK)
            .bind(token_sha256).bind(link.store.0).bind(link.conversation.0).bind(link.to.as_str()).bind(link.language.code())
            .bind(at.0).bind(expires.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Uses a link: something for exactly one of several who try.
    pub async fn use_mail_link(&mut self, _: Installation, token_sha256: &[u8], now: Timestamp) -> Result<Option<MailLink>, StorageError> {
        self.within(Installation).await?;
        let row: Option<LinkColumns> =
            on!(self.session, conn => sqlx::query_as(USE_MAIL_LINK).bind(token_sha256).bind(now.0).fetch_optional(conn).await)?;
        row.map(link).transpose()
    }

    /// Everything of the post about a conversation goes, sent or not. Answers whose letters lie in the mail folder, to go as well.
    pub async fn forget_mails(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<Vec<Uuid>, StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(FORGET_LINKS).bind(scope.0.0).bind(conversation.0).execute(conn).await.map(|_| ()))?;
        Ok(on!(self.session, conn => sqlx::query_scalar(FORGET_MAILS).bind(scope.0.0).bind(conversation.0).fetch_all(conn).await)?)
    }

    /// Settled letters from before then go, at most a batch. Answers whose letters lie in the mail folder, to go as well.
    pub async fn forget_old_mails(&mut self, scope: StoreScope, before: Timestamp) -> Result<Vec<Uuid>, StorageError> {
        self.within(scope).await?;
        Ok(
            on!(self.session, conn => sqlx::query_scalar(FORGET_OLD_MAILS).bind(scope.0.0).bind(before.0).bind(FORGOTTEN_MAX).fetch_all(conn).await)?,
        )
    }
}
