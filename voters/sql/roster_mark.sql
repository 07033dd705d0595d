-- A new revision for, and a change mark on, every TPS of the area in this election, as a voter may have left any of
-- them, and every TPS outside that a voter left. The revision is newer than that of any of them: a voter who was moved
-- keeps results whose revisions grow. A phone with an older cursor gets the whole list.
-- Index: tps_number_once. Size: the area's TPS (DKI: 30,766).
WITH concerned AS (
    SELECT kabkota_id, id, revision FROM voters_tps
    WHERE election_id = %(election)s
      AND (%(nation)s OR kelurahan_id >= %(area)s AND kelurahan_id < %(beyond)s
           OR (kabkota_id, id) IN (SELECT kabkota_id, old_tps FROM known))
), touched AS (
    UPDATE voters_tps AS tps
    SET revision = greatest(tps.revision, (SELECT max(revision) FROM concerned)) + 1,
        list_revision = greatest(tps.revision, (SELECT max(revision) FROM concerned)) + 1
    FROM concerned
    WHERE tps.kabkota_id = concerned.kabkota_id AND tps.id = concerned.id
    RETURNING tps.kabkota_id, tps.id
)
INSERT INTO voters_change (id, kabkota_id, tps_id, marked_at)
SELECT uuidv7(), kabkota_id, id, %(now)s FROM touched
