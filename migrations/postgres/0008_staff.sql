-- Invitations to a store's staff: good once, and only until they expire.

CREATE TABLE invitation (
    token_sha256  bytea  PRIMARY KEY,
    id            uuid   NOT NULL UNIQUE,
    store_id      uuid   NOT NULL REFERENCES store (id),
    email         text   NOT NULL,
    invited_by    uuid   NOT NULL REFERENCES account (id),
    created_at_ms bigint NOT NULL,
    expires_at_ms bigint NOT NULL,
    -- One that is out for an address; a new one for the same address takes its place.
    UNIQUE (store_id, email)
);
