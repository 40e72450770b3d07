-- What an order cost stays what it was when its dispute was begun, whatever the shop tells later: nobody offers or decides more.
ALTER TABLE dispute ADD COLUMN total_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE dispute ADD COLUMN currency text NOT NULL DEFAULT '';
UPDATE dispute SET total_minor = o.total_minor, currency = o.currency FROM purchase_order o
    WHERE o.id = dispute.order_id AND o.store_id = dispute.store_id;
-- Since when the owner keeps the room of an open dispute beyond its end; conversation.legal_hold_at_ms is set until then anyway.
ALTER TABLE dispute ADD COLUMN owner_hold_at_ms bigint;
-- The team finds a dispute by its number, whichever store's it is; a thread it finds by case_number.
CREATE INDEX dispute_number ON dispute (number);
