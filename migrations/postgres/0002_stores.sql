-- Stores: where they may be embedded, what they say, who works for them, and who is there now.

CREATE TABLE store (
    id               uuid   PRIMARY KEY,
    slug             text   NOT NULL UNIQUE,
    name             text   NOT NULL,
    default_language text   NOT NULL,
    -- A StoreSettings as JSON: the one thing that is read and written whole.
    settings         text   NOT NULL,
    -- Signs the shop's identity tokens.
    identity_secret  bytea,
    identity_secret_at_ms bigint,
    -- Guests are counted per store.
    last_guest       bigint NOT NULL DEFAULT 0,
    -- Grows with every taken place: the row that serialises the last free one.
    places_rev       bigint NOT NULL DEFAULT 0,
    -- When the snippet was last seen on one of its sites.
    snippet_seen_at_ms bigint,
    created_at_ms    bigint NOT NULL,
    suspended_at_ms  bigint
);

CREATE TABLE store_origin (
    store_id uuid   NOT NULL REFERENCES store (id),
    origin   text   NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (store_id, origin)
);

-- Texts of the store's own, one row a language and key.
CREATE TABLE store_text (
    store_id uuid NOT NULL REFERENCES store (id),
    language text NOT NULL,
    name     text NOT NULL,
    value    text NOT NULL,
    PRIMARY KEY (store_id, language, name)
);

CREATE TABLE membership (
    account_id         uuid   NOT NULL REFERENCES account (id),
    store_id           uuid   NOT NULL REFERENCES store (id),
    role               text   NOT NULL,
    -- Whether the store lets this person chat live, since when.
    live_chat_since_at_ms bigint,
    version            bigint NOT NULL DEFAULT 1,
    since_at_ms        bigint NOT NULL,
    until_at_ms        bigint,
    PRIMARY KEY (account_id, store_id)
);
CREATE INDEX membership_store ON membership (store_id);

-- Who is on duty: a lease, so that a crash heals itself.
CREATE TABLE presence_lease (
    account_id         uuid   NOT NULL REFERENCES account (id),
    node_id            uuid   NOT NULL,
    store_id           uuid   NOT NULL REFERENCES store (id),
    window_kind        text   NOT NULL,
    accepting_since_at_ms bigint NOT NULL,
    lease_until_at_ms  bigint NOT NULL,
    PRIMARY KEY (account_id, node_id)
);
CREATE INDEX presence_lease_store ON presence_lease (store_id);
