-- Which staged rows the list has already (table `known`), found by DPID within their kab/kota.
-- Index: voter_dpid_once, or one hashed pass over a larger list. Size: the rows of the file; none for a first load.
CREATE TEMP TABLE known ON COMMIT DROP AS
SELECT voter.dpid
FROM voters_voter AS voter
JOIN staged ON staged.dpid = voter.dpid
WHERE voter.election_id = %(election)s AND voter.listed
  AND voter.kabkota_id IN (SELECT DISTINCT left(kelurahan_id, 5) FROM placed)
