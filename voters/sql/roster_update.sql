-- Listed voters whose judged row differs; an equal row is left alone, and so is a column that the file has not.
-- Results are never touched. Index: primary key. Size: the rows that a later version of a list has changed.
UPDATE voters_voter AS voter SET tps_id = stations.tps_id, doubts = judged.doubts/*values*/
FROM known
JOIN judged USING (row_no)
JOIN stations USING (station)
WHERE known.differs <> 0 AND voter.kabkota_id = known.kabkota_id AND voter.id = known.voter_id
