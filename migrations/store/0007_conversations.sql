-- Conversations have a file of their own. What an older version kept of them here is forgotten: an open question is
-- asked anew. The table stays, empty, for a server of that version that still runs.
DELETE FROM sessions;
