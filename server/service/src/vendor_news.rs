//! News for vendors by mail: a thread that a buyer began, what a buyer answers, and each step of a dispute. Here the letter is put into the
//! outbox, in the transaction of what it tells about; what it says is looked up when it goes (`post_office`). Whatever comes within the
//! store's delay is one letter, and none goes of what was read at the desk by then.

use model::{
    id::{ConversationId, Seq},
    time::Timestamp,
};
use storage::{MailJob, StorageError, StoreScope, Tx};

/// Something happened in a thread or dispute of the store that its people are to know; `head` is how far everyone's log went before it.
pub(crate) async fn queue(
    tx: &mut Tx,
    scope: StoreScope,
    conversation: ConversationId,
    head: Seq,
    at: Timestamp,
) -> Result<(), StorageError> {
    if tx.case_news_waits(scope, conversation).await? {
        return Ok(());
    }
    let Some(store) = tx.store(scope).await? else {
        return Ok(());
    };
    let due = at.plus_ms(1_000 * i64::from(store.settings.mail_after_s));
    let job = MailJob::CaseNews { conversation };
    tx.enqueue_mail(Some(scope), &job, &format!("case_news:{conversation}:{head}"), due)
        .await
}
