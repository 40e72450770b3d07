-- One conversation with many doors, and its logs.

CREATE TABLE conversation (
    id               BLOB   PRIMARY KEY,
    -- None: the marketplace's own desk.
    store_id         BLOB REFERENCES store (id),
    kind             TEXT   NOT NULL,
    -- The id the client gave its start, so that a start sent twice begins one conversation.
    start_cid        BLOB,

    stage            TEXT   NOT NULL,
    stage_since_at_ms INTEGER NOT NULL,
    operator_id      BLOB REFERENCES account (id),
    awaiting         TEXT,
    closed_by_kind   TEXT,
    closed_by_id     BLOB,
    closed_by_name   TEXT,

    visitor_id       BLOB REFERENCES visitor (id),
    customer_id      BLOB REFERENCES customer (id),
    guest_number     INTEGER,
    contact_name     TEXT,
    contact_first_name TEXT,
    contact_last_name TEXT,
    contact_email    TEXT,
    contact_phone    TEXT,

    about_kind       TEXT   NOT NULL DEFAULT 'nothing',
    about_ref        TEXT,
    about_name       TEXT,
    about_price_minor INTEGER,
    about_currency   TEXT,

    language         TEXT   NOT NULL,
    page             TEXT,
    browser          TEXT,

    head_seq_all     INTEGER NOT NULL DEFAULT 0,
    head_seq_desk    INTEGER NOT NULL DEFAULT 0,
    preview          TEXT   NOT NULL DEFAULT '',
    preview_side     TEXT,
    unread_desk      INTEGER NOT NULL DEFAULT 0,
    unread_shopper   INTEGER NOT NULL DEFAULT 0,
    waiting_since_at_ms INTEGER,

    opened_at_ms     INTEGER NOT NULL,
    first_message_at_ms INTEGER,
    taken_at_ms      INTEGER,
    ended_at_ms      INTEGER,
    missed_reason    TEXT,
    last_event_at_ms INTEGER NOT NULL,
    archived_at_ms   INTEGER,
    saved_at_ms      INTEGER,
    legal_hold_at_ms INTEGER,
    erased_at_ms     INTEGER
) STRICT;
CREATE UNIQUE INDEX conversation_start ON conversation (store_id, start_cid);
CREATE INDEX conversation_stage ON conversation (store_id, stage, last_event_at_ms);
CREATE INDEX conversation_list ON conversation (store_id, kind, last_event_at_ms, id);
CREATE INDEX conversation_visitor ON conversation (store_id, visitor_id, last_event_at_ms);

CREATE TABLE participant (
    conversation_id BLOB   NOT NULL REFERENCES conversation (id),
    store_id        BLOB,
    party_kind      TEXT   NOT NULL,
    party_id        BLOB   NOT NULL,
    role            TEXT   NOT NULL,
    since_at_ms     INTEGER NOT NULL,
    until_at_ms     INTEGER,
    PRIMARY KEY (conversation_id, party_kind, party_id)
) STRICT;
CREATE INDEX participant_party ON participant (party_kind, party_id);

-- Threads, tickets and disputes: what has a subject and a status.
CREATE TABLE "case" (
    conversation_id BLOB   PRIMARY KEY REFERENCES conversation (id),
    store_id        BLOB,
    number          INTEGER NOT NULL,
    subject         TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    category        TEXT,
    priority        TEXT,
    assignee        BLOB REFERENCES account (id),
    due_at_ms       INTEGER
) STRICT;

CREATE TABLE event (
    conversation_id BLOB   NOT NULL REFERENCES conversation (id),
    audience        TEXT   NOT NULL,
    seq             INTEGER NOT NULL,
    store_id        BLOB,
    kind            TEXT   NOT NULL,
    author_kind     TEXT   NOT NULL,
    author_id       BLOB,
    author_name     TEXT,
    cid             BLOB,
    body_hash       BLOB,
    payload         TEXT   NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, audience, seq)
) STRICT;
-- Idempotency, scoped to the author: somebody else's id is never met.
CREATE UNIQUE INDEX event_cid ON event (conversation_id, author_kind, author_id, cid);

CREATE TABLE read_marker (
    conversation_id BLOB   NOT NULL REFERENCES conversation (id),
    party_kind      TEXT   NOT NULL,
    party_id        BLOB   NOT NULL,
    store_id        BLOB,
    got_seq         INTEGER NOT NULL,
    read_seq        INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, party_kind, party_id)
) STRICT;

-- How one person at the desk left a conversation's window.
CREATE TABLE operator_view (
    account_id      BLOB   NOT NULL REFERENCES account (id),
    conversation_id BLOB   NOT NULL REFERENCES conversation (id),
    store_id        BLOB,
    hidden_at_ms    INTEGER,
    minimized_at_ms INTEGER,
    draft           TEXT,
    PRIMARY KEY (account_id, conversation_id)
) STRICT;

CREATE TABLE attachment (
    id              BLOB   PRIMARY KEY,
    store_id        BLOB   NOT NULL REFERENCES store (id),
    conversation_id BLOB REFERENCES conversation (id),
    uploader_kind   TEXT   NOT NULL,
    uploader_id     BLOB   NOT NULL,
    state           TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    media_type      TEXT   NOT NULL,
    size_bytes      INTEGER NOT NULL,
    sha256          BLOB  NOT NULL,
    created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_conversation ON attachment (conversation_id);
