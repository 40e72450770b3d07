-- SQLite has no policies: its wall between stores are the statements, which all name their store. The columns are PostgreSQL's (the pair
-- of this file says why), because both engines run the same statements.
ALTER TABLE customer ADD COLUMN email_key TEXT GENERATED ALWAYS AS (lower(email)) VIRTUAL;
ALTER TABLE purchase_order ADD COLUMN email_key TEXT GENERATED ALWAYS AS (lower(email)) VIRTUAL;
ALTER TABLE conversation ADD COLUMN contact_email_key TEXT GENERATED ALWAYS AS (lower(contact_email)) VIRTUAL;
DROP INDEX customer_lower_email;
DROP INDEX purchase_order_lower_email;
DROP INDEX conversation_contact_email;
CREATE INDEX customer_by_email_key ON customer (store_id, email_key);
CREATE INDEX purchase_order_by_email_key ON purchase_order (store_id, email_key);
CREATE INDEX conversation_by_email_key ON conversation (store_id, contact_email_key);
