//! The marketplace as a whole: its stores, everybody who works in them, and what waits in all the stores that one person serves.

use model::{
    id::{AccountId, StoreId},
    party::Role,
    text::{EmailAddress, Name, Slug},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    conversation::{Conversation, all, select_conversation},
    notice::Notice,
    scope::{Installation, StoreScope},
    session::{Session, Tx, on},
    statement::statements,
};

/// Rows of a page of stores or of people.
pub const HOUSE_ROWS_MAX: i64 = 50;
/// Conversations that wait in all the stores of one person: more than anybody answers before looking again.
pub const WAITING_ROWS_MAX: i64 = 100;

/// What is read of a store, however it is found.
macro_rules! select_vendor {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.slug, s.name, s.suspended_at_ms, s.off_boarded_at_ms, s.created_at_ms,
            (SELECT COUNT(*) FROM membership m WHERE m.store_id = s.id AND m.until_at_ms IS NULL) AS people
            FROM store s WHERE s.desk = 'store' AND ",
            $rest
        )
    };
}

statements! {
    VENDORS = select_vendor!("(s.name, s.id) > ($1, $2) ORDER BY s.name, s.id LIMIT $3");
    VENDOR = select_vendor!("s.slug = $1");
    SET_SUSPENDED = "UPDATE store SET suspended_at_ms = $2 WHERE id = $1 AND desk = 'store' AND off_boarded_at_ms IS NULL";
    OFF_BOARD = "UPDATE store SET off_boarded_at_ms = COALESCE(off_boarded_at_ms, $2), suspended_at_ms = COALESCE(suspended_at_ms, $2)
        WHERE id = $1 AND desk = 'store'";
    PEOPLE = "SELECT a.id, a.name, a.email, a.deactivated_at_ms, m.store_id, m.role, s.name AS store_name, s.desk
        FROM (SELECT id, name, email, deactivated_at_ms FROM account WHERE (name, id) > ($1, $2) ORDER BY name, id LIMIT $3) a
        LEFT JOIN membership m ON m.account_id = a.id AND m.until_at_ms IS NULL
        LEFT JOIN store s ON s.id = m.store_id ORDER BY a.name, a.id, s.name, s.id";
    SET_ROLE = "UPDATE membership SET role = $3, version = version + 1 WHERE account_id = $1 AND store_id = $2 AND until_at_ms IS NULL";
    WORKPLACES = "SELECT s.id, s.name, s.desk, m.role, (SELECT COUNT(*) FROM conversation c
            WHERE c.store_id = s.id AND c.waiting_since_at_ms IS NOT NULL AND c.erased_at_ms IS NULL) AS waiting
        FROM membership m JOIN store s ON s.id = m.store_id
        WHERE m.account_id = $1 AND m.until_at_ms IS NULL AND s.suspended_at_ms IS NULL ORDER BY s.name, s.id LIMIT 100";
    COUNT_WORKPLACES = "SELECT COUNT(*) FROM membership m JOIN store s ON s.id = m.store_id
        WHERE m.account_id = $1 AND m.until_at_ms IS NULL AND s.suspended_at_ms IS NULL";
    WAITING_EVERYWHERE = select_conversation!(
        "JOIN membership m ON m.store_id = c.store_id AND m.account_id = $1 AND m.until_at_ms IS NULL
        JOIN store s ON s.id = c.store_id AND s.suspended_at_ms IS NULL
        WHERE c.waiting_since_at_ms IS NOT NULL AND c.erased_at_ms IS NULL
        ORDER BY c.waiting_since_at_ms DESC, c.id DESC LIMIT $2");
}

/// A vendor's store, as the marketplace sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorRow {
    /// Which.
    pub id: StoreId,
    /// In addresses.
    pub slug: Slug,
    /// On screen.
    pub name: Name,
    /// Since when it is closed for a while.
    pub suspended_at: Option<Timestamp>,
    /// Since when it has left the marketplace.
    pub off_boarded_at: Option<Timestamp>,
    /// When it came.
    pub created_at: Timestamp,
    /// How many work there.
    pub people: i64,
}

/// Where somebody works, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRow {
    /// Where.
    pub store: StoreId,
    /// What it is called.
    pub name: Name,
    /// Whether it is the marketplace's own desk.
    pub team: bool,
    /// As what.
    pub role: Role,
}

/// Somebody with an account, and where they work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub account: AccountId,
    /// What they are called.
    pub name: Name,
    /// What they sign in with.
    pub email: EmailAddress,
    /// Whether they may sign in at all.
    pub active: bool,
    /// Where they work now.
    pub posts: Vec<PostRow>,
}

/// A store that somebody works for, and how much waits there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkplaceRow {
    /// Which, and as what they work there.
    pub post: PostRow,
    /// Conversations whose shopper waits for an answer.
    pub waiting: i64,
}

#[derive(sqlx::FromRow)]
struct Vendor {
    id: Uuid,
    slug: String,
    name: String,
    suspended_at_ms: Option<i64>,
    off_boarded_at_ms: Option<i64>,
    created_at_ms: i64,
    people: i64,
}

impl TryFrom<Vendor> for VendorRow {
    type Error = StorageError;
    fn try_from(row: Vendor) -> Result<Self, StorageError> {
        Ok(Self {
            id: StoreId(row.id),
            slug: Slug::parse(&row.slug).map_err(|_| StorageError::inconsistent("store", "slug"))?,
            name: Name::parse(&row.name).map_err(|_| StorageError::inconsistent("store", "name"))?,
            suspended_at: row.suspended_at_ms.map(Timestamp),
            off_boarded_at: row.off_boarded_at_ms.map(Timestamp),
            created_at: Timestamp(row.created_at_ms),
            people: row.people,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Person {
    id: Uuid,
    name: String,
    email: String,
    deactivated_at_ms: Option<i64>,
    store_id: Option<Uuid>,
    role: Option<String>,
    store_name: Option<String>,
    desk: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Workplace {
    id: Uuid,
    name: String,
    desk: String,
    role: String,
    waiting: i64,
}

fn post(store: Uuid, name: &str, desk: &str, role: &str) -> Result<PostRow, StorageError> {
    Ok(PostRow {
        store: StoreId(store),
        name: Name::parse(name).map_err(|_| StorageError::inconsistent("store", "name"))?,
        team: desk == "team",
        role: Role::from_code(role).ok_or(StorageError::inconsistent("membership", "role"))?,
    })
}

/// One person per account: their posts follow each other.
fn people(rows: Vec<Person>) -> Result<Vec<PersonRow>, StorageError> {
    let mut found: Vec<PersonRow> = Vec::new();
    for row in rows {
        let account = AccountId(row.id);
        if found.last().is_none_or(|last| last.account != account) {
            found.push(PersonRow {
                account,
                name: Name::parse(&row.name).map_err(|_| StorageError::inconsistent("account", "name"))?,
                email: EmailAddress::parse(&row.email).map_err(|_| StorageError::inconsistent("account", "email"))?,
                active: row.deactivated_at_ms.is_none(),
                posts: Vec::new(),
            });
        }
        if let (Some(store), Some(name), Some(desk), Some(role), Some(person)) =
            (row.store_id, &row.store_name, &row.desk, &row.role, found.last_mut())
        {
            person.posts.push(post(store, name, desk, role)?);
        }
    }
    Ok(found)
}

/// Where a page by name begins: after the last one of the page before.
fn after_name(after: Option<(String, Uuid)>) -> (String, Uuid) {
    after.unwrap_or_else(|| (String::new(), Uuid::nil()))
}

impl Session {
    /// A page of the marketplace's stores by name; one row more than a page tells that there is another.
    pub async fn vendors(&mut self, _: Installation, after: Option<(String, Uuid)>) -> Result<Vec<VendorRow>, StorageError> {
        self.within(Installation).await?;
        let (name, id) = after_name(after);
        let rows: Vec<Vendor> = on!(self, conn => sqlx::query_as(VENDORS)
            .bind(&name).bind(id).bind(HOUSE_ROWS_MAX + 1).fetch_all(conn).await)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A store by its public name, closed or not.
    pub async fn vendor(&mut self, _: Installation, slug: &Slug) -> Result<Option<VendorRow>, StorageError> {
        self.within(Installation).await?;
        let row: Option<Vendor> = on!(self, conn => sqlx::query_as(VENDOR).bind(slug.as_str()).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// A page of everybody with an account, by name; one person more than a page tells that there is another.
    pub async fn everybody(&mut self, _: Installation, after: Option<(String, Uuid)>) -> Result<Vec<PersonRow>, StorageError> {
        self.within(Installation).await?;
        let (name, id) = after_name(after);
        people(on!(self, conn => sqlx::query_as(PEOPLE).bind(&name).bind(id).bind(HOUSE_ROWS_MAX + 1).fetch_all(conn).await)?)
    }

    /// The open stores that somebody works for, by name, and how much waits in each.
    pub async fn workplaces(&mut self, _: Installation, account: AccountId) -> Result<Vec<WorkplaceRow>, StorageError> {
        self.within(Installation).await?;
        let rows: Vec<Workplace> = on!(self, conn => sqlx::query_as(WORKPLACES).bind(account.0).fetch_all(conn).await)?;
        rows.into_iter()
            .map(|row| {
                Ok(WorkplaceRow {
                    post: post(row.id, &row.name, &row.desk, &row.role)?,
                    waiting: row.waiting,
                })
            })
            .collect()
    }

    /// How many open stores somebody works for.
    pub async fn count_workplaces(&mut self, _: Installation, account: AccountId) -> Result<i64, StorageError> {
        self.within(Installation).await?;
        Ok(on!(self, conn => sqlx::query_scalar(COUNT_WORKPLACES).bind(account.0).fetch_one(conn).await)?)
    }

    /// What waits for an answer in all of these, whoever began to wait last first.
    pub async fn waiting_everywhere(&mut self, _: Installation, account: AccountId) -> Result<Vec<Conversation>, StorageError> {
        self.within(Installation).await?;
        all(on!(self, conn => sqlx::query_as(WAITING_EVERYWHERE).bind(account.0).bind(WAITING_ROWS_MAX).fetch_all(conn).await)?)
    }
}

impl Tx {
    /// Closes a store for everybody who works or buys there, or opens it again. A store that has left stays closed.
    pub async fn set_suspended(&mut self, scope: StoreScope, at: Option<Timestamp>) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(SET_SUSPENDED)
            .bind(scope.0.0).bind(at.map(|t| t.0)).execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Closed(scope.0));
        Ok(rows > 0)
    }

    /// A store has left the marketplace.
    pub async fn off_board(&mut self, scope: StoreScope, at: Timestamp) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(OFF_BOARD)
            .bind(scope.0.0).bind(at.0).execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Closed(scope.0));
        Ok(rows > 0)
    }

    /// What somebody is at a store from now on. Answers whether they work there.
    pub async fn set_role(&mut self, scope: StoreScope, account: AccountId, role: Role) -> Result<bool, StorageError> {
        self.within(scope).await?;
        let rows = on!(self.session, conn => sqlx::query(SET_ROLE)
            .bind(account.0).bind(scope.0.0).bind(role.code()).execute(conn).await.map(|r| r.rows_affected()))?;
        self.notice(Notice::Account(account));
        Ok(rows > 0)
    }
}
