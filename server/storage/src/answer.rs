//! Letters with the desk's answers: to whom, how far the last one came, and those who want none.
//!
//! Several answers within the delay are one letter. How far a letter goes is settled when it is first tried, and stays so however often it
//! must be tried again: a repeated letter says the same. What comes later waits for the next one. What a letter says is decided above.

use model::{
    id::{ConversationId, CustomerId, OrderId, Seq, StoreId},
    language::Language,
    text::EmailAddress,
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    outbox::MailJob,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Letters of a conversation that a new one names: mail programs need the last one, people who look for the first one few more.
const NAMED_MAX: i64 = 20;

statements! {
    ANSWER_READER = "SELECT cu.id, cu.email,
        CAST(CASE WHEN cu.external_id IS NOT NULL OR cu.email_proven_at_ms IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) AS proven,
        cu.language AS reads, c.contact_email, c.language AS spoke
        FROM conversation c LEFT JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id AND cu.erased_at_ms IS NULL
        WHERE c.id = $1 AND c.store_id = $2 AND c.erased_at_ms IS NULL";
    ORDER_EMAIL = "SELECT email FROM purchase_order WHERE id = $1 AND store_id = $2";
    /// Changes nothing, and holds the row: whoever settles how far the letter goes waits for this transaction, and sees its message.
    HOLD_WAITING_ANSWER = "UPDATE outbox SET attempts = attempts
        WHERE store_id = $1 AND conversation_id = $2 AND kind = 'answer' AND state = 'queued' AND seq IS NULL RETURNING id";
    SET_STOP = "UPDATE outbox SET stop_sha256 = $3 WHERE dedupe_key = $1 AND store_id = $2";
    HOLD_ANSWER = "UPDATE outbox SET attempts = attempts WHERE id = $1 AND store_id = $2 AND lease_token = $3 RETURNING seq";
    ANSWER_HEAD = "SELECT head_seq_all FROM conversation WHERE id = $1 AND store_id = $2 AND erased_at_ms IS NULL";
    SETTLE_ANSWER = "UPDATE outbox SET seq = $3 WHERE id = $1 AND store_id = $2";
    ANSWERED_BEFORE = "SELECT MAX(seq) FROM outbox
        WHERE store_id = $1 AND conversation_id = $2 AND kind = 'answer' AND state IN ('queued', 'sent') AND seq < $3";
    LETTERS_OF_THREAD = "SELECT id, seq FROM outbox
        WHERE store_id = $1 AND conversation_id = $2 AND kind = 'answer' AND state = 'sent' AND seq < $3 ORDER BY seq DESC, id DESC LIMIT $4";
    ARRIVALS_OF_THREAD = "SELECT message_id, seq FROM inbound_mail
        WHERE store_id = $1 AND conversation_id = $2 AND message_id IS NOT NULL AND seq <= $3 ORDER BY seq DESC LIMIT $4";
    MAIL_READ = "UPDATE outbox SET state = 'read', payload = '{}', smtp_reply = NULL, lease_until_at_ms = NULL, lease_token = NULL
        WHERE id = $1 AND lease_token = $2";
    LETTERS_TO = "SELECT COUNT(*) FROM outbox WHERE recipient = $1 AND kind = $2 AND state = 'sent' AND sent_at_ms > $3";
    MAIL_OF_STOP = "SELECT store_id, recipient FROM outbox WHERE stop_sha256 = $1 AND store_id IS NOT NULL AND recipient IS NOT NULL";
    IS_QUIET = "SELECT since_at_ms FROM mail_quiet WHERE store_id = $1 AND email_sha256 = $2";
    SET_QUIET = "INSERT INTO mail_quiet (store_id, email_sha256, since_at_ms) VALUES ($1, $2, $3) ON CONFLICT (store_id, email_sha256) DO NOTHING";
    FORGET_MAILS_TO = "DELETE FROM outbox WHERE store_id = $1 AND lower(recipient) = $2 AND conversation_id IS NULL RETURNING id";
    END_QUIET = "DELETE FROM mail_quiet WHERE store_id = $1 AND email_sha256 = $2";
}

/// Whoever reads answers by mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerReader {
    /// Who, if the store knows them by more than an address.
    pub customer: Option<CustomerId>,
    /// Where.
    pub to: EmailAddress,
    /// Whether the address is known to be theirs: the shop told it, or its holder showed it.
    pub proven: bool,
    /// What they read.
    pub language: Language,
}

type ReaderColumns = (Option<Uuid>, Option<String>, i64, Option<String>, Option<String>, String);

impl Session {
    /// Where answers in a conversation go: to the customer's address, of an order to the one it was made with, or to the one that was typed.
    pub async fn answer_reader(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        order: Option<OrderId>,
    ) -> Result<Option<AnswerReader>, StorageError> {
        self.within(scope).await?;
        let row: Option<ReaderColumns> =
            on!(self, conn => sqlx::query_as(ANSWER_READER).bind(conversation.0).bind(scope.0.0).fetch_optional(conn).await)?;
        let Some((customer, email, proven, language, typed, spoken)) = row else {
            return Ok(None);
        };
        let of_order: Option<Option<String>> = match order {
            Some(order) => on!(self, conn => sqlx::query_scalar(ORDER_EMAIL).bind(order.0).bind(scope.0.0).fetch_optional(conn).await)?,
            None => None,
        };
        let addresses = [(email, proven == 1), (of_order.flatten(), true), (typed, false)];
        let address = addresses
            .into_iter()
            .find_map(|(email, proven)| Some((EmailAddress::parse(&email?).ok()?, proven)));
        let language = language.and_then(|language| language.parse().ok());
        Ok(address.map(|(to, proven)| AnswerReader {
            customer: customer.map(CustomerId),
            to,
            proven,
            language: language.or_else(|| spoken.parse().ok()).unwrap_or_default(),
        }))
    }

    /// How far the letters before one that goes as far as `until` told a conversation.
    pub async fn answered_before(&mut self, scope: StoreScope, conversation: ConversationId, until: Seq) -> Result<Seq, StorageError> {
        self.within(scope).await?;
        let seq: Option<i64> = on!(self, conn => sqlx::query_scalar(ANSWERED_BEFORE)
            .bind(scope.0.0).bind(conversation.0).bind(until.0).fetch_one(conn).await)?;
        Ok(Seq(seq.unwrap_or(0)))
    }

    /// The letters that went about a conversation before, with how far each came.
    pub async fn letters_of_thread(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        until: Seq,
    ) -> Result<Vec<(Uuid, Seq)>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(Uuid, i64)> = on!(self, conn => sqlx::query_as(LETTERS_OF_THREAD)
            .bind(scope.0.0).bind(conversation.0).bind(until.0).bind(NAMED_MAX).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(|(id, seq)| (id, Seq(seq))).collect())
    }

    /// The names of the letters that came in about it, with the event that each became.
    pub async fn arrivals_of_thread(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        until: Seq,
    ) -> Result<Vec<(String, Seq)>, StorageError> {
        self.within(scope).await?;
        let rows: Vec<(String, i64)> = on!(self, conn => sqlx::query_as(ARRIVALS_OF_THREAD)
            .bind(scope.0.0).bind(conversation.0).bind(until.0).bind(NAMED_MAX).fetch_all(conn).await)?;
        Ok(rows.into_iter().map(|(name, seq)| (name, Seq(seq))).collect())
    }

    /// Letters of a kind that went to one address since then, over the whole installation.
    pub async fn letters_to(&mut self, _: Installation, to: &EmailAddress, kind: &str, since: Timestamp) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(LETTERS_TO).bind(to.as_str()).bind(kind).bind(since.0).fetch_one(conn).await)?)
    }

    /// Whose letter a link of `/unsubscribe` stood in: the store's, and to whom it went.
    pub async fn mail_of_stop(&mut self, _: Installation, stop_sha256: &[u8]) -> Result<Option<(StoreScope, EmailAddress)>, StorageError> {
        self.within(Installation).await?;
        let row: Option<(Uuid, String)> = on!(self, conn => sqlx::query_as(MAIL_OF_STOP).bind(stop_sha256).fetch_optional(conn).await)?;
        row.map(|(store, to)| {
            let to = EmailAddress::parse(&to).map_err(|_| StorageError::inconsistent("outbox", "recipient"))?;
            Ok((StoreScope(StoreId(store)), to))
        })
        .transpose()
    }

    /// Whether somebody wants no more letters with answers from a store.
    pub async fn is_quiet(&mut self, scope: StoreScope, email_sha256: &[u8]) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let since: Option<i64> =
            on!(self, conn => sqlx::query_scalar(IS_QUIET).bind(scope.0.0).bind(email_sha256).fetch_optional(conn).await)?;
        Ok(since.is_some())
    }
}

impl Tx {
    /// Whether a letter with answers waits for a conversation that nobody has begun to send: it will say this one, too.
    pub async fn answer_waits(&mut self, scope: StoreScope, conversation: ConversationId) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let waiting: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(HOLD_WAITING_ANSWER)
            .bind(scope.0.0).bind(conversation.0).fetch_all(conn).await)?;
        Ok(!waiting.is_empty())
    }

    /// A letter with answers must go, once for each `dedupe`; its reader can end such letters by the token with this hash.
    pub async fn enqueue_answer(
        &mut self,
        scope: StoreScope,
        job: &MailJob,
        dedupe: &str,
        stop_sha256: &[u8],
        due: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        self.enqueue_mail(Some(scope), job, dedupe, due).await?;
        on!(self.session, conn => sqlx::query(SET_STOP).bind(dedupe).bind(scope.0.0).bind(stop_sha256).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// How far the letter goes that a worker has in hand: settled once. Nothing, when it or its conversation is gone.
    pub async fn settle_answer(
        &mut self,
        scope: StoreScope,
        letter: Uuid,
        worker: Uuid,
        conversation: ConversationId,
    ) -> Result<Option<Seq>, StorageError> {
        self.within(scope).await?;
        let held: Option<Option<i64>> = on!(self.session, conn => sqlx::query_scalar(HOLD_ANSWER)
            .bind(letter).bind(scope.0.0).bind(worker).fetch_optional(conn).await)?;
        let Some(settled) = held else {
            return Ok(None);
        };
        if let Some(seq) = settled {
            return Ok(Some(Seq(seq)));
        }
        // A statement of its own, after the row is held: it sees what was said by those who held it before.
        let head: Option<i64> =
            on!(self.session, conn => sqlx::query_scalar(ANSWER_HEAD).bind(conversation.0).bind(scope.0.0).fetch_optional(conn).await)?;
        if let Some(head) = head {
            on!(self.session, conn => sqlx::query(SETTLE_ANSWER).bind(letter).bind(scope.0.0).bind(head).execute(conn).await.map(|_| ()))?;
        }
        Ok(head.map(Seq))
    }

    /// It need not go any more: all of it was read on the site.
    pub async fn mail_read(&mut self, _: Installation, id: Uuid, token: Uuid) -> Result<(), StorageError> {
        self.within(Installation).await?;
        on!(self.session, conn => sqlx::query(MAIL_READ).bind(id).bind(token).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// Somebody wants no more letters with answers from a store, or wants them again.
    pub async fn set_quiet(&mut self, scope: StoreScope, email_sha256: &[u8], since: Option<Timestamp>) -> Result<(), StorageError> {
        self.within(scope).await?;
        match since {
            Some(since) => on!(self.session, conn => sqlx::query(SET_QUIET)
                .bind(scope.0.0).bind(email_sha256).bind(since.0).execute(conn).await.map(|_| ()))?,
            None => on!(self.session, conn => sqlx::query(END_QUIET)
                .bind(scope.0.0).bind(email_sha256).execute(conn).await.map(|_| ()))?,
        }
        Ok(())
    }

    /// Letters to an address, in small letters, that are about no conversation go: ways in, codes. Answers whose lie in the mail folder.
    pub async fn forget_mails_to(&mut self, scope: StoreScope, email: &str) -> Result<Vec<Uuid>, StorageError> {
        self.within(scope).await?;
        Ok(on!(self.session, conn => sqlx::query_scalar(FORGET_MAILS_TO).bind(scope.0.0).bind(email).fetch_all(conn).await)?)
    }
}
