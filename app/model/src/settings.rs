//! What a store decides about its chat. Stored as JSON; every field has a default, so old rows always read.

use serde::{Deserialize, Serialize};

use crate::{
    colour::Pair,
    hours::OpeningHours,
    refusal::Field,
    text::{EmailAddress, Name},
};

/// A store's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreSettings {
    /// The name under the desk's messages (P-07). `None`: everybody's own.
    pub operator_name: Option<Name>,
    /// What the back office lets be heard (P-08).
    pub sounds: Sounds,
    /// Places: how many shoppers may be in a live chat at once (P-09).
    pub places: u32,
    /// What a shopper finds when nobody is there.
    pub offline: OfflineMode,
    /// What the offline form asks (P-25, P-26).
    pub offline_fields: OfflineFields,
    /// Where offline messages are mailed to (P-23). `None`: the store's owners.
    pub notify: Option<EmailAddress>,
    /// The guide's literal way (P-54): the customer's address as `From`. Mail systems with DMARC throw such mail away, so the
    /// default is the store as `From` and the customer as `Reply-To` (P-i4).
    pub literal_from: bool,
    /// The panel's colours while somebody is there (P-18 to P-20).
    pub online_colours: OnlineColours,
    /// The panel's header while nobody is there (P-27).
    pub offline_header: Pair,
    /// Who may start a live chat (D-30).
    pub live_for: StartBy,
    /// Who may leave a message.
    pub offline_for: StartBy,
    /// When the store is open. `None`: whenever somebody is on duty.
    pub hours: Option<OpeningHours>,
    /// What ends being on duty (D-08, P-47).
    pub presence: PresenceRule,
    /// Seconds until a chat that nobody took becomes an offline message by itself.
    pub missed_after_s: u32,
    /// When a finished conversation enters the history (P-49).
    pub history: HistoryFills,
    /// How long things are kept.
    pub retention: Retention,
    /// How much of a visitor's address is kept.
    pub addresses: AddressKeeping,
    /// Where the shop says what it does with personal data; linked from the notice before the first message.
    pub privacy_url: Option<String>,
    /// "Shop recipient email" (S-21, S-34): the sender of letters to customers, once it is proven; until then the installation's own.
    pub shop_email: Option<EmailAddress>,
    /// The customer service mailbox that order pages show (S-25, S-26). `None`: the order's own signed address, where mail comes in.
    pub service_email: Option<EmailAddress>,
    /// Seconds that an answer waits for its reader on the site before it goes by mail.
    pub mail_after_s: u32,
    /// Where "Submit a request" leads to (S-36). `None`: a ticket at the marketplace.
    pub help_url: Option<String>,
    /// Whether the resume handle may be kept in the shop page's `sessionStorage` when the cookie is blocked.
    pub resume_handle: bool,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            operator_name: None,
            sounds: Sounds::default(),
            places: 50,
            offline: OfflineMode::Form,
            offline_fields: OfflineFields::default(),
            notify: None,
            literal_from: false,
            online_colours: OnlineColours::default(),
            offline_header: Pair::OFFLINE_HEADER,
            live_for: StartBy::Everyone,
            offline_for: StartBy::Everyone,
            hours: None,
            presence: PresenceRule::WhileAWindowLives,
            missed_after_s: 60,
            history: HistoryFills::AtSignOff,
            retention: Retention::default(),
            addresses: AddressKeeping::Truncated,
            privacy_url: None,
            shop_email: None,
            service_email: None,
            mail_after_s: 120,
            help_url: None,
            resume_handle: true,
        }
    }
}

/// What the back office lets be heard (P-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sounds {
    /// A new message.
    pub messages: bool,
    /// A new conversation.
    pub conversations: bool,
}

impl Default for Sounds {
    fn default() -> Self {
        Self {
            messages: true,
            conversations: true,
        }
    }
}

/// The panel's colours while somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnlineColours {
    /// Of the header (P-18).
    pub header: Pair,
    /// Of the operator's messages (P-19).
    pub theirs: Pair,
    /// Of the customer's messages (P-20).
    pub mine: Pair,
}

impl Default for OnlineColours {
    fn default() -> Self {
        Self {
            header: Pair::HEADER,
            theirs: Pair::THEIRS,
            mine: Pair::MINE,
        }
    }
}

/// Whom a store talks to (D-30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartBy {
    /// Whoever comes.
    Everyone,
    /// Those whom the shop has signed in.
    Members,
}

/// What ends being on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceRule {
    /// The switch, and closing the last window (D-08).
    WhileAWindowLives,
    /// Only the switch (P-47).
    UntilSwitchedOff,
}

/// When a finished conversation enters the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryFills {
    /// When the operator signs off from chat (P-49).
    AtSignOff,
    /// As soon as it ends.
    AtOnce,
}

/// Days that things are kept; 0 means for ever. Saved chats (D-22) and those under a legal hold are kept whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Live chats, from their last event on.
    pub chats_days: u32,
    /// Offline messages, from their last event on.
    pub messages_days: u32,
    /// Addresses, browsers and pages of visitors.
    pub connections_days: u32,
    /// Mails that were sent, with what they said.
    pub mails_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            chats_days: 365,
            messages_days: 365,
            connections_days: 30,
            mails_days: 30,
        }
    }
}

/// How much of a visitor's address is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKeeping {
    /// The network only: 24 bits of IPv4, 48 of IPv6.
    Truncated,
    /// All of it, for as long as [`Retention::connections_days`].
    Full,
}

/// What a shopper finds when nobody is there (P-12, P-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfflineMode {
    /// A form that leaves a message.
    Form,
    /// The form, and when somebody will be there.
    FormWithHours,
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

crate::read_struct! {
    StoreSettings {
        operator_name,
        sounds,
        places,
        offline,
        offline_fields,
        notify,
        literal_from,
        online_colours,
        offline_header,
        live_for,
        offline_for,
        hours,
        presence,
        missed_after_s,
        history,
        retention,
        addresses,
        privacy_url,
        shop_email,
        service_email,
        mail_after_s,
        help_url,
        resume_handle,
    }
    Sounds { messages, conversations }
    OnlineColours { header, theirs, mine }
    Retention { chats_days, messages_days, connections_days, mails_days }
    OfflineFields { first_name, last_name, email, phone }
}

crate::json::read_codes! {
    StartBy { Everyone = "everyone", Members = "members" }
    PresenceRule { WhileAWindowLives = "while_a_window_lives", UntilSwitchedOff = "until_switched_off" }
    HistoryFills { AtSignOff = "at_sign_off", AtOnce = "at_once" }
    AddressKeeping { Truncated = "truncated", Full = "full" }
    OfflineMode { Form = "form", FormWithHours = "form_with_hours", Hidden = "hidden" }
    Asked { No = "no", Optional = "optional", Required = "required" }
}
