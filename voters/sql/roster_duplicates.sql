-- Each listed voter with a shared NIK, beside the first other one that has it. -- Not by kabkota: both sides get a row.
-- Index: voter_nik. Size: twice the shared NIK.
INSERT INTO voters_duplicate (id, kabkota_id, election_id, voter_id, other_kabkota, other_region, other_voter, holders,
                              file_import, found_at, note)
SELECT uuidv7(), kabkota_id, %(election)s, id, split_part(other, ' ', 1), split_part(other, ' ', 2),
       split_part(other, ' ', 3)::uuid, holders, %(import)s, %(now)s, ''
FROM (
    SELECT voter.kabkota_id, voter.id, count(*) OVER same AS holders,
           CASE WHEN row_number() OVER in_order = 1 THEN nth_value(told, 2) OVER same
                ELSE first_value(told) OVER same END AS other
    FROM (
        SELECT voter.kabkota_id, voter.id, voter.nik, concat_ws(' ', voter.kabkota_id, tps.kelurahan_id, voter.id) AS told
        FROM voters_voter AS voter
        JOIN voters_tps AS tps ON tps.kabkota_id = voter.kabkota_id AND tps.id = voter.tps_id
        WHERE voter.nik IN (SELECT nik FROM shared) AND voter.election_id = %(election)s AND voter.listed
    ) AS voter
    WINDOW in_order AS (PARTITION BY nik ORDER BY id),
           same AS (PARTITION BY nik ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
) AS pairs
WHERE holders > 1
ON CONFLICT (kabkota_id, voter_id, other_voter) DO NOTHING
