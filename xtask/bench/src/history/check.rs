//! Whether the filling tells the truth: the same stories once through the verbs and once in bulk, in two stores, and then every row of
//! both side by side. Ids differ, and the store's id within the search index; everything else must not.

use model::{
    event::{Audience, Mark},
    id::{ConversationId, CustomerId, Seq, VisitorId},
    panel::{Begun, Known, LeaveMessage, StartChat, Whence},
    text::{Body, EmailAddress, Name},
    time::Timestamp,
};
use rand::{SeedableRng, rngs::SmallRng};
use service::{Actor, Clock, Fault, Party, Services, clock::new_id, conversation, duty, identity::Identity, stores, visitor};
use storage::StoreRow;
use uuid::Uuid;

use super::{
    cast::Cast,
    opened,
    plot::{BEGINNING_MS, Member, Story, Who},
    rows::{BROWSER, PAGE, Rows},
    target::Target,
};
use crate::{Result, place::Place};

/// Where the verbs write, and where the bulk goes.
const VERBS: usize = 0;
const BULK: usize = 1;
/// The tables of a conversation, and the column it is found by there.
const TABLES: &[(&str, &str)] = &[
    ("conversation", "id"),
    ("participant", "conversation_id"),
    ("read_marker", "conversation_id"),
    ("event", "conversation_id"),
    ("search_entry", "conversation_id"),
];
const PEOPLE: &str = "SELECT visitor_id, customer_id FROM conversation WHERE id = $1";
const LAST_ENTRY: &str = "SELECT COALESCE(MAX(id), 0) FROM search_entry";

/// Compares; answers how many rows were the same, or says which was not.
pub(crate) async fn same_rows(place: &Place, server: Option<&str>) -> Result<usize> {
    let services = opened(place, Clock::manual(Timestamp(BEGINNING_MS))).await?;
    let cast = Cast::assemble(&services, 2).await?;
    let stories = stories();
    let house = &cast.stores[VERBS];
    let store = stores::by_slug(&services, &house.slug).await.map_err(said)?;
    let mut by_verbs = Vec::new();
    for story in &stories {
        by_verbs.push(live(&services, &store, &house.actor, story).await?);
    }

    // The words are compared, too.
    services.storage().settled().await;
    let mut database = Target::open(place, server).await?;
    let last_entry = database.number(LAST_ENTRY).await?;
    let mut rows = Rows::new(database.kind(), cast.stores.len(), last_entry);
    let mut rng = SmallRng::seed_from_u64(5);
    let mut in_bulk = Vec::new();
    for story in stories {
        let story = Story { store: BULK, ..story };
        in_bulk.push(rows.write(&cast, &story, &mut rng)?.0);
    }
    for filled in rows.rest() {
        filled.insert(&mut database).await?;
    }

    database.read_index().await?;
    let mut same = 0;
    for (one, other) in by_verbs.into_iter().zip(in_bulk) {
        let one = everything(&mut database, one, cast.stores[VERBS].id.0).await?;
        let other = everything(&mut database, other, cast.stores[BULK].id.0).await?;
        if let Some((one, other)) = one.iter().zip(&other).find(|(one, other)| one != other) {
            return Err(format!("the verbs wrote\n  {one}\nand the filling\n  {other}").into());
        }
        if one.len() != other.len() {
            return Err(format!("the verbs wrote {} rows, the filling {}", one.len(), other.len()).into());
        }
        same += one.len();
    }
    database.close().await?;
    Ok(same)
}

/// One of each kind.
fn stories() -> Vec<Story> {
    let who = |name: Option<&str>, member| Who {
        name: name.map(str::to_owned),
        email: name.map(|_| "jane@customer.example".to_owned()),
        member,
    };
    let member = Member {
        customer: CustomerId(Uuid::from_u128(1)),
        visitor: VisitorId(Uuid::from_u128(2)),
        number: "C-1001".to_owned(),
        new: true,
    };
    let told = [
        (who(Some("Jane Doe"), None), 7, false, false),
        (who(None, None), 2, false, false),
        (who(Some("Jane Doe"), Some(member)), 20, true, false),
        (who(Some("Noor Bakker"), None), 1, false, true),
    ];
    let mut opened_at = BEGINNING_MS;
    let mut stories = Vec::new();
    for (who, messages, saved, offline) in told {
        opened_at += 3_600_000;
        stories.push(Story {
            store: VERBS,
            opened_at,
            offline,
            saved,
            who,
            says: (0..messages)
                .map(|n| format!("the teapot the {n} of order vt00000000{n}"))
                .collect(),
        });
    }
    stories
}

/// A story as it happens in the product.
async fn live(services: &Services, store: &StoreRow, actor: &Actor, story: &Story) -> Result<ConversationId> {
    let clock = services.clock();
    let pass = |until: i64| clock.advance_ms(until - clock.now().0);
    let desk = Party::Desk(actor.clone());
    pass(story.opened_at);
    let origin = Whence {
        page: Some(PAGE.to_owned()),
        ..Whence::default()
    };
    if story.offline {
        let begun = leave(services, store, story, origin).await?;
        let id = begun.conversation.id;
        read(services, &desk, id).await?;
        return Ok(id);
    }
    duty::go_on(services, actor, model::desk::WindowKind::Recap).await.map_err(said)?;
    // A member comes as a guest and signs in before the first word: the same rows, and no signature is needed.
    let (name, email) = (parsed(story.who.name.as_deref())?, address(story.who.email.as_deref())?);
    let guest = story.who.member.is_none();
    let start = StartChat {
        cid: new_id(),
        name: name.clone().filter(|_| guest),
        email: email.clone().filter(|_| guest),
        identity: None,
        origin,
    };
    let begun = visitor::start_chat(services, store, None, start, browser()).await.map_err(said)?;
    let id = begun.conversation.id;
    let session = visitor::recognise(services, store, &begun.pass.token).await.map_err(said)?;
    let session = session.ok_or("a visitor is not recognised")?;
    if let Some(member) = &story.who.member {
        let identity = Identity {
            subject: member.number.clone(),
            known: Known { name, email },
            language: None,
            phone: None,
            page: None,
        };
        visitor::signed_in(services, store, session, identity).await.map_err(said)?;
    }
    let shopper = Party::Visitor(session.scope);
    for (n, text) in story.says.iter().enumerate() {
        pass(story.said_at(n));
        let party = if n.is_multiple_of(2) { &shopper } else { &desk };
        conversation::post(services, party, id, Audience::All, new_id(), Body::parse(text)?)
            .await
            .map_err(said)?;
    }
    read(services, &desk, id).await?;
    read(services, &shopper, id).await?;
    pass(story.ended_at());
    conversation::end(services, actor, id).await.map_err(said)?;
    if story.saved {
        conversation::save(services, actor, id, true).await.map_err(said)?;
    }
    Ok(id)
}

async fn leave(services: &Services, store: &StoreRow, story: &Story, origin: Whence) -> Result<Begun> {
    let (first, last) = story.who.name.as_deref().and_then(|name| name.split_once(' ')).unzip();
    let message = LeaveMessage {
        cid: new_id(),
        first_name: parsed(first)?,
        last_name: parsed(last)?,
        email: address(story.who.email.as_deref())?,
        phone: None,
        message: Body::parse(story.says.first().map_or("", String::as_str))?,
        identity: None,
        origin,
    };
    Ok(visitor::leave_message(services, store, None, message, browser())
        .await
        .map_err(said)?)
}

/// Somebody has read everything that is there.
async fn read(services: &Services, party: &Party, id: ConversationId) -> Result<()> {
    let all = Seq(i64::MAX);
    conversation::mark(services, party, id, Mark { got: all, read: all })
        .await
        .map_err(said)?;
    Ok(())
}

fn browser() -> visitor::Browser {
    visitor::Browser {
        agent: Some(BROWSER.to_owned()),
        ..visitor::Browser::default()
    }
}

fn parsed(name: Option<&str>) -> Result<Option<Name>> {
    Ok(name.map(Name::parse).transpose()?)
}

fn address(email: Option<&str>) -> Result<Option<EmailAddress>> {
    Ok(email.map(EmailAddress::parse).transpose()?)
}

/// What a verb answers instead of what was asked for.
pub(crate) fn said(fault: Fault) -> String {
    fault.to_string()
}

/// All rows of a conversation, and the words it can be found by.
async fn everything(database: &mut Target, id: ConversationId, store: Uuid) -> Result<Vec<String>> {
    let mut rows = Vec::new();
    for (table, key) in TABLES {
        rows.extend(rows_of(database, table, key, id.0).await?);
    }
    let (visitor, customer) = database.ids(PEOPLE, id.0).await?;
    rows.extend(rows_of(database, "visitor", "id", visitor).await?);
    if let Some(customer) = customer {
        rows.extend(rows_of(database, "customer", "id", customer).await?);
    }
    rows.extend(database.words(id.0).await?);
    let store = store.simple().to_string();
    for row in &mut rows {
        *row = row.replace(&store, "");
    }
    Ok(rows)
}

/// Rows as text: of an id only whether there is one.
async fn rows_of(database: &mut Target, table: &str, key: &str, id: Uuid) -> Result<Vec<String>> {
    let columns = database.columns(table).await?;
    let shown: Vec<String> = columns
        .iter()
        .map(|name| {
            let is_id = name == "id" || name.ends_with("cid") || name.ends_with("_id") && name != "external_id";
            format!("'{name} ' || {}", database.shown(name, is_id))
        })
        .collect();
    let sql = format!(
        "SELECT '{table}: ' || {} FROM \"{table}\" WHERE \"{key}\" = $1 ORDER BY 1",
        shown.join(" || ', ' || ")
    );
    database.texts(sql, id).await
}
