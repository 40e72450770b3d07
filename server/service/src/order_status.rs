//! "Where is my order?" for somebody who is not signed in: a number and a second fact open lines and state, never an address.
//!
//! Guessing is hopeless, and nothing tells an order that exists from one that does not: wrong facts are counted per number, whoever
//! types them and whether there is such an order or not. After a few, facts alone open nothing any more; whatever is typed then is
//! answered with the same sentence, and what is right mails a code to the order's own address. So its owner always gets in.

use model::{
    event::{Audience, EventKind},
    id::{ClientId, OrderId},
    language::Language,
    limits::DOOR_LINK_MS,
    order::{OrderState, OrderView},
    party::Author,
    refusal::{Field, Refusal},
    text::{Body, EmailAddress},
    time::Timestamp,
};
use storage::{
    AskedKey, AskedOrder, Installation, KeptAsking, MailJob, MemberReach, MemberScope, NewDoorLink, NewEvent, Purpose, StorageError,
    StoreRow, StoreScope, Tx,
};
use uuid::Uuid;

use crate::{
    Fault, Services,
    clock::new_id,
    members,
    secret::{self, Secret},
    senders,
    told::ORDER_NUMBER_CHARS_MAX,
};

/// Wrong facts about one number within [`WINDOW_MS`] that are answered. Whoever mistypes needs two or three.
const FREE_GUESSES: i64 = 5;
/// What wrong facts and letters are counted over.
const WINDOW_MS: i64 = 24 * 3_600_000;
/// How long a code is good: as long as a slow mail takes.
const CODE_MS: i64 = 15 * 60_000;
/// How often it may be typed. One in 333,333 guesses it.
const CODE_TRIES: i64 = 3;
/// How long an open order can be written about.
const OPEN_MS: i64 = 60 * 60_000;
/// Characters of an address or a postcode that are looked at.
const FACT_CHARS_MAX: usize = 254;

/// What somebody knows of an order besides its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The address that it was made with.
    Email(String),
    /// Of the delivery address.
    Postcode(String),
    /// Nothing: they can read that address's mail.
    Mailbox,
}

impl Fact {
    /// Reads what was typed; nothing, if that is empty.
    pub fn read(typed: &str) -> Option<Self> {
        let typed: String = typed.trim().chars().take(FACT_CHARS_MAX).collect();
        if typed.contains('@') {
            return Some(Self::Email(typed.to_lowercase()));
        }
        let code = bare(&typed);
        (!code.is_empty()).then_some(Self::Postcode(code))
    }

    fn fits(&self, order: &AskedOrder) -> bool {
        match self {
            Self::Email(typed) => order.email.as_ref().is_some_and(|email| email.as_str().to_lowercase() == *typed),
            Self::Postcode(typed) => order.postcode.as_deref().is_some_and(|code| bare(code) == *typed),
            Self::Mailbox => true,
        }
    }

    /// Codes that are mailed within a day to whoever knows this. What is easy to guess cannot use up what is kept for the owner.
    fn codes_max(&self) -> i64 {
        match self {
            Self::Mailbox => 1,
            Self::Postcode(_) => 2,
            Self::Email(_) => 3,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Postcode(_) => "postcode",
            Self::Mailbox => "code",
        }
    }
}

/// Letters and digits, in capitals: postcodes are written with and without spaces and dashes.
fn bare(code: &str) -> String {
    code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// A number as it was typed.
struct Number {
    /// However it was spelled: what wrong facts are counted under.
    plain: String,
    /// As shops may have written it.
    spellings: [String; 5],
}

impl Number {
    /// Every spelling has the same `plain` form: none gives more tries than another.
    fn read(typed: &str) -> Result<Self, Refusal> {
        let typed = typed.trim();
        let bare: String = typed.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let bare = bare.trim_start_matches('#');
        if bare.is_empty() {
            return Err(Refusal::Missing(Field::Order));
        }
        if typed.chars().count() > ORDER_NUMBER_CHARS_MAX {
            let max = u32::try_from(ORDER_NUMBER_CHARS_MAX).unwrap_or(u32::MAX);
            return Err(Refusal::TooLong { field: Field::Order, max });
        }
        let (upper, lower) = (bare.to_uppercase(), bare.to_lowercase());
        // PostgreSQL keeps no zero bytes, and refuses to be asked for them.
        let as_typed = typed.replace('\0', "");
        let spellings = [as_typed, bare.to_owned(), format!("#{upper}"), upper.clone(), lower];
        Ok(Self { plain: upper, spellings })
    }

    fn key(&self, ticket: &str) -> AskedKey {
        AskedKey {
            number_sha256: secret::hash(&self.plain),
            asker_sha256: secret::hash(ticket),
        }
    }
}

/// An order that somebody may see, and with which ticket they go on.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Lines and state.
    pub view: OrderView,
    /// For the forms of this page; good for an hour.
    pub ticket: String,
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The order.
    Order(Box<Opened>),
    /// "If this is right, a code was mailed": with the ticket that the code goes with.
    Code(String),
    /// "No order with this number and this": the same whether there is one or not.
    Wrong,
}

/// Asks for an order.
pub async fn ask(services: &Services, store: &StoreRow, number: &str, fact: Fact, language: Language) -> Result<Answer, Fault> {
    let number = Number::read(number)?;
    let (desk, at) = (StoreScope(store.id), services.clock().now());
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                let ticket = Secret::new();
                let key = number.key(ticket.reveal());
                // Counted before it is looked at: of many who ask at once, none is answered uncounted.
                let (wrong, codes) = tx.count_guess(desk, &key.number_sha256, at.plus_ms(-WINDOW_MS), at).await?;
                let orders = tx.orders_asked_for(desk, &number.spellings).await?;
                let right = orders.into_iter().find(|order| fact.fits(order));
                if right.is_some() || fact == Fact::Mailbox {
                    tx.uncount_guess(desk, &key.number_sha256).await?;
                }
                if wrong <= FREE_GUESSES && fact != Fact::Mailbox {
                    return match right {
                        Some(order) => open(tx, desk, &key, order, &fact, &ticket, at).await,
                        None => Ok(Answer::Wrong),
                    };
                }
                if let Some(order) = right
                    && codes < fact.codes_max()
                {
                    mail_code(tx, desk, &key, order, language, at).await?;
                }
                Ok(Answer::Code(ticket.reveal().to_owned()))
            })
        })
        .await
}

async fn open(
    tx: &mut Tx,
    desk: StoreScope,
    key: &AskedKey,
    order: AskedOrder,
    fact: &Fact,
    ticket: &Secret,
    at: Timestamp,
) -> Result<Answer, Fault> {
    let kept = KeptAsking {
        order: order.view.row.id,
        code_sha256: Vec::new(),
        opened_by: Some(fact.code()),
        until: at.plus_ms(OPEN_MS),
    };
    tx.keep_asking(desk, key, &kept).await?;
    let mut view = order.view;
    view.lines = tx.lines_asked_for(desk, &view.row).await?;
    Ok(Answer::Order(Box::new(Opened {
        view,
        ticket: ticket.reveal().to_owned(),
    })))
}

/// Mails a code to the order's own address. The asker learns nothing of it.
async fn mail_code(
    tx: &mut Tx,
    desk: StoreScope,
    key: &AskedKey,
    order: AskedOrder,
    language: Language,
    at: Timestamp,
) -> Result<(), Fault> {
    let Some(email) = &order.email else { return Ok(()) };
    let to = senders::lower(email)?;
    if tx.suppressed(Installation, &to).await? {
        return Ok(());
    }
    let code = secret::digits();
    let kept = KeptAsking {
        order: order.view.row.id,
        code_sha256: secret::hash(&code),
        opened_by: None,
        until: at.plus_ms(CODE_MS),
    };
    tx.keep_asking(desk, key, &kept).await?;
    tx.count_code(desk, &key.number_sha256).await?;
    let job = MailJob::OrderCode {
        store: desk.0,
        to,
        language,
        number: order.view.row.number,
        code,
    };
    let once: Uuid = new_id::<OrderId>().0;
    Ok(tx.enqueue_mail(Some(desk), &job, &format!("order_code:{once}"), at).await?)
}

/// Types the code of the letter. `None` where it is wrong, too old, or typed too often: the same for all of these.
pub async fn type_code(services: &Services, store: &StoreRow, number: &str, ticket: &str, code: &str) -> Result<Option<Opened>, Fault> {
    let number = Number::read(number)?;
    let (desk, at) = (StoreScope(store.id), services.clock().now());
    let digits: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
    let (key, ticket, code) = (number.key(ticket), ticket.to_owned(), secret::hash(&digits));
    services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                if !tx.try_order_code(desk, &key, &code, CODE_TRIES, at).await? {
                    return Ok(None);
                }
                tx.open_by_code(desk, &key, at.plus_ms(OPEN_MS)).await?;
                let found = opened(tx, desk, &number, &key, at).await?;
                let Some((order, _)) = found else { return Ok(None) };
                let mut view = order.view;
                view.lines = tx.lines_asked_for(desk, &view.row).await?;
                Ok::<_, Fault>(Some(Opened { view, ticket }))
            })
        })
        .await
}

/// What a ticket opened, while it is good.
pub async fn again(services: &Services, store: &StoreRow, number: &str, ticket: &str) -> Result<Option<Opened>, Fault> {
    let number = Number::read(number)?;
    let (desk, now) = (StoreScope(store.id), services.clock().now());
    let (key, ticket) = (number.key(ticket), ticket.to_owned());
    services
        .storage()
        .read(|s| {
            Box::pin(async move {
                let Some((order, _)) = opened(s, desk, &number, &key, now).await? else {
                    return Ok(None);
                };
                let mut view = order.view;
                view.lines = s.lines_asked_for(desk, &view.row).await?;
                Ok::<_, Fault>(Some(Opened { view, ticket }))
            })
        })
        .await
}

async fn opened(
    session: &mut storage::Session,
    desk: StoreScope,
    number: &Number,
    key: &AskedKey,
    now: Timestamp,
) -> Result<Option<(AskedOrder, String)>, StorageError> {
    let Some((id, by)) = session.opened_order(desk, key, now).await? else {
        return Ok(None);
    };
    let orders = session.orders_asked_for(desk, &number.spellings).await?;
    Ok(orders.into_iter().find(|order| order.view.row.id == id).map(|order| (order, by)))
}

/// What somebody writes about an order that they opened.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The number, as it was typed.
    pub number: String,
    /// What opened it.
    pub ticket: String,
    /// The same one twice writes once.
    pub cid: ClientId,
    /// What.
    pub body: Body,
    /// In which language.
    pub language: Language,
}

/// It is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The order's number, as the shop writes it.
    pub number: String,
    /// Opens `/m/{token}`, the order's thread. Only for whoever showed that they read the order's mail: what was said before is in it.
    pub door: Option<Secret>,
}

/// "This does not help": goes on in the order's thread, which begins with it if there is none. Colleagues read beside it what the asker
/// saw, and what they knew.
pub async fn write(services: &Services, store: &StoreRow, writing: Writing) -> Result<Written, Fault> {
    let Writing {
        number,
        ticket,
        cid,
        body,
        language,
    } = writing;
    let number = Number::read(&number)?;
    let (desk, at) = (StoreScope(store.id), services.clock().now());
    let key = number.key(&ticket);
    let asked = key.clone();
    let found = services
        .storage()
        .read(|s| Box::pin(async move { opened(s, desk, &number, &asked, at).await }))
        .await?;
    let (order, by) = found.ok_or(Refusal::NotFound)?;
    let row = order.view.row.clone();
    let scope = MemberScope {
        store: store.id,
        customer: order.customer,
        reach: MemberReach::Order(row.id),
    };
    let thread = Box::pin(members::write_about(services, scope, &row.number, cid, body, language)).await?;
    let remark = Body::parse(&remark(store.default_language, &order.view, &by))?;
    let door = services
        .storage()
        .write(move |tx| {
            Box::pin(async move {
                if tx.remark_once(desk, &key).await? {
                    let event = NewEvent {
                        conversation: thread,
                        audience: Audience::Desk,
                        author: Author::System,
                        author_id: None,
                        client: None,
                        kind: EventKind::Posted { body: remark },
                        via: None,
                    };
                    tx.record(desk, event, at).await?;
                }
                match order.email.filter(|_| by == Fact::Mailbox.code()) {
                    Some(email) => door(tx, desk, order.customer, order.view.row.id, email, language, at)
                        .await
                        .map(Some),
                    None => Ok(None),
                }
            })
        })
        .await?;
    Ok(Written { number: row.number, door })
}

async fn door(
    tx: &mut Tx,
    desk: StoreScope,
    customer: model::id::CustomerId,
    order: OrderId,
    email: EmailAddress,
    language: Language,
    at: Timestamp,
) -> Result<Secret, StorageError> {
    let token = Secret::new();
    let link = NewDoorLink {
        token_sha256: token.hash(),
        store: desk.0,
        purpose: Purpose::Order(order),
        customer: Some(customer),
        email,
        language,
        expires_at: at.plus_ms(DOOR_LINK_MS),
    };
    tx.insert_door_link(&link, at).await?;
    Ok(token)
}

/// What stands beside the first words, for colleagues.
fn remark(language: Language, view: &OrderView, by: &str) -> String {
    let words = catalogue::site(language);
    let knew = words.get(match by {
        "email" => "site.where.knew_email",
        "postcode" => "site.where.knew_postcode",
        _ => "site.where.knew_code",
    });
    let state = words.get(state_key(view.row.state));
    let values = [
        ("number", view.row.number.as_str()),
        ("state", state.as_str()),
        ("knew", knew.as_str()),
    ];
    let mut text = words.with("site.where.remark", &values);
    if let Some(tracking) = &view.tracking {
        text.push('\n');
        text.push_str(tracking.carrier.as_deref().unwrap_or_default());
        text.push(' ');
        text.push_str(&tracking.number);
    }
    text
}

/// The word for where an order stands, on this page and in the remark.
pub fn state_key(state: OrderState) -> &'static str {
    match state {
        OrderState::Placed => "site.where.placed_state",
        OrderState::Received => "site.where.received_state",
        OrderState::Packed => "site.where.packed_state",
        OrderState::Shipped => "site.where.shipped_state",
        OrderState::Delivered => "site.where.delivered_state",
        OrderState::Cancelled => "site.where.cancelled_state",
        OrderState::Returned => "site.where.returned_state",
    }
}

/// Forgets codes that are too old, and who went wrong a day ago.
pub async fn forget(services: &Services, desk: StoreScope) -> Result<(), Fault> {
    let now = services.clock().now();
    Ok(services
        .storage()
        .write(move |tx| Box::pin(async move { tx.forget_askings(desk, now.plus_ms(-WINDOW_MS), now).await }))
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_number_is_counted_as_one() {
        let plain = |typed: &str| Number::read(typed).map(|number| number.plain);
        for typed in ["M-20418", "m-20418", " M - 20418 ", "#M-20418", "##m-20418"] {
            assert_eq!(plain(typed).as_deref(), Ok("M-20418"), "{typed}");
        }
        let number = Number::read("Ab-1").expect("a number");
        for spelling in &number.spellings {
            assert_eq!(plain(spelling).as_deref(), Ok("AB-1"), "{spelling}");
        }
        assert_eq!(plain(" # "), Err(Refusal::Missing(Field::Order)));
        assert!(matches!(
            plain(&"9".repeat(65)),
            Err(Refusal::TooLong {
                field: Field::Order,
                max: 64
            })
        ));
        assert!(plain(&"9".repeat(64)).is_ok());
    }

    #[test]
    fn facts_are_read_however_they_are_written() {
        assert_eq!(
            Fact::read(" Jane@Customer.Example "),
            Some(Fact::Email("jane@customer.example".to_owned()))
        );
        assert_eq!(Fact::read("2611 gx"), Some(Fact::Postcode("2611GX".to_owned())));
        assert_eq!(Fact::read("SW1A-1AA"), Some(Fact::Postcode("SW1A1AA".to_owned())));
        assert_eq!(Fact::read(" - "), None);
        assert_eq!(Fact::read(""), None);
    }
}
