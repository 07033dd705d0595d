-- Lock the TPS concerned in the order of their ids (docs/architecture.md §2). Size: the TPS of the import.
SELECT count(*) FROM (
    SELECT FROM voters_tps AS tps
    WHERE tps.kabkota_id IN (SELECT kabkota_id FROM concerned) AND tps.id IN (SELECT tps_id FROM concerned)
    ORDER BY tps.id FOR NO KEY UPDATE
) AS locked
