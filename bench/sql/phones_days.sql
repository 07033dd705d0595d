-- The invented election's coklit began twenty days ago: a database that is kept would fall behind the calendar.
-- Index: none. Size: one row.
UPDATE voters_stage SET first_day = current_date - 20, last_day = current_date + 10, sealed_at = NULL
WHERE kind = 'coklit' AND election_id IN (SELECT DISTINCT election_id FROM voters_tps)
