-- Which judged rows the list has already (table `known`), by DPID within their kab/kota, and in what they differ.
-- A DPID that another kab/kota has is not known here: a move is a TMS there and a voter here.
-- Index: voter_dpid_once, or one hashed pass over a larger list. Size: the rows of the file; none for a first load.
INSERT INTO known
SELECT judged.row_no, voter.kabkota_id, voter.id, voter.tps_id, /*differs*/
FROM judged
JOIN stations USING (station)
JOIN voters_voter AS voter ON voter.kabkota_id = stations.kabkota_id AND voter.dpid = judged.dpid
WHERE judged.problem IS NULL AND voter.election_id = %(election)s AND voter.listed
