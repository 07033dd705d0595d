-- Current results that a confirmation, or an event against the PPS' decision, adds to without replacing them.
-- Index: primary key. Size: a few voters of one batch (<= 1,000).
UPDATE voters_coklitresult AS result
SET corrected = event.corrected::jsonb, evidence = event.evidence, revision = event.revision, synced = event.synced,
    sticker = event.sticker, receipt = event.receipt
FROM unnest(%(voters)s::uuid[], %(after_corrected)s::text[], %(after_evidence)s::text[], %(after_revisions)s::bigint[],
            %(after_synced)s::boolean[], %(after_stickers)s::boolean[], %(after_receipts)s::boolean[])
     AS event (voter, corrected, evidence, revision, synced, sticker, receipt)
WHERE result.kabkota_id = %(kabkota)s AND result.voter_id = event.voter
