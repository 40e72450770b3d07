-- What the post office needs besides its queue: whom a mail is about and went to, and the links that mails carry.

ALTER TABLE outbox ADD COLUMN conversation_id uuid;
ALTER TABLE outbox ADD COLUMN recipient text;
ALTER TABLE outbox ADD COLUMN sent_at_ms bigint;
CREATE INDEX outbox_store ON outbox (store_id, created_at_ms, id);
CREATE INDEX outbox_recipient ON outbox (recipient, created_at_ms);
CREATE INDEX outbox_conversation ON outbox (conversation_id);

-- A link that somebody must follow, and press a button behind, before a mail with other people's words goes to them.
CREATE TABLE mail_link (
    token_sha256    bytea  PRIMARY KEY,
    store_id        uuid   NOT NULL REFERENCES store (id),
    conversation_id uuid   NOT NULL REFERENCES conversation (id),
    email           text   NOT NULL,
    language        text   NOT NULL,
    created_at_ms   bigint NOT NULL,
    expires_at_ms   bigint NOT NULL,
    used_at_ms      bigint
);
CREATE INDEX mail_link_conversation ON mail_link (conversation_id);
