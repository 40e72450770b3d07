-- The way to a person by the address that somebody typed, in whatever capitals.
CREATE INDEX customer_lower_email ON customer (store_id, lower(email));

-- What nobody can use any more is found by its age.
CREATE INDEX member_session_expires ON member_session (store_id, expires_at_ms);
CREATE INDEX door_link_expires ON door_link (store_id, expires_at_ms);
