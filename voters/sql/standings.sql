-- The standing of named voters of one kab/kota: NIK, list flag, whether in this TPS, current result and who gave it,
-- and whether a conflict is open. Index: primary keys of voter and result, conflict_open_voter.
-- Size: the voters of one batch (<= 1,000).
SELECT voter.id, voter.nik, voter.listed, voter.tps_id = %(tps)s, voter.deleted_at IS NOT NULL,
       result.code, result.corrected::text, result.evidence, result.revision, result.synced, result.by_pantarlih_id,
       result.door, result.event, result.sticker, result.receipt,
       result.event IS NOT NULL AND EXISTS (
           SELECT FROM voters_conflict AS conflict
           WHERE conflict.kabkota_id = %(kabkota)s AND conflict.voter_id = voter.id AND conflict.settled_at IS NULL
       )
FROM voters_voter AS voter
LEFT JOIN voters_coklitresult AS result ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
WHERE voter.kabkota_id = %(kabkota)s AND voter.id = ANY(%(voters)s::uuid[])
