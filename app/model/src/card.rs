//! The customer's card beside a conversation: who it is, what colleagues noted, and everything they ordered (S-09, S-12 to S-17).

use serde::{Deserialize, Serialize};

use crate::{
    conversation::Money,
    id::{ConversationId, CustomerId, NoteId},
    language::Language,
    order::OrderRow,
    party::Customer,
    text::{Body, EmailAddress, Name, Phone, Tag},
    time::Timestamp,
};

/// Everything of the region **Customer**.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCard {
    /// As in lists: a member, or a visitor (S-12).
    pub customer: Customer,
    /// The store's own record of them; `None` for a visitor who is nobody yet.
    pub id: Option<CustomerId>,
    /// How to reach them.
    pub email: Option<EmailAddress>,
    /// Whether the address was shown to be theirs.
    pub email_proven: bool,
    /// The same.
    pub phone: Option<Phone>,
    /// What they read.
    pub language: Option<Language>,
    /// Since when the store knows them.
    pub since: Option<Timestamp>,
    /// What they are sorted under (S-14).
    pub tags: Vec<CustomerTag>,
    /// What colleagues noted, the last one first (S-15).
    pub notes: Vec<CustomerNote>,
    /// All of their orders, the last one first (S-16).
    pub orders: Vec<OrderRow>,
    /// What the shop's page said when the conversation began.
    pub context: Option<ShopContext>,
}

/// A tag, and who gave it (S-i8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerTag {
    /// The word.
    pub tag: Tag,
    /// Who.
    pub by: Name,
    /// When.
    pub at: Timestamp,
}

/// A note about a customer; they never see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerNote {
    /// Which.
    pub id: NoteId,
    /// What.
    pub body: Body,
    /// Who wrote it.
    pub by: Name,
    /// When.
    pub at: Timestamp,
    /// Who changed it last, and when (S-i8).
    pub edited: Option<Edited>,
}

/// Who changed something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct Edited {
    pub by: Name,
    pub at: Timestamp,
}

/// What the shop's signed token said of its page and its shopper. As it was then: it shows its age.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopContext {
    /// What lies in the cart.
    pub cart: Vec<ContextLine>,
    /// What the cart comes to.
    pub cart_total: Option<Money>,
    /// Their last orders, as the shop's page knew them: number and state in the shop's own words.
    pub orders: Vec<ContextOrder>,
    /// When it was said.
    pub at: Timestamp,
}

/// Something in a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct ContextLine {
    pub name: String,
    pub quantity: i64,
}

/// An order, in the shop's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct ContextOrder {
    pub number: String,
    pub state: String,
}

/// Whose card is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardOf {
    /// Whoever a conversation is with.
    Conversation(ConversationId),
    /// Somebody in the list of customers.
    Customer(CustomerId),
}

/// What is done on a card, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardDeed {
    /// Makes a visitor a member (S-13).
    Register {
        /// May be empty.
        phone: String,
        /// Where they are reached.
        email: String,
    },
    /// Sorts them under a word (S-14).
    AddTag(String),
    /// No longer.
    RemoveTag(String),
    /// Notes something about them (S-15).
    AddNote(String),
    /// Says it otherwise.
    EditNote {
        /// Which.
        note: NoteId,
        /// What it says from now on.
        body: String,
    },
}

/// Somebody in the list of customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    /// Ours.
    pub id: CustomerId,
    /// What they are called: by name, or by what else is known.
    pub name: String,
    /// The number of a member; a visitor has none (S-12).
    pub number: Option<String>,
    /// How to reach them.
    pub email: Option<EmailAddress>,
    /// Since when the store knows them; with the id, the place in the list.
    pub since: Timestamp,
}

/// A page of the list of customers, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomersPage {
    /// In the list's order.
    pub rows: Vec<CustomerRow>,
    /// Whether there is another page.
    pub more: bool,
}

crate::read_struct! {
    CustomerRow { id, name, number, email, since }
    CustomersPage { rows, more }
    CustomerCard { customer, id, email, email_proven, phone, language, since, tags, notes, orders, context }
    CustomerTag { tag, by, at }
    CustomerNote { id, body, by, at, edited }
    Edited { by, at }
    ShopContext { cart, cart_total, orders, at }
    ContextLine { name, quantity }
    ContextOrder { number, state }
}
