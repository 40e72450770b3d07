-- Disputes: counted with the other cases of a desk, what is wrong as the buyer says, and how many steps were taken, so that nobody
-- answers what has changed meanwhile.
ALTER TABLE dispute ADD COLUMN number bigint NOT NULL DEFAULT 0;
ALTER TABLE dispute ADD COLUMN problem text NOT NULL DEFAULT 'other';
ALTER TABLE dispute ADD COLUMN steps bigint NOT NULL DEFAULT 0;
CREATE INDEX dispute_of_order ON dispute (store_id, order_id, opened_at_ms);
CREATE INDEX dispute_closed ON dispute (closed_at_ms, conversation_id);
