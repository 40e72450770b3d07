-- Whether an article of the help was helpful, one answer a person; and the ways to all that is known of one person.

CREATE TABLE help_vote (
    account_id    uuid   NOT NULL REFERENCES account (id),
    article       text   NOT NULL,
    helpful       bigint NOT NULL,
    created_at_ms bigint NOT NULL,
    PRIMARY KEY (account_id, article)
);
CREATE INDEX help_vote_article ON help_vote (article, helpful);

CREATE INDEX conversation_contact_email ON conversation (store_id, lower(contact_email));
CREATE INDEX conversation_guest ON conversation (store_id, guest_number);
CREATE INDEX conversation_of_customer ON conversation (store_id, customer_id);
CREATE INDEX visitor_customer ON visitor (store_id, customer_id);
CREATE INDEX visitor_blocked ON visitor (store_id, blocked_at_ms) WHERE blocked_at_ms IS NOT NULL;
CREATE INDEX conversation_connection ON conversation (store_id, last_event_at_ms)
    WHERE (address IS NOT NULL OR browser IS NOT NULL OR page IS NOT NULL OR referrer IS NOT NULL);
