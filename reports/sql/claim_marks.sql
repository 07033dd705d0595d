-- Take the change marks of one kab/kota: what they name is counted anew in this transaction.
-- Index: primary key. Size: at most %(limit)s marks, far fewer TPS.
WITH taken AS (
    DELETE FROM voters_change
    WHERE kabkota_id = %(kabkota)s AND id IN (
        SELECT id FROM voters_change WHERE kabkota_id = %(kabkota)s ORDER BY id LIMIT %(limit)s)
    RETURNING kabkota_id, tps_id
)
INSERT INTO recount (kabkota_id, tps_id, marks) SELECT kabkota_id, tps_id, count(*) FROM taken GROUP BY 1, 2
