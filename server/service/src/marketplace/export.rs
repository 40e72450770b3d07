//! All of a store, to be taken along when it leaves: piece by piece, so that neither a large store nor a slow reader takes memory. The
//! store is closed before the first piece, and has left only after the last one was handed over: an export that breaks off is no farewell.
//!
//! Nothing that is somebody else's goes along: no password, no session, no secret.

use model::{
    event::{Audience, Event},
    id::{AttachmentId, ConversationId, CustomerId, Seq},
    limits::PAGE_EVENTS_MAX,
    refusal::{Field, Refusal},
    text::Slug,
    time::Timestamp,
};
use serde_json::{Value, json};
use storage::{Conversation, Installation, KnownOrder, Session, StorageError, StoreScope, TOLD_ORDERS_MAX};

use super::{administrator, audit_at, reason, stores::send_home};
use crate::{Fault, Services, duty, files, team::TeamMember};

/// Conversations of one piece: each brings its whole log along.
const CONVERSATIONS_AT_ONCE: i64 = 20;

/// A store on its way out.
#[derive(Clone, Debug)]
pub struct Leaving {
    member: TeamMember,
    scope: StoreScope,
    why: String,
}

/// A piece: where it is put, and all of it.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its path among the others.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What comes next.
#[derive(Clone, Debug)]
pub enum Next {
    /// The store itself.
    Store,
    /// Customers that follow one.
    Customers(u32, Option<(Timestamp, CustomerId)>),
    /// Orders whose number follows one.
    Orders(u32, String),
    /// Conversations that follow one.
    Conversations(u32, Option<(Timestamp, ConversationId)>),
    /// Files that follow one.
    Files(Option<AttachmentId>),
    /// Everything was handed over: the store has left.
    Farewell,
    /// Nothing.
    End,
}

/// Closes a store so that it can leave. Its public name is typed once more, so that nobody sends off another.
pub async fn begin(services: &Services, member: &TeamMember, slug: &str, typed: &str, why: &str) -> Result<Leaving, Fault> {
    member.must_administer()?;
    let slug = Slug::parse(slug).map_err(|_| Refusal::NotFound)?;
    if typed.trim() != slug.as_str() {
        return Err(Refusal::Invalid(Field::Slug).into());
    }
    let why = reason(why)?;
    let (who, now) = (member.clone(), services.clock().now());
    let (member, scope, sent_home) = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &who).await?;
                let store = tx.vendor(Installation, &slug).await?.ok_or(Fault::Refused(Refusal::NotFound))?;
                let scope = StoreScope(store.id);
                let sent_home = send_home(tx, scope, now).await?;
                if store.suspended_at.is_none() {
                    tx.set_suspended(scope, Some(now)).await?;
                }
                audit_at(tx, scope, &member, ("store.export", store.id.0), None, now).await?;
                Ok::<_, Fault>((member, scope, sent_home))
            })
        })
        .await?;
    for account in sent_home {
        duty::forget(services, account);
    }
    Ok(Leaving { member, scope, why })
}

/// The next piece, and what follows it. Without a piece there may still be something that follows.
pub async fn next(services: &Services, leaving: &Leaving, next: Next) -> Result<(Option<Piece>, Next), Fault> {
    let scope = leaving.scope;
    match next {
        Next::Store => {
            let store = read(services, move |s| Box::pin(store(s, scope))).await?;
            Ok((piece("store.json".to_owned(), &store), Next::Customers(1, None)))
        }
        Next::Customers(n, after) => {
            let (rows, last) = read(services, move |s| Box::pin(customers(s, scope, after))).await?;
            let next = last.map_or(Next::Orders(1, String::new()), |last| Next::Customers(n + 1, Some(last)));
            Ok((pieces("customers", n, &rows), next))
        }
        Next::Orders(n, after) => {
            let mut rows = read(services, move |s| Box::pin(async move { s.orders_as_told(scope, &after).await })).await?;
            let size = usize::try_from(TOLD_ORDERS_MAX).unwrap_or(usize::MAX);
            let more = rows.len() > size;
            rows.truncate(size);
            let last = rows.last().filter(|_| more).map(|order| order.told.number.clone());
            let next = last.map_or(Next::Conversations(1, None), |last| Next::Orders(n + 1, last));
            let rows: Vec<Value> = rows.iter().map(order).collect();
            Ok((pieces("orders", n, &rows), next))
        }
        Next::Conversations(n, after) => {
            let (rows, last) = read(services, move |s| Box::pin(conversations(s, scope, after))).await?;
            let next = last.map_or(Next::Files(None), |last| Next::Conversations(n + 1, Some(last)));
            Ok((pieces("conversations", n, &rows), next))
        }
        Next::Files(after) => {
            let found = read(services, move |s| Box::pin(async move { s.files_of_store(scope, after, 1).await })).await?;
            let Some(id) = found.first().copied() else {
                return Ok((None, Next::Farewell));
            };
            let piece = files::bytes_of(services, id, files::Size::Whole).await?.map(|bytes| Piece {
                path: format!("files/{id}"),
                bytes,
            });
            Ok((piece, Next::Files(Some(id))))
        }
        Next::Farewell => {
            farewell(services, leaving).await?;
            Ok((None, Next::End))
        }
        Next::End => Ok((None, Next::End)),
    }
}

/// The store has left. Twice is once.
async fn farewell(services: &Services, leaving: &Leaving) -> Result<(), Fault> {
    let (leaving, now) = (leaving.clone(), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let member = administrator(tx, &leaving.member).await?;
                tx.off_board(leaving.scope, now).await?;
                let what = ("store.off_boarded", leaving.scope.0.0);
                Ok(audit_at(tx, leaving.scope, &member, what, Some(leaving.why), now).await?)
            })
        })
        .await
}

async fn read<T, F>(services: &Services, read: F) -> Result<T, Fault>
where
    F: for<'a> FnOnce(&'a mut Session) -> futures::future::BoxFuture<'a, Result<T, StorageError>>,
{
    Ok(services.storage().read(read).await?)
}

fn piece(path: String, value: &Value) -> Option<Piece> {
    // A value of JSON is always written.
    let bytes = serde_json::to_vec_pretty(value).ok()?;
    Some(Piece { path, bytes })
}

fn pieces(what: &str, n: u32, rows: &[Value]) -> Option<Piece> {
    if rows.is_empty() {
        return None;
    }
    piece(format!("{what}/{n:05}.json"), &json!(rows))
}

async fn store(s: &mut Session, scope: StoreScope) -> Result<Value, StorageError> {
    let store = s
        .store(scope)
        .await?
        .ok_or_else(|| StorageError::Unusable("a store that is leaving is gone".to_owned()))?;
    let (origins, texts) = (s.origins(scope).await?, s.texts(scope).await?);
    let people = s.staff(scope, Timestamp(0)).await?;
    Ok(json!({
        "name": store.name,
        "slug": store.slug,
        "language": store.default_language.code(),
        "settings": store.settings,
        "sites": origins,
        "texts": texts
            .iter()
            .map(|(language, name, value)| json!({ "language": language.code(), "name": name, "value": value }))
            .collect::<Vec<_>>(),
        "staff": people
            .iter()
            .map(|person| json!({ "name": person.name, "email": person.email, "role": person.role.code(), "active": person.active }))
            .collect::<Vec<_>>(),
    }))
}

type Customers = (Vec<Value>, Option<(Timestamp, CustomerId)>);

async fn customers(s: &mut Session, scope: StoreScope, after: Option<(Timestamp, CustomerId)>) -> Result<Customers, StorageError> {
    let mut rows = s.customers(scope, "", after).await?;
    let size = usize::try_from(storage::CUSTOMER_ROWS_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more).map(|row| (row.since, row.id));
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(record) = s.customer_record(scope, row.id).await? else {
            continue;
        };
        let (tags, notes) = (s.customer_tags(scope, row.id).await?, s.customer_notes(scope, row.id).await?);
        told.push(json!({
            "number": record.number(),
            "name": record.name,
            "email": record.email,
            "phone": record.phone,
            "language": record.language.map(model::language::Language::code),
            "since": record.since.rfc3339(),
            "tags": tags.iter().map(|tag| tag.tag.as_str()).collect::<Vec<_>>(),
            "notes": notes,
        }));
    }
    Ok((told, last))
}

fn order(order: &KnownOrder) -> Value {
    let told = &order.told;
    json!({
        "number": told.number,
        "state": told.state.code(),
        "total": told.total,
        "placed_at": told.placed_at.rfc3339(),
        "lines": told.lines,
        "customer": told.customer,
        "email": told.email,
        "postcode": told.postcode,
        "ship_to": told.ship_to,
        "tracking": told.tracking,
        "updated_at": order.updated_at.rfc3339(),
    })
}

type Conversations = (Vec<Value>, Option<(Timestamp, ConversationId)>);

async fn conversations(
    s: &mut Session,
    scope: StoreScope,
    after: Option<(Timestamp, ConversationId)>,
) -> Result<Conversations, StorageError> {
    let rows = s.conversations_of_store(scope, after, CONVERSATIONS_AT_ONCE).await?;
    let last = rows.last().map(|row| (row.opened_at, row.id));
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let case = s.case(scope, row.id).await?;
        let said = log(s, scope, &row, Audience::All).await?;
        let noted = log(s, scope, &row, Audience::Desk).await?;
        told.push(json!({
            "id": row.id,
            "kind": row.kind.code(),
            "stage": row.stage.name().code(),
            "customer": row.customer,
            "contact": row.contact,
            "about": row.about,
            "opened_at": row.opened_at.rfc3339(),
            "rating": row.rating,
            "case": case.map(|case| json!({
                "number": case.number,
                "subject": case.subject,
                "topic": case.topic.code(),
                "status": case.status.code(),
            })),
            "events": said,
            "notes": noted,
        }));
    }
    Ok((told, last))
}

/// A log, whole.
async fn log(s: &mut Session, scope: StoreScope, of: &Conversation, audience: Audience) -> Result<Vec<Event>, StorageError> {
    let (mut told, mut after) = (Vec::new(), Seq::ZERO);
    loop {
        let page = s.events_after(scope, of.id, audience, after, PAGE_EVENTS_MAX).await?;
        let Some(last) = page.last() else { return Ok(told) };
        after = last.seq;
        told.extend(page);
    }
}
