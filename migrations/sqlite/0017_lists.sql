-- What the recap window asks at every change must not grow with the history: each of its lists has an index of its own rows only.

CREATE INDEX conversation_ongoing ON conversation (store_id, waiting_since_at_ms) WHERE kind = 'live' AND stage IN ('queued', 'live', 'mail');
CREATE INDEX conversation_finished ON conversation (store_id, last_event_at_ms) WHERE stage = 'closed' AND archived_at_ms IS NULL;
CREATE INDEX conversation_ended ON conversation (store_id, ended_at_ms) WHERE kind = 'live' AND stage = 'closed';
CREATE INDEX conversation_unread ON conversation (store_id, kind) WHERE unread_desk > 0;
