-- Who did what to other people's words, what must not come back, and the keys of integrators.

CREATE TABLE audit (
    id            uuid   PRIMARY KEY,
    store_id      uuid,
    account_id    uuid,
    action        text   NOT NULL,
    object_id     uuid,
    reason        text,
    created_at_ms bigint NOT NULL
);
CREATE INDEX audit_store ON audit (store_id, created_at_ms);

-- Applied again after a restore.
CREATE TABLE erasure (
    object_id     uuid   PRIMARY KEY,
    store_id      uuid,
    object_kind   text   NOT NULL,
    erased_at_ms  bigint NOT NULL
);

CREATE TABLE api_key (
    token_sha256  bytea  PRIMARY KEY,
    store_id      uuid   NOT NULL REFERENCES store (id),
    name          text   NOT NULL,
    scope         text   NOT NULL,
    created_at_ms bigint NOT NULL,
    last_used_at_ms bigint,
    revoked_at_ms bigint
);

CREATE TABLE idempotency_key (
    store_id      uuid   NOT NULL REFERENCES store (id),
    name          text   NOT NULL,
    request_sha256 bytea NOT NULL,
    answer        text   NOT NULL,
    created_at_ms bigint NOT NULL,
    PRIMARY KEY (store_id, name)
);
