//! Every maximum of the product, with its reason. A limit has a test at n and at n + 1.

/// Characters of one message. Longer than any order question we saw; the interface is designed for it.
pub const BODY_CHARS_MAX: usize = 5_000;
/// Characters of a message that is being typed: what is too long to send is kept too, so that it can be made shorter.
pub const DRAFT_CHARS_MAX: usize = 2 * BODY_CHARS_MAX;
/// Windows of one person that are remembered.
pub const KEPT_WINDOWS_MAX: i64 = 200;
/// Characters of what a shopper says with a rating.
pub const COMMENT_CHARS_MAX: usize = 1_000;
/// Characters of a file's name; every file system we know allows 255 bytes.
pub const FILE_NAME_CHARS_MAX: usize = 150;
/// Bytes of one file as it is given: a photo of a good telephone, or a catalogue.
pub const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Bytes of a request that carries a file, with what a form puts around it.
pub const UPLOAD_BYTES_MAX: usize = FILE_BYTES_MAX + 64 * 1024;
/// Pixels of one side of a picture; more than any screen or telephone has.
pub const PICTURE_SIDE_MAX: u32 = 8_192;
/// Pixels of a whole picture: bounds the memory that reading one takes.
pub const PICTURE_PIXELS_MAX: u64 = 20_000_000;
/// Files that one visitor may give in an hour …
pub const VISITOR_FILES_MAX: u32 = 10;
/// … and their bytes.
pub const VISITOR_FILE_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Files that one person at the desk may give in an hour …
pub const DESK_FILES_MAX: u32 = 100;
/// … and their bytes.
pub const DESK_FILE_BYTES_MAX: u64 = 250 * 1024 * 1024;
/// Bytes of all files of one store: five thousand photos.
pub const STORE_FILE_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;
/// What an hour's quota is counted over.
pub const FILE_QUOTA_MS: i64 = 3_600_000;
/// Characters of a person's or store's name. Longer than the longest legal names.
pub const NAME_CHARS_MAX: usize = 100;
/// Characters of a store's line in the panel's head: two lines of a phone's screen.
pub const HEADLINE_CHARS_MAX: usize = 80;
/// Characters of what a store says above the first message: read in half a minute, on half a phone's screen.
pub const WELCOME_CHARS_MAX: usize = 500;
/// Places of one store. More than any marketplace has visitors at once; the number only has to be one.
pub const PLACES_MAX: u32 = 100_000;
/// Seconds until a chat that nobody took becomes a message: shorter, nobody could take it …
pub const MISSED_AFTER_S_MIN: u32 = 10;
/// … and longer, nobody would still wait.
pub const MISSED_AFTER_S_MAX: u32 = 3_600;
/// Days that things may be kept: a hundred years, so that a date always exists.
pub const RETENTION_DAYS_MAX: u32 = 36_500;
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
/// Times on one day that a store opens: morning, afternoon, evening, and one that we did not think of.
pub const SPANS_MAX: usize = 4;
/// Holidays of one store: the public ones of several years, and its own.
pub const HOLIDAYS_MAX: usize = 100;
/// People of one store, those who left included, and invitations that are out: one page of a table that is read at a glance.
pub const STAFF_MAX: i64 = 200;
/// How long the link of an invitation is good for.
pub const INVITATION_MS: i64 = 7 * 86_400_000;
/// Ready-made answers that one person is offered: the store's and their own.
pub const CANNED_REPLIES_MAX: i64 = 300;
/// Characters of what is typed after the slash to find one.
pub const SHORTCUT_CHARS_MAX: usize = 30;
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
/// Characters of a tag.
pub const TAG_CHARS_MAX: usize = 40;
/// Tags of one customer.
pub const TAGS_MAX: i64 = 50;
/// Orders on one card; the newest.
pub const CARD_ORDERS_MAX: i64 = 200;
/// Notes on one card; the newest.
pub const CARD_NOTES_MAX: i64 = 100;
/// How long somebody stays in the member centre.
pub const MEMBER_SESSION_MS: i64 = 30 * 86_400_000;
/// How long a link in a letter lets its holder in (delivery 2.13).
pub const DOOR_LINK_MS: i64 = 7 * 86_400_000;
/// The longest that an answer waits for its reader on the site, in seconds: a day.
pub const MAIL_AFTER_S_MAX: u32 = 86_400;
/// How long the panel of a thread may be used without loading its page again.
pub const THREAD_SESSION_MS: i64 = 12 * 3_600_000;
/// Rows of one page of an inbox.
pub const INBOX_ROWS_MAX: i64 = 50;
/// Lines that a search of the history shows: more than anybody reads; another word finds better than another page.
pub const SEARCH_LINES_MAX: usize = 200;
/// Entries of the index that one search looks at, the newest first: bounds its time, however common the word.
pub const SEARCH_ENTRIES_MAX: i64 = 1_000;
/// Characters of a search that are read.
pub const SEARCH_CHARS_MAX: usize = 100;
/// Conversations of one customer that are shown at once.
pub const LINE_CONVERSATIONS_MAX: i64 = 10;
/// Lines of the history that are deleted by one press of the button.
pub const DELETE_LINES_MAX: usize = 500;
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
/// A duty that stands until its person switches it off (P-47) is leased for this long: for good.
pub const STANDING_MS: i64 = 100 * 365 * 86_400_000;
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
