-- Of the listed voters of this area: how many the staged list has too, and how many it has not.
-- Index: voter_tps. Size: the area's list; next to nothing for a first load.
SELECT count(staged.dpid), count(*) - count(staged.dpid)
FROM voters_voter AS voter
LEFT JOIN staged ON staged.dpid = voter.dpid
WHERE voter.election_id = %(election)s AND voter.listed
  AND (%(nation)s OR voter.kabkota_id >= left(%(area)s, 5) AND voter.kabkota_id < left(%(below)s, 6))
  AND (%(nation)s OR length(%(area)s) <= 5 OR voter.tps_id IN (
      SELECT id FROM voters_tps WHERE kabkota_id = left(%(area)s, 5) AND election_id = %(election)s
      AND kelurahan_id >= %(area)s AND kelurahan_id < %(below)s))
