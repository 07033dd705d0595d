-- The standing of named voters of one kab/kota: list flag, whether in this TPS, current result, its author.
-- Index: primary keys of voter and result. Size: the voters of one batch (<= 1,000).
SELECT voter.id, voter.listed, voter.tps_id = %(tps)s, voter.deleted_at IS NOT NULL,
       result.code, result.corrected, result.evidence, result.revision, result.synced, result.by_pantarlih_id
FROM voters_voter AS voter
LEFT JOIN voters_coklitresult AS result ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
WHERE voter.kabkota_id = %(kabkota)s AND voter.id = ANY(%(voters)s)
