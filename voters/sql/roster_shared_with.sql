-- A row that is new or has another NIK now, with a voter of the list who has its NIK and is not in the file.
-- Not by kabkota: a person may be listed anywhere. Index: voter_nik, or one hashed pass over a smaller list.
-- Size: the rows that this load creates.
INSERT INTO shared
SELECT DISTINCT judged.nik, judged.row_no,
       CASE WHEN voter.kabkota_id = stations.kabkota_id THEN 'nik_in_list' ELSE 'nik_elsewhere' END
FROM judged
JOIN stations USING (station)
LEFT JOIN known USING (row_no)
JOIN voters_voter AS voter ON voter.nik = judged.nik
WHERE judged.problem IS NULL AND judged.nik <> '' AND (known.row_no IS NULL OR known.differs & %(nik_bit)s > 0)
  AND voter.election_id = %(election)s AND voter.listed AND NOT EXISTS (SELECT FROM known WHERE known.voter_id = voter.id)
