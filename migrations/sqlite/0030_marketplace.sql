-- A marketplace: the team's own desk, and what has a subject and a status: threads, tickets, disputes.

-- 'store', or 'team': the desk of the marketplace itself. There is at most one of those; its staff are the marketplace's team.
ALTER TABLE store ADD COLUMN desk TEXT NOT NULL DEFAULT 'store';
CREATE UNIQUE INDEX store_team ON store (desk) WHERE desk = 'team';
-- Tickets and threads are counted per desk.
ALTER TABLE store ADD COLUMN last_case INTEGER NOT NULL DEFAULT 0;
-- What the marketplace decided about its own safety: a JSON, only in the team's row.
ALTER TABLE store ADD COLUMN safety TEXT;
-- Whoever left the marketplace: exported and closed.
ALTER TABLE store ADD COLUMN off_boarded_at_ms INTEGER;

-- The first draft of both: nothing was ever written into them.
DROP TABLE "case";
DROP TABLE team_member;

CREATE TABLE case_file (
    conversation_id   BLOB   PRIMARY KEY REFERENCES conversation (id),
    -- Of the conversation: the vendor's of a thread or dispute, the team's of a ticket.
    store_id          BLOB   NOT NULL REFERENCES store (id),
    kind              TEXT   NOT NULL,
    number            INTEGER NOT NULL,
    subject           TEXT   NOT NULL,
    -- Threads: presale, support. Tickets: account, technical, dispute, order, other.
    topic             TEXT   NOT NULL,
    status            TEXT   NOT NULL,
    priority          TEXT   NOT NULL DEFAULT 'normal',
    assignee_id       BLOB REFERENCES account (id),
    -- Who began a ticket: somebody who works for a store, for the store or for themselves; or a shopper of a store.
    requester_account_id BLOB REFERENCES account (id),
    requester_store_id   BLOB REFERENCES store (id),
    requester_customer_id BLOB REFERENCES customer (id),
    on_behalf         INTEGER NOT NULL DEFAULT 0,
    -- What it came out of, at the store where that stands.
    from_conversation_id BLOB,
    from_store_id     BLOB,
    merged_into_id    BLOB,
    -- The clock: when it must be answered and when it must be solved, and since when it stands still.
    opened_at_ms      INTEGER NOT NULL,
    answered_at_ms    INTEGER,
    resolved_at_ms    INTEGER,
    answer_due_ms     INTEGER,
    resolution_due_ms INTEGER,
    paused_at_ms      INTEGER,
    -- The next of those; NULL: nothing is due.
    due_at_ms         INTEGER,
    changed_at_ms     INTEGER NOT NULL,
    UNIQUE (store_id, number)
) STRICT;
CREATE INDEX case_list ON case_file (store_id, kind, changed_at_ms, conversation_id);
CREATE INDEX case_due ON case_file (store_id, kind, status, due_at_ms);
CREATE INDEX case_requester ON case_file (requester_account_id, changed_at_ms);
CREATE INDEX case_requester_store ON case_file (requester_store_id, changed_at_ms);

CREATE TABLE dispute (
    conversation_id BLOB   PRIMARY KEY REFERENCES conversation (id),
    store_id        BLOB   NOT NULL REFERENCES store (id),
    order_id        BLOB   NOT NULL REFERENCES purchase_order (id),
    -- A DisputeState as JSON, and its name for lists.
    state           TEXT   NOT NULL,
    state_name      TEXT   NOT NULL,
    -- When it goes on by itself; NULL: it is over.
    due_at_ms       INTEGER,
    mediator_id     BLOB REFERENCES account (id),
    opened_at_ms    INTEGER NOT NULL,
    closed_at_ms    INTEGER
) STRICT;
CREATE INDEX dispute_due ON dispute (due_at_ms);
CREATE INDEX dispute_store ON dispute (store_id, opened_at_ms, conversation_id);
-- One open dispute per order.
CREATE UNIQUE INDEX dispute_order ON dispute (store_id, order_id) WHERE closed_at_ms IS NULL;

-- Whoever of the team reads what is a vendor's and a buyer's: with a reason, for a while, and told to both.
CREATE TABLE oversight (
    id              BLOB   PRIMARY KEY,
    store_id        BLOB   NOT NULL REFERENCES store (id),
    conversation_id BLOB   NOT NULL REFERENCES conversation (id),
    account_id      BLOB   NOT NULL REFERENCES account (id),
    account_name    TEXT   NOT NULL,
    reason          TEXT   NOT NULL,
    since_at_ms     INTEGER NOT NULL,
    until_at_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX oversight_conversation ON oversight (store_id, conversation_id, since_at_ms);
CREATE INDEX oversight_account ON oversight (account_id, until_at_ms);

-- A message that waits because of what was recognised in it; its own side sees it, the other does not.
CREATE TABLE held_message (
    id              BLOB   PRIMARY KEY,
    store_id        BLOB   NOT NULL REFERENCES store (id),
    conversation_id BLOB   NOT NULL REFERENCES conversation (id),
    party_kind      TEXT   NOT NULL,
    party_id        BLOB   NOT NULL,
    author_name     TEXT,
    cid             BLOB   NOT NULL,
    body            TEXT   NOT NULL,
    -- The kinds that were recognised, as JSON.
    found           TEXT   NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    decided_at_ms   INTEGER,
    decided_by      BLOB,
    released        INTEGER,
    UNIQUE (conversation_id, party_kind, party_id, cid)
) STRICT;
CREATE INDEX held_message_store ON held_message (store_id, created_at_ms);

-- How fast a vendor answers: the first answer of the desk to what waited.
ALTER TABLE conversation ADD COLUMN first_answer_at_ms INTEGER;
-- A vendor who began a thread: the desk speaks first.
CREATE INDEX conversation_answered ON conversation (store_id, opened_at_ms, first_answer_at_ms);
