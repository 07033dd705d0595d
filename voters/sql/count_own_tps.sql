-- What came in of the TPS that one pantarlih serves: one row per TPS that has voters. "done" and "baru" are counted as in
-- the read side's count_voters.sql. Index: voter_tps, primary key of the result. Size: one to three TPS of 250 voters.
SELECT voter.tps_id,
       count(*) FILTER (WHERE listed) AS listed,
       count(*) FILTER (WHERE listed AND (code IN ('0', 'U') OR code BETWEEN '1' AND '9')) AS done,
       count(*) FILTER (WHERE NOT listed AND code = 'B') AS baru
FROM voters_voter AS voter
LEFT JOIN voters_coklitresult AS result
       ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
WHERE voter.kabkota_id = %(kabkota)s AND voter.tps_id = ANY(%(tps)s) AND voter.deleted_at IS NULL
GROUP BY voter.tps_id
