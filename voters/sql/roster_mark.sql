-- A new revision for, and a change mark on, every TPS of the area in this election: a voter may have left any of them.
-- Index: tps_number_once. Size: the area's TPS (DKI: 30,766).
WITH touched AS (
    UPDATE voters_tps SET revision = revision + 1
    WHERE election_id = %(election)s AND (%(nation)s OR kelurahan_id >= %(area)s AND kelurahan_id < %(below)s)
    RETURNING kabkota_id, id
)
INSERT INTO voters_change (id, kabkota_id, tps_id, marked_at)
SELECT uuidv7(), kabkota_id, id, %(now)s FROM touched
