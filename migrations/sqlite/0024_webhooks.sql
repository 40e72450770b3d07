-- Webhooks: why one is off, how long it is left alone after a failure, and whose news a delivery is, so that it goes with them.
ALTER TABLE webhook ADD COLUMN off_reason TEXT;
ALTER TABLE webhook ADD COLUMN wait_until_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE webhook_delivery ADD COLUMN customer_id BLOB;
-- The event's number in its log: of two of the same moment the earlier goes first.
ALTER TABLE webhook_delivery ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook_id, state, due_at_ms, seq, id);
CREATE INDEX webhook_delivery_customer ON webhook_delivery (customer_id);
