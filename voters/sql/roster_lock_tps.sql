-- Lock the TPS of the list in the order of their ids, as every writer of several TPS does (docs/architecture.md §2).
-- Size: the TPS of the list (DKI: 30,766).
SELECT count(*) FROM (
    SELECT FROM voters_tps AS tps
    WHERE tps.kabkota_id IN (SELECT left(kelurahan_id, 5) FROM places)
      AND tps.id IN (SELECT tps_id FROM places)
    ORDER BY tps.id FOR NO KEY UPDATE
) AS locked
