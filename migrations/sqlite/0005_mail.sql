-- What leaves and arrives by mail, written in the transaction of what it tells.

CREATE TABLE outbox (
    id             BLOB   PRIMARY KEY,
    store_id       BLOB,
    kind           TEXT   NOT NULL,
    dedupe_key     TEXT   NOT NULL UNIQUE,
    payload        TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    attempts       INTEGER NOT NULL DEFAULT 0,
    due_at_ms      INTEGER NOT NULL,
    lease_until_at_ms INTEGER,
    lease_token    BLOB,
    smtp_reply     TEXT,
    created_at_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (state, due_at_ms);

CREATE TABLE inbound_mail (
    message_id_sha256 BLOB PRIMARY KEY,
    store_id          BLOB,
    conversation_id   BLOB REFERENCES conversation (id),
    verdict           TEXT   NOT NULL,
    received_at_ms    INTEGER NOT NULL
) STRICT;

CREATE TABLE suppression (
    email         TEXT   PRIMARY KEY,
    reason        TEXT   NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE proven_sender (
    store_id      BLOB   NOT NULL REFERENCES store (id),
    address       TEXT   NOT NULL,
    proof         TEXT   NOT NULL,
    proven_at_ms  INTEGER,
    PRIMARY KEY (store_id, address)
) STRICT;

CREATE TABLE push_subscription (
    endpoint_sha256 BLOB PRIMARY KEY,
    account_id      BLOB   NOT NULL REFERENCES account (id),
    endpoint        TEXT   NOT NULL,
    p256dh          BLOB  NOT NULL,
    auth            BLOB  NOT NULL,
    created_at_ms   INTEGER NOT NULL
) STRICT;
