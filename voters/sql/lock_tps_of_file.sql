-- Lock the TPS that a file has results for, in the order of their ids (docs/architecture.md §2).
-- Index: primary key. Size: the TPS of one file, at most those of a kab/kota.
SELECT id FROM voters_tps WHERE kabkota_id = %(kabkota)s AND id = ANY(%(tps)s::uuid[]) ORDER BY id FOR NO KEY UPDATE
