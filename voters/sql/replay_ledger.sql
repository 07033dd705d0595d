-- Every voter of one kab/kota with a result or an event: what is kept as current, and all events in their order.
-- Not by kabkota: each table is filtered by it; the result and the voter are joined by both key columns.
-- Index: primary keys, event_voter, conflict_open_voter.
-- Size: the kab/kota's ledger, sorted and read as a stream (DKI: 2.4 million rows).
SELECT voter.id, voter.listed, voter.deleted_at IS NOT NULL,
       result.code, result.corrected::text, result.evidence, result.revision, result.synced, result.by_pantarlih_id,
       result.door, result.event, result.sticker, result.receipt,
       EXISTS (
           SELECT FROM voters_conflict AS conflict
           WHERE conflict.kabkota_id = %(kabkota)s AND conflict.voter_id = voter.id AND conflict.settled_at IS NULL
       ),
       event.id, event.code, event.corrected::text, event.evidence, event.base_revision, event.revision, event.door,
       event.by_pantarlih_id, event.event_at, event.sticker, event.receipt
FROM (SELECT * FROM voters_coklitevent WHERE kabkota_id = %(kabkota)s) AS event
FULL JOIN (SELECT * FROM voters_coklitresult WHERE kabkota_id = %(kabkota)s) AS result
       ON result.kabkota_id = event.kabkota_id AND result.voter_id = event.voter_id
JOIN voters_voter AS voter
  ON voter.kabkota_id = coalesce(event.kabkota_id, result.kabkota_id)
 AND voter.id = coalesce(event.voter_id, result.voter_id) AND voter.kabkota_id = %(kabkota)s
ORDER BY voter.id, event.revision
