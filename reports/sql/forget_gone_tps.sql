-- Remove the counts of marked TPS that stand no more (an undone import had made them), and keep their kelurahan to be
-- summed anew. Index: primary keys. Size: normally no row.
WITH forgotten AS (
    DELETE FROM reports_tpsprogress AS progress
    USING recount
    WHERE progress.kabkota_id = recount.kabkota_id AND progress.tps_id = recount.tps_id
      AND NOT EXISTS (SELECT FROM voters_tps AS tps
                      WHERE tps.kabkota_id = progress.kabkota_id AND tps.id = progress.tps_id)
    RETURNING progress.kabkota_id, progress.election_id, progress.kelurahan_id
)
INSERT INTO gone (kabkota_id, election_id, kelurahan_id) SELECT DISTINCT * FROM forgotten
