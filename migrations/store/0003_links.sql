-- Accounts elsewhere that are linked to households. Of codes and tokens only the SHA-256 is kept.

-- What a customer types once.
CREATE TABLE link_codes (
    shop       TEXT    NOT NULL,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    household  TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (shop, hash),
    FOREIGN KEY (shop, household) REFERENCES households (shop, household)
) STRICT, WITHOUT ROWID;

-- Authorization codes that were not exchanged yet, with what they are bound to.
CREATE TABLE link_grants (
    shop         TEXT    NOT NULL,
    code         BLOB    NOT NULL CHECK (length(code) = 32),
    household    TEXT    NOT NULL,
    client       TEXT    NOT NULL,
    redirect_uri TEXT    NOT NULL,
    challenge    TEXT,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (shop, code),
    FOREIGN KEY (shop, household) REFERENCES households (shop, household)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
    shop       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    household  TEXT    NOT NULL,
    client     TEXT    NOT NULL,
    -- The authorization code that it came of: should that come again, the link goes.
    code       BLOB    NOT NULL CHECK (length(code) = 32),
    linked_at  INTEGER NOT NULL,
    renewed_at INTEGER NOT NULL,
    PRIMARY KEY (shop, id),
    UNIQUE (shop, code),
    FOREIGN KEY (shop, household) REFERENCES households (shop, household)
) STRICT, WITHOUT ROWID;

CREATE TABLE link_tokens (
    shop       TEXT    NOT NULL,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    link       TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('access', 'refresh')),
    -- The refresh token that it came of.
    parent     BLOB,
    -- When a refresh token was replaced; 0 when a sibling was used in its stead.
    spent_at   INTEGER,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (shop, hash),
    FOREIGN KEY (shop, link) REFERENCES links (shop, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_of_link ON link_tokens (shop, link);
CREATE INDEX expired_tokens ON link_tokens (expires_at);
