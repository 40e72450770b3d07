-- The desk's list of customers, and orders by the address that they were made with, in whatever capitals.
CREATE INDEX customer_list ON customer (store_id, created_at_ms, id);
CREATE INDEX purchase_order_lower_email ON purchase_order (store_id, lower(email));
CREATE INDEX customer_own_number ON customer (store_id, own_number);
-- Whoever was merged into somebody.
CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;
