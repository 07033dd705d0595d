-- Who has one of these NIK in this kab/kota and election: active voters only, by the list's or a corrected value.
-- Index: voter_nik, and result_corrected_nik for corrections. Size: a few rows for each NIK asked for.
SELECT voter.nik, voter.id
FROM voters_voter AS voter
LEFT JOIN voters_coklitresult AS result ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
WHERE voter.kabkota_id = %(kabkota)s AND voter.election_id = %(election)s AND voter.nik = ANY(%(niks)s)
  AND voter.deleted_at IS NULL
  AND (result.code IS NULL OR result.code !~ '^[0-9]+$' OR result.code = '0')
  AND (result.corrected ->> 'nik' IS NULL OR result.corrected ->> 'nik' = voter.nik)
UNION
SELECT result.corrected ->> 'nik', result.voter_id
FROM voters_coklitresult AS result
JOIN voters_voter AS voter ON voter.kabkota_id = result.kabkota_id AND voter.id = result.voter_id
WHERE result.kabkota_id = %(kabkota)s AND result.corrected ? 'nik' AND result.corrected ->> 'nik' = ANY(%(niks)s)
  AND voter.election_id = %(election)s AND voter.deleted_at IS NULL
