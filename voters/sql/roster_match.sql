-- Rows that NIK and birth date tell without doubt: one row, one voter. Size: rows that are not known by DPID.
INSERT INTO known
SELECT judged.row_no, voter.kabkota_id, voter.id, voter.tps_id, /*differs*/
FROM candidates
JOIN judged USING (row_no)
JOIN stations USING (station)
JOIN voters_voter AS voter ON voter.kabkota_id = stations.kabkota_id AND voter.id = candidates.voter_id
WHERE candidates.alike AND NOT candidates.taken AND candidates.voters = 1 AND candidates.rows = 1
