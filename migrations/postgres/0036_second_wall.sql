-- PostgreSQL's own wall between stores: rows of a store are there for whoever works for it, whatever a statement asks for. Decision 0013.

-- A policy comes before every condition that is not known to give nothing away, and `lower` and `@@` are not: no index of theirs is used
-- beside one. So the words that rows are found by stand in columns of their own, and the index of words in a table of its own, as on SQLite.
ALTER TABLE customer ADD COLUMN email_key text GENERATED ALWAYS AS (lower(email)) STORED;
ALTER TABLE purchase_order ADD COLUMN email_key text GENERATED ALWAYS AS (lower(email)) STORED;
ALTER TABLE conversation ADD COLUMN contact_email_key text GENERATED ALWAYS AS (lower(contact_email)) STORED;
DROP INDEX customer_lower_email;
DROP INDEX purchase_order_lower_email;
DROP INDEX conversation_contact_email;
CREATE INDEX customer_by_email_key ON customer (store_id, email_key);
CREATE INDEX purchase_order_by_email_key ON purchase_order (store_id, email_key);
CREATE INDEX conversation_by_email_key ON conversation (store_id, contact_email_key);

-- Numbered like the entries. It belongs to no store and has no policy: each word in it begins with its store's id.
SELECT id AS entry_id, found INTO search_text FROM search_entry;
ALTER TABLE search_text ADD PRIMARY KEY (entry_id);
ALTER TABLE search_text ADD FOREIGN KEY (entry_id) REFERENCES search_entry (id) ON DELETE CASCADE;
CREATE INDEX search_text_found ON search_text USING gin (found);
DROP INDEX search_entry_found;
ALTER TABLE search_entry DROP COLUMN found;

-- Every later table with rows of a store calls it in its own migration: SELECT build_wall('name_of_the_table', 'store_id').
-- What the connection says is asked once a statement, not once a row; nothing said is no store. FORCE: also for the owner of the table.
CREATE FUNCTION build_wall(walled regclass, key name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', walled);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', walled);
    EXECUTE format('CREATE POLICY wall ON %s USING (
        %I = (SELECT NULLIF(current_setting(''vitrine.store'', true), '''')::uuid)
        OR (SELECT current_setting(''vitrine.scope'', true)) = ''installation'')', walled, key);
END
$$;

-- All tables that there are now and have a store_id, and the stores themselves.
DO $$
DECLARE
    walled regclass;
BEGIN
    FOR walled IN
        SELECT c.oid::regclass FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'store_id' AND NOT a.attisdropped
        WHERE n.nspname = current_schema() AND c.relkind = 'r'
        ORDER BY c.relname
    LOOP
        PERFORM build_wall(walled, 'store_id');
    END LOOP;
    PERFORM build_wall('store', 'id');
END
$$;
