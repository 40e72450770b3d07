-- The same as on SQLite, where it was measured with 200,000 conversations in a store: without statistics it takes the index with the most columns that are compared with
-- something, so an index of few rows must name what the index of all rows names, or it is never chosen.

DROP INDEX conversation_ongoing;
DROP INDEX conversation_finished;
CREATE INDEX conversation_ongoing ON conversation (store_id, kind, stage, waiting_since_at_ms) WHERE kind = 'live' AND stage IN ('queued', 'live', 'mail');
CREATE INDEX conversation_finished ON conversation (store_id, kind, stage, last_event_at_ms, id) WHERE kind = 'live' AND stage = 'closed' AND archived_at_ms IS NULL;
