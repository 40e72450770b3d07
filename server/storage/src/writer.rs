//! Group commit: one task writes to SQLite. It takes what is queued now, runs each closure in a savepoint of its own, commits once, and
//! only then answers. There is no timer: the commit in flight is the gathering time.

use std::{panic::AssertUnwindSafe, sync::Weak, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use sqlx::Executor;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    StorageError,
    notice::Notice,
    owed::{self, Due},
    pool::Inner,
    session::{Session, Tx, on},
    wake,
};

/// Closures that may wait. A full queue is said at once, never an unbounded wait.
const QUEUE: usize = 4_096;
/// Closures in one commit: bounds how long the first of them waits for its answer.
const BATCH: usize = 256;
/// Nobody has written for this long: the index of words gets what it is owed.
const PAUSE: Duration = Duration::from_millis(50);
/// The process ends with this code when the disk said no to a commit: what is in the cache of the system is unknown then.
const EXIT_DISK: i32 = 70;

/// Tells the waiting caller how the commit went.
pub(crate) type Answer = Box<dyn FnOnce(Result<(), StorageError>) + Send>;
/// One closure, without its types, so that what lives through it is compiled once: whether it is to be kept, and whom to answer.
pub(crate) type Job = Box<dyn for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, (bool, Answer)> + Send>;

/// The way to the writing task.
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Job>) {
        let (jobs, queue) = mpsc::channel(QUEUE);
        (Self { jobs }, queue)
    }

    /// A full queue is said at once.
    pub(crate) fn queue(&self, job: Job) -> Result<(), StorageError> {
        self.jobs.try_send(job).map_err(|_| StorageError::Busy)
    }
}

/// A closure as a job, and where its answer comes.
pub(crate) fn job<T, E, F>(write: F) -> (Job, oneshot::Receiver<Result<T, E>>)
where
    F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: From<StorageError> + Send + 'static,
{
    let (tell, told) = oneshot::channel();
    let job: Job = Box::new(move |tx| {
        Box::pin(async move {
            let result = write(tx).await;
            let keep = result.is_ok();
            let answer: Answer = Box::new(move |committed| {
                let _ = tell.send(match committed {
                    Ok(()) => result,
                    Err(why) => result.and_then(|_| Err(why.into())),
                });
            });
            (keep, answer)
        })
    });
    (job, told)
}

/// The writing task; ends when the last handle of the storage is gone.
pub(crate) async fn run(mut tx: Tx, mut queue: mpsc::Receiver<Job>, told: Weak<Inner>) {
    let mut batch = Vec::with_capacity(BATCH);
    while gather(&mut tx, &mut queue, &mut batch).await {
        let done = match batch.pop() {
            // Mostly there is one: it is the transaction, and needs no savepoint in it.
            Some(job) if batch.is_empty() => commit_alone(&mut tx, job).await,
            last => commit_together(&mut tx, batch.drain(..).chain(last)).await,
        };
        if let Some(inner) = told.upgrade() {
            // Before anybody hears of it: whoever tries again finds the room.
            if let (true, Some(reserve)) = (done.disk_full, &inner.reserve) {
                reserve.spend();
            }
            inner.tell(done.notices);
        }
        for (answer, result) in done.answers {
            answer(result.map_err(StorageError::Unavailable));
        }
    }
    if tx.owed.due() != Due::Never {
        let (job, _) = owed::job(&tx.owed);
        commit_alone(&mut tx, job).await;
    }
}

/// What is to be done next: what is queued, or what the index of words is owed. `false` when nobody will ask for anything any more.
async fn gather(tx: &mut Tx, queue: &mut mpsc::Receiver<Job>, batch: &mut Vec<Job>) -> bool {
    let pause = match tx.owed.due() {
        Due::Never => return queue.recv_many(batch, BATCH).await > 0,
        Due::Later => PAUSE,
        Due::Soon | Due::Now => Duration::ZERO,
    };
    let gathered = timeout(pause, queue.recv_many(batch, BATCH)).await;
    if gathered.is_err() || tx.owed.due() == Due::Now {
        batch.push(owed::job(&tx.owed).0);
    }
    gathered != Ok(0)
}

/// What became of a batch.
#[derive(Default)]
struct Done {
    notices: Vec<Notice>,
    answers: Vec<(Answer, Result<(), String>)>,
    disk_full: bool,
}

impl Done {
    /// None of it is in the database: nobody is told anything but that.
    fn nothing(&mut self, why: &str) {
        self.notices.clear();
        for (_, result) in &mut self.answers {
            *result = Err(why.to_owned());
        }
    }
}

async fn commit_alone(tx: &mut Tx, job: Job) -> Done {
    let mut done = Done::default();
    // Begun by the first statement, or before it: a message saves a way to SQLite's thread.
    tx.session.begins = true;
    tx.session.disk_full = false;
    tx.notices.clear();
    let ran = AssertUnwindSafe(job(tx)).catch_unwind().await;
    let unbegun = std::mem::take(&mut tx.session.begins);
    done.disk_full = tx.session.disk_full;
    match ran {
        Ok((true, answer)) => {
            let committed = if unbegun { Ok(()) } else { execute(tx, "COMMIT").await };
            match committed {
                Ok(()) => {
                    done.notices = std::mem::take(&mut tx.notices);
                    done.answers.push((answer, Ok(())));
                    return done;
                }
                Err(error) => {
                    done.disk_full |= is_full(&error);
                    done.answers.push((answer, Err(not_kept(&error))));
                }
            }
        }
        Ok((false, answer)) => done.answers.push((answer, Ok(()))),
        Err(_) => tracing::error!("A write panicked and was undone"),
    }
    // Where SQLite gave the transaction up by itself, or none was begun, there is nothing left to undo, and nothing to be told of it.
    let _ = execute(tx, "ROLLBACK").await;
    done
}

/// Begins the transaction of a closure that is alone.
pub(crate) async fn begin(session: &mut Session) -> Result<(), StorageError> {
    let begun = on!(session, conn => conn.execute("BEGIN IMMEDIATE").await.map(|_| ()));
    self::begun(session, begun.as_ref().err());
    Ok(begun?)
}

/// The transaction is begun, by a statement of its own or with a question. If that failed nobody knows whether it is: the next one tries to
/// begin it again, and what is in one already cannot, so nothing is ever written outside of one.
pub(crate) fn begun(session: &mut Session, failed: Option<&sqlx::Error>) {
    session.begins = failed.is_some();
    if let Some(error) = failed {
        tracing::warn!(%error, "The database cannot be written");
        session.disk_full |= is_full(error);
    }
}

async fn commit_together(tx: &mut Tx, jobs: impl Iterator<Item = Job>) -> Done {
    let mut done = Done::default();
    if let Err(error) = execute(tx, "BEGIN IMMEDIATE").await {
        // Nothing has run: every caller is told, by running nothing and answering nothing but the reason.
        tracing::warn!(%error, "The database cannot be written");
        done.disk_full = is_full(&error);
        return done;
    }
    for job in jobs {
        if execute(tx, "SAVEPOINT job").await.is_err() {
            continue;
        }
        tx.notices.clear();
        // A panic in one closure must not take the writer, and everybody else's words, with it.
        let ran = AssertUnwindSafe(job(tx)).catch_unwind().await;
        let whole = match ran {
            Ok((true, answer)) => match execute(tx, "RELEASE job").await {
                Ok(()) => {
                    done.notices.append(&mut tx.notices);
                    done.answers.push((answer, Ok(())));
                    true
                }
                Err(error) => {
                    done.disk_full |= is_full(&error);
                    done.answers.push((answer, Err(error.to_string())));
                    undo(tx).await
                }
            },
            Ok((false, answer)) => {
                done.answers.push((answer, Ok(())));
                undo(tx).await
            }
            Err(_) => {
                tracing::error!("A write panicked and was undone");
                undo(tx).await
            }
        };
        if !whole {
            // SQLite itself ended the transaction, as it may when the disk is full or broken: what the closures before this one wrote is
            // gone with it, and the next one would run, and be kept, outside of any. Those that have not run are told by not running.
            tracing::warn!("The database gave a transaction up; nothing of it is kept");
            done.nothing("the transaction was given up");
            let _ = execute(tx, "ROLLBACK").await;
            return done;
        }
    }
    if let Err(error) = execute(tx, "COMMIT").await {
        let why = not_kept(&error);
        let _ = execute(tx, "ROLLBACK").await;
        done.disk_full = is_full(&error);
        done.nothing(&why);
    }
    done
}

/// Why a commit failed, for whoever waits for it.
fn not_kept(error: &sqlx::Error) -> String {
    fail_stop_on_io(error);
    let why = error.to_string();
    tracing::warn!(error = %why, "A commit failed; nothing of it is kept");
    why
}

/// Undoes one closure; `false` when there is no transaction any more in which it could be undone alone.
async fn undo(tx: &mut Tx) -> bool {
    execute(tx, "ROLLBACK TO job").await.is_ok() && execute(tx, "RELEASE job").await.is_ok()
}

async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), sqlx::Error> {
    on!(tx.session, conn => conn.execute(sql).await.map(|_| ()))
}

/// SQLITE_FULL.
const FULL: i32 = 13;
/// SQLITE_IOERR.
const IO: i32 = 10;
/// SQLITE_IOERR_SHMSIZE and SQLITE_IOERR_SHMMAP: there was no room for the index of the log, which is memory and is made anew.
const ONLY_MEMORY: [i32; 2] = [4_874, 5_386];

fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// The code without what SQLite says more exactly.
fn primary(error: &sqlx::Error) -> Option<i32> {
    code(error).map(|code| code & 0xff)
}

/// Whether there is no room: for the database, for its log, or for the log's index.
fn is_full(error: &sqlx::Error) -> bool {
    primary(error) == Some(FULL) || is_without_index(error)
}

fn is_without_index(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| ONLY_MEMORY.contains(&code))
}

/// After a failed fsync nothing is known about what was written (SQLITE_IOERR and its kin): end, and let the restart read the disk.
fn fail_stop_on_io(error: &sqlx::Error) {
    if primary(error) == Some(IO) && !is_without_index(error) {
        tracing::error!(%error, "The disk refused a commit; ending, because nothing is known about what it kept");
        std::process::exit(EXIT_DISK);
    }
}

/// PostgreSQL: one transaction per closure. What is to be told, whom to answer, and how the commit went.
pub(crate) async fn postgres(tx: &mut Tx, job: Job) -> Result<(Vec<Notice>, Answer, Result<(), StorageError>), StorageError> {
    // A connection that is dropped between BEGIN and COMMIT must not go back to the pool with the transaction open, and one whose BEGIN was
    // never answered not at all.
    let mut guard = CloseUnlessDone { tx, done: false };
    execute(guard.tx, "BEGIN").await?;
    let (keep, answer) = job(guard.tx).await;
    let mut committed = if keep { wake::remember(guard.tx).await } else { Ok(()) };
    let keep = keep && committed.is_ok();
    let ended = execute(guard.tx, if keep { "COMMIT" } else { "ROLLBACK" }).await;
    guard.done = ended.is_ok();
    let mut notices = std::mem::take(&mut guard.tx.notices);
    if !keep || ended.is_err() {
        notices.clear();
    }
    if keep {
        committed = ended.map_err(StorageError::from);
    }
    Ok((notices, answer, committed))
}

struct CloseUnlessDone<'a> {
    tx: &'a mut Tx,
    done: bool,
}

impl Drop for CloseUnlessDone<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.tx.session.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Installation, Storage, pool::tests::scratch};

    /// Somebody's row, and how the closure ends.
    async fn write(storage: &Storage, n: u128, ends: &'static str) -> Result<(), StorageError> {
        storage
            .write(move |tx| {
                Box::pin(async move {
                    let new = crate::NewAccount {
                        id: model::id::AccountId(uuid::Uuid::from_u128(n)),
                        email: model::text::EmailAddress::parse(&format!("a{n}@b.example")).expect("fine"),
                        name: model::text::Name::parse("A").expect("fine"),
                        password_hash: "x".to_owned(),
                        language: model::language::Language::En,
                    };
                    tx.insert_account(Installation, &new, model::time::Timestamp(1)).await?;
                    match ends {
                        "well" => Ok(()),
                        // As SQLite does it by itself when the disk is full or broken.
                        "with everything" => {
                            execute(tx, "ROLLBACK").await?;
                            Err(StorageError::Unusable("broken".to_owned()))
                        }
                        "as if nothing were broken" => execute(tx, "ROLLBACK").await.map_err(StorageError::from),
                        _ => Err(StorageError::Unusable("undone".to_owned())),
                    }
                })
            })
            .await
    }

    async fn accounts(storage: &Storage) -> usize {
        let everything = storage.everything().await.expect("reads").expect("is SQLite");
        everything["account"].len()
    }

    #[tokio::test]
    async fn one_closure_that_fails_takes_nothing_from_the_others() {
        let (storage, _dir) = scratch().await;
        let (one, two, three) = tokio::join!(write(&storage, 1, "well"), write(&storage, 2, "badly"), write(&storage, 3, "well"));
        assert!(one.is_ok() && three.is_ok());
        assert!(matches!(two, Err(StorageError::Unusable(_))));
        assert_eq!(accounts(&storage).await, 2);
    }

    #[tokio::test]
    async fn what_is_written_after_a_first_question_is_in_the_transaction_that_began_with_it() {
        let (storage, _dir) = scratch().await;
        let nobody = crate::VisitorScope {
            store: model::id::StoreId(uuid::Uuid::nil()),
            visitor: model::id::VisitorId(uuid::Uuid::nil()),
            only: None,
        };
        for (n, well) in [(1, true), (2, false)] {
            let done: Result<(), StorageError> = storage
                .write(move |tx| {
                    Box::pin(async move {
                        let id = model::id::ConversationId(uuid::Uuid::nil());
                        assert!(tx.hold_conversation_of_standing(nobody, id).await?.is_none());
                        let new = crate::NewAccount {
                            id: model::id::AccountId(uuid::Uuid::from_u128(n)),
                            email: model::text::EmailAddress::parse(&format!("a{n}@b.example")).expect("fine"),
                            name: model::text::Name::parse("A").expect("fine"),
                            password_hash: "x".to_owned(),
                            language: model::language::Language::En,
                        };
                        tx.insert_account(Installation, &new, model::time::Timestamp(1)).await?;
                        if well { Ok(()) } else { Err(StorageError::Busy) }
                    })
                })
                .await;
            assert_eq!(done.is_ok(), well);
        }
        assert_eq!(accounts(&storage).await, 1);
        let nothing: Result<(), StorageError> = storage.write(|_| Box::pin(async { Ok(()) })).await;
        nothing.expect("whoever asks nothing has nothing to begin");
        write(&storage, 3, "well").await.expect("the next one finds everything in order");
        assert_eq!(accounts(&storage).await, 2);
    }

    #[tokio::test]
    async fn f5_when_the_whole_transaction_is_given_up_nobody_is_told_that_it_is_kept() {
        let (storage, _dir) = scratch().await;
        let (one, two, three) = tokio::join!(
            write(&storage, 1, "well"),
            write(&storage, 2, "with everything"),
            write(&storage, 3, "well")
        );
        assert!(one.is_err_and(|error| error.retryable()), "it was undone with the others");
        assert!(matches!(two, Err(StorageError::Unusable(_))));
        assert!(
            three.is_err_and(|error| error.retryable()),
            "it has not run, and must not run outside of a transaction"
        );
        assert_eq!(accounts(&storage).await, 0);
        write(&storage, 4, "well").await.expect("the next one finds everything in order");
        assert_eq!(accounts(&storage).await, 1);
    }

    #[tokio::test]
    async fn f5_one_that_is_alone_is_told_as_well_when_its_transaction_is_given_up() {
        let (storage, _dir) = scratch().await;
        let broken = write(&storage, 1, "with everything").await;
        assert!(matches!(broken, Err(StorageError::Unusable(_))));
        let unseen = write(&storage, 2, "as if nothing were broken").await;
        assert!(unseen.is_err_and(|error| error.retryable()), "there is nothing to commit");
        assert_eq!(accounts(&storage).await, 0);
        write(&storage, 3, "well").await.expect("the next one finds everything in order");
        assert_eq!(accounts(&storage).await, 1);
    }
}
