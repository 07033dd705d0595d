-- A new revision for, and a change mark on, every TPS concerned: phones get its whole list anew.
-- Index: primary key. Size: the TPS of the import.
WITH touched AS (
    UPDATE voters_tps AS tps
    SET revision = greatest(tps.revision, newest.revision) + 1, list_revision = greatest(tps.revision, newest.revision) + 1
    FROM concerned, (
        SELECT max(here.revision) AS revision FROM concerned
        JOIN voters_tps AS here ON here.kabkota_id = concerned.kabkota_id AND here.id = concerned.tps_id
    ) AS newest
    WHERE tps.kabkota_id = concerned.kabkota_id AND tps.id = concerned.tps_id
)
INSERT INTO voters_change (id, kabkota_id, tps_id, marked_at)
SELECT uuidv7(), kabkota_id, tps_id, %(now)s FROM concerned
