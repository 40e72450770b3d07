//! The site's own pages: rendered here, read by any browser, and sent back as plain forms. They run no program and decide nothing;
//! each is a function from what is known to a whole HTML document.

mod account;
mod copy;
mod home;
mod invite;
mod not_found;
mod order_status;
mod settings;
mod setup;
mod shell;
mod sign_in;
mod unsubscribe;
mod written;

pub use account::{
    Account, DoorPage, DoorTo, Entrance, Here, MessageLine, MessagesPage, OrderLineOf, OrderOf, account_conversation, account_home,
    account_messages, account_order, account_orders, door, enter,
};
pub use copy::{CopyPage, copy};
pub use home::home;
pub use invite::{InviteForm, invite};
pub use not_found::{not_found, refused, unavailable};
pub use order_status::{OrderFacts, WherePage, WhereShown, WhereTrouble, where_order};
pub use settings::{
    API_KEYS, ApiKeyLine, ApiKeysPage, BadLine, IMPORTS, ImportAnswer, ImportsPage, NewApiKey, SettingsFrame, api_keys, imports,
};
pub use settings::{ARRIVED, ArrivedLine, ArrivedPage, arrived};
pub use settings::{DeliveryLine, WEBHOOKS, WebhookDone, WebhookLine, WebhooksPage, webhooks};
pub use settings::{MAIL, MailPage, YOUR_SITE, YourSitePage, mail, your_site};
pub use settings::{PRIVACY, PrivacyForms, RetentionSaid, STAFF, StaffPage, kept_code, privacy, staff};
pub use settings::{SENDERS, SenderProof, SendersForm, SendersPage, senders};
pub use setup::{SetupForm, setup};
pub use shell::escaped;
pub use sign_in::sign_in;
pub use unsubscribe::unsubscribe;
