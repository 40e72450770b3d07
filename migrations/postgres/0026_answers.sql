-- Answers by mail: the link in a letter by which its reader ends such letters, and those who did.
ALTER TABLE outbox ADD COLUMN stop_sha256 bytea;
CREATE INDEX outbox_stop ON outbox (stop_sha256);

-- Of the address only a hash: it is asked for, never shown.
CREATE TABLE mail_quiet (
    store_id     uuid   NOT NULL REFERENCES store (id),
    email_sha256 bytea  NOT NULL,
    since_at_ms  bigint NOT NULL,
    PRIMARY KEY (store_id, email_sha256)
);

-- What a letter that came in calls itself, so that our next one stands below it in its sender's mail program.
ALTER TABLE inbound_mail ADD COLUMN message_id text;
CREATE INDEX inbound_mail_thread ON inbound_mail (conversation_id, seq);
