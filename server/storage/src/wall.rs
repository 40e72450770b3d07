//! The second wall between stores: what PostgreSQL itself lets a connection see.
//!
//! The first wall is that every statement names its store; this one holds when a statement forgets. Each row that belongs to a store has a
//! policy (migration 0036) that asks the connection for whom it works. Every method says that before its first statement, with
//! [`Session::within`]; a connection of which nobody has said anything sees no row. SQLite has no such thing: there nothing is asked.
//!
//! This is no wall against somebody who can run statements of their own: whoever can may also say for whom they work. See decision 0013.

use model::id::StoreId;
use sqlx::{PgConnection, PgPool};

use crate::{
    StorageError,
    scope::{ConversationScope, Installation, MemberScope, StoreScope, VisitorScope},
    session::{Conn, Plans, Session},
    writer,
};

/// For the length of the connection, not of the transaction: reading has none. What a transaction said that is rolled back is as if it was
/// never said; its session ends with it. It also says how statements are planned, because that costs nothing here.
const WITHIN: &str =
    "SELECT set_config('vitrine.store', $1, false), set_config('vitrine.scope', $2, false), set_config('plan_cache_mode', $3, false)";
const FORGET: &str = "SELECT set_config('vitrine.store', '', false), set_config('vitrine.scope', '', false)";
pub(crate) const BYPASSED: &str = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
/// `vitrine.scope` of whoever works for no single store.
pub(crate) const INSTALLATION: &str = "installation";

/// Whose rows there are for the next statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wall {
    /// Everybody's.
    Installation,
    /// One store's.
    Store(StoreId),
}

impl From<Installation> for Wall {
    fn from(_: Installation) -> Self {
        Self::Installation
    }
}

impl From<StoreScope> for Wall {
    fn from(scope: StoreScope) -> Self {
        Self::Store(scope.0)
    }
}

impl From<VisitorScope> for Wall {
    fn from(scope: VisitorScope) -> Self {
        Self::Store(scope.store)
    }
}

impl From<MemberScope> for Wall {
    fn from(scope: MemberScope) -> Self {
        Self::Store(scope.store)
    }
}

impl From<ConversationScope> for Wall {
    fn from(scope: ConversationScope) -> Self {
        Self::Store(scope.store())
    }
}

impl Session {
    /// The next statements are for this scope. Asks the database only where that is news to the connection.
    pub(crate) async fn within(&mut self, scope: impl Into<Wall>) -> Result<(), StorageError> {
        self.within_by(scope.into(), Plans::Kept).await
    }

    /// The same for statements that PostgreSQL is to plan for what they ask: a search, whose words are on each second row or on none, and a
    /// page of a line that joins much. A plan for any words walks through a whole store.
    pub(crate) async fn within_planned(&mut self, scope: impl Into<Wall>) -> Result<(), StorageError> {
        self.within_by(scope.into(), Plans::Each).await
    }

    async fn within_by(&mut self, wall: Wall, plans: Plans) -> Result<(), StorageError> {
        if self.begins {
            writer::begin(self).await?;
        }
        if self.plans != plans {
            self.plans = plans;
            self.wall = None;
        }
        self.say(wall).await
    }

    /// The same where the next statement can begin SQLite's transaction itself, which saves a way to the thread that has the file: `true`
    /// where it must.
    pub(crate) async fn within_at_first(&mut self, scope: impl Into<Wall>) -> Result<bool, StorageError> {
        self.say(scope.into()).await?;
        Ok(self.begins)
    }

    async fn say(&mut self, wall: Wall) -> Result<(), StorageError> {
        self.planted.meet()?;
        if self.wall == Some(wall) {
            return Ok(());
        }
        if let Conn::Postgres(conn) = &mut self.conn {
            // Until it has answered, nothing is known of it.
            self.wall = None;
            let (store, scope) = match wall {
                Wall::Installation => (String::new(), INSTALLATION),
                Wall::Store(store) => (store.0.to_string(), ""),
            };
            sqlx::query(WITHIN)
                .bind(store)
                .bind(scope)
                .bind(self.plans.mode())
                .execute(&mut **conn)
                .await?;
        }
        self.wall = Some(wall);
        Ok(())
    }
}

/// Whoever gets a connection from the pool gets one that sees nothing yet, whatever it was used for before. It stands in the place of the
/// pool's own question whether the connection still lives, so it costs nothing.
pub(crate) async fn forget(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query(FORGET).execute(conn).await?;
    Ok(true)
}

/// Whether the role that we connect with is above all policies: then the first wall is the only one.
pub(crate) async fn bypassed(pool: &PgPool) -> Result<bool, StorageError> {
    let bypassed: Option<bool> = sqlx::query_scalar(BYPASSED).fetch_optional(pool).await?;
    Ok(bypassed.unwrap_or(false))
}

#[cfg(test)]
mod methods;
#[cfg(test)]
mod tests;
