-- What became of an upload. One row by primary key.
UPDATE voters_syncbatch
SET state = 'applied', applied_at = %(now)s, accepted = %(accepted)s, problems = %(problems)s::jsonb,
    took_ms = %(took_ms)s
WHERE kabkota_id = %(kabkota)s AND id = %(batch)s
