-- What the console shows of a connection, and which windows somebody at the desk had open.

ALTER TABLE conversation ADD COLUMN address text;
ALTER TABLE conversation ADD COLUMN referrer text;

ALTER TABLE operator_view ADD COLUMN opened_at_ms bigint;
CREATE INDEX operator_view_conversation ON operator_view (conversation_id);
