-- The history: which shelf a conversation stands on, in which order, and the words it can be found by.

-- When the last message came; events that are no messages do not move it.
ALTER TABLE conversation ADD COLUMN last_message_at_ms bigint;
UPDATE conversation SET last_message_at_ms = (SELECT MAX(e.created_at_ms) FROM event e
    WHERE e.conversation_id = conversation.id AND e.audience = 'all' AND e.kind IN ('posted', 'shared'));

-- 2: saved, 1: in the history, NULL: not in it.
ALTER TABLE conversation ADD COLUMN shelf bigint GENERATED ALWAYS AS (CASE
    WHEN kind <> 'live' OR erased_at_ms IS NOT NULL THEN NULL
    WHEN saved_at_ms IS NOT NULL THEN 2
    WHEN archived_at_ms IS NOT NULL THEN 1 END) STORED;
ALTER TABLE conversation ADD COLUMN history_at_ms bigint GENERATED ALWAYS AS (COALESCE(last_message_at_ms, opened_at_ms)) STORED;
ALTER TABLE conversation ADD COLUMN sort_name text COLLATE "C" GENERATED ALWAYS AS (LOWER(COALESCE(contact_name, ''))) STORED;

CREATE INDEX conversation_shelf ON conversation (store_id, shelf, history_at_ms, id) WHERE shelf IS NOT NULL;
CREATE INDEX conversation_shelf_name ON conversation (store_id, shelf, sort_name, history_at_ms, id) WHERE shelf IS NOT NULL;
CREATE INDEX conversation_line ON conversation (store_id, customer_id, shelf, history_at_ms, id) WHERE shelf IS NOT NULL;

-- One entry for what can be found: an event's words, or (audience 'person', seq 0) who a conversation is with.
CREATE TABLE search_entry (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id        uuid   NOT NULL REFERENCES store (id),
    conversation_id uuid   NOT NULL REFERENCES conversation (id),
    audience        text   NOT NULL,
    seq             bigint NOT NULL,
    -- Only of a person: an event's words are in the event.
    tokens          text
);
CREATE INDEX search_entry_conversation ON search_entry (conversation_id);

-- The index itself. Each word in it begins with its store's id, so a search never meets another store's words.
ALTER TABLE search_entry ADD COLUMN found tsvector;
CREATE INDEX search_entry_found ON search_entry USING gin (found);
