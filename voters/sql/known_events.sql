-- Which of these event ids are in the ledger already, with their content. Index: primary key.
-- Size: the events of one batch (<= 1,000).
SELECT id, content_hash FROM voters_coklitevent WHERE kabkota_id = %(kabkota)s AND id = ANY(%(ids)s::uuid[])
