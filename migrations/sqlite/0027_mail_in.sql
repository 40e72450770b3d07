-- Letters that arrived: why one was not taken, and since when only its fingerprint is left.
ALTER TABLE inbound_mail ADD COLUMN reason TEXT;
ALTER TABLE inbound_mail ADD COLUMN forgotten_at_ms INTEGER;
CREATE UNIQUE INDEX inbound_mail_id ON inbound_mail (id);
CREATE INDEX inbound_mail_age ON inbound_mail (forgotten_at_ms, received_at_ms);
