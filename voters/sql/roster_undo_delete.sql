-- The voters that the import made: nobody has worked on them, and they are locked with their TPS.
-- Index: primary key. Size: the rows of the import.
DELETE FROM voters_voter AS voter USING made
WHERE voter.kabkota_id = made.kabkota_id AND voter.id = made.voter_id
