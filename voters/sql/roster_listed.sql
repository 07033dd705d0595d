-- How many listed voters the area of this load has. Index: tps_number_once, voter_tps. Size: the area's list.
SELECT count(*) FROM voters_tps AS tps
JOIN voters_voter AS voter ON voter.kabkota_id = tps.kabkota_id AND voter.tps_id = tps.id
WHERE tps.election_id = %(election)s AND voter.listed
  AND (%(nation)s OR tps.kelurahan_id >= %(area)s AND tps.kelurahan_id < %(below)s)
