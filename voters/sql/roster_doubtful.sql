-- Listed voters of this load's TPS with a mark "perlu dicek". Index: voter_tps. Size: the area's list.
SELECT count(*) FROM voters_voter AS voter
JOIN (SELECT DISTINCT left(kelurahan_id, 5) AS kabkota_id, tps_id FROM placed) AS place
  ON place.kabkota_id = voter.kabkota_id AND place.tps_id = voter.tps_id
WHERE voter.listed AND voter.doubts IS NOT NULL
