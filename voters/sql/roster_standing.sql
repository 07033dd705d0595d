-- How many listed voters each TPS of the area has before this load. Index: tps_number_once, voter_tps.
-- Size: the area's TPS (DKI: 30,766), counted from its list.
CREATE TEMP TABLE standing ON COMMIT DROP AS
SELECT tps.id AS tps_id, tps.kabkota_id, tps.kelurahan_id, tps.number, count(voter.id) AS voters
FROM voters_tps AS tps
LEFT JOIN voters_voter AS voter ON voter.kabkota_id = tps.kabkota_id AND voter.tps_id = tps.id AND voter.listed
WHERE tps.election_id = %(election)s
  AND (%(nation)s OR tps.kelurahan_id >= %(area)s AND tps.kelurahan_id < %(beyond)s)
GROUP BY tps.id, tps.kabkota_id, tps.kelurahan_id, tps.number
