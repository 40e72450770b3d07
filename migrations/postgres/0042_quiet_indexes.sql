-- A message moves its conversation to the front of every list that is ordered by the last event, and a page is written for each index it
-- moves in, for most of them two. An index is now ordered by the last event only where a list is, and holds no chat that goes on: those are
-- few, and found by `conversation_ongoing`.

-- Reports begin at a day, and what they count is in the row; a copy of all that a store has goes from the first one to the last. It comes
-- first: of two that promise the same SQLite takes the one that was made last.
DROP INDEX conversation_answered;
CREATE INDEX conversation_opened ON conversation (store_id, opened_at_ms, id);

-- What is kept too long was also begun that long ago: that never changes.
DROP INDEX conversation_connection;
CREATE INDEX conversation_connection ON conversation (store_id, opened_at_ms, id)
    WHERE (address IS NOT NULL OR browser IS NOT NULL OR page IS NOT NULL OR referrer IS NOT NULL);
CREATE INDEX conversation_kept ON conversation (store_id, kind, opened_at_ms, id);

-- Chats that are over. Those that take a place are counted by another one, which stands still while they talk.
DROP INDEX conversation_stage;
CREATE INDEX conversation_closed ON conversation (store_id, kind, last_event_at_ms, id) WHERE stage = 'closed';
CREATE INDEX conversation_place ON conversation (stage, store_id) WHERE stage IN ('queued', 'live');

-- The lists of everything that is no chat.
DROP INDEX conversation_list;
CREATE INDEX conversation_list ON conversation (store_id, kind, last_event_at_ms, id) WHERE kind <> 'live';
DROP INDEX conversation_unread;
CREATE INDEX conversation_unread ON conversation (store_id, kind) WHERE unread_desk > 0 AND kind <> 'live';

-- A visitor's own, the last one first.
DROP INDEX conversation_visitor;
CREATE INDEX conversation_visitor ON conversation (store_id, visitor_id, opened_at_ms, id);

-- Guests have no list of their own. The index that only found a customer's is in this one.
DROP INDEX conversation_of_customer;
DROP INDEX conversation_member;
CREATE INDEX conversation_member ON conversation (store_id, customer_id, last_event_at_ms, id) WHERE customer_id IS NOT NULL;

-- A copy of all that a store has takes its files one by one.
CREATE INDEX attachment_of_store ON attachment (store_id, id) WHERE state = 'ready';
