//! Fills an empty database with the demo marketplace. What was said before is written as it would have been: as events, in order.

mod cases;

use std::collections::HashMap;

use model::{
    card::{CustomerNote, CustomerTag},
    conversation::{About, Kind, ProductSnapshot, Stage},
    desk::Contact,
    event::{Audience, Event, EventKind, Mark},
    id::{AccountId, ClientId, CustomerId, OrderId, Seq, StoreId, VisitorId},
    language::Language,
    order::{OrderLine, OrderState, Tracking},
    party::{Author, Side},
    settings::StoreSettings,
    text::{EmailAddress, Name, Origin},
    time::Timestamp,
};
use service::{Fault, Services, accounts, clock::new_id, secret::Secret};
use storage::{
    Installation, NewAccount, NewConversation, NewCustomer, NewEvent, NewStore, StorageError, StoreScope, ToldOrder, Tx, VisitorScope,
};

use crate::{
    answers,
    data::{Conversation, Known, Marketplace, Order, PASSWORD, Shopper, Speaker, Store, Texts, Who, euro},
};

/// The stores' identity secrets, by slug: what the demo shop signs its tokens with.
pub type Secrets = HashMap<String, Vec<u8>>;

/// Fills the database if nobody has set it up, lists the shop's origin as the stores' site, and answers the stores' secrets.
pub async fn fill(services: &Services, market: Marketplace, shop: &[Origin]) -> Result<Secrets, Fault> {
    let empty = services
        .storage()
        .read(|s| Box::pin(async move { s.count_accounts(Installation).await }))
        .await?
        == 0;
    if empty {
        let password_hash = accounts::hash_password(services, PASSWORD).await?;
        let now = services.clock().now();
        let market = market.clone();
        services
            .storage()
            .write(move |tx| Box::pin(async move { everything(tx, &market, &password_hash, now).await }))
            .await?;
    }
    let shop = shop.to_vec();
    let slugs: Vec<_> = market.stores.iter().map(|s| s.slug.clone()).collect();
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let mut secrets = Secrets::new();
                for slug in slugs {
                    let Some(store) = tx.store_of_slug(Installation, &slug).await? else {
                        continue;
                    };
                    tx.set_origins(StoreScope(store.id), &shop).await?;
                    secrets.insert(slug.as_str().to_owned(), store.identity_secret.unwrap_or_default());
                }
                Ok::<_, Fault>(secrets)
            })
        })
        .await
}

/// Who is who, once they are in the database.
struct People {
    staff: HashMap<EmailAddress, (AccountId, Name)>,
    customers: HashMap<(StoreId, String), CustomerId>,
    orders: HashMap<(StoreId, String), OrderId>,
    stores: HashMap<String, StoreId>,
}

async fn everything(tx: &mut Tx, market: &Marketplace, password_hash: &str, now: Timestamp) -> Result<(), Fault> {
    let mut people = People {
        staff: HashMap::new(),
        customers: HashMap::new(),
        orders: HashMap::new(),
        stores: HashMap::new(),
    };
    for store in &market.stores {
        let id = put_store(tx, store, now).await?;
        people.stores.insert(store.slug.as_str().to_owned(), id);
        for person in &store.staff {
            let account = new_id();
            let new = NewAccount {
                id: account,
                email: person.email.clone(),
                name: person.name.clone(),
                password_hash: password_hash.to_owned(),
                language: person.language,
            };
            tx.insert_account(Installation, &new, now).await?;
            tx.insert_membership(StoreScope(id), account, person.role, now).await?;
            people.staff.insert(person.email.clone(), (account, person.name.clone()));
        }
        put_customers(tx, market, store, id, &mut people, now).await?;
    }
    let team = cases::put_team(tx, &market.team, password_hash, &mut people, now).await?;
    let mut conversations: Vec<&Conversation> = market.conversations.iter().collect();
    conversations.sort_by_key(|c| -c.minutes_ago);
    for conversation in conversations {
        put_conversation(tx, market, &people, conversation, now).await?;
    }
    cases::put(tx, market, &people, team, now).await
}

async fn put_store(tx: &mut Tx, store: &Store, now: Timestamp) -> Result<StoreId, StorageError> {
    let id = new_id();
    let new = NewStore {
        id,
        slug: store.slug.clone(),
        name: store.name.clone(),
        default_language: Language::En,
        settings: StoreSettings::default(),
    };
    tx.insert_store(Installation, &new, now).await?;
    tx.set_identity_secret(StoreScope(id), Secret::new().reveal().as_bytes(), now)
        .await?;
    for (name, texts) in [("header", &store.header), ("welcome", &store.welcome)] {
        let texts: &Texts = texts;
        for language in Language::ALL {
            tx.set_text(StoreScope(id), language, name, texts.get(language)).await?;
        }
    }
    answers::put(tx, id, now).await?;
    Ok(id)
}

async fn put_customers(
    tx: &mut Tx,
    market: &Marketplace,
    store: &Store,
    id: StoreId,
    people: &mut People,
    now: Timestamp,
) -> Result<(), StorageError> {
    for shopper in &market.shoppers {
        let new = NewCustomer {
            id: new_id(),
            external_id: shopper.number.clone(),
            name: Some(shopper.name.clone()),
            email: Some(shopper.email.clone()),
            language: Some(shopper.language),
        };
        let customer = tx.upsert_customer(StoreScope(id), &new, now).await?;
        people.customers.insert((id, shopper.number.clone()), customer);
        for order in shopper.orders.iter().filter(|o| o.store == store.slug) {
            let order_id = new_id::<OrderId>();
            let told = told(store, shopper, order, now)?;
            tx.tell_order(StoreScope(id), order_id, customer, &told, now).await?;
            people.orders.insert((id, order.number.clone()), order_id);
        }
        for known in shopper.known.iter().filter(|k| k.store == store.slug) {
            put_known(tx, StoreScope(id), customer, known, people, now).await?;
        }
    }
    Ok(())
}

/// An order as the demo's shop would tell it.
fn told(store: &Store, shopper: &Shopper, order: &Order, now: Timestamp) -> Result<ToldOrder, StorageError> {
    let state = OrderState::from_code(order.state.code()).ok_or(StorageError::Inconsistent {
        table: "purchase_order",
        column: "state",
    })?;
    let lines = order.lines.iter().map(|line| {
        let product = store.products.iter().find(|p| p.sku == line.sku);
        OrderLine {
            sku: line.sku.clone(),
            name: product.map_or_else(|| line.sku.as_str().to_owned(), |p| p.name.get(shopper.language).to_owned()),
            quantity: line.quantity,
            price: euro(line.unit_minor),
        }
    });
    let [street, town] = &shopper.address;
    Ok(ToldOrder {
        number: order.number.clone(),
        state,
        total: order.total(),
        placed_at: now.plus_ms(-order.days_ago * 86_400_000),
        lines: lines.collect(),
        customer: Some(shopper.number.clone()),
        email: Some(shopper.email.clone()),
        postcode: Some(shopper.postcode.replace(' ', "")),
        ship_to: Some(format!("{}\n{street}\n{} {town}", shopper.name, shopper.postcode)),
        tracking: order.tracking.as_ref().map(|t| Tracking {
            number: t.code.clone(),
            carrier: Some(t.carrier.clone()),
            url: None,
        }),
    })
}

/// What the store's staff know of somebody, a week ago.
async fn put_known(
    tx: &mut Tx,
    desk: StoreScope,
    customer: CustomerId,
    known: &Known,
    people: &People,
    now: Timestamp,
) -> Result<(), StorageError> {
    let Some((account, name)) = people.staff.get(&known.by) else {
        return Ok(());
    };
    let at = now.plus_ms(-7 * 86_400_000);
    for tag in &known.tags {
        let tag = CustomerTag {
            tag: tag.clone(),
            by: name.clone(),
            at,
        };
        tx.insert_tag(desk, customer, &tag, account.0).await?;
    }
    if let Some(body) = &known.note {
        let note = CustomerNote {
            id: new_id(),
            body: body.clone(),
            by: name.clone(),
            at,
            edited: None,
        };
        tx.insert_note(desk, customer, &note, account.0).await?;
    }
    Ok(())
}

async fn put_conversation(tx: &mut Tx, market: &Marketplace, people: &People, talk: &Conversation, now: Timestamp) -> Result<(), Fault> {
    let Some(&store) = people.stores.get(talk.store.as_str()) else {
        return Ok(());
    };
    let desk = StoreScope(store);
    let opened = now.plus_ms(-talk.minutes_ago * 60_000);
    let at = |after_s: i64| opened.plus_ms(after_s * 1_000);
    let scope = VisitorScope {
        store,
        visitor: new_id::<VisitorId>(),
        only: None,
    };
    let (customer, contact, first_name, last_name) = match &talk.who {
        Who::Member(number) => {
            let shopper = market.shopper(number);
            let contact = Contact {
                name: shopper.map(|s| s.name.clone()),
                email: shopper.map(|s| s.email.clone()),
                phone: None,
            };
            (people.customers.get(&(store, number.clone())).copied(), contact, None, None)
        }
        Who::Guest(guest) => {
            let full = guest
                .last_name
                .as_ref()
                .map_or_else(|| guest.first_name.to_string(), |last| format!("{} {last}", guest.first_name));
            let contact = Contact {
                name: Name::parse(&full).ok(),
                email: Some(guest.email.clone()),
                phone: guest.phone.clone(),
            };
            (None, contact, Some(guest.first_name.clone()), guest.last_name.clone())
        }
    };
    tx.insert_visitor(scope, customer, opened).await?;
    let order = talk.order.as_ref().filter(|_| talk.kind == Kind::Order).and_then(|number| {
        let id = people.orders.get(&(store, number.clone()))?;
        Some(About::Order {
            id: *id,
            number: number.clone(),
        })
    });
    let product = talk.product.as_ref().map_or(About::Nothing, |sku| {
        let product = market
            .store(talk.store.as_str())
            .and_then(|s| s.products.iter().find(|p| p.sku == *sku));
        About::Product(ProductSnapshot {
            sku: sku.clone(),
            name: product.and_then(|p| Name::parse(p.name.get(talk.language)).ok()),
            price: product.map(|p| p.price.clone()),
            variant: None,
            picture: None,
        })
    });
    let new = NewConversation {
        id: new_id(),
        kind: talk.kind,
        start_cid: None,
        stage: match talk.kind {
            Kind::Live => Stage::Queued { since: opened },
            _ => Stage::Mail {
                awaiting: Side::Desk,
                since: opened,
            },
        },
        customer,
        guest_number: tx.next_guest(desk).await?,
        contact,
        first_name,
        last_name,
        about: order.unwrap_or(product),
        language: talk.language,
        page: None,
        browser: None,
        address: None,
        referrer: None,
    };
    tx.insert_conversation(scope, &new, opened).await?;
    let author = |speaker: &Speaker| match speaker {
        Speaker::Shopper => Some((Author::Shopper, scope.visitor.0)),
        Speaker::Staff(email) => people.staff.get(email).map(|(id, name)| {
            (
                Author::Operator {
                    id: *id,
                    name: name.clone(),
                },
                id.0,
            )
        }),
    };
    let mut steps: Vec<(i64, Author, uuid::Uuid, EventKind)> = Vec::new();
    for said in &talk.said {
        if let Some((who, id)) = author(&said.by) {
            steps.push((said.after_s, who, id, EventKind::Posted { body: said.body.clone() }));
        }
    }
    let taken = talk
        .taken
        .as_ref()
        .and_then(|t| author(&Speaker::Staff(t.by.clone())).map(|(who, id)| (t.after_s, who, id)));
    if let Some((after_s, who, id)) = taken.clone() {
        steps.push((after_s, who, id, EventKind::Taken));
    }
    let closed = talk
        .closed
        .as_ref()
        .and_then(|c| author(&c.by).map(|(who, id)| (c.after_s, who, id)));
    if let Some((after_s, who, id)) = closed.clone() {
        steps.push((after_s, who, id, EventKind::Closed));
    }
    // What happens in the same second: taken first, then the words, then the end.
    steps.sort_by_key(|(after_s, _, _, kind)| (*after_s, matches!(kind, EventKind::Closed), !matches!(kind, EventKind::Taken)));
    let mut last: Option<Event> = None;
    for (after_s, who, id, kind) in steps {
        let client = matches!(kind, EventKind::Posted { .. }).then(|| (new_id::<ClientId>(), Vec::new()));
        let event = NewEvent {
            conversation: new.id,
            audience: Audience::All,
            author: who,
            author_id: Some(id),
            client,
            kind,
            via: None,
        };
        last = Some(tx.record(desk, event, at(after_s)).await?);
    }
    let stage = match (closed, taken) {
        (Some((after_s, by, _)), _) => Stage::Closed { at: at(after_s), by },
        (None, _) => Stage::Mail {
            awaiting: talk.awaiting(),
            since: last.as_ref().map_or(opened, |e| e.at),
        },
    };
    tx.set_stage(desk, new.id, &stage).await?;
    let head = last.map_or(Seq::ZERO, |e| e.seq);
    let answered = talk.said.iter().rev().find_map(|s| {
        if let Speaker::Staff(email) = &s.by {
            people.staff.get(email)
        } else {
            None
        }
    });
    if let Some((account, _)) = answered {
        tx.set_mark(desk, new.id, Side::Desk, account.0, Mark { got: head, read: head })
            .await?;
        tx.set_mark(desk, new.id, Side::Shopper, scope.visitor.0, Mark { got: head, read: head })
            .await?;
    }
    if stage.name() == model::conversation::StageName::Closed {
        tx.archive_finished(desk, now).await?;
    }
    Ok(())
}
