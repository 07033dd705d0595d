-- Which of these event ids are in the ledger already, or held beside it, with their content.
-- Index: primary keys of ledger and held events. Size: the events of one batch (<= 1,000).
SELECT id, content_hash, '' AS kind, '' AS state, '' AS problem, '' AS field
FROM voters_coklitevent WHERE kabkota_id = %(kabkota)s AND id = ANY(%(ids)s::uuid[])
UNION ALL
SELECT id, content_hash, kind, state, problem, field
FROM voters_heldevent WHERE kabkota_id = %(kabkota)s AND id = ANY(%(ids)s::uuid[]) AND state <> 'applied'
