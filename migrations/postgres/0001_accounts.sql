-- People who sign in with a password, and the name of this database's history.

CREATE TABLE meta (
    name  text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE account (
    id                uuid   PRIMARY KEY,
    email             text   NOT NULL UNIQUE,
    name              text   NOT NULL,
    password_hash     text   NOT NULL,
    language          text   NOT NULL,
    theme             text   NOT NULL DEFAULT 'system',
    created_at_ms     bigint NOT NULL,
    deactivated_at_ms bigint
);

CREATE TABLE session (
    token_sha256        bytea  PRIMARY KEY,
    account_id          uuid   NOT NULL REFERENCES account (id),
    store_scope         uuid,
    created_at_ms       bigint NOT NULL,
    last_seen_at_ms     bigint NOT NULL,
    idle_expires_at_ms  bigint NOT NULL,
    absolute_expires_at_ms bigint NOT NULL,
    revoked_at_ms       bigint
);
CREATE INDEX session_account ON session (account_id);

-- The marketplace's team.
CREATE TABLE team_member (
    account_id  uuid   PRIMARY KEY REFERENCES account (id),
    role        text   NOT NULL,
    since_at_ms bigint NOT NULL,
    until_at_ms bigint
);
