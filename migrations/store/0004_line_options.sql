-- What was chosen for a line beside its quantity, as a JSON array: milk, shots, sweeteners. Lines from before
-- there were options have none.

ALTER TABLE order_lines ADD COLUMN options TEXT NOT NULL DEFAULT '[]';
