-- Several servers on one database: who does what only one may do, what a ticket for the socket stands for, and whose rights have ended.

-- Work that one server does for all, and until when it is that server's. Whoever takes it over gets another number: with the old one nothing
-- is kept any more.
CREATE TABLE job_lease (
    name              text   PRIMARY KEY,
    holder            uuid   NOT NULL,
    token             bigint NOT NULL,
    lease_until_at_ms bigint NOT NULL
);

-- Good once, for half a minute, at every server. Not worth waiting for the disk: a crash may take them.
CREATE TABLE socket_ticket (
    token_sha256  bytea  PRIMARY KEY,
    session       bytea  NOT NULL,
    store         uuid   NOT NULL,
    visitor_id    uuid,
    only_id       uuid,
    by_cookie     bigint NOT NULL,
    expires_at_ms bigint NOT NULL
);
ALTER TABLE socket_ticket SET UNLOGGED;
CREATE INDEX socket_ticket_expires ON socket_ticket (expires_at_ms);

-- Rights that ended, written in the transaction that ended them, for servers that did not hear of it. Times are the database's own.
CREATE TABLE revocation (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind    text   NOT NULL,
    subject uuid   NOT NULL,
    store   uuid,
    at_ms   bigint NOT NULL
);
CREATE INDEX revocation_at ON revocation (at_ms);
