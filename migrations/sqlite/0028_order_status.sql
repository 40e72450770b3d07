-- "Where is my order?": how many codes were mailed for a number, and what a code, or a right answer, opens until it is forgotten.
ALTER TABLE order_guess ADD COLUMN mails INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_code ADD COLUMN order_id BLOB;
-- What the asker knew, once it opened: email, postcode, code. Until then only the code opens it.
ALTER TABLE order_code ADD COLUMN opened_by TEXT;

-- What nobody can use any more is found by its age.
CREATE INDEX order_guess_since ON order_guess (store_id, since_at_ms);
CREATE INDEX order_code_expires ON order_code (store_id, expires_at_ms);
