-- Working together: ready-made answers, who does not want to hear anything, and chats that nobody takes.

-- An answer that is written once and said often. Without an owner it is the whole store's.
CREATE TABLE canned_reply (
    id            BLOB   PRIMARY KEY,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    owner_id      BLOB REFERENCES account (id),
    shortcut      TEXT   NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX canned_reply_shared ON canned_reply (store_id, shortcut) WHERE owner_id IS NULL;
CREATE UNIQUE INDEX canned_reply_own ON canned_reply (store_id, owner_id, shortcut) WHERE owner_id IS NOT NULL;

-- What it says, one row a language.
CREATE TABLE canned_reply_text (
    reply_id BLOB NOT NULL REFERENCES canned_reply (id),
    store_id BLOB NOT NULL REFERENCES store (id),
    language TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (reply_id, language)
) STRICT;

-- A person who wants the back office to be silent, since when.
ALTER TABLE account ADD COLUMN muted_at_ms INTEGER;

-- Looked at every second, whatever the size of the table.
CREATE INDEX conversation_waiting ON conversation (stage_since_at_ms) WHERE stage = 'queued';
