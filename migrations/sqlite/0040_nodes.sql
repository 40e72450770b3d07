-- Only PostgreSQL has several servers (the pair of this file says what these are for): with one, nothing is ever written here. They are
-- here because both engines have the same tables.
CREATE TABLE job_lease (
    name              TEXT    PRIMARY KEY,
    holder            BLOB    NOT NULL,
    token             INTEGER NOT NULL,
    lease_until_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE socket_ticket (
    token_sha256  BLOB    PRIMARY KEY,
    session       BLOB    NOT NULL,
    store         BLOB    NOT NULL,
    visitor_id    BLOB,
    only_id       BLOB,
    by_cookie     INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX socket_ticket_expires ON socket_ticket (expires_at_ms);

CREATE TABLE revocation (
    id      INTEGER PRIMARY KEY,
    kind    TEXT    NOT NULL,
    subject BLOB    NOT NULL,
    store   BLOB,
    at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX revocation_at ON revocation (at_ms);
