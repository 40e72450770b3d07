//! What a shop's token says of the page and its shopper: cart, product, last orders. Signed, and still only somebody's word: it is read
//! leniently, what cannot be read is left out, and what is too much is cut. A page that says nonsense keeps nobody from being signed in.

use model::{
    card::{ContextLine, ContextOrder, ShopContext},
    conversation::{Money, ProductSnapshot},
    text::{Name, Sku},
    time::Timestamp,
};
use serde_json::Value;

use crate::currency;

/// Lines of a cart: more than is ever looked at.
const CART_MAX: usize = 50;
/// Orders: the last ones.
const ORDERS_MAX: usize = 20;
/// Characters of a product's name, an order's number, a state.
const TEXT_CHARS_MAX: usize = 100;
/// Characters of a picture's address.
const PICTURE_CHARS_MAX: usize = 500;
/// Pieces on one line of a cart.
const QUANTITY_MAX: i64 = 1_000_000;
/// An amount, in the smallest unit: with room to add some up.
const MINOR_MAX: i64 = 1_000_000_000_000;

/// What the page said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromPage {
    /// Cart and last orders.
    pub context: ShopContext,
    /// The product that the page is about, as it is this minute.
    pub product: Option<ProductSnapshot>,
}

/// Reads the claim `context`; `None`: it says nothing.
pub(super) fn read(claim: &Value, at: Timestamp) -> Option<FromPage> {
    let claim = claim.as_object()?;
    let context = ShopContext {
        cart: all(claim.get("cart"), CART_MAX, line),
        cart_total: claim.get("cart_total").and_then(money),
        orders: all(claim.get("orders"), ORDERS_MAX, order),
        at,
    };
    let product = claim.get("product").and_then(product);
    let empty = context.cart.is_empty() && context.cart_total.is_none() && context.orders.is_empty() && product.is_none();
    (!empty).then_some(FromPage { context, product })
}

fn all<T>(list: Option<&Value>, max: usize, one: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(one).take(max).collect()
}

fn line(value: &Value) -> Option<ContextLine> {
    Some(ContextLine {
        name: text(value.get("name")?)?,
        quantity: value.get("quantity")?.as_i64().filter(|n| (1..=QUANTITY_MAX).contains(n))?,
    })
}

fn order(value: &Value) -> Option<ContextOrder> {
    Some(ContextOrder {
        number: text(value.get("number")?)?,
        state: value.get("state").and_then(text).unwrap_or_default(),
    })
}

fn money(value: &Value) -> Option<Money> {
    let currency = value.get("currency")?.as_str()?;
    currency::digits(currency)?;
    Some(Money {
        minor: value
            .get("minor")?
            .as_i64()
            .filter(|minor| (-MINOR_MAX..=MINOR_MAX).contains(minor))?,
        currency: currency.to_owned(),
    })
}

fn product(value: &Value) -> Option<ProductSnapshot> {
    let name = |key: &str| value.get(key).and_then(text).and_then(|text| Name::parse(&text).ok());
    Some(ProductSnapshot {
        sku: Sku::parse(value.get("sku")?.as_str()?).ok()?,
        name: name("name"),
        variant: name("variant"),
        price: value.get("price").and_then(money),
        picture: value.get("picture").and_then(Value::as_str).and_then(picture),
    })
}

/// A web address without anything in it that an address has not. Which sites are the shop's own, is seen where it is kept.
fn picture(text: &str) -> Option<String> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\".contains(&b));
    (web && plain && text.len() <= PICTURE_CHARS_MAX).then(|| text.to_owned())
}

/// Words on one line, cut; `None`: there are none.
fn text(value: &Value) -> Option<String> {
    let cut: String = value.as_str()?.chars().filter(|c| !c.is_control()).take(TEXT_CHARS_MAX).collect();
    let cut = cut.trim();
    (!cut.is_empty()).then(|| cut.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_page_says_is_read_as_it_is() {
        let page = read(
            &json!({
                "cart": [{"name": "Cups", "quantity": 2}],
                "cart_total": {"minor": 6800, "currency": "EUR"},
                "product": {
                    "sku": "DB-TEAPOT", "name": "Teapot", "variant": "Blue, 1 l",
                    "price": {"minor": 8900, "currency": "EUR"}, "picture": "https://shop.example/teapot.jpg",
                },
                "orders": [{"number": "M-20418", "state": "shipped"}],
            }),
            Timestamp(7),
        )
        .expect("says something");
        assert_eq!((page.context.cart[0].name.as_str(), page.context.cart[0].quantity), ("Cups", 2));
        assert_eq!(page.context.cart_total.map(|total| total.minor), Some(6_800));
        assert_eq!((page.context.orders[0].number.as_str(), page.context.at), ("M-20418", Timestamp(7)));
        let product = page.product.expect("a product");
        assert_eq!(product.variant.as_ref().map(Name::as_str), Some("Blue, 1 l"));
        assert_eq!(product.price.map(|price| price.minor), Some(8_900));
        assert_eq!(product.picture.as_deref(), Some("https://shop.example/teapot.jpg"));
    }

    #[test]
    fn nonsense_is_left_out_and_too_much_is_cut() {
        for nothing in [
            json!(null),
            json!(3),
            json!([]),
            json!({}),
            json!({"cart": "all of it"}),
            json!({"product": {"name": "x"}}),
        ] {
            assert_eq!(read(&nothing, Timestamp(0)), None, "{nothing}");
        }
        let line = json!({"name": "x".repeat(300), "quantity": 1});
        let page = read(
            &json!({
                "cart": [line.clone(), {"name": "", "quantity": 1}, {"name": "minus", "quantity": -1}, {"name": "half", "quantity": 0.5}],
                "cart_total": {"minor": 1, "currency": "XYZ"},
                "product": {"sku": "A", "picture": "javascript:alert(1)", "price": {"minor": "1", "currency": "EUR"}},
                "orders": [{"number": "1\n2"}],
            }),
            Timestamp(0),
        )
        .expect("some of it");
        assert_eq!(page.context.cart.len(), 1);
        assert_eq!(page.context.cart[0].name.chars().count(), TEXT_CHARS_MAX);
        assert_eq!(page.context.cart_total, None);
        assert_eq!(page.context.orders[0].number, "12");
        let product = page.product.expect("its key is good");
        assert_eq!((product.picture, product.price), (None, None));
        let long = read(&json!({"cart": vec![line; 200]}), Timestamp(0)).expect("a cart");
        assert_eq!(long.context.cart.len(), CART_MAX);
    }
}
