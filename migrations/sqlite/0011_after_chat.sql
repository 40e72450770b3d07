-- What a shopper said of a chat when it was over, where lists can show it, and how files are counted against their quotas.

-- The last one counts; each of them is an event of the log.
ALTER TABLE conversation ADD COLUMN rating INTEGER;

CREATE INDEX attachment_uploader ON attachment (store_id, uploader_kind, uploader_id, created_at_ms);
