-- Idle conversations are deleted by the moment of their last turn. It was kept in seconds before,
-- and is in microseconds from now on like every other moment.

UPDATE sessions SET saved_at = saved_at * 1000000;
CREATE INDEX idle_sessions ON sessions (saved_at);
