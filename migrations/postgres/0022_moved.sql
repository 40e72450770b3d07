-- A conversation that was moved to an order: the product that it was about before, for the way back. What else is known of the product
-- stays in its own columns.
ALTER TABLE conversation ADD COLUMN product_ref TEXT;
ALTER TABLE conversation ADD COLUMN product_name TEXT;
