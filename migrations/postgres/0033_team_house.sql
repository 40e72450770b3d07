-- The team's house: who is invited as what, how long vendors let people wait, and what is looked for across stores.

ALTER TABLE invitation ADD COLUMN role text NOT NULL DEFAULT 'operator';
-- When the shopper first waited for an answer; `first_answer_at_ms` says when the desk first gave one.
ALTER TABLE conversation ADD COLUMN first_asked_at_ms bigint;
CREATE INDEX conversation_unanswered ON conversation (store_id, waiting_since_at_ms) WHERE waiting_since_at_ms IS NOT NULL AND erased_at_ms IS NULL;
CREATE INDEX conversation_about ON conversation (store_id, about_ref) WHERE about_ref IS NOT NULL;
CREATE INDEX purchase_order_number ON purchase_order (number);
CREATE INDEX case_number ON case_file (number);
CREATE INDEX audit_time ON audit (created_at_ms, id);
