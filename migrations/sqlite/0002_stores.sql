-- Stores: where they may be embedded, what they say, who works for them, and who is there now.

CREATE TABLE store (
    id               BLOB   PRIMARY KEY,
    slug             TEXT   NOT NULL UNIQUE,
    name             TEXT   NOT NULL,
    default_language TEXT   NOT NULL,
    -- A StoreSettings as JSON: the one thing that is read and written whole.
    settings         TEXT   NOT NULL,
    -- Signs the shop's identity tokens.
    identity_secret  BLOB,
    identity_secret_at_ms INTEGER,
    -- Guests are counted per store.
    last_guest       INTEGER NOT NULL DEFAULT 0,
    -- Grows with every taken place: the row that serialises the last free one.
    places_rev       INTEGER NOT NULL DEFAULT 0,
    -- When the snippet was last seen on one of its sites.
    snippet_seen_at_ms INTEGER,
    created_at_ms    INTEGER NOT NULL,
    suspended_at_ms  INTEGER
) STRICT;

CREATE TABLE store_origin (
    store_id BLOB   NOT NULL REFERENCES store (id),
    origin   TEXT   NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (store_id, origin)
) STRICT;

-- Texts of the store's own, one row a language and key.
CREATE TABLE store_text (
    store_id BLOB NOT NULL REFERENCES store (id),
    language TEXT NOT NULL,
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (store_id, language, name)
) STRICT;

CREATE TABLE membership (
    account_id         BLOB   NOT NULL REFERENCES account (id),
    store_id           BLOB   NOT NULL REFERENCES store (id),
    role               TEXT   NOT NULL,
    -- Whether the store lets this person chat live, since when.
    live_chat_since_at_ms INTEGER,
    version            INTEGER NOT NULL DEFAULT 1,
    since_at_ms        INTEGER NOT NULL,
    until_at_ms        INTEGER,
    PRIMARY KEY (account_id, store_id)
) STRICT;
CREATE INDEX membership_store ON membership (store_id);

-- Who is on duty: a lease, so that a crash heals itself.
CREATE TABLE presence_lease (
    account_id         BLOB   NOT NULL REFERENCES account (id),
    node_id            BLOB   NOT NULL,
    store_id           BLOB   NOT NULL REFERENCES store (id),
    window_kind        TEXT   NOT NULL,
    accepting_since_at_ms INTEGER NOT NULL,
    lease_until_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (account_id, node_id)
) STRICT;
CREATE INDEX presence_lease_store ON presence_lease (store_id);
