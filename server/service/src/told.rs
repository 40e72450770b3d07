//! Customers and orders as the shop's own programs write them: read whole, or refused with the field and the reason. The API, the signed
//! hook and the imports all read by this one file, so that all of them take the same.

use model::{
    conversation::Money,
    order::{OrderLine, OrderState, Tracking},
    refusal::Refusal,
    text::{EmailAddress, Name, Phone, Sku},
    time::Timestamp,
};
use storage::{ToldCustomer, ToldOrder};

use crate::currency;

/// Characters of an order's number.
pub const ORDER_NUMBER_CHARS_MAX: usize = 64;
/// Characters of the shop's id of a customer.
pub const EXTERNAL_ID_CHARS_MAX: usize = 100;
/// Lines of one order.
pub const ORDER_LINES_MAX: usize = 200;
/// How many of one thing.
pub const QUANTITY_MAX: i64 = 100_000;
/// What one thing costs at most, in the smallest unit; with the two above, no sum is too large to be kept.
pub const PRICE_MINOR_MAX: i64 = 1_000_000_000;
/// What an order costs at most, in the smallest unit.
pub const TOTAL_MINOR_MAX: i64 = 1_000_000_000_000;
/// Characters of a product's name.
pub const LINE_NAME_CHARS_MAX: usize = 200;
/// Characters of a delivery address.
pub const SHIP_TO_CHARS_MAX: usize = 500;
/// Characters of a postcode.
pub const POSTCODE_CHARS_MAX: usize = 16;
/// Characters of a parcel's number, and of who brings it.
pub const TRACKING_CHARS_MAX: usize = 100;
/// Characters of the carrier's page about a parcel.
pub const TRACKING_URL_CHARS_MAX: usize = 500;
/// An order of before 1970 or after 2100 is a mistake.
const PLACED_MAX_MS: i64 = 4_102_444_800_000;

/// What is wrong with what was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Where, as a path: `lines[2].price_minor`.
    pub field: String,
    /// What.
    pub why: Why,
}

/// What can be wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "see `Why::code`")]
pub enum Why {
    Missing,
    TooLong,
    Invalid,
    Amount,
    Currency,
    State,
    Date,
    TooMany,
    Differs,
    Twice,
    Columns,
    UnknownColumn,
    ManyLines,
}

impl Why {
    /// As the API says it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong => "too_long",
            Self::Invalid => "invalid",
            Self::Amount => "invalid_amount",
            Self::Currency => "unknown_currency",
            Self::State => "unknown_state",
            Self::Date => "invalid_date",
            Self::TooMany => "too_many",
            Self::Differs => "differs",
            Self::Twice => "twice",
            Self::Columns => "columns",
            Self::UnknownColumn => "unknown_column",
            Self::ManyLines => "too_many_lines",
        }
    }

    /// The key of its sentence.
    pub fn key(self) -> &'static str {
        match self {
            Self::Missing => "site.imports.bad_missing",
            Self::TooLong => "site.imports.bad_long",
            Self::Invalid => "site.imports.bad_text",
            Self::Amount => "site.imports.bad_amount",
            Self::Currency => "site.imports.bad_currency",
            Self::State => "site.imports.bad_state",
            Self::Date => "site.imports.bad_date",
            Self::TooMany => "site.imports.bad_many",
            Self::Differs => "site.imports.bad_differs",
            Self::Twice => "site.imports.bad_twice",
            Self::Columns => "site.imports.bad_line",
            Self::UnknownColumn => "site.imports.bad_column",
            Self::ManyLines => "site.imports.bad_file",
        }
    }
}

fn bad(field: &str, why: Why) -> Bad {
    Bad {
        field: field.to_owned(),
        why,
    }
}

/// What a refusal of the vocabulary is here.
fn why(refusal: Refusal) -> Why {
    match refusal {
        Refusal::Missing(_) => Why::Missing,
        Refusal::TooLong { .. } => Why::TooLong,
        _ => Why::Invalid,
    }
}

/// A customer as they were written. What the type does not know is left aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields of the API")]
pub struct CustomerInput {
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub phone: Option<String>,
    pub language: Option<String>,
}

/// A line of an order as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields of the API")]
pub struct LineInput {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub price_minor: i64,
}

/// Where a parcel is, as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields of the API")]
pub struct TrackingInput {
    pub number: String,
    pub carrier: Option<String>,
    pub url: Option<String>,
}

/// An order as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the fields of the API")]
pub struct OrderInput {
    pub state: String,
    pub currency: String,
    pub total_minor: i64,
    pub placed_at: String,
    pub lines: Vec<LineInput>,
    pub customer: Option<String>,
    pub email: Option<String>,
    pub postcode: Option<String>,
    pub ship_to: Option<String>,
    pub tracking: Option<TrackingInput>,
}

impl CustomerInput {
    /// Reads it.
    pub fn read(&self, external_id: &str) -> Result<ToldCustomer, Bad> {
        Ok(ToldCustomer {
            external_id: reference("external_id", external_id, EXTERNAL_ID_CHARS_MAX)?,
            name: parsed("name", self.name.as_deref(), Name::parse)?,
            email: parsed("email", self.email.as_deref(), EmailAddress::parse)?,
            email_verified: self.email_verified,
            phone: parsed("phone", self.phone.as_deref(), Phone::parse)?,
            language: match written(self.language.as_deref()) {
                Some(code) => Some(code.parse().map_err(|_| bad("language", Why::Invalid))?),
                None => None,
            },
        })
    }
}

impl OrderInput {
    /// Reads it.
    pub fn read(&self, number: &str) -> Result<ToldOrder, Bad> {
        let currency = self.currency.as_str();
        if currency::digits(currency).is_none() {
            return Err(bad("currency", Why::Currency));
        }
        if self.total_minor.unsigned_abs() > TOTAL_MINOR_MAX.unsigned_abs() {
            return Err(bad("total_minor", Why::Amount));
        }
        if self.lines.len() > ORDER_LINES_MAX {
            return Err(bad("lines", Why::TooMany));
        }
        let lines = self.lines.iter().enumerate().map(|(n, line)| line.read(n, currency));
        Ok(ToldOrder {
            number: reference("number", number, ORDER_NUMBER_CHARS_MAX)?,
            state: OrderState::from_code(&self.state).ok_or_else(|| bad("state", Why::State))?,
            total: Money {
                minor: self.total_minor,
                currency: currency.to_owned(),
            },
            placed_at: moment(&self.placed_at).ok_or_else(|| bad("placed_at", Why::Date))?,
            lines: lines.collect::<Result<_, _>>()?,
            customer: match written(self.customer.as_deref()) {
                Some(id) => Some(reference("customer", id, EXTERNAL_ID_CHARS_MAX)?),
                None => None,
            },
            email: parsed("email", self.email.as_deref(), EmailAddress::parse)?,
            postcode: postcode(self.postcode.as_deref())?,
            ship_to: lines_of_text("ship_to", self.ship_to.as_deref(), SHIP_TO_CHARS_MAX)?,
            tracking: match &self.tracking {
                Some(tracking) => Some(tracking.read()?),
                None => None,
            },
        })
    }
}

impl LineInput {
    fn read(&self, n: usize, currency: &str) -> Result<OrderLine, Bad> {
        let at = |field: &str| format!("lines[{n}].{field}");
        let wrong = |field: &str, why: Why| Bad { field: at(field), why };
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            return Err(wrong("quantity", Why::Amount));
        }
        if self.price_minor.unsigned_abs() > PRICE_MINOR_MAX.unsigned_abs() {
            return Err(wrong("price_minor", Why::Amount));
        }
        Ok(OrderLine {
            sku: Sku::parse(&self.sku).map_err(|refusal| wrong("sku", why(refusal)))?,
            name: one_line(&self.name, LINE_NAME_CHARS_MAX).map_err(|why| wrong("name", why))?,
            quantity: self.quantity,
            price: Money {
                minor: self.price_minor,
                currency: currency.to_owned(),
            },
        })
    }
}

impl TrackingInput {
    fn read(&self) -> Result<Tracking, Bad> {
        let url = match written(self.url.as_deref()) {
            Some(url) => Some(https(url).ok_or_else(|| bad("tracking.url", Why::Invalid))?),
            None => None,
        };
        let carrier = match written(self.carrier.as_deref()) {
            Some(carrier) => Some(one_line(carrier, TRACKING_CHARS_MAX).map_err(|why| bad("tracking.carrier", why))?),
            None => None,
        };
        Ok(Tracking {
            number: one_line(&self.number, TRACKING_CHARS_MAX).map_err(|why| bad("tracking.number", why))?,
            carrier,
            url,
        })
    }
}

/// What was filled in.
fn written(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn parsed<T>(field: &str, text: Option<&str>, parse: fn(&str) -> Result<T, Refusal>) -> Result<Option<T>, Bad> {
    match written(text) {
        Some(text) => parse(text).map(Some).map_err(|refusal| bad(field, why(refusal))),
        None => Ok(None),
    }
}

/// A number or an id of the shop's: it stands in addresses, so it has no spaces and begins with a letter, a digit or `#`.
pub(crate) fn is_reference(text: &str, max: usize) -> bool {
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'#');
    first && text.len() <= max && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._@:#/+|-".contains(&b))
}

fn reference(field: &str, text: &str, max: usize) -> Result<String, Bad> {
    if text.is_empty() {
        Err(bad(field, Why::Missing))
    } else if text.len() > max {
        Err(bad(field, Why::TooLong))
    } else if is_reference(text, max) {
        Ok(text.to_owned())
    } else {
        Err(bad(field, Why::Invalid))
    }
}

fn one_line(text: &str, max: usize) -> Result<String, Why> {
    let text = text.trim();
    if text.is_empty() {
        Err(Why::Missing)
    } else if text.chars().any(char::is_control) {
        Err(Why::Invalid)
    } else if text.chars().count() > max {
        Err(Why::TooLong)
    } else {
        Ok(text.to_owned())
    }
}

fn lines_of_text(field: &str, text: Option<&str>, max: usize) -> Result<Option<String>, Bad> {
    let Some(text) = written(text) else { return Ok(None) };
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n') {
        Err(bad(field, Why::Invalid))
    } else if text.chars().count() > max {
        Err(bad(field, Why::TooLong))
    } else {
        Ok(Some(text))
    }
}

/// As it is compared: without spaces and hyphens, in capitals.
pub fn normal_postcode(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn postcode(text: Option<&str>) -> Result<Option<String>, Bad> {
    let Some(text) = written(text) else { return Ok(None) };
    let normal = normal_postcode(text);
    if normal.is_empty() {
        Err(bad("postcode", Why::Invalid))
    } else if text.chars().count().max(normal.chars().count()) > POSTCODE_CHARS_MAX {
        Err(bad("postcode", Why::TooLong))
    } else {
        Ok(Some(normal))
    }
}

/// A page that a customer may be led to: `https`, with a host, and nobody's name and password in it.
fn https(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.host_str().is_some();
    let text = String::from(url.clone());
    (url.scheme() == "https" && plain && text.len() <= TRACKING_URL_CHARS_MAX).then_some(text)
}

fn moment(text: &str) -> Option<Timestamp> {
    let at: jiff::Timestamp = text.parse().ok()?;
    let ms = at.as_millisecond();
    (0..=PLACED_MAX_MS).contains(&ms).then_some(Timestamp(ms))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order() -> OrderInput {
        OrderInput {
            state: "shipped".to_owned(),
            currency: "EUR".to_owned(),
            total_minor: 6_480,
            placed_at: "2026-07-01T10:00:00+02:00".to_owned(),
            lines: vec![LineInput {
                sku: "TEA-1".to_owned(),
                name: "Teapot".to_owned(),
                quantity: 1,
                price_minor: 6_480,
            }],
            postcode: Some("2611 ab".to_owned()),
            ..OrderInput::default()
        }
    }

    fn refused(input: &OrderInput) -> (String, &'static str) {
        let bad = input.read("2041").expect_err("is refused");
        (bad.field, bad.why.code())
    }

    #[test]
    fn an_order_is_read_whole() {
        let told = order().read("2041").expect("is read");
        assert_eq!(told.placed_at.rfc3339(), "2026-07-01T08:00:00.000Z");
        assert_eq!(told.postcode.as_deref(), Some("2611AB"));
        assert_eq!(told.lines[0].price.currency, "EUR");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_reason() {
        let cases: [(OrderInput, &str, &str); 8] = [
            (
                OrderInput {
                    currency: "BTC".to_owned(),
                    ..order()
                },
                "currency",
                "unknown_currency",
            ),
            (
                OrderInput {
                    state: "lost".to_owned(),
                    ..order()
                },
                "state",
                "unknown_state",
            ),
            (
                OrderInput {
                    placed_at: "yesterday".to_owned(),
                    ..order()
                },
                "placed_at",
                "invalid_date",
            ),
            (
                OrderInput {
                    total_minor: i64::MIN,
                    ..order()
                },
                "total_minor",
                "invalid_amount",
            ),
            (
                OrderInput {
                    email: Some("jane".to_owned()),
                    ..order()
                },
                "email",
                "invalid",
            ),
            (
                OrderInput {
                    ship_to: Some("a\u{0}b".to_owned()),
                    ..order()
                },
                "ship_to",
                "invalid",
            ),
            (
                OrderInput {
                    lines: vec![LineInput {
                        quantity: 0,
                        ..order().lines[0].clone()
                    }],
                    ..order()
                },
                "lines[0].quantity",
                "invalid_amount",
            ),
            (
                OrderInput {
                    tracking: Some(TrackingInput {
                        number: "3S".to_owned(),
                        url: Some("javascript:alert(1)".to_owned()),
                        ..TrackingInput::default()
                    }),
                    ..order()
                },
                "tracking.url",
                "invalid",
            ),
        ];
        for (input, field, code) in cases {
            assert_eq!(refused(&input), (field.to_owned(), code));
        }
        // As it was told, not only as it is kept: spaces and signs count.
        for (postcode, expected) in [
            ("2611 AB 2611 AB", None),
            ("  --  ", Some("invalid")),
            ("26 1 1 -A - B - C", Some("too_long")),
        ] {
            let input = OrderInput {
                postcode: Some(postcode.to_owned()),
                ..order()
            };
            let code = input.read("2041").err().map(|bad| bad.why.code());
            assert_eq!(code, expected, "{postcode}");
        }
        let many = OrderInput {
            lines: vec![order().lines[0].clone(); ORDER_LINES_MAX + 1],
            ..order()
        };
        assert_eq!(refused(&many), ("lines".to_owned(), "too_many"));
        for number in ["", " 2041", "..", "a b", &"1".repeat(ORDER_NUMBER_CHARS_MAX + 1)] {
            assert!(order().read(number).is_err(), "{number}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_or_refused(text in ".{0,80}", n in any::<i64>()) {
            let said = text.as_str();
            let text = Some(text.clone());
            let customer = CustomerInput { name: text.clone(), email: text.clone(), phone: text.clone(), language: text.clone(), email_verified: true };
            let _ = customer.read("C-1");
            let _ = CustomerInput::default().read(said);
            let tracking = TrackingInput { number: "3S".to_owned(), carrier: text.clone(), url: text.clone() };
            let line = LineInput { sku: said.to_owned(), name: said.to_owned(), quantity: n, price_minor: n };
            let input = OrderInput { postcode: text.clone(), ship_to: text.clone(), tracking: Some(tracking), lines: vec![line], total_minor: n, ..order() };
            if let Ok(told) = input.read("2041") {
                prop_assert!(!told.ship_to.unwrap_or_default().contains('\0'));
            }
            let placed = OrderInput { placed_at: said.to_owned(), ..order() };
            let _ = placed.read("2041");
        }
    }
}
