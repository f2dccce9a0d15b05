-- How often an order of the household was placed or changed, counted in the same transaction: by it a process knows
-- whether what it read of them before still holds.

ALTER TABLE households ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
