-- What leaves and arrives by mail, written in the transaction of what it tells.

CREATE TABLE outbox (
    id             uuid   PRIMARY KEY,
    store_id       uuid,
    kind           text   NOT NULL,
    dedupe_key     text   NOT NULL UNIQUE,
    payload        text   NOT NULL,
    state          text   NOT NULL,
    attempts       bigint NOT NULL DEFAULT 0,
    due_at_ms      bigint NOT NULL,
    lease_until_at_ms bigint,
    lease_token    uuid,
    smtp_reply     text,
    created_at_ms  bigint NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, due_at_ms);

CREATE TABLE inbound_mail (
    message_id_sha256 bytea PRIMARY KEY,
    store_id          uuid,
    conversation_id   uuid REFERENCES conversation (id),
    verdict           text   NOT NULL,
    received_at_ms    bigint NOT NULL
);

CREATE TABLE suppression (
    email         text   PRIMARY KEY,
    reason        text   NOT NULL,
    created_at_ms bigint NOT NULL
);

CREATE TABLE proven_sender (
    store_id      uuid   NOT NULL REFERENCES store (id),
    address       text   NOT NULL,
    proof         text   NOT NULL,
    proven_at_ms  bigint,
    PRIMARY KEY (store_id, address)
);

CREATE TABLE push_subscription (
    endpoint_sha256 bytea PRIMARY KEY,
    account_id      uuid   NOT NULL REFERENCES account (id),
    endpoint        text   NOT NULL,
    p256dh          bytea  NOT NULL,
    auth            bytea  NOT NULL,
    created_at_ms   bigint NOT NULL
);
