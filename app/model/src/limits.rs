//! Every maximum of the product, with its reason. A limit has a test at n and at n + 1.

/// Characters of one message. Longer than any order question we saw; the interface is designed for it.
pub const BODY_CHARS_MAX: usize = 5_000;
/// Characters of a person's or store's name. Longer than the longest legal names.
pub const NAME_CHARS_MAX: usize = 100;
/// Characters of an e-mail address (RFC 5321, 4.5.3.1.3: a path is at most 256 octets with its brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Characters of a telephone number as people write them, with spaces and an extension.
pub const PHONE_CHARS_MAX: usize = 40;
/// Characters of a store's public name in addresses.
pub const SLUG_CHARS_MAX: usize = 40;
/// Characters of an origin (`https://` and a host of at most 253, and a port).
pub const ORIGIN_CHARS_MAX: usize = 270;
/// Origins one store may list.
pub const ORIGINS_MAX: usize = 20;
/// Characters of a page address kept as connection data; longer ones are cut.
pub const PAGE_CHARS_MAX: usize = 500;
/// Characters of a product's key in the shop (`data-vitrine-product`).
pub const SKU_CHARS_MAX: usize = 64;
/// The shortest password (NIST 800-63B asks for at least 8; we ask for more because staff read other people's words).
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longer ones are refused before any hashing.
pub const PASSWORD_CHARS_MAX: usize = 128;
/// Characters of the preview of the last message in a list.
pub const PREVIEW_CHARS_MAX: usize = 120;

/// Bytes of one frame on the socket, in either direction.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Bytes of the body of a request to the panel's own HTTP.
pub const PANEL_BODY_BYTES_MAX: usize = 64 * 1024;
/// Events in one `sync` or page.
pub const PAGE_EVENTS_MAX: i64 = 100;
/// Events shown first when a conversation is opened.
pub const FIRST_EVENTS: i64 = 50;
/// Conversations one `hello` may resume.
pub const RESUME_MAX: usize = 64;
/// Subscriptions of one connection.
pub const SUBSCRIPTIONS_MAX: usize = 64;
/// Sends one connection may have waiting for their acknowledgement.
pub const SENDS_IN_FLIGHT_MAX: usize = 16;
/// Tabs of one visitor that are connected at once.
pub const VISITOR_CONNECTIONS_MAX: usize = 8;
/// Windows of one person at the desk that are connected at once.
pub const DESK_CONNECTIONS_MAX: usize = 20;
/// Rows of one page of an inbox.
pub const INBOX_ROWS_MAX: i64 = 50;
/// Ongoing conversations the recap window can show.
pub const ONGOING_ROWS_MAX: i64 = 200;

/// How long a ticket for the socket is good for, and it is good once.
pub const TICKET_MS: i64 = 30_000;
/// How long a connection may stay silent before its `hello`.
pub const HELLO_MS: i64 = 5_000;
/// Seconds between the server's heartbeats.
pub const HEARTBEAT_S: u32 = 25;
/// A frame that could not be written within this time means a reader that is too slow.
pub const FLUSH_MS: i64 = 20_000;
/// How long a presence lease lasts, and how often it is renewed.
pub const LEASE_MS: i64 = 45_000;
/// See [`LEASE_MS`].
pub const LEASE_RENEW_MS: i64 = 15_000;
/// After a window said goodbye (`pagehide`): long enough for a reload to come back.
pub const AWAY_GRACE_MS: i64 = 5_000;
/// After a connection just vanished: a tunnel, not a goodbye.
pub const LOST_GRACE_MS: i64 = 20_000;
/// A chat that was begun without a first message gives its place back after this.
pub const SILENT_START_MS: i64 = 120_000;
/// How long a visitor's session lasts (30 days).
pub const VISITOR_SESSION_MS: i64 = 30 * 86_400_000;
/// How long a resume handle in the shop's page is good for.
pub const HANDLE_MS: i64 = 24 * 3_600_000;
/// A desk session ends after this long without use …
pub const DESK_IDLE_MS: i64 = 12 * 3_600_000;
/// … and in any case after this.
pub const DESK_ABSOLUTE_MS: i64 = 7 * 86_400_000;
/// The longest life of a shop's identity token.
pub const IDENTITY_MS: i64 = 5 * 60_000;
