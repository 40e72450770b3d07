-- People who sign in with a password, and the name of this database's history.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE account (
    id                BLOB   PRIMARY KEY,
    email             TEXT   NOT NULL UNIQUE,
    name              TEXT   NOT NULL,
    password_hash     TEXT   NOT NULL,
    language          TEXT   NOT NULL,
    theme             TEXT   NOT NULL DEFAULT 'system',
    created_at_ms     INTEGER NOT NULL,
    deactivated_at_ms INTEGER
) STRICT;

CREATE TABLE session (
    token_sha256        BLOB  PRIMARY KEY,
    account_id          BLOB   NOT NULL REFERENCES account (id),
    store_scope         BLOB,
    created_at_ms       INTEGER NOT NULL,
    last_seen_at_ms     INTEGER NOT NULL,
    idle_expires_at_ms  INTEGER NOT NULL,
    absolute_expires_at_ms INTEGER NOT NULL,
    revoked_at_ms       INTEGER
) STRICT;
CREATE INDEX session_account ON session (account_id);

-- The marketplace's team.
CREATE TABLE team_member (
    account_id  BLOB   PRIMARY KEY REFERENCES account (id),
    role        TEXT   NOT NULL,
    since_at_ms INTEGER NOT NULL,
    until_at_ms INTEGER
) STRICT;
