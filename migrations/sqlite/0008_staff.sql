-- Invitations to a store's staff: good once, and only until they expire.

CREATE TABLE invitation (
    token_sha256  BLOB   PRIMARY KEY,
    id            BLOB   NOT NULL UNIQUE,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    email         TEXT   NOT NULL,
    invited_by    BLOB   NOT NULL REFERENCES account (id),
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    -- One that is out for an address; a new one for the same address takes its place.
    UNIQUE (store_id, email)
) STRICT;
