-- Grows with every saving of a store's settings: whoever read them at another count saves nothing over somebody else's.
ALTER TABLE store ADD COLUMN settings_rev INTEGER NOT NULL DEFAULT 0;
