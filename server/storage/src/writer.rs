//! Group commit: one task writes to SQLite. It takes what is queued now, runs each closure in a savepoint of its own, commits once, and
//! only then answers. There is no timer: the commit in flight is the gathering time.

use std::{panic::AssertUnwindSafe, sync::Weak};

use futures::{FutureExt, future::BoxFuture};
use sqlx::Executor;
use tokio::sync::{mpsc, oneshot};

use crate::{
    StorageError,
    notice::Notice,
    pool::Inner,
    session::{Conn, Tx, on},
};

/// Closures that may wait. A full queue is said at once, never an unbounded wait.
const QUEUE: usize = 4_096;
/// Closures in one commit: bounds how long the first of them waits for its answer.
const BATCH: usize = 256;
/// The process ends with this code when the disk said no to a commit: what is in the cache of the system is unknown then.
const EXIT_DISK: i32 = 70;

/// Tells the waiting caller how the commit went.
type Answer = Box<dyn FnOnce(Result<(), &str>) + Send>;
/// One closure: whether it is to be kept, and whom to answer.
type Job = Box<dyn for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, (bool, Answer)> + Send>;

/// The way to the writing task.
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Job>) {
        let (jobs, queue) = mpsc::channel(QUEUE);
        (Self { jobs }, queue)
    }

    pub(crate) async fn run<T, E, F>(&self, write: F) -> Result<T, E>
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
                        Err(why) => result.and_then(|_| Err(StorageError::Unavailable(why.to_owned()).into())),
                    });
                });
                (keep, answer)
            })
        });
        self.jobs.try_send(job).map_err(|_| StorageError::Busy)?;
        told.await
            .unwrap_or_else(|_| Err(StorageError::Unavailable("the write was given up".to_owned()).into()))
    }
}

/// The writing task; ends when the last handle of the storage is gone.
pub(crate) async fn run(mut tx: Tx, mut queue: mpsc::Receiver<Job>, told: Weak<Inner>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let notices = match batch.pop() {
            // Mostly there is one: it is the transaction, and needs no savepoint in it.
            Some(job) if batch.is_empty() => commit_alone(&mut tx, job).await,
            last => commit_together(&mut tx, batch.drain(..).chain(last)).await,
        };
        if let Some(inner) = told.upgrade() {
            inner.tell(notices.0);
        }
        for (answer, result) in notices.1 {
            answer(result.as_ref().copied().map_err(String::as_str));
        }
    }
}

type Answers = Vec<(Answer, Result<(), String>)>;

async fn commit_alone(tx: &mut Tx, job: Job) -> (Vec<Notice>, Answers) {
    if let Err(error) = execute(tx, "BEGIN IMMEDIATE").await {
        tracing::warn!(%error, "The database cannot be written");
        return (Vec::new(), Vec::new());
    }
    tx.notices.clear();
    let answers = match AssertUnwindSafe(job(tx)).catch_unwind().await {
        Ok((true, answer)) => match execute(tx, "COMMIT").await {
            Ok(()) => return (std::mem::take(&mut tx.notices), vec![(answer, Ok(()))]),
            Err(error) => vec![(answer, Err(not_kept(&error)))],
        },
        Ok((false, answer)) => vec![(answer, Ok(()))],
        Err(_) => {
            tracing::error!("A write panicked and was undone");
            Vec::new()
        }
    };
    let _ = execute(tx, "ROLLBACK").await;
    (Vec::new(), answers)
}

async fn commit_together(tx: &mut Tx, jobs: impl Iterator<Item = Job>) -> (Vec<Notice>, Answers) {
    let mut answers: Answers = Vec::new();
    if let Err(error) = execute(tx, "BEGIN IMMEDIATE").await {
        // Nothing has run: every caller is told, by running nothing and answering nothing but the reason.
        tracing::warn!(%error, "The database cannot be written");
        drop(jobs);
        return (Vec::new(), answers);
    }
    let mut notices = Vec::new();
    for job in jobs {
        if execute(tx, "SAVEPOINT job").await.is_err() {
            continue;
        }
        tx.notices.clear();
        // A panic in one closure must not take the writer, and everybody else's words, with it.
        let ran = AssertUnwindSafe(job(tx)).catch_unwind().await;
        match ran {
            Ok((true, answer)) => match execute(tx, "RELEASE job").await {
                Ok(()) => {
                    notices.append(&mut tx.notices);
                    answers.push((answer, Ok(())));
                }
                Err(error) => {
                    undo(tx).await;
                    answers.push((answer, Err(error.to_string())));
                }
            },
            Ok((false, answer)) => {
                undo(tx).await;
                answers.push((answer, Ok(())));
            }
            Err(_) => {
                tracing::error!("A write panicked and was undone");
                undo(tx).await;
            }
        }
    }
    if let Err(error) = execute(tx, "COMMIT").await {
        let why = not_kept(&error);
        let _ = execute(tx, "ROLLBACK").await;
        for (_, result) in &mut answers {
            *result = Err(why.clone());
        }
        notices.clear();
    }
    (notices, answers)
}

/// Why a commit failed, for whoever waits for it.
fn not_kept(error: &sqlx::Error) -> String {
    fail_stop_on_io(error);
    let why = error.to_string();
    tracing::warn!(error = %why, "A commit failed; nothing of it is kept");
    why
}

async fn undo(tx: &mut Tx) {
    let _ = execute(tx, "ROLLBACK TO job").await;
    let _ = execute(tx, "RELEASE job").await;
}

async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), sqlx::Error> {
    on!(tx.session, conn => conn.execute(sql).await.map(|_| ()))
}

/// After a failed fsync nothing is known about what was written (SQLITE_IOERR and its kin): end, and let the restart read the disk.
fn fail_stop_on_io(error: &sqlx::Error) {
    let primary = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .and_then(|c| c.parse::<i32>().ok())
        .map(|c| c & 0xff);
    if primary == Some(10) {
        tracing::error!(%error, "The disk refused a commit; ending, because nothing is known about what it kept");
        std::process::exit(EXIT_DISK);
    }
}

/// PostgreSQL: one transaction per closure.
pub(crate) async fn postgres<T, E, F>(tx: &mut Tx, write: F) -> (Result<T, E>, Vec<Notice>)
where
    F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>>,
    E: From<StorageError>,
{
    if let Err(error) = execute(tx, "BEGIN").await {
        return (Err(StorageError::from(error).into()), Vec::new());
    }
    // A connection that is dropped between BEGIN and COMMIT must not go back to the pool with the transaction open.
    let mut guard = CloseUnlessDone { tx, done: false };
    let result = write(guard.tx).await;
    let (end, keep) = if result.is_ok() { ("COMMIT", true) } else { ("ROLLBACK", false) };
    let ended = execute(guard.tx, end).await;
    guard.done = ended.is_ok();
    let notices = std::mem::take(&mut guard.tx.notices);
    match (ended, keep) {
        (Ok(()), true) => (result, notices),
        (Err(error), true) => (Err(StorageError::from(error).into()), Vec::new()),
        (_, false) => (result, Vec::new()),
    }
}

struct CloseUnlessDone<'a> {
    tx: &'a mut Tx,
    done: bool,
}

impl Drop for CloseUnlessDone<'_> {
    fn drop(&mut self) {
        if !self.done
            && let Conn::Postgres(conn) = &mut self.tx.session.conn
        {
            conn.close_on_drop();
        }
    }
}
