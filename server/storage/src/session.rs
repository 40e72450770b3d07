//! A connection for the length of one closure: [`Session`] reads, [`Tx`] also writes and leaves notices.

use std::ops::{Deref, DerefMut};

use sqlx::{Postgres, Sqlite, pool::PoolConnection};

use crate::{notice::Notice, owed::Owed, planted::Planted, wall::Wall};

/// A connection of either engine.
pub(crate) enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Runs the same statement on whichever engine the session belongs to.
macro_rules! on {
    ($session:expr, $conn:ident => $body:expr) => {
        match &mut $session.conn {
            $crate::session::Conn::Sqlite(inner) => {
                let $conn = &mut **inner;
                $body
            }
            $crate::session::Conn::Postgres(inner) => {
                let $conn = &mut **inner;
                $body
            }
        }
    };
}
pub(crate) use on;

/// How PostgreSQL plans a statement that it has planned before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plans {
    /// From the sixth time on for any values there are: whoever finds their rows by an index's first columns loses nothing by it.
    Kept,
    /// For these values, each time, which costs half a millisecond ([`Session::within_planned`]).
    Each,
}

impl Plans {
    /// In the words of its `plan_cache_mode`.
    pub(crate) fn mode(self) -> &'static str {
        match self {
            Self::Kept => "auto",
            Self::Each => "force_custom_plan",
        }
    }
}

/// Reads. Every method takes a scope, and says it to the connection before its first statement (`wall`).
pub struct Session {
    pub(crate) conn: Conn,
    /// What the connection was told last; nothing is known of what it was told before it was ours.
    pub(crate) wall: Option<Wall>,
    /// SQLite's writer: its transaction is still to be begun, before the first statement ([`Session::within`]) or by it.
    pub(crate) begins: bool,
    /// SQLite's writer: there was no room on the disk to begin.
    pub(crate) disk_full: bool,
    pub(crate) plans: Plans,
    pub(crate) planted: Planted,
}

impl Session {
    pub(crate) fn new(conn: Conn, planted: &Planted) -> Self {
        Self {
            conn,
            wall: None,
            begins: false,
            disk_full: false,
            plans: Plans::Kept,
            planted: planted.clone(),
        }
    }

    /// Ends PostgreSQL's connection with the closure, instead of giving it back to the others.
    pub(crate) fn close(&mut self) {
        if let Conn::Postgres(conn) = &mut self.conn {
            conn.close_on_drop();
        }
    }
}

/// One transaction (on SQLite a savepoint inside the writer's): reads, writes, and what is told after the commit.
pub struct Tx {
    pub(crate) session: Session,
    pub(crate) notices: Vec<Notice>,
    /// SQLite's: what its index of words is owed.
    pub(crate) owed: Owed,
}

impl Tx {
    pub(crate) fn new(conn: Conn, planted: &Planted) -> Self {
        Self {
            session: Session::new(conn, &planted.for_writing()),
            notices: Vec::new(),
            owed: Owed::default(),
        }
    }

    /// Tells others, after the commit.
    pub fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

impl Deref for Tx {
    type Target = Session;
    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}
