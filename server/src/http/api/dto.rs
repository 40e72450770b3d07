//! What the API reads and writes, word for word. These types only carry; what they mean is read by `service::told`.

use model::{
    conversation::About,
    event::{Event, EventKind, Via},
    party::{Author, Customer},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use service::{
    store_voice::Said,
    told::{CustomerInput, LineInput, OrderInput, TrackingInput},
};
use storage::{Conversation, KnownOrder, ToldCustomer};
use utoipa::ToSchema;

use super::object;

/// A text of a certain form: left out or filled in. The description says which form, and an empty text has none.
fn filled<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    match text {
        Some(text) if text.trim().is_empty() => Err(D::Error::custom("a text is empty: leave it out")),
        text => Ok(text),
    }
}

/// A customer as the shop tells them. What is left out stays as it was.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CustomerIn {
    /// Their name.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    #[serde(default, deserialize_with = "filled")]
    name: Option<String>,
    /// Their address.
    #[schema(format = "email", max_length = 254)]
    #[serde(default, deserialize_with = "filled")]
    email: Option<String>,
    /// Whether the shop has seen that the address is theirs. Only then it joins what was written from it before.
    #[serde(default)]
    email_verified: bool,
    /// Their telephone number: at least three digits; letters, spaces and `+-()./#*` may stand with them.
    #[schema(max_length = 40, pattern = "[0-9][^0-9]*[0-9][^0-9]*[0-9]")]
    #[serde(default, deserialize_with = "filled")]
    phone: Option<String>,
    /// The language that they read: `en`, `nl`, `es`, `fr`.
    #[schema(pattern = "^(en|nl|es|fr)$")]
    #[serde(default, deserialize_with = "filled")]
    language: Option<String>,
}

impl From<CustomerIn> for CustomerInput {
    fn from(told: CustomerIn) -> Self {
        Self {
            name: told.name,
            email: told.email,
            email_verified: told.email_verified,
            phone: told.phone,
            language: told.language,
        }
    }
}

/// A customer, as the store knows them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerOut {
    /// The shop's id for them.
    external_id: String,
    /// Their name.
    name: Option<String>,
    /// Their address.
    email: Option<String>,
    /// Whether it is known to be theirs.
    email_verified: bool,
    /// Their telephone number.
    phone: Option<String>,
    /// The language that they read.
    language: Option<String>,
    /// Since when they are known (RFC 3339).
    #[schema(format = "date-time")]
    since: String,
}

impl CustomerOut {
    /// Of what the store knows.
    pub fn of(told: ToldCustomer, since: model::time::Timestamp) -> Self {
        Self {
            external_id: told.external_id,
            name: told.name.map(String::from),
            email: told.email.map(String::from),
            email_verified: told.email_verified,
            phone: told.phone.map(String::from),
            language: told.language.map(|language| language.code().to_owned()),
            since: since.rfc3339(),
        }
    }
}

/// One line of an order.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Line {
    /// The shop's key of the product.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S")]
    sku: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    name: String,
    /// How many.
    #[schema(minimum = 1, maximum = 100_000)]
    quantity: i64,
    /// What one costs, in the currency's smallest unit (cents).
    #[schema(minimum = -1_000_000_000, maximum = 1_000_000_000)]
    price_minor: i64,
}

/// Where a parcel is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Parcel {
    /// Its number.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    number: String,
    /// Who brings it.
    #[schema(max_length = 100)]
    carrier: Option<String>,
    /// The carrier's page about it, `https` only.
    #[schema(format = "uri", max_length = 500)]
    #[serde(default, deserialize_with = "filled")]
    url: Option<String>,
}

/// An order as the shop tells it. The lines are replaced; of what may be left out, what is left out stays as it was. The first time it says
/// whose it is: by `customer`, or by `email`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct OrderIn {
    /// Where it stands: `placed`, `received`, `packed`, `shipped`, `delivered`, `cancelled`, `returned`.
    #[schema(pattern = "^(placed|received|packed|shipped|delivered|cancelled|returned)$")]
    state: String,
    /// The currency of all of its amounts (ISO 4217).
    currency: String,
    /// What it costs, in the currency's smallest unit (cents).
    total_minor: i64,
    /// When it was made (RFC 3339), from 1970 to 2100.
    #[schema(format = "date-time")]
    placed_at: String,
    /// What is in it.
    #[schema(max_items = 200)]
    #[serde(deserialize_with = "object::list")]
    lines: Vec<Line>,
    /// The shop's id of who made it.
    #[schema(max_length = 100, pattern = "^[0-9A-Za-z#][0-9A-Za-z._@:#/+|-]*$")]
    #[serde(default, deserialize_with = "filled")]
    customer: Option<String>,
    /// The address that it was made with.
    #[schema(format = "email", max_length = 254)]
    #[serde(default, deserialize_with = "filled")]
    email: Option<String>,
    /// Of the delivery address: the second fact by which a shopper without an account sees where the order is.
    #[schema(max_length = 16, pattern = r"\w")]
    #[serde(default, deserialize_with = "filled")]
    postcode: Option<String>,
    /// The delivery address, several lines.
    #[schema(max_length = 500)]
    ship_to: Option<String>,
    /// Where the parcel is.
    #[serde(default, deserialize_with = "object::maybe")]
    tracking: Option<Parcel>,
}

impl From<OrderIn> for OrderInput {
    fn from(told: OrderIn) -> Self {
        let line = |line: Line| LineInput {
            sku: line.sku,
            name: line.name,
            quantity: line.quantity,
            price_minor: line.price_minor,
        };
        Self {
            state: told.state,
            currency: told.currency,
            total_minor: told.total_minor,
            placed_at: told.placed_at,
            lines: told.lines.into_iter().map(line).collect(),
            customer: told.customer,
            email: told.email,
            postcode: told.postcode,
            ship_to: told.ship_to,
            tracking: told.tracking.map(|parcel| TrackingInput {
                number: parcel.number,
                carrier: parcel.carrier,
                url: parcel.url,
            }),
        }
    }
}

/// An order, as the store knows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderOut {
    /// The shop's number of it.
    number: String,
    /// Where it stands.
    state: String,
    /// The currency of all of its amounts.
    currency: String,
    /// What it costs.
    total_minor: i64,
    /// When it was made.
    #[schema(format = "date-time")]
    placed_at: String,
    /// When the shop last told something about it.
    #[schema(format = "date-time")]
    updated_at: String,
    /// What is in it.
    lines: Vec<Line>,
    /// The shop's id of who made it, if it has one.
    customer: Option<String>,
    /// The address that it was made with.
    email: Option<String>,
    /// Of the delivery address, without spaces, in capitals.
    postcode: Option<String>,
    /// The delivery address.
    ship_to: Option<String>,
    /// Where the parcel is.
    tracking: Option<Parcel>,
}

impl From<KnownOrder> for OrderOut {
    fn from(known: KnownOrder) -> Self {
        let told = known.told;
        Self {
            number: told.number,
            state: told.state.code().to_owned(),
            currency: told.total.currency,
            total_minor: told.total.minor,
            placed_at: told.placed_at.rfc3339(),
            updated_at: known.updated_at.rfc3339(),
            lines: told
                .lines
                .into_iter()
                .map(|line| Line {
                    sku: String::from(line.sku),
                    name: line.name,
                    quantity: line.quantity,
                    price_minor: line.price.minor,
                })
                .collect(),
            customer: told.customer,
            email: told.email.map(String::from),
            postcode: told.postcode,
            ship_to: told.ship_to,
            tracking: told.tracking.map(|tracking| Parcel {
                number: tracking.number,
                carrier: tracking.carrier,
                url: tracking.url,
            }),
        }
    }
}

/// A page of orders, by number.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrdersOut {
    /// These.
    pub orders: Vec<OrderOut>,
    /// Where the next page begins: `?after=…`. Null: there is none.
    pub next: Option<String>,
}

/// A conversation, without what was said in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationOut {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// How it began, and so in which list it stands: `live`, `offline`, `shop`, `order`.
    kind: &'static str,
    /// Where it stands: `queued`, `live`, `mail`, `closed`.
    stage: &'static str,
    /// The customer's number at the shop, or the store's own (`M-12`); null: a visitor.
    customer: Option<String>,
    /// What they are called, as they said or as the shop says.
    name: Option<String>,
    /// Their address, as they said. Nobody has shown that it is theirs.
    email: Option<String>,
    /// The number of the order that it is about.
    order: Option<String>,
    /// The key of the product that it is about.
    product: Option<String>,
    /// The beginning of the last message.
    preview: String,
    /// Messages that nobody of the store has seen.
    unread: u32,
    /// When it was begun.
    #[schema(format = "date-time")]
    opened_at: String,
    /// When something last happened in it.
    #[schema(format = "date-time")]
    last_event_at: String,
}

impl From<Conversation> for ConversationOut {
    fn from(conversation: Conversation) -> Self {
        let (number, name) = match conversation.customer {
            Customer::Member { number, name } => (Some(number), Some(name)),
            Customer::Guest { name, .. } => (None, name),
        };
        let (order, product) = match conversation.about {
            About::Nothing => (None, None),
            About::Product(product) => (None, Some(String::from(product.sku))),
            About::Order { number, .. } => (Some(number), None),
        };
        Self {
            id: conversation.id.to_string(),
            kind: conversation.kind.code(),
            stage: conversation.stage.name().code(),
            customer: number,
            name: name.map(String::from),
            email: conversation.contact.email.map(String::from),
            order,
            product,
            preview: conversation.preview,
            unread: conversation.unread_desk,
            opened_at: conversation.opened_at.rfc3339(),
            last_event_at: conversation.last_event_at.rfc3339(),
        }
    }
}

/// A page of conversations, the last moved first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationsOut {
    /// These.
    pub conversations: Vec<ConversationOut>,
    /// Where the next page begins: `?after=…`. Null: there is none.
    pub next: Option<String>,
}

/// Something that happened in a conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventOut {
    /// Its number in the log.
    seq: i64,
    /// When.
    #[schema(format = "date-time")]
    at: String,
    /// What: `posted`, `shared`, `taken`, `closed`, …
    kind: &'static str,
    /// Who did it: `customer`, `store`, or `system`.
    by: &'static str,
    /// What they are called, of the store's people.
    name: Option<String>,
    /// What was said.
    text: Option<String>,
    /// What the file is called that was given.
    file: Option<String>,
    /// The address that a letter came from, if it came by mail.
    mail_from: Option<String>,
    /// Whether the letter proved it.
    mail_verified: Option<bool>,
}

impl From<Event> for EventOut {
    fn from(event: Event) -> Self {
        let (by, name) = match event.author {
            Author::Shopper => ("customer", None),
            Author::Operator { name, .. } => ("store", Some(String::from(name))),
            Author::System => ("system", None),
        };
        let kind = event.kind.code();
        let (text, file) = match event.kind {
            EventKind::Posted { body } => (Some(String::from(body)), None),
            EventKind::Shared { file } => (None, Some(String::from(file.name))),
            _ => (None, None),
        };
        let (mail_from, mail_verified) = match event.via {
            Some(Via::Mail { from, verified }) => (Some(String::from(from)), Some(verified)),
            None => (None, None),
        };
        Self {
            seq: event.seq.0,
            at: event.at.rfc3339(),
            kind,
            by,
            name,
            text,
            file,
            mail_from,
            mail_verified,
        }
    }
}

/// What followed an event, oldest first; at most a hundred.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventsOut {
    /// These.
    pub events: Vec<EventOut>,
}

/// Something to say in the store's name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct MessageIn {
    /// What.
    #[schema(min_length = 1, max_length = 5000, pattern = r"\S")]
    pub text: String,
}

/// Where what was said stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SaidOut {
    /// Its number in the log.
    seq: i64,
    /// When.
    #[schema(format = "date-time")]
    at: String,
}

impl From<Said> for SaidOut {
    fn from(said: Said) -> Self {
        Self {
            seq: said.seq.0,
            at: said.at.rfc3339(),
        }
    }
}

/// News that the shop's server sends by itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct HookIn {
    /// `customer.upserted` or `order.upserted`.
    #[serde(rename = "type")]
    #[schema(pattern = "^(customer|order)[.]upserted$")]
    pub kind: String,
    /// As with `PUT`, and the shop's `external_id` or `number` beside it.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// What became of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HookedOut {
    /// Whether they were taken in now; if not, they were before.
    pub taken: bool,
}
