-- Conversations have a file of their own. What an older version kept of them here is forgotten: an open question is
-- asked anew.
DROP TABLE sessions;
