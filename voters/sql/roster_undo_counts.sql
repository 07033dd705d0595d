-- Listed voters of each village concerned. Index: voter_tps. Size: the villages' lists.
SELECT tps.kelurahan_id, count(voter.id)
FROM voters_tps AS tps
LEFT JOIN voters_voter AS voter ON voter.kabkota_id = tps.kabkota_id AND voter.tps_id = tps.id AND voter.listed
WHERE tps.election_id = %(election)s AND tps.kelurahan_id IN (
    SELECT here.kelurahan_id FROM concerned
    JOIN voters_tps AS here ON here.kabkota_id = concerned.kabkota_id AND here.id = concerned.tps_id)
GROUP BY tps.kelurahan_id
