-- What is still to be written into the index of words: a message writes one row here, and FTS5 gets many of them at once, a moment later.
CREATE TABLE search_owed (
    -- As the entry's.
    entry_id INTEGER PRIMARY KEY,
    tokens   TEXT NOT NULL
) STRICT;
