-- The other side: browsers, the people behind them, and what they ordered.

CREATE TABLE customer (
    id             uuid   PRIMARY KEY,
    store_id       uuid   NOT NULL REFERENCES store (id),
    -- The shop's own id for them, when the shop vouched for them.
    external_id    text,
    name           text,
    email          text,
    phone          text,
    language       text,
    created_at_ms  bigint NOT NULL,
    registered_at_ms bigint,
    merged_into    uuid REFERENCES customer (id),
    erased_at_ms   bigint,
    UNIQUE (store_id, external_id)
);
CREATE INDEX customer_email ON customer (store_id, email);

CREATE TABLE visitor (
    id            uuid   PRIMARY KEY,
    store_id      uuid   NOT NULL REFERENCES store (id),
    customer_id   uuid REFERENCES customer (id),
    created_at_ms bigint NOT NULL,
    blocked_at_ms bigint
);

CREATE TABLE visitor_session (
    token_sha256   bytea  PRIMARY KEY,
    store_id       uuid   NOT NULL REFERENCES store (id),
    visitor_id     uuid   NOT NULL REFERENCES visitor (id),
    -- The one-time handle in the shop's page, rotated on each use.
    handle_sha256  bytea  UNIQUE,
    handle_expires_at_ms bigint,
    created_at_ms  bigint NOT NULL,
    expires_at_ms  bigint NOT NULL,
    revoked_at_ms  bigint
);
CREATE INDEX visitor_session_visitor ON visitor_session (visitor_id);

CREATE TABLE purchase_order (
    id            uuid   PRIMARY KEY,
    store_id      uuid   NOT NULL REFERENCES store (id),
    customer_id   uuid   NOT NULL REFERENCES customer (id),
    number        text   NOT NULL,
    state         text   NOT NULL,
    tracking      text,
    total_minor   bigint NOT NULL,
    currency      text   NOT NULL,
    placed_at_ms  bigint NOT NULL,
    updated_at_ms bigint NOT NULL,
    UNIQUE (store_id, number)
);
CREATE INDEX purchase_order_customer ON purchase_order (store_id, customer_id, placed_at_ms);

CREATE TABLE order_line (
    order_id    uuid   NOT NULL REFERENCES purchase_order (id),
    store_id    uuid   NOT NULL REFERENCES store (id),
    position    bigint NOT NULL,
    sku         text   NOT NULL,
    name        text   NOT NULL,
    quantity    bigint NOT NULL,
    price_minor bigint NOT NULL,
    PRIMARY KEY (order_id, position)
);
