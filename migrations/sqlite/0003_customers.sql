-- The other side: browsers, the people behind them, and what they ordered.

CREATE TABLE customer (
    id             BLOB   PRIMARY KEY,
    store_id       BLOB   NOT NULL REFERENCES store (id),
    -- The shop's own id for them, when the shop vouched for them.
    external_id    TEXT,
    name           TEXT,
    email          TEXT,
    phone          TEXT,
    language       TEXT,
    created_at_ms  INTEGER NOT NULL,
    registered_at_ms INTEGER,
    merged_into    BLOB REFERENCES customer (id),
    erased_at_ms   INTEGER,
    UNIQUE (store_id, external_id)
) STRICT;
CREATE INDEX customer_email ON customer (store_id, email);

CREATE TABLE visitor (
    id            BLOB   PRIMARY KEY,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    customer_id   BLOB REFERENCES customer (id),
    created_at_ms INTEGER NOT NULL,
    blocked_at_ms INTEGER
) STRICT;

CREATE TABLE visitor_session (
    token_sha256   BLOB  PRIMARY KEY,
    store_id       BLOB   NOT NULL REFERENCES store (id),
    visitor_id     BLOB   NOT NULL REFERENCES visitor (id),
    -- The one-time handle in the shop's page, rotated on each use.
    handle_sha256  BLOB  UNIQUE,
    handle_expires_at_ms INTEGER,
    created_at_ms  INTEGER NOT NULL,
    expires_at_ms  INTEGER NOT NULL,
    revoked_at_ms  INTEGER
) STRICT;
CREATE INDEX visitor_session_visitor ON visitor_session (visitor_id);

CREATE TABLE purchase_order (
    id            BLOB   PRIMARY KEY,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    customer_id   BLOB   NOT NULL REFERENCES customer (id),
    number        TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    tracking      TEXT,
    total_minor   INTEGER NOT NULL,
    currency      TEXT   NOT NULL,
    placed_at_ms  INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    UNIQUE (store_id, number)
) STRICT;
CREATE INDEX purchase_order_customer ON purchase_order (store_id, customer_id, placed_at_ms);

CREATE TABLE order_line (
    order_id    BLOB   NOT NULL REFERENCES purchase_order (id),
    store_id    BLOB   NOT NULL REFERENCES store (id),
    position    INTEGER NOT NULL,
    sku         TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    quantity    INTEGER NOT NULL,
    price_minor INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT;
