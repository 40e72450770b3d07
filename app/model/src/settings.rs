//! What a store decides about its chat. Stored as JSON; every field has a default, so old rows always read.

use serde::{Deserialize, Serialize};

use crate::refusal::Field;

/// A store's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreSettings {
    /// Places: how many shoppers may be in a live chat at once (P-09).
    pub places: u32,
    /// What a shopper finds when nobody is there.
    pub offline: OfflineMode,
    /// What the offline form asks (P-25, P-26).
    pub offline_fields: OfflineFields,
    /// Whether the resume handle may be kept in the shop page's `sessionStorage` when the cookie is blocked.
    pub resume_handle: bool,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            places: 50,
            offline: OfflineMode::Form,
            offline_fields: OfflineFields::default(),
            resume_handle: true,
        }
    }
}

/// What a shopper finds when nobody is there (P-12, P-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfflineMode {
    /// A form that leaves a message.
    Form,
    /// Nothing at all.
    Hidden,
}

/// Whether the offline form asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Asked {
    No,
    Optional,
    Required,
}

/// What the offline form asks. The message itself is always asked and required: without it there is nothing to store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the fields")]
pub struct OfflineFields {
    pub first_name: Asked,
    pub last_name: Asked,
    pub email: Asked,
    pub phone: Asked,
}

impl Default for OfflineFields {
    /// A non-member must give name and email (D-i7).
    fn default() -> Self {
        Self {
            first_name: Asked::Required,
            last_name: Asked::Optional,
            email: Asked::Required,
            phone: Asked::No,
        }
    }
}

impl OfflineFields {
    /// The fields in the order of the form, with whether they are asked.
    pub fn in_order(&self) -> [(Field, Asked); 4] {
        [
            (Field::FirstName, self.first_name),
            (Field::LastName, self.last_name),
            (Field::Email, self.email),
            (Field::Phone, self.phone),
        ]
    }
}
