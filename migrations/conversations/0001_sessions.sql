-- Conversations, in a file of their own: saving one waits for no order.
CREATE TABLE sessions (
    shop      TEXT    NOT NULL,
    household TEXT    NOT NULL,
    session   TEXT    NOT NULL,
    version   INTEGER NOT NULL CHECK (version > 0),
    saved_at  INTEGER NOT NULL,
    payload   TEXT    NOT NULL CHECK (length(payload) <= 262144),
    PRIMARY KEY (shop, household, session)
) STRICT;
CREATE INDEX idle_sessions ON sessions (saved_at);
