//! The site's own pages: rendered here, read by any browser, and sent back as plain forms. They run no program and decide nothing;
//! each is a function from what is known to a whole HTML document.

mod account;
mod buyer;
mod case_words;
mod copy;
mod desk_threads;
mod disputes;
mod home;
mod invite;
mod not_found;
mod order_status;
mod room;
mod settings;
mod setup;
mod shell;
mod sign_in;
mod team;
mod threads;
mod tickets;
mod unsubscribe;
mod written;

pub use account::{
    Account, ContactPage, DoorPage, DoorTo, Entrance, Here, MessageLine, MessagesPage, OrderLineOf, OrderOf, account_conversation,
    account_home, account_messages, account_new_thread, account_order, account_orders, account_thread, account_threads, contact, door,
    enter,
};
pub use buyer::{BUYER, BUYER_TICKETS, BuyerFrame, buyer};
pub use copy::{CopyPage, copy};
pub use desk_threads::{COMMUNICATION, desk_new_thread, desk_thread, desk_threads};
pub use disputes::{
    DISPUTES, DisputeDrawn, DisputeEvidence, DisputeFacts, DisputeFile, DisputeLine, DisputePage, DisputeTyped, DisputesPage,
    NewDisputePage, account_dispute, account_new_dispute, desk_dispute, desk_disputes, dispute_file, team_dispute, team_disputes,
};
pub use home::home;
pub use invite::{InviteForm, invite};
pub use not_found::{not_found, refused, unavailable};
pub use order_status::{OrderFacts, WherePage, WhereShown, WhereTrouble, where_order};
pub use room::{RoomLine, RoomReply};
pub use settings::{
    API_KEYS, ApiKeyLine, ApiKeysPage, BadLine, IMPORTS, ImportAnswer, ImportsPage, NewApiKey, SettingsFrame, api_keys, imports,
};
pub use settings::{ARRIVED, ArrivedLine, ArrivedPage, arrived};
pub use settings::{DeliveryLine, WEBHOOKS, WebhookDone, WebhookLine, WebhooksPage, webhooks};
pub use settings::{EverywherePage, PlaceOfWork, everywhere};
pub use settings::{MAIL, MailPage, YOUR_SITE, YourSitePage, mail, your_site};
pub use settings::{PRIVACY, PrivacyForms, RetentionSaid, STAFF, StaffPage, kept_code, privacy, staff};
pub use settings::{SENDERS, SenderProof, SendersForm, SendersPage, senders};
pub use setup::{SetupForm, setup};
pub use shell::escaped;
pub use sign_in::sign_in;
pub use team::{
    AuditLine, AuditPage, NewStoreForm, OverseenPage, OversightPage, PeoplePage, PersonLine, PlaceLine, PostLine, ReportLine, ReportsPage,
    StoreLine, StorePage, StoreTrouble, StoresPage, team_audit, team_overseen, team_oversight, team_oversight_asked, team_people,
    team_reports, team_store, team_stores,
};
pub use team::{HeldLine, SafetyPage, TriedText, team_safety};
pub use team::{QueuePage, QueueShown, TeamTicketPage, team_ticket, team_tickets};
pub use team::{
    TEAM, TEAM_AUDIT, TEAM_DISPUTES, TEAM_OVERSIGHT, TEAM_PEOPLE, TEAM_REPORTS, TEAM_SAFETY, TEAM_STORES, TEAM_TICKETS, TeamFrame,
    TeamWaiting,
};
pub use threads::{NewThreadPage, ThreadLine, ThreadPage, ThreadsPage};
pub use tickets::{Due, TicketFacts, TicketForm, TicketFrame, TicketLine, TicketList, TicketPage, new_ticket, ticket, tickets};
pub use unsubscribe::unsubscribe;
