-- Which staged rows the list has already (table `known`), by DPID within their kab/kota, and in which TPS.
-- A DPID that another kab/kota has is not known here: a move is a TMS there and a voter here.
-- Index: voter_dpid_once, or one hashed pass over a larger list. Size: the rows of the file; none for a first load.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT voter.kabkota_id, voter.dpid, voter.tps_id
FROM staged
JOIN placed ON placed.place = staged.place
JOIN voters_voter AS voter ON voter.kabkota_id = left(placed.kelurahan_id, 5) AND voter.dpid = staged.dpid
WHERE voter.election_id = %(election)s AND voter.listed
