//! The rows of a story, as the verbs would have written them, gathered into statements of many rows.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    event::EventKind,
    id::{ConversationId, StoreId, VisitorId},
    text::Body,
};
use rand::rngs::SmallRng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    cast::{Cast, House},
    plot::{Story, Who, id_at},
    target::{Kind, Table, Target, Value, WORDS},
};
use crate::Result;

/// Rows of one statement.
const ROWS: usize = 100;
/// What a guest is called in the search index.
const GUEST: &str = "guest gast invitado visiteur";
/// Where every conversation is begun.
pub(crate) const PAGE: &str = "https://shop.example/stores/delft/products/teapot";
/// What every browser calls itself.
pub(crate) const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

const CUSTOMER: Table = Table {
    name: "customer",
    columns: "id, store_id, external_id, name, email, email_proven_at_ms, created_at_ms",
};
const VISITOR: Table = Table {
    name: "visitor",
    columns: "id, store_id, customer_id, created_at_ms",
};
const CONVERSATION: Table = Table {
    name: "conversation",
    columns: "id, store_id, kind, start_cid, stage, stage_since_at_ms, awaiting, closed_by_kind, closed_by_id, closed_by_name, visitor_id, customer_id, \
     guest_number, contact_name, contact_first_name, contact_last_name, contact_email, language, page, browser, head_seq_all, preview, \
     preview_side, waiting_since_at_ms, opened_at_ms, first_message_at_ms, taken_at_ms, ended_at_ms, last_event_at_ms, archived_at_ms, \
     saved_at_ms, last_message_at_ms, first_asked_at_ms, first_answer_at_ms",
};
const PARTICIPANT: Table = Table {
    name: "participant",
    columns: "conversation_id, store_id, party_kind, party_id, role, since_at_ms",
};
const MARKER: Table = Table {
    name: "read_marker",
    columns: "conversation_id, party_kind, party_id, store_id, got_seq, read_seq",
};
const EVENT: Table = Table {
    name: "event",
    columns: "conversation_id, audience, seq, store_id, kind, author_kind, author_id, author_name, cid, body_hash, payload, created_at_ms",
};
const ENTRY: Table = Table {
    name: "search_entry",
    columns: "id, store_id, conversation_id, audience, seq, tokens",
};

/// A statement with its values.
pub(crate) struct Filled {
    sql: Arc<str>,
    values: Vec<Value>,
}

impl Filled {
    pub(crate) async fn insert(self, database: &mut Target) -> Result<()> {
        database.insert(self.sql, self.values).await
    }
}

/// Rows of one table that wait until there are enough of them.
struct Sheet {
    table: Table,
    kind: Kind,
    /// The statement of so many rows: always the same text, so that it is prepared once.
    full: Arc<str>,
    rows: usize,
    values: Vec<Value>,
}

impl Sheet {
    fn new(table: Table, kind: Kind) -> Self {
        Self {
            table,
            kind,
            full: table.insert(kind, ROWS).into(),
            rows: 0,
            values: Vec::new(),
        }
    }

    /// The values of the next row go here.
    fn next(&mut self, done: &mut Vec<Filled>) -> &mut Vec<Value> {
        if self.rows == ROWS {
            self.rows = 0;
            done.push(Filled {
                sql: Arc::clone(&self.full),
                values: std::mem::take(&mut self.values),
            });
        }
        self.rows += 1;
        &mut self.values
    }

    fn rest(self) -> Option<Filled> {
        (self.rows > 0).then(|| Filled {
            sql: self.table.insert(self.kind, self.rows).into(),
            values: self.values,
        })
    }
}

/// Writes one row, its values in the order of the columns.
macro_rules! row {
    ($rows:ident.$sheet:ident: $($value:expr),+ $(,)?) => {{
        let values = $rows.$sheet.next(&mut $rows.done);
        $(values.push(Value::from($value));)+
    }};
}

/// Somebody who says something.
struct Voice<'a> {
    kind: &'static str,
    id: Uuid,
    name: Option<&'a str>,
}

/// The rows of all stories.
pub(crate) struct Rows {
    customer: Sheet,
    visitor: Sheet,
    conversation: Sheet,
    participant: Sheet,
    marker: Sheet,
    event: Sheet,
    entry: Sheet,
    words: Sheet,
    done: Vec<Filled>,
    /// The last guest of each store.
    pub(crate) guests: Vec<i64>,
    last_entry: i64,
}

impl Rows {
    /// For so many stores; entries of the search index are numbered from `last_entry` on.
    pub(crate) fn new(kind: Kind, stores: usize, last_entry: i64) -> Self {
        Self {
            customer: Sheet::new(CUSTOMER, kind),
            visitor: Sheet::new(VISITOR, kind),
            conversation: Sheet::new(CONVERSATION, kind),
            participant: Sheet::new(PARTICIPANT, kind),
            marker: Sheet::new(MARKER, kind),
            event: Sheet::new(EVENT, kind),
            entry: Sheet::new(ENTRY, kind),
            words: Sheet::new(WORDS, kind),
            done: Vec::new(),
            guests: vec![0; stores],
            last_entry,
        }
    }

    /// Statements that are full by now.
    pub(crate) fn full(&mut self) -> Vec<Filled> {
        std::mem::take(&mut self.done)
    }

    /// All that is left, in an order in which every row finds what it refers to.
    pub(crate) fn rest(self) -> Vec<Filled> {
        let sheets = [
            self.customer,
            self.visitor,
            self.conversation,
            self.participant,
            self.marker,
            self.event,
            self.entry,
            self.words,
        ];
        self.done.into_iter().chain(sheets.into_iter().filter_map(Sheet::rest)).collect()
    }

    /// Writes a story down; answers which conversation it became, and whose.
    pub(crate) fn write(&mut self, cast: &Cast, story: &Story, rng: &mut SmallRng) -> Result<(ConversationId, VisitorId)> {
        let house = &cast.stores[story.store];
        self.guests[story.store] += 1;
        let guest = self.guests[story.store];
        let id = id_at(story.opened_at, rng);
        let visitor = self.who(house, story, rng);
        self.person(house, id, &story.who, guest);
        let start = id_at(story.opened_at, rng);
        let head = self.log(house, story, id, visitor, start, rng)?;
        self.parties(house, story, id, visitor, head);
        self.conversation(house, story, [id, visitor, start], guest, head)?;
        Ok((ConversationId(id), VisitorId(visitor)))
    }

    fn who(&mut self, house: &House, story: &Story, rng: &mut SmallRng) -> Uuid {
        let (store, at, who) = (house.id.0, story.opened_at, &story.who);
        let Some(member) = &who.member else {
            let visitor = id_at(at, rng);
            row!(self.visitor: visitor, store, None::<Uuid>, at);
            return visitor;
        };
        if member.new {
            let (name, email) = (who.name.as_deref(), who.email.as_deref());
            // The shop vouches for the address of whoever it signs in.
            row!(self.customer: member.customer.0, store, member.number.as_str(), name, email, email.map(|_| at), at);
            row!(self.visitor: member.visitor.0, store, Some(member.customer.0), at);
        }
        member.visitor.0
    }

    /// What everybody said and did; answers the number of the last event.
    fn log(&mut self, house: &House, story: &Story, id: Uuid, visitor: Uuid, start: Uuid, rng: &mut SmallRng) -> Result<i64> {
        let shopper = Voice {
            kind: "shopper",
            id: visitor,
            name: None,
        };
        let desk = Voice {
            kind: "operator",
            id: house.actor.account.0,
            name: Some(house.actor.name.as_str()),
        };
        let mut seq = 0;
        for (n, text) in story.says.iter().enumerate() {
            let at = story.said_at(n);
            let voice = if n.is_multiple_of(2) { &shopper } else { &desk };
            if n == 1 {
                seq += 1;
                self.event(house.id, id, seq, voice, None, &EventKind::Taken, at)?;
            }
            seq += 1;
            let cid = if story.offline { start } else { id_at(at, rng) };
            let kind = EventKind::Posted { body: Body::parse(text)? };
            self.event(house.id, id, seq, voice, Some((cid, text.as_str())), &kind, at)?;
            self.entry(house.id, id, "all", seq, text, false);
        }
        if !story.offline {
            seq += 1;
            self.event(house.id, id, seq, &desk, None, &EventKind::Closed, story.ended_at())?;
        }
        Ok(seq)
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of an event")]
    fn event(
        &mut self,
        store: StoreId,
        id: Uuid,
        seq: i64,
        voice: &Voice<'_>,
        said: Option<(Uuid, &str)>,
        kind: &EventKind,
        at: i64,
    ) -> Result<()> {
        let (cid, hash) = said.map(|(cid, text)| (cid, Sha256::digest(text.as_bytes()).to_vec())).unzip();
        let payload = serde_json::to_string(kind)?;
        row!(self.event: id, "all", seq, store.0, kind.code(), voice.kind, voice.id, voice.name, cid, hash, payload, at);
        Ok(())
    }

    fn parties(&mut self, house: &House, story: &Story, id: Uuid, visitor: Uuid, head: i64) {
        let (store, account) = (house.id.0, house.actor.account.0);
        row!(self.participant: id, store, "visitor", visitor, "shopper", story.opened_at);
        if story.offline {
            row!(self.marker: id, "account", account, store, head, head);
        } else {
            // Both had read everything when it was ended.
            let read = head - 1;
            row!(self.participant: id, store, "account", account, "operator", story.said_at(1));
            row!(self.marker: id, "account", account, store, read, read);
            row!(self.marker: id, "visitor", visitor, store, read, read);
        }
    }

    fn conversation(&mut self, house: &House, story: &Story, ids: [Uuid; 3], guest: i64, head: i64) -> Result<()> {
        let [id, visitor, start] = ids;
        let who = &story.who;
        let count = story.says.len();
        let (ended, last) = (story.ended_at(), story.said_at(count.saturating_sub(1)));
        let over = (!story.offline).then_some(ended);
        let by = (!story.offline).then_some(&house.actor);
        let of_form = who.name.as_deref().filter(|_| story.offline).and_then(|name| name.split_once(' '));
        let (first_name, last_name) = of_form.unzip();
        let preview = Body::parse(story.says.last().map_or("", String::as_str))?.preview();
        row!(self.conversation:
            id,
            house.id.0,
            if story.offline { "offline" } else { "live" },
            start,
            if story.offline { "mail" } else { "closed" },
            over.unwrap_or(story.opened_at),
            story.offline.then_some("desk"),
            by.map(|_| "operator"),
            by.map(|actor| actor.account.0),
            by.map(|actor| actor.name.as_str()),
            visitor,
            who.member.as_ref().map(|member| member.customer.0),
            guest,
            who.name.as_deref(),
            first_name,
            last_name,
            who.email.as_deref(),
            "en",
            PAGE,
            BROWSER,
            head,
            preview,
            if count % 2 == 1 { "shopper" } else { "desk" },
            story.offline.then_some(story.opened_at),
            story.opened_at,
            story.said_at(0),
            over.map(|_| story.said_at(1)),
            over,
            if story.offline { last } else { ended },
            over,
            over.filter(|_| story.saved),
            last,
            story.said_at(0),
            over.map(|_| story.said_at(1)),
        );
        Ok(())
    }

    /// Who it is with, for the search.
    fn person(&mut self, house: &House, id: Uuid, who: &Who, guest: i64) {
        let known = match &who.member {
            Some(member) => member.number.clone(),
            None => format!("{GUEST} {guest}"),
        };
        let text = [
            who.name.as_deref().unwrap_or_default(),
            who.email.as_deref().unwrap_or_default(),
            known.as_str(),
        ]
        .join(" ");
        self.entry(house.id, id, "person", 0, &text, true);
    }

    fn entry(&mut self, store: StoreId, id: Uuid, audience: &str, seq: i64, text: &str, kept: bool) {
        self.last_entry += 1;
        let tokens = tokens(store, text);
        row!(self.entry: self.last_entry, store.0, id, audience, seq, kept.then(|| tokens.clone()));
        row!(self.words: self.last_entry, tokens);
    }
}

/// The words of a text as the index has them. Only for what is told here: plain small letters and digits of the Latin script.
fn tokens(store: StoreId, text: &str) -> String {
    let prefix = store.0.simple().to_string();
    let lower = text.to_ascii_lowercase();
    let words: BTreeSet<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut tokens = String::with_capacity(words.len() * (prefix.len() + 8));
    for word in words {
        if !tokens.is_empty() {
            tokens.push(' ');
        }
        tokens.push_str(&prefix);
        tokens.push_str(word);
    }
    tokens
}
