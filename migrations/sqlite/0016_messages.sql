-- Written conversations: members without a password, what they ordered, what the desk knows of them, and the doors for letters and
-- for other programs.

-- A customer's number where the shop has none for them: "M-1", counted per store.
ALTER TABLE customer ADD COLUMN own_number TEXT;
ALTER TABLE store ADD COLUMN last_member INTEGER NOT NULL DEFAULT 0;
-- When the holder of the address showed that it is theirs (a link in a letter, the shop's own token).
ALTER TABLE customer ADD COLUMN email_proven_at_ms INTEGER;

-- Somebody in the member centre. With a conversation or an order, it opens that one only: it came by a link in a letter.
CREATE TABLE member_session (
    token_sha256    BLOB  PRIMARY KEY,
    store_id        BLOB   NOT NULL REFERENCES store (id),
    customer_id     BLOB   NOT NULL REFERENCES customer (id),
    conversation_id BLOB REFERENCES conversation (id),
    order_id        BLOB REFERENCES purchase_order (id),
    created_at_ms   INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    revoked_at_ms   INTEGER
) STRICT;
CREATE INDEX member_session_customer ON member_session (store_id, customer_id);

-- A link in a letter that lets its holder in, after a button. Purposes: sign_in, conversation, order, and prove (a sender's address).
CREATE TABLE door_link (
    token_sha256    BLOB  PRIMARY KEY,
    store_id        BLOB   NOT NULL REFERENCES store (id),
    purpose         TEXT   NOT NULL,
    customer_id     BLOB REFERENCES customer (id),
    conversation_id BLOB REFERENCES conversation (id),
    order_id        BLOB REFERENCES purchase_order (id),
    email           TEXT   NOT NULL,
    language        TEXT   NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    used_at_ms      INTEGER,
    revoked_at_ms   INTEGER
) STRICT;
CREATE INDEX door_link_customer ON door_link (store_id, customer_id);
CREATE INDEX door_link_conversation ON door_link (conversation_id);

-- A visitor's session that is good for one conversation: the panel in a thread of the member centre.
ALTER TABLE visitor_session ADD COLUMN conversation_id BLOB;

-- One thread per order.
CREATE UNIQUE INDEX conversation_order ON conversation (store_id, about_ref) WHERE kind = 'order' AND erased_at_ms IS NULL;
CREATE INDEX conversation_member ON conversation (store_id, customer_id, last_event_at_ms, id);

-- A product as it was: what the first columns lack.
ALTER TABLE conversation ADD COLUMN about_variant TEXT;
ALTER TABLE conversation ADD COLUMN about_picture TEXT;

-- Through which door an event came, as JSON; NULL: the site or the desk.
ALTER TABLE event ADD COLUMN via TEXT;

-- What the shop's page said of its shopper when a conversation began: cart, product, last orders, as JSON.
CREATE TABLE shop_context (
    conversation_id BLOB   PRIMARY KEY REFERENCES conversation (id),
    store_id        BLOB   NOT NULL REFERENCES store (id),
    payload         TEXT   NOT NULL,
    taken_at_ms     INTEGER NOT NULL
) STRICT;

CREATE TABLE customer_tag (
    store_id      BLOB   NOT NULL REFERENCES store (id),
    customer_id   BLOB   NOT NULL REFERENCES customer (id),
    tag           TEXT   NOT NULL,
    by_id         BLOB   NOT NULL REFERENCES account (id),
    by_name       TEXT   NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (customer_id, tag)
) STRICT;
CREATE INDEX customer_tag_store ON customer_tag (store_id, tag);

CREATE TABLE customer_note (
    id            BLOB   PRIMARY KEY,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    customer_id   BLOB   NOT NULL REFERENCES customer (id),
    body          TEXT   NOT NULL,
    by_id         BLOB   NOT NULL REFERENCES account (id),
    by_name       TEXT   NOT NULL,
    created_at_ms INTEGER NOT NULL,
    edited_by_name TEXT,
    edited_at_ms  INTEGER
) STRICT;
CREATE INDEX customer_note_customer ON customer_note (store_id, customer_id, created_at_ms);

-- Orders as shops tell them.
ALTER TABLE purchase_order ADD COLUMN tracking_url TEXT;
ALTER TABLE purchase_order ADD COLUMN carrier TEXT;
ALTER TABLE purchase_order ADD COLUMN ship_to TEXT;
-- Of the delivery address, without spaces, in capitals: a second fact that its owner knows.
ALTER TABLE purchase_order ADD COLUMN postcode TEXT;
-- The address that the order was made with; the customer's own may change.
ALTER TABLE purchase_order ADD COLUMN email TEXT;
CREATE INDEX purchase_order_email ON purchase_order (store_id, email);

-- Wrong second facts, per order number as it was typed (hashed, whether it exists or not).
CREATE TABLE order_guess (
    store_id      BLOB   NOT NULL REFERENCES store (id),
    number_sha256 BLOB  NOT NULL,
    wrong         INTEGER NOT NULL,
    since_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (store_id, number_sha256)
) STRICT;

-- A code that was mailed to the holder of an order.
CREATE TABLE order_code (
    store_id      BLOB   NOT NULL REFERENCES store (id),
    number_sha256 BLOB  NOT NULL,
    asker_sha256  BLOB  NOT NULL,
    code_sha256   BLOB  NOT NULL,
    wrong         INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (store_id, number_sha256, asker_sha256)
) STRICT;

-- Keys of integrators: found by their hash; what people see is the id, the name and the beginning.
ALTER TABLE api_key ADD COLUMN id BLOB;
ALTER TABLE api_key ADD COLUMN beginning TEXT NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN made_by_name TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX api_key_id ON api_key (id);
CREATE INDEX api_key_store ON api_key (store_id, created_at_ms);
ALTER TABLE idempotency_key ADD COLUMN status INTEGER NOT NULL DEFAULT 200;

-- Webhooks that leave (Standard Webhooks), and those that arrive.
CREATE TABLE webhook (
    id            BLOB   PRIMARY KEY,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    url           TEXT   NOT NULL,
    secret        BLOB  NOT NULL,
    -- The kinds of news it wants, as JSON.
    wants         TEXT   NOT NULL,
    created_at_ms INTEGER NOT NULL,
    failing_since_at_ms INTEGER,
    off_at_ms     INTEGER
) STRICT;
CREATE INDEX webhook_store ON webhook (store_id);

CREATE TABLE webhook_delivery (
    id            BLOB   PRIMARY KEY,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    webhook_id    BLOB   NOT NULL REFERENCES webhook (id),
    kind          TEXT   NOT NULL,
    payload       TEXT   NOT NULL,
    conversation_id BLOB,
    state         TEXT   NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at_ms     INTEGER NOT NULL,
    lease_until_at_ms INTEGER,
    lease_token   BLOB,
    answer        TEXT,
    created_at_ms INTEGER NOT NULL,
    sent_at_ms    INTEGER
) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (state, due_at_ms);
CREATE INDEX webhook_delivery_store ON webhook_delivery (store_id, created_at_ms, id);
CREATE INDEX webhook_delivery_conversation ON webhook_delivery (conversation_id);

-- Signs what the shop's server sends to us.
ALTER TABLE store ADD COLUMN hook_secret BLOB;
-- What other programs sent: once each.
CREATE TABLE hook_seen (
    store_id      BLOB   NOT NULL REFERENCES store (id),
    message_id    TEXT   NOT NULL,
    seen_at_ms    INTEGER NOT NULL,
    PRIMARY KEY (store_id, message_id)
) STRICT;

-- Letters that arrived: the verdict, and where the raw letter lies until it is forgotten.
ALTER TABLE inbound_mail ADD COLUMN id BLOB;
ALTER TABLE inbound_mail ADD COLUMN sender TEXT;
ALTER TABLE inbound_mail ADD COLUMN subject TEXT;
ALTER TABLE inbound_mail ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbound_mail ADD COLUMN seq INTEGER;
CREATE INDEX inbound_mail_store ON inbound_mail (store_id, received_at_ms);
CREATE INDEX inbound_mail_sender ON inbound_mail (sender, received_at_ms);

-- A code mailed to an address that wants to be a sender; the domain's DNS record is the other proof.
ALTER TABLE proven_sender ADD COLUMN code_sha256 BLOB;
ALTER TABLE proven_sender ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;
ALTER TABLE proven_sender ADD COLUMN code_expires_at_ms INTEGER;

-- A conversation's letters: what the reader's mail program threads by.
ALTER TABLE outbox ADD COLUMN seq INTEGER;
CREATE INDEX outbox_thread ON outbox (conversation_id, seq);
