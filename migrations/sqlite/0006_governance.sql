-- Who did what to other people's words, what must not come back, and the keys of integrators.

CREATE TABLE audit (
    id            BLOB   PRIMARY KEY,
    store_id      BLOB,
    account_id    BLOB,
    action        TEXT   NOT NULL,
    object_id     BLOB,
    reason        TEXT,
    created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_store ON audit (store_id, created_at_ms);

-- Applied again after a restore.
CREATE TABLE erasure (
    object_id     BLOB   PRIMARY KEY,
    store_id      BLOB,
    object_kind   TEXT   NOT NULL,
    erased_at_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE api_key (
    token_sha256  BLOB  PRIMARY KEY,
    store_id      BLOB   NOT NULL REFERENCES store (id),
    name          TEXT   NOT NULL,
    scope         TEXT   NOT NULL,
    created_at_ms INTEGER NOT NULL,
    last_used_at_ms INTEGER,
    revoked_at_ms INTEGER
) STRICT;

CREATE TABLE idempotency_key (
    store_id      BLOB   NOT NULL REFERENCES store (id),
    name          TEXT   NOT NULL,
    request_sha256 BLOB NOT NULL,
    answer        TEXT   NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (store_id, name)
) STRICT;
