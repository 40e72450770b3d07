-- Written conversations: members without a password, what they ordered, what the desk knows of them, and the doors for letters and
-- for other programs.

-- A customer's number where the shop has none for them: "M-1", counted per store.
ALTER TABLE customer ADD COLUMN own_number TEXT;
ALTER TABLE store ADD COLUMN last_member bigint NOT NULL DEFAULT 0;
-- When the holder of the address showed that it is theirs (a link in a letter, the shop's own token).
ALTER TABLE customer ADD COLUMN email_proven_at_ms bigint;

-- Somebody in the member centre. With a conversation or an order, it opens that one only: it came by a link in a letter.
CREATE TABLE member_session (
    token_sha256    bytea  PRIMARY KEY,
    store_id        uuid   NOT NULL REFERENCES store (id),
    customer_id     uuid   NOT NULL REFERENCES customer (id),
    conversation_id uuid REFERENCES conversation (id),
    order_id        uuid REFERENCES purchase_order (id),
    created_at_ms   bigint NOT NULL,
    expires_at_ms   bigint NOT NULL,
    revoked_at_ms   bigint
);
CREATE INDEX member_session_customer ON member_session (store_id, customer_id);

-- A link in a letter that lets its holder in, after a button. Purposes: sign_in, conversation, order, and prove (a sender's address).
CREATE TABLE door_link (
    token_sha256    bytea  PRIMARY KEY,
    store_id        uuid   NOT NULL REFERENCES store (id),
    purpose         text   NOT NULL,
    customer_id     uuid REFERENCES customer (id),
    conversation_id uuid REFERENCES conversation (id),
    order_id        uuid REFERENCES purchase_order (id),
    email           text   NOT NULL,
    language        text   NOT NULL,
    created_at_ms   bigint NOT NULL,
    expires_at_ms   bigint NOT NULL,
    used_at_ms      bigint,
    revoked_at_ms   bigint
);
CREATE INDEX door_link_customer ON door_link (store_id, customer_id);
CREATE INDEX door_link_conversation ON door_link (conversation_id);

-- A visitor's session that is good for one conversation: the panel in a thread of the member centre.
ALTER TABLE visitor_session ADD COLUMN conversation_id uuid;

-- One thread per order.
CREATE UNIQUE INDEX conversation_order ON conversation (store_id, about_ref) WHERE kind = 'order' AND erased_at_ms IS NULL;
CREATE INDEX conversation_member ON conversation (store_id, customer_id, last_event_at_ms, id);

-- A product as it was: what the first columns lack.
ALTER TABLE conversation ADD COLUMN about_variant text;
ALTER TABLE conversation ADD COLUMN about_picture text;

-- Through which door an event came, as JSON; NULL: the site or the desk.
ALTER TABLE event ADD COLUMN via text;

-- What the shop's page said of its shopper when a conversation began: cart, product, last orders, as JSON.
CREATE TABLE shop_context (
    conversation_id uuid   PRIMARY KEY REFERENCES conversation (id),
    store_id        uuid   NOT NULL REFERENCES store (id),
    payload         text   NOT NULL,
    taken_at_ms     bigint NOT NULL
);

CREATE TABLE customer_tag (
    store_id      uuid   NOT NULL REFERENCES store (id),
    customer_id   uuid   NOT NULL REFERENCES customer (id),
    tag           text   NOT NULL,
    by_id         uuid   NOT NULL REFERENCES account (id),
    by_name       text   NOT NULL,
    created_at_ms bigint NOT NULL,
    PRIMARY KEY (customer_id, tag)
);
CREATE INDEX customer_tag_store ON customer_tag (store_id, tag);

CREATE TABLE customer_note (
    id            uuid   PRIMARY KEY,
    store_id      uuid   NOT NULL REFERENCES store (id),
    customer_id   uuid   NOT NULL REFERENCES customer (id),
    body          text   NOT NULL,
    by_id         uuid   NOT NULL REFERENCES account (id),
    by_name       text   NOT NULL,
    created_at_ms bigint NOT NULL,
    edited_by_name text,
    edited_at_ms  bigint
);
CREATE INDEX customer_note_customer ON customer_note (store_id, customer_id, created_at_ms);

-- Orders as shops tell them.
ALTER TABLE purchase_order ADD COLUMN tracking_url text;
ALTER TABLE purchase_order ADD COLUMN carrier text;
ALTER TABLE purchase_order ADD COLUMN ship_to text;
-- Of the delivery address, without spaces, in capitals: a second fact that its owner knows.
ALTER TABLE purchase_order ADD COLUMN postcode text;
-- The address that the order was made with; the customer's own may change.
ALTER TABLE purchase_order ADD COLUMN email text;
CREATE INDEX purchase_order_email ON purchase_order (store_id, email);

-- Wrong second facts, per order number as it was typed (hashed, whether it exists or not).
CREATE TABLE order_guess (
    store_id      uuid   NOT NULL REFERENCES store (id),
    number_sha256 bytea  NOT NULL,
    wrong         bigint NOT NULL,
    since_at_ms   bigint NOT NULL,
    PRIMARY KEY (store_id, number_sha256)
);

-- A code that was mailed to the holder of an order.
CREATE TABLE order_code (
    store_id      uuid   NOT NULL REFERENCES store (id),
    number_sha256 bytea  NOT NULL,
    asker_sha256  bytea  NOT NULL,
    code_sha256   bytea  NOT NULL,
    wrong         bigint NOT NULL,
    expires_at_ms bigint NOT NULL,
    PRIMARY KEY (store_id, number_sha256, asker_sha256)
);

-- Keys of integrators: found by their hash; what people see is the id, the name and the beginning.
ALTER TABLE api_key ADD COLUMN id uuid;
ALTER TABLE api_key ADD COLUMN beginning text NOT NULL DEFAULT '';
ALTER TABLE api_key ADD COLUMN made_by_name text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX api_key_id ON api_key (id);
CREATE INDEX api_key_store ON api_key (store_id, created_at_ms);
ALTER TABLE idempotency_key ADD COLUMN status bigint NOT NULL DEFAULT 200;

-- Webhooks that leave (Standard Webhooks), and those that arrive.
CREATE TABLE webhook (
    id            uuid   PRIMARY KEY,
    store_id      uuid   NOT NULL REFERENCES store (id),
    url           text   NOT NULL,
    secret        bytea  NOT NULL,
    -- The kinds of news it wants, as JSON.
    wants         text   NOT NULL,
    created_at_ms bigint NOT NULL,
    failing_since_at_ms bigint,
    off_at_ms     bigint
);
CREATE INDEX webhook_store ON webhook (store_id);

CREATE TABLE webhook_delivery (
    id            uuid   PRIMARY KEY,
    store_id      uuid   NOT NULL REFERENCES store (id),
    webhook_id    uuid   NOT NULL REFERENCES webhook (id),
    kind          text   NOT NULL,
    payload       text   NOT NULL,
    conversation_id uuid,
    state         text   NOT NULL,
    attempts      bigint NOT NULL DEFAULT 0,
    due_at_ms     bigint NOT NULL,
    lease_until_at_ms bigint,
    lease_token   bytea,
    answer        text,
    created_at_ms bigint NOT NULL,
    sent_at_ms    bigint
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (state, due_at_ms);
CREATE INDEX webhook_delivery_store ON webhook_delivery (store_id, created_at_ms, id);
CREATE INDEX webhook_delivery_conversation ON webhook_delivery (conversation_id);

-- Signs what the shop's server sends to us.
ALTER TABLE store ADD COLUMN hook_secret bytea;
-- What other programs sent: once each.
CREATE TABLE hook_seen (
    store_id      uuid   NOT NULL REFERENCES store (id),
    message_id    text   NOT NULL,
    seen_at_ms    bigint NOT NULL,
    PRIMARY KEY (store_id, message_id)
);

-- Letters that arrived: the verdict, and where the raw letter lies until it is forgotten.
ALTER TABLE inbound_mail ADD COLUMN id uuid;
ALTER TABLE inbound_mail ADD COLUMN sender text;
ALTER TABLE inbound_mail ADD COLUMN subject text;
ALTER TABLE inbound_mail ADD COLUMN size_bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE inbound_mail ADD COLUMN seq bigint;
CREATE INDEX inbound_mail_store ON inbound_mail (store_id, received_at_ms);
CREATE INDEX inbound_mail_sender ON inbound_mail (sender, received_at_ms);

-- A code mailed to an address that wants to be a sender; the domain's DNS record is the other proof.
ALTER TABLE proven_sender ADD COLUMN code_sha256 bytea;
ALTER TABLE proven_sender ADD COLUMN wrong bigint NOT NULL DEFAULT 0;
ALTER TABLE proven_sender ADD COLUMN code_expires_at_ms bigint;

-- A conversation's letters: what the reader's mail program threads by.
ALTER TABLE outbox ADD COLUMN seq bigint;
CREATE INDEX outbox_thread ON outbox (conversation_id, seq);
