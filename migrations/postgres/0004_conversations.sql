-- One conversation with many doors, and its logs.

CREATE TABLE conversation (
    id               uuid   PRIMARY KEY,
    -- None: the marketplace's own desk.
    store_id         uuid REFERENCES store (id),
    kind             text   NOT NULL,
    -- The id the client gave its start, so that a start sent twice begins one conversation.
    start_cid        uuid,

    stage            text   NOT NULL,
    stage_since_at_ms bigint NOT NULL,
    operator_id      uuid REFERENCES account (id),
    awaiting         text,
    closed_by_kind   text,
    closed_by_id     uuid,
    closed_by_name   text,

    visitor_id       uuid REFERENCES visitor (id),
    customer_id      uuid REFERENCES customer (id),
    guest_number     bigint,
    contact_name     text,
    contact_first_name text,
    contact_last_name text,
    contact_email    text,
    contact_phone    text,

    about_kind       text   NOT NULL DEFAULT 'nothing',
    about_ref        text,
    about_name       text,
    about_price_minor bigint,
    about_currency   text,

    language         text   NOT NULL,
    page             text,
    browser          text,

    head_seq_all     bigint NOT NULL DEFAULT 0,
    head_seq_desk    bigint NOT NULL DEFAULT 0,
    preview          text   NOT NULL DEFAULT '',
    preview_side     text,
    unread_desk      bigint NOT NULL DEFAULT 0,
    unread_shopper   bigint NOT NULL DEFAULT 0,
    waiting_since_at_ms bigint,

    opened_at_ms     bigint NOT NULL,
    first_message_at_ms bigint,
    taken_at_ms      bigint,
    ended_at_ms      bigint,
    missed_reason    text,
    last_event_at_ms bigint NOT NULL,
    archived_at_ms   bigint,
    saved_at_ms      bigint,
    legal_hold_at_ms bigint,
    erased_at_ms     bigint
);
CREATE UNIQUE INDEX conversation_start ON conversation (store_id, start_cid);
CREATE INDEX conversation_stage ON conversation (store_id, stage, last_event_at_ms);
CREATE INDEX conversation_list ON conversation (store_id, kind, last_event_at_ms, id);
CREATE INDEX conversation_visitor ON conversation (store_id, visitor_id, last_event_at_ms);

CREATE TABLE participant (
    conversation_id uuid   NOT NULL REFERENCES conversation (id),
    store_id        uuid,
    party_kind      text   NOT NULL,
    party_id        uuid   NOT NULL,
    role            text   NOT NULL,
    since_at_ms     bigint NOT NULL,
    until_at_ms     bigint,
    PRIMARY KEY (conversation_id, party_kind, party_id)
);
CREATE INDEX participant_party ON participant (party_kind, party_id);

-- Threads, tickets and disputes: what has a subject and a status.
CREATE TABLE "case" (
    conversation_id uuid   PRIMARY KEY REFERENCES conversation (id),
    store_id        uuid,
    number          bigint NOT NULL,
    subject         text   NOT NULL,
    status          text   NOT NULL,
    category        text,
    priority        text,
    assignee        uuid REFERENCES account (id),
    due_at_ms       bigint
);

CREATE TABLE event (
    conversation_id uuid   NOT NULL REFERENCES conversation (id),
    audience        text   NOT NULL,
    seq             bigint NOT NULL,
    store_id        uuid,
    kind            text   NOT NULL,
    author_kind     text   NOT NULL,
    author_id       uuid,
    author_name     text,
    cid             uuid,
    body_hash       bytea,
    payload         text   NOT NULL,
    created_at_ms   bigint NOT NULL,
    PRIMARY KEY (conversation_id, audience, seq)
);
-- Idempotency, scoped to the author: somebody else's id is never met.
CREATE UNIQUE INDEX event_cid ON event (conversation_id, author_kind, author_id, cid);

CREATE TABLE read_marker (
    conversation_id uuid   NOT NULL REFERENCES conversation (id),
    party_kind      text   NOT NULL,
    party_id        uuid   NOT NULL,
    store_id        uuid,
    got_seq         bigint NOT NULL,
    read_seq        bigint NOT NULL,
    PRIMARY KEY (conversation_id, party_kind, party_id)
);

-- How one person at the desk left a conversation's window.
CREATE TABLE operator_view (
    account_id      uuid   NOT NULL REFERENCES account (id),
    conversation_id uuid   NOT NULL REFERENCES conversation (id),
    store_id        uuid,
    hidden_at_ms    bigint,
    minimized_at_ms bigint,
    draft           text,
    PRIMARY KEY (account_id, conversation_id)
);

CREATE TABLE attachment (
    id              uuid   PRIMARY KEY,
    store_id        uuid   NOT NULL REFERENCES store (id),
    conversation_id uuid REFERENCES conversation (id),
    uploader_kind   text   NOT NULL,
    uploader_id     uuid   NOT NULL,
    state           text   NOT NULL,
    name            text   NOT NULL,
    media_type      text   NOT NULL,
    size_bytes      bigint NOT NULL,
    sha256          bytea  NOT NULL,
    created_at_ms   bigint NOT NULL
);
CREATE INDEX attachment_conversation ON attachment (conversation_id);
