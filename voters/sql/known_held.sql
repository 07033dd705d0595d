-- Which of these event ids are held beside the ledger, with their content. Index: primary key.
-- Size: the events of one batch (<= 1,000), of a table that is normally nearly empty.
SELECT id, content_hash, kind, state, problem, field
FROM voters_heldevent WHERE kabkota_id = %(kabkota)s AND id = ANY(%(ids)s::uuid[]) AND state <> 'applied'
