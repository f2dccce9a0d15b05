-- The test ledger: what a payment provider would remember. Amounts are in minor units.

CREATE TABLE authorisations (
    reference TEXT    NOT NULL PRIMARY KEY,
    shop      TEXT    NOT NULL,
    household TEXT    NOT NULL,
    order_id  TEXT    NOT NULL,
    amount    INTEGER NOT NULL CHECK (amount > 0),
    currency  TEXT    NOT NULL,
    captured  INTEGER NOT NULL DEFAULT 0 CHECK (captured >= 0 AND captured <= amount),
    refunded  INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0 AND refunded <= captured),
    released  INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),
    CHECK (released = 0 OR captured = 0)
) STRICT, WITHOUT ROWID;

-- One row for each idempotency key: what was asked and what was answered.
CREATE TABLE calls (
    key     TEXT NOT NULL PRIMARY KEY,
    request TEXT NOT NULL,
    -- NULL when it was done; the provider's word for why when it was not.
    refusal TEXT
) STRICT, WITHOUT ROWID;
