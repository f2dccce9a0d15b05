-- Everything that a shop remembers. Every row belongs to a shop. Money is in minor units
-- with its currency (ISO 4217), moments are microseconds since 1970 (UTC), days are YYYY-MM-DD.

CREATE TABLE shops (
    shop        TEXT    NOT NULL PRIMARY KEY,
    next_number INTEGER NOT NULL CHECK (next_number > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE households (
    shop         TEXT    NOT NULL,
    household    TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    -- A JSON array of first names.
    members      TEXT    NOT NULL,
    limit_minor  INTEGER NOT NULL CHECK (limit_minor >= 0),
    currency     TEXT    NOT NULL,
    -- argon2id in PHC form.
    pin_hash     TEXT,
    -- Tries since the last right one, counted before each is looked at.
    tries        INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    locked_until INTEGER,
    PRIMARY KEY (shop, household)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock (
    shop     TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    -- In the house.
    on_hand  INTEGER NOT NULL CHECK (on_hand >= 0),
    -- Of these, set aside for orders that have not left the house.
    reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0 AND reserved <= on_hand),
    PRIMARY KEY (shop, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    shop            TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    number          INTEGER NOT NULL,
    household       TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    -- How many events made this state; a change has to name the version that it was decided on.
    version         INTEGER NOT NULL,
    total_minor     INTEGER NOT NULL,
    currency        TEXT    NOT NULL,
    -- 1 when it counts towards what the household may spend without its PIN.
    counts_to_limit INTEGER NOT NULL CHECK (counts_to_limit IN (0, 1)),
    -- 1 while something has to be settled with the payment provider.
    payment_due     INTEGER NOT NULL CHECK (payment_due IN (0, 1)),
    placed_at       INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL,
    -- The whole order as JSON; the columns above are what is searched for.
    body            TEXT    NOT NULL,
    PRIMARY KEY (shop, id),
    UNIQUE (shop, number),
    FOREIGN KEY (shop, household) REFERENCES households (shop, household)
) STRICT;

CREATE INDEX orders_of_household ON orders (shop, household, placed_at DESC, number DESC);
CREATE INDEX orders_of_shop ON orders (shop, placed_at DESC, number DESC);
CREATE INDEX orders_due ON orders (placed_at) WHERE payment_due = 1;

CREATE TABLE order_lines (
    shop       TEXT    NOT NULL,
    order_id   TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    household  TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    ordered_on TEXT    NOT NULL,
    sku        TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    unit_minor INTEGER NOT NULL,
    currency   TEXT    NOT NULL,
    -- 1 while the household paid for it and neither cancelled it nor sent it back.
    kept       INTEGER NOT NULL CHECK (kept IN (0, 1)),
    PRIMARY KEY (shop, order_id, position),
    FOREIGN KEY (shop, order_id) REFERENCES orders (shop, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX purchases ON order_lines (shop, household, ordered_on DESC, number DESC, position) WHERE kept = 1;

-- The truth about orders, and the outbox: position only ever grows.
CREATE TABLE order_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    shop     TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    -- 1 for the first event of an order: its version after the event.
    version  INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    UNIQUE (shop, order_id, version),
    FOREIGN KEY (shop, order_id) REFERENCES orders (shop, id)
) STRICT;

CREATE INDEX events_of_shop ON order_events (shop, position);

-- One row for each idempotency key. The outcome is missing while the payment is not settled.
CREATE TABLE confirmations (
    shop        TEXT NOT NULL,
    household   TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    order_id    TEXT,
    outcome     TEXT,
    PRIMARY KEY (shop, household, key),
    FOREIGN KEY (shop, order_id) REFERENCES orders (shop, id),
    CHECK (order_id IS NOT NULL OR outcome IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX confirmation_of_order ON confirmations (shop, order_id) WHERE order_id IS NOT NULL;

CREATE TABLE sessions (
    shop      TEXT    NOT NULL,
    household TEXT    NOT NULL,
    session   TEXT    NOT NULL,
    version   INTEGER NOT NULL CHECK (version > 0),
    saved_at  INTEGER NOT NULL DEFAULT (unixepoch()),
    payload   TEXT    NOT NULL CHECK (length(payload) <= 262144),
    PRIMARY KEY (shop, household, session)
) STRICT;
