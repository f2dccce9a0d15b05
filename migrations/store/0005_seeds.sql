-- What a shop brings along, its opening stock and sample households, is set up once for each state of its files. Here
-- is the digest of what was set up last, so that a start need not look for each of a million products.

CREATE TABLE seeds (
    shop   TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
