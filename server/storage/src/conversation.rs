//! Conversations: what they are, and where they stand. Their logs are in `event`, the lists of the desk in `inbox`.

use model::{
    conversation::{About, Kind, Money, ProductSnapshot, Stage, StageName},
    desk::{Connection, Contact, InboxRow, Operator},
    id::{AccountId, ClientId, ConversationId, CustomerId, OrderId, Seq, StoreId, VisitorId},
    language::Language,
    party::{Author, Customer, Side},
    text::{EmailAddress, Name, Phone, Sku},
    time::Timestamp,
};
use uuid::Uuid;

use crate::{
    StorageError,
    notice::Notice,
    scope::{ConversationScope, Installation, MemberReach, MemberScope, StoreScope, VisitorScope},
    session::{Conn, Session, Tx, on},
    statement::statements,
    visitor::visitor_stands,
    writer,
};

/// What every reader of a conversation reads, so that there is one row type.
macro_rules! select_conversation {
    ($($rest:tt)+) => {
        concat!(
            "SELECT c.id, c.store_id, c.kind, c.stage, c.stage_since_at_ms, c.operator_id, a.name AS operator_name, c.awaiting,
            c.closed_by_kind, c.closed_by_id, c.closed_by_name, c.visitor_id, c.customer_id, COALESCE(cu.external_id, cu.own_number) AS external_id, cu.name AS customer_name,
            c.guest_number, c.contact_name, c.contact_email, c.contact_phone,
            c.about_kind, c.about_ref, c.about_name, c.about_price_minor, c.about_currency, c.about_variant, c.about_picture, c.language, c.page, c.browser, c.address, c.referrer, c.saved_at_ms, c.rating,
            c.head_seq_all, c.head_seq_desk, c.preview, c.preview_side, c.unread_desk, c.waiting_since_at_ms, c.opened_at_ms,
            c.first_message_at_ms, c.last_event_at_ms
            FROM conversation c
            LEFT JOIN account a ON a.id = c.operator_id
            LEFT JOIN customer cu ON cu.id = c.customer_id AND cu.store_id = c.store_id ",
            $($rest)+
        )
    };
}
pub(crate) use select_conversation;

macro_rules! of_standing_visitor {
    () => {
        select_conversation!(
            "WHERE c.id = $4 AND c.store_id = $2 AND c.visitor_id = $1 AND c.erased_at_ms IS NULL AND EXISTS (SELECT 1 ",
            visitor_stands!(),
            ")"
        )
    };
}

/// With this one a transaction of SQLite's writer begins.
const SQLITE_FIRST_OF_STANDING_VISITOR: &str = concat!("BEGIN IMMEDIATE; ", of_standing_visitor!());

statements! {
    OF_STORE = select_conversation!("WHERE c.id = $1 AND c.store_id = $2 AND c.erased_at_ms IS NULL");
    OF_VISITOR = select_conversation!("WHERE c.id = $1 AND c.store_id = $2 AND c.visitor_id = $3 AND c.erased_at_ms IS NULL");
    OF_STANDING_VISITOR = of_standing_visitor!();
    OF_MEMBER = select_conversation!("WHERE c.id = $1 AND c.store_id = $2 AND c.customer_id = $3 AND c.erased_at_ms IS NULL");
    LATEST_OF_VISITOR = select_conversation!(
        "WHERE c.store_id = $1 AND c.visitor_id = $2 AND c.erased_at_ms IS NULL ORDER BY c.opened_at_ms DESC, c.id DESC LIMIT 1");
    OF_START = select_conversation!("WHERE c.store_id = $1 AND c.start_cid = $2 AND c.erased_at_ms IS NULL");
    SILENT_STARTS = select_conversation!(
        "WHERE c.stage IN ('queued', 'live') AND c.first_message_at_ms IS NULL AND c.stage_since_at_ms < $1 AND c.opened_at_ms < $1
        ORDER BY c.opened_at_ms LIMIT 500");
    /// The sign keeps SQLite from walking through all that a store ever had for the sake of their order: these are few.
    IN_A_PLACE = select_conversation!("WHERE c.store_id = $1 AND c.stage IN ('queued', 'live') ORDER BY +c.opened_at_ms LIMIT 500");
    INSERT = "INSERT INTO conversation
        (id, store_id, kind, start_cid, stage, stage_since_at_ms, awaiting, visitor_id, customer_id, guest_number,
        contact_name, contact_first_name, contact_last_name, contact_email, contact_phone,
        about_kind, about_ref, about_name, about_price_minor, about_currency, language, page, browser, opened_at_ms, last_event_at_ms, address, referrer,
        about_variant, about_picture)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $6, $6, $24, $25, $26, $27)";
    INSERT_PARTICIPANT = "INSERT INTO participant (conversation_id, store_id, party_kind, party_id, role, since_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (conversation_id, party_kind, party_id) DO NOTHING";
    SET_STAGE = "UPDATE conversation SET stage = $3, stage_since_at_ms = $4, operator_id = $5, awaiting = $6, closed_by_kind = $7,
        closed_by_id = $8, closed_by_name = $9,
        taken_at_ms = CASE WHEN $3 = 'live' THEN COALESCE(taken_at_ms, $4) ELSE taken_at_ms END,
        ended_at_ms = CASE WHEN $3 = 'closed' THEN $4 ELSE NULL END,
        waiting_since_at_ms = CASE WHEN $3 = 'closed' THEN NULL ELSE waiting_since_at_ms END,
        archived_at_ms = CASE WHEN $3 = 'closed' THEN archived_at_ms ELSE NULL END
        WHERE id = $1 AND store_id = $2";
    WAITS_FOR_DESK = "UPDATE conversation SET waiting_since_at_ms = COALESCE(waiting_since_at_ms, $3) WHERE id = $1 AND store_id = $2";
    /// What answered whoever waited, if anything did, is their first answer as a message would have been.
    WAITS_NO_MORE = "UPDATE conversation SET first_asked_at_ms = COALESCE(first_asked_at_ms, waiting_since_at_ms),
        first_answer_at_ms = CASE WHEN waiting_since_at_ms IS NOT NULL THEN COALESCE(first_answer_at_ms, $3) ELSE first_answer_at_ms END,
        waiting_since_at_ms = NULL WHERE id = $1 AND store_id = $2";
    ARCHIVE_FINISHED = "UPDATE conversation SET archived_at_ms = $2
        WHERE store_id = $1 AND kind = 'live' AND stage = 'closed' AND archived_at_ms IS NULL";
    ARCHIVE = "UPDATE conversation SET archived_at_ms = $3 WHERE id = $1 AND store_id = $2 AND stage = 'closed' AND archived_at_ms IS NULL";
    SET_RATING = "UPDATE conversation SET rating = $3 WHERE id = $1 AND store_id = $2";
    SET_SAVED = "UPDATE conversation SET saved_at_ms = $3 WHERE id = $1 AND store_id = $2";
    SIGNED_IN = "UPDATE conversation SET customer_id = $3, contact_name = COALESCE(contact_name, $4),
        contact_email = COALESCE(contact_email, $5)
        WHERE store_id = $1 AND visitor_id = $2 AND customer_id IS NULL AND stage <> 'closed' AND erased_at_ms IS NULL RETURNING id";
}

/// PostgreSQL only: SQLite has one writer, so that there nobody else writes anyway.
const HOLD_CONVERSATION: &str = "SELECT id FROM conversation WHERE id = $1 AND store_id = $2 FOR NO KEY UPDATE";

/// A conversation, without its log.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The store whose desk it stands at.
    pub store: StoreId,
    /// How it began.
    pub kind: Kind,
    /// Where it stands.
    pub stage: Stage,
    /// Who of the desk took it, while it is live.
    pub operator: Option<Operator>,
    /// The browser it was begun in.
    pub visitor: Option<VisitorId>,
    /// With whom.
    pub customer: Customer,
    /// How to reach them, as they said.
    pub contact: Contact,
    /// What it is about.
    pub about: About,
    /// The connection's facts.
    pub connection: Connection,
    /// The last event of the log of everyone.
    pub head_all: Seq,
    /// The last event of the desk's log.
    pub head_desk: Seq,
    /// The beginning of the last message.
    pub preview: String,
    /// Whose message that was.
    pub preview_side: Option<Side>,
    /// Messages of the shopper that nobody at the desk has seen.
    pub unread_desk: u32,
    /// Since when the shopper waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// When it was begun.
    pub opened_at: Timestamp,
    /// When the first message came.
    pub first_message_at: Option<Timestamp>,
    /// When something last happened.
    pub last_event_at: Timestamp,
    /// Whether somebody at the desk saved it.
    pub saved: bool,
    /// What the shopper said of it, 1 to 5.
    pub rating: Option<u8>,
}

impl Conversation {
    /// Its line in the desk's lists.
    pub fn row(&self) -> InboxRow {
        InboxRow {
            id: self.id,
            kind: self.kind,
            stage: self.stage.name(),
            customer: self.customer.clone(),
            operator: self.operator.clone(),
            about: self.about.clone(),
            preview: self.preview.clone(),
            preview_mine: self.preview_side == Some(Side::Desk),
            at: self.last_event_at,
            waiting_since: self.waiting_since,
            unread: self.unread_desk,
            head: self.head_all,
            saved: self.saved,
            rating: self.rating,
        }
    }

    /// Where its desk is.
    pub fn desk(&self) -> StoreScope {
        StoreScope(self.store)
    }
}

/// A new conversation.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the columns")]
pub struct NewConversation {
    pub id: ConversationId,
    pub kind: Kind,
    pub start_cid: Option<ClientId>,
    pub stage: Stage,
    pub customer: Option<CustomerId>,
    pub guest_number: i64,
    pub contact: Contact,
    pub first_name: Option<Name>,
    pub last_name: Option<Name>,
    pub about: About,
    pub language: Language,
    pub page: Option<String>,
    pub browser: Option<String>,
    pub address: Option<String>,
    pub referrer: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: Uuid,
    store_id: Uuid,
    kind: String,
    stage: String,
    stage_since_at_ms: i64,
    operator_id: Option<Uuid>,
    operator_name: Option<String>,
    awaiting: Option<String>,
    closed_by_kind: Option<String>,
    closed_by_id: Option<Uuid>,
    closed_by_name: Option<String>,
    visitor_id: Option<Uuid>,
    external_id: Option<String>,
    customer_name: Option<String>,
    guest_number: Option<i64>,
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    about_kind: String,
    about_ref: Option<String>,
    about_name: Option<String>,
    about_price_minor: Option<i64>,
    about_currency: Option<String>,
    about_variant: Option<String>,
    about_picture: Option<String>,
    language: String,
    page: Option<String>,
    browser: Option<String>,
    address: Option<String>,
    referrer: Option<String>,
    saved_at_ms: Option<i64>,
    rating: Option<i64>,
    head_seq_all: i64,
    head_seq_desk: i64,
    preview: String,
    preview_side: Option<String>,
    unread_desk: i64,
    waiting_since_at_ms: Option<i64>,
    opened_at_ms: i64,
    first_message_at_ms: Option<i64>,
    last_event_at_ms: i64,
}

fn bad(column: &'static str) -> StorageError {
    StorageError::inconsistent("conversation", column)
}

fn name(text: Option<&str>) -> Option<Name> {
    text.and_then(|t| Name::parse(t).ok())
}

pub(crate) fn side(code: &str) -> Option<Side> {
    match code {
        "shopper" => Some(Side::Shopper),
        "desk" => Some(Side::Desk),
        _ => None,
    }
}

pub(crate) fn side_code(side: Side) -> &'static str {
    match side {
        Side::Shopper => "shopper",
        Side::Desk => "desk",
    }
}

/// An author as three columns. The visitor's id is kept beside it, never inside it: others do not need it.
pub(crate) fn author_columns(author: &Author, visitor: Option<Uuid>) -> (&'static str, Option<Uuid>, Option<String>) {
    match author {
        Author::Shopper => ("shopper", visitor, None),
        Author::Operator { id, name } => ("operator", Some(id.0), Some(name.as_str().to_owned())),
        Author::System => ("system", None, None),
    }
}

pub(crate) fn author(kind: &str, id: Option<Uuid>, name: Option<&str>) -> Option<Author> {
    match kind {
        "shopper" => Some(Author::Shopper),
        "operator" => Some(Author::Operator {
            id: AccountId(id?),
            name: Name::parse(name?).ok()?,
        }),
        "system" => Some(Author::System),
        _ => None,
    }
}

impl Row {
    fn stage(&self) -> Result<Stage, StorageError> {
        let since = Timestamp(self.stage_since_at_ms);
        Ok(match StageName::from_code(&self.stage).ok_or(bad("stage"))? {
            StageName::Queued => Stage::Queued { since },
            StageName::Live => Stage::Live {
                operator: AccountId(self.operator_id.ok_or(bad("operator_id"))?),
                since,
            },
            StageName::Mail => Stage::Mail {
                awaiting: self.awaiting.as_deref().and_then(side).ok_or(bad("awaiting"))?,
                since,
            },
            StageName::Closed => Stage::Closed {
                at: since,
                by: author(
                    self.closed_by_kind.as_deref().unwrap_or_default(),
                    self.closed_by_id,
                    self.closed_by_name.as_deref(),
                )
                .ok_or(bad("closed_by_kind"))?,
            },
        })
    }

    fn customer(&self) -> Customer {
        match &self.external_id {
            Some(number) => Customer::Member {
                number: number.clone(),
                name: name(self.customer_name.as_deref())
                    .or_else(|| name(self.contact_name.as_deref()))
                    .or_else(|| name(Some(number)))
                    .unwrap_or_else(|| Name::parse("?").expect("one character is a name")),
            },
            None => Customer::Guest {
                number: self.guest_number.unwrap_or_default(),
                name: name(self.contact_name.as_deref()),
            },
        }
    }

    fn about(&self) -> Result<About, StorageError> {
        let reference = self.about_ref.as_deref().unwrap_or_default();
        Ok(match self.about_kind.as_str() {
            "nothing" => About::Nothing,
            "product" => About::Product(ProductSnapshot {
                sku: Sku::parse(reference).map_err(|_| bad("about_ref"))?,
                name: name(self.about_name.as_deref()),
                price: self
                    .about_price_minor
                    .zip(self.about_currency.clone())
                    .map(|(minor, currency)| Money { minor, currency }),
                variant: name(self.about_variant.as_deref()),
                picture: self.about_picture.clone(),
            }),
            "order" => About::Order {
                id: reference.parse::<OrderId>().map_err(|_| bad("about_ref"))?,
                number: self.about_name.clone().unwrap_or_default(),
            },
            _ => return Err(bad("about_kind")),
        })
    }
}

impl TryFrom<Row> for Conversation {
    type Error = StorageError;
    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: ConversationId(row.id),
            store: StoreId(row.store_id),
            kind: Kind::from_code(&row.kind).ok_or(bad("kind"))?,
            stage: row.stage()?,
            operator: row
                .operator_id
                .zip(name(row.operator_name.as_deref()))
                .map(|(id, name)| Operator { id: AccountId(id), name }),
            visitor: row.visitor_id.map(VisitorId),
            customer: row.customer(),
            contact: Contact {
                name: name(row.contact_name.as_deref()),
                email: row.contact_email.as_deref().and_then(|e| EmailAddress::parse(e).ok()),
                phone: row.contact_phone.as_deref().and_then(|p| Phone::parse(p).ok()),
            },
            about: row.about()?,
            connection: Connection {
                language: row.language.parse().ok(),
                page: row.page,
                browser: row.browser,
                system: None,
                address: row.address,
                referrer: row.referrer,
            },
            head_all: Seq(row.head_seq_all),
            head_desk: Seq(row.head_seq_desk),
            preview: row.preview,
            preview_side: row.preview_side.as_deref().and_then(side),
            unread_desk: u32::try_from(row.unread_desk).unwrap_or(0),
            waiting_since: row.waiting_since_at_ms.map(Timestamp),
            opened_at: Timestamp(row.opened_at_ms),
            first_message_at: row.first_message_at_ms.map(Timestamp),
            last_event_at: Timestamp(row.last_event_at_ms),
            saved: row.saved_at_ms.is_some(),
            rating: row.rating.and_then(|stars| u8::try_from(stars).ok()),
        })
    }
}

pub(crate) fn all(rows: Vec<Row>) -> Result<Vec<Conversation>, StorageError> {
    rows.into_iter().map(TryInto::try_into).collect()
}

impl Session {
    /// The conversation, if it is within the scope. Nobody can tell another's from one that never was.
    pub async fn conversation(&mut self, scope: ConversationScope, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = match scope {
            ConversationScope::Room(_, only) if only != id => None,
            ConversationScope::Desk(StoreScope(store)) | ConversationScope::Room(StoreScope(store), _) => {
                on!(self, conn => sqlx::query_as(OF_STORE).bind(id.0).bind(store.0).fetch_optional(conn).await)?
            }
            ConversationScope::Visitor(VisitorScope { only: Some(only), .. }) if only != id => None,
            ConversationScope::Visitor(VisitorScope { store, visitor, .. }) => {
                on!(self, conn => sqlx::query_as(OF_VISITOR).bind(id.0).bind(store.0).bind(visitor.0).fetch_optional(conn).await)?
            }
        };
        row.map(TryInto::try_into).transpose()
    }

    /// A conversation of a customer, if the session in the member centre may open it.
    pub async fn conversation_of_member(&mut self, scope: MemberScope, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(OF_MEMBER)
            .bind(id.0).bind(scope.store.0).bind(scope.customer.0).fetch_optional(conn).await)?;
        let conversation: Option<Conversation> = row.map(TryInto::try_into).transpose()?;
        Ok(conversation.filter(|c| match scope.reach {
            MemberReach::All => true,
            MemberReach::Conversation(only) => c.id == only,
            MemberReach::Order(order) => matches!(&c.about, About::Order { id, .. } if *id == order),
        }))
    }

    /// The conversation a visitor began last.
    pub async fn latest_conversation(&mut self, scope: VisitorScope) -> Result<Option<Conversation>, StorageError> {
        self.within(scope).await?;
        if let Some(only) = scope.only {
            return self.conversation(ConversationScope::Visitor(scope), only).await;
        }
        let row: Option<Row> =
            on!(self, conn => sqlx::query_as(LATEST_OF_VISITOR).bind(scope.store.0).bind(scope.visitor.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// The conversation that a start with this client id began.
    pub async fn conversation_of_start(&mut self, scope: StoreScope, cid: ClientId) -> Result<Option<Conversation>, StorageError> {
        self.within(scope).await?;
        let row: Option<Row> = on!(self, conn => sqlx::query_as(OF_START).bind(scope.0.0).bind(cid.0).fetch_optional(conn).await)?;
        row.map(TryInto::try_into).transpose()
    }

    /// Chats that take a place and have been silent since before `before`.
    pub async fn silent_starts(&mut self, _: Installation, before: Timestamp) -> Result<Vec<Conversation>, StorageError> {
        self.within(Installation).await?;
        all(on!(self, conn => sqlx::query_as(SILENT_STARTS).bind(before.0).fetch_all(conn).await)?)
    }

    /// Chats that take a place now.
    pub async fn in_a_place(&mut self, scope: StoreScope) -> Result<Vec<Conversation>, StorageError> {
        self.within(scope).await?;
        all(on!(self, conn => sqlx::query_as(IN_A_PLACE).bind(scope.0.0).fetch_all(conn).await)?)
    }
}

impl Tx {
    /// A new conversation of a visitor.
    pub async fn insert_conversation(&mut self, scope: VisitorScope, new: &NewConversation, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        let awaiting = match new.stage {
            Stage::Mail { awaiting, .. } => Some(side_code(awaiting)),
            _ => None,
        };
        let (about_kind, about_ref, about_name, price) = match &new.about {
            About::Nothing => ("nothing", None, None, None),
            About::Product(p) => (
                "product",
                Some(p.sku.as_str().to_owned()),
                p.name.as_ref().map(|n| n.as_str().to_owned()),
                p.price.clone(),
            ),
            About::Order { id, number } => ("order", Some(id.to_string()), Some(number.clone()), None),
        };
        let (variant, picture) = match &new.about {
            About::Product(p) => (p.variant.as_ref().map(Name::as_str), p.picture.as_deref()),
            About::Nothing | About::Order { .. } => (None, None),
        };
        on!(self.session, conn => sqlx::query(INSERT)
            .bind(new.id.0).bind(scope.store.0).bind(new.kind.code()).bind(new.start_cid.map(|c| c.0)).bind(new.stage.name().code())
            .bind(at.0).bind(awaiting).bind(scope.visitor.0).bind(new.customer.map(|c| c.0)).bind(new.guest_number)
            .bind(new.contact.name.as_ref().map(Name::as_str)).bind(new.first_name.as_ref().map(Name::as_str))
            .bind(new.last_name.as_ref().map(Name::as_str)).bind(new.contact.email.as_ref().map(EmailAddress::as_str))
            .bind(new.contact.phone.as_ref().map(Phone::as_str)).bind(about_kind).bind(&about_ref).bind(&about_name)
            .bind(price.as_ref().map(|p| p.minor)).bind(price.as_ref().map(|p| p.currency.as_str()))
            .bind(new.language.code()).bind(&new.page).bind(&new.browser)
            .bind(&new.address).bind(&new.referrer).bind(variant).bind(picture).execute(conn).await.map(|_| ()))?;
        self.insert_participant(StoreScope(scope.store), new.id, Side::Shopper, scope.visitor.0, at)
            .await?;
        self.news_of_beginning(StoreScope(scope.store), new.id, at).await?;
        self.notice(Notice::Inbox(scope.store));
        Ok(())
    }

    /// Somebody takes part from now on; whoever does already stays.
    pub async fn insert_participant(
        &mut self,
        scope: StoreScope,
        conversation: ConversationId,
        side: Side,
        party: Uuid,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        let (kind, role) = match side {
            Side::Shopper => ("visitor", "shopper"),
            Side::Desk => ("account", "operator"),
        };
        on!(self.session, conn => sqlx::query(INSERT_PARTICIPANT)
            .bind(conversation.0).bind(scope.0.0).bind(kind).bind(party).bind(role).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// The conversation, if it is within the scope, to change where it stands: nobody else changes that until this transaction ends, and
    /// what is read here and after it is what those who held it before left. Whoever decides by what they read, and writes whole rows, asks
    /// for it this way before they read.
    ///
    /// **The order of locks**, for all of us: the counters of a store (`next_guest`, `next_case`); then conversations, several in the order
    /// of their ids; then what is a conversation's, its `case_file` and its `dispute`, which need no lock of their own, because whoever
    /// changes them holds their conversation; then everything else, as letters in the outbox.
    pub async fn hold_conversation(&mut self, scope: ConversationScope, id: ConversationId) -> Result<Option<Conversation>, StorageError> {
        self.within(scope).await?;
        self.hold(scope, id).await?;
        self.conversation(scope, id).await
    }

    /// The same for a visitor who still stands ([`Session::visitor_stands`]): nothing for any other. One question for what each message
    /// asks; who gets nothing finds out by the two why.
    pub async fn hold_conversation_of_standing(
        &mut self,
        scope: VisitorScope,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StorageError> {
        let begins = self.within_at_first(scope).await?;
        if scope.only.is_some_and(|only| only != id) {
            return Ok(None);
        }
        let question = if begins {
            SQLITE_FIRST_OF_STANDING_VISITOR
        } else {
            self.hold(ConversationScope::Visitor(scope), id).await?;
            OF_STANDING_VISITOR
        };
        let row: Result<Option<Row>, sqlx::Error> = on!(self.session, conn => sqlx::query_as(question)
            .bind(scope.visitor.0).bind(scope.store.0).bind(scope.only.map(|c| c.0)).bind(id.0).fetch_optional(conn).await);
        if begins {
            writer::begun(&mut self.session, row.as_ref().err());
        }
        row?.map(TryInto::try_into).transpose()
    }

    /// Takes the row's lock. What is asked after it, in a statement of its own, sees what those who held it before wrote.
    async fn hold(&mut self, scope: ConversationScope, id: ConversationId) -> Result<(), StorageError> {
        self.within(scope).await?;
        if let Conn::Postgres(conn) = &mut self.session.conn {
            sqlx::query(HOLD_CONVERSATION)
                .bind(id.0)
                .bind(scope.store().0)
                .execute(&mut **conn)
                .await?;
        }
        Ok(())
    }

    /// Whoever asked waits for the desk: since now, unless they do already.
    pub async fn waits_for_desk(&mut self, scope: StoreScope, id: ConversationId, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(WAITS_FOR_DESK).bind(id.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// Nobody waits for the desk any more: what they asked is done, or was `answered` by something that is no message.
    pub async fn waits_no_more(&mut self, scope: StoreScope, id: ConversationId, answered: Option<Timestamp>) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(WAITS_NO_MORE)
            .bind(id.0).bind(scope.0.0).bind(answered.map(|t| t.0)).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// Where a conversation stands from now on.
    pub async fn set_stage(&mut self, scope: StoreScope, id: ConversationId, stage: &Stage) -> Result<(), StorageError> {
        self.within(scope).await?;
        let (since, operator, awaiting, by) = match stage {
            Stage::Queued { since } => (*since, None, None, None),
            Stage::Live { operator, since } => (*since, Some(operator.0), None, None),
            Stage::Mail { awaiting, since } => (*since, None, Some(side_code(*awaiting)), None),
            Stage::Closed { at, by } => (*at, None, None, Some(author_columns(by, None))),
        };
        let (by_kind, by_id, by_name) = by.map_or((None, None, None), |(k, i, n)| (Some(k), i, n));
        on!(self.session, conn => sqlx::query(SET_STAGE)
            .bind(id.0).bind(scope.0.0).bind(stage.name().code()).bind(since.0).bind(operator).bind(awaiting)
            .bind(by_kind).bind(by_id).bind(by_name).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// Moves one finished chat into the history at once.
    pub async fn archive(&mut self, scope: StoreScope, id: ConversationId, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(ARCHIVE).bind(id.0).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        Ok(())
    }

    /// What the shopper says of a conversation, 1 to 5; the last one counts.
    pub async fn set_rating(&mut self, scope: StoreScope, id: ConversationId, stars: u8) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_RATING).bind(id.0).bind(scope.0.0).bind(i64::from(stars)).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// Keeps a conversation beyond the store's retention, or no longer (D-22).
    pub async fn set_saved(&mut self, scope: StoreScope, id: ConversationId, at: Option<Timestamp>) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(SET_SAVED).bind(id.0).bind(scope.0.0).bind(at.map(|t| t.0)).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }

    /// A guest has signed in at the shop: what they have going carries their name from now on (P-i7). What is over stays a guest's.
    pub async fn set_customer_of_open_conversations(
        &mut self,
        scope: VisitorScope,
        customer: CustomerId,
        name: Option<&Name>,
        email: Option<&EmailAddress>,
    ) -> Result<(), StorageError> {
        self.within(scope).await?;
        let signed_in: Vec<Uuid> = on!(self.session, conn => sqlx::query_scalar(SIGNED_IN)
            .bind(scope.store.0).bind(scope.visitor.0).bind(customer.0).bind(name.map(Name::as_str))
            .bind(email.map(EmailAddress::as_str)).fetch_all(conn).await)?;
        for id in signed_in {
            self.index_person(StoreScope(scope.store), ConversationId(id)).await?;
        }
        self.notice(Notice::Inbox(scope.store));
        Ok(())
    }

    /// Moves all finished chats into the history (P-49).
    pub async fn archive_finished(&mut self, scope: StoreScope, at: Timestamp) -> Result<(), StorageError> {
        self.within(scope).await?;
        on!(self.session, conn => sqlx::query(ARCHIVE_FINISHED).bind(scope.0.0).bind(at.0).execute(conn).await.map(|_| ()))?;
        self.notice(Notice::Inbox(scope.0));
        Ok(())
    }
}
