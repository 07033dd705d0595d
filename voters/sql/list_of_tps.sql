-- The list of one TPS in door-to-door order, with current results; of voters with a result newer than `after` only,
-- taken-back ones among them, where `after` is given. A withdrawn result (Z) is none.
-- Index: voter_tps, primary key of the result. Size: 250 voters on average, 800 at most by law.
SELECT voter.id, voter.listed, voter.dpid, voter.nkk, voter.nik, voter.name, voter.birth_place, voter.birth_day,
       voter.sex, voter.marital, voter.address, voter.rt, voter.rw, voter.disability, voter.ktp_el,
       nullif(result.code, 'Z') AS code, result.corrected::text AS corrected, result.evidence, result.revision,
       result.sticker, result.receipt, voter.deleted_at IS NOT NULL AS gone
FROM voters_voter AS voter
LEFT JOIN voters_coklitresult AS result ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
WHERE voter.kabkota_id = %(kabkota)s AND voter.tps_id = %(tps)s
  AND (CASE WHEN %(after)s::bigint IS NULL THEN voter.deleted_at IS NULL ELSE result.revision > %(after)s::bigint END)
ORDER BY voter.rw, voter.rt, voter.nkk, voter.name, voter.id
