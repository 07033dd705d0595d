-- How many persons an export must hold (export_rows.sql), counted without its pieces: the whole area at once. Beside it
-- all listed voters of the area, by which a scope that hides rows is noticed.
-- Index: tps_number_once, voter_tps, or none for a whole kab/kota. Size: one kab/kota at most (3 million voters).
SELECT count(*) FILTER (WHERE (voter.listed OR %(present)s)
                          AND (NOT %(changed)s
                               OR voter.id IN (SELECT voter_id FROM voters_coklitresult
                                               WHERE kabkota_id = %(kabkota)s AND code NOT IN ('0', 'Z')))),
       count(*) FILTER (WHERE voter.listed)
FROM voters_tps AS tps
JOIN voters_voter AS voter ON voter.kabkota_id = tps.kabkota_id AND voter.tps_id = tps.id
WHERE tps.kabkota_id = %(kabkota)s AND tps.election_id = %(election)s
  AND tps.kelurahan_id >= %(area)s AND tps.kelurahan_id < %(area)s || '/'
  AND voter.kabkota_id = %(kabkota)s AND voter.deleted_at IS NULL
