-- The accepted events of one call into the ledger, and of each voter the last one that sets the result (`sets`) as the
-- current result, in one statement so that the values cross once.
-- Index: primary keys (a known id never gets here; a race fails and the events are tried again).
-- Size: the accepted events of one batch (<= 1,000).
WITH event AS (
    SELECT * FROM unnest(
        %(ids)s::uuid[], %(voters)s::uuid[], %(codes)s::text[], %(said)s::text[], %(evidence)s::text[],
        %(bases)s::bigint[], %(revisions)s::bigint[], %(contested)s::boolean[], %(effects)s::text[],
        %(timings)s::text[], %(ahead)s::boolean[], %(stickers)s::boolean[], %(receipts)s::boolean[],
        %(latitudes)s::float8[], %(longitudes)s::float8[], %(accuracies)s::int[], %(digests)s::bytea[],
        %(times)s::timestamptz[], %(sets)s::boolean[], %(after_corrected)s::text[], %(after_evidence)s::text[],
        %(after_revisions)s::bigint[], %(after_synced)s::boolean[], %(after_stickers)s::boolean[],
        %(after_receipts)s::boolean[]
    ) AS event (id, voter, code, said, evidence, base, revision, contested, effect, timing, ahead, sticker, receipt,
                latitude, longitude, accuracy, digest, event_at, sets, after_corrected, after_evidence,
                after_revision, after_synced, after_sticker, after_receipt)
), ledger AS (
    INSERT INTO voters_coklitevent (id, kabkota_id, tps_id, voter_id, code, corrected, evidence, base_revision,
                                    revision, contested, effect, timing, ahead, sticker, receipt, latitude, longitude,
                                    accuracy, content_hash, door, by_pantarlih_id, by_user_id, batch_id, event_at,
                                    received_at)
    SELECT id, %(kabkota)s, %(tps)s, voter, code, said::jsonb, evidence, base, revision, contested, effect, timing,
           ahead, sticker, receipt, latitude, longitude, accuracy, digest, %(door)s, %(pantarlih)s::uuid,
           %(user)s::bigint, %(batch)s::uuid, event_at, %(now)s
    FROM event
)
INSERT INTO voters_coklitresult (voter_id, kabkota_id, code, corrected, evidence, event, revision, door,
                                 by_pantarlih_id, synced, sticker, receipt, event_at, received_at)
SELECT voter, %(kabkota)s, code, after_corrected::jsonb, after_evidence, id, after_revision, %(door)s,
       %(pantarlih)s::uuid, after_synced, after_sticker, after_receipt, event_at, %(now)s
FROM event WHERE sets
ON CONFLICT (kabkota_id, voter_id) DO UPDATE SET
    code = excluded.code, corrected = excluded.corrected, evidence = excluded.evidence, event = excluded.event,
    revision = excluded.revision, door = excluded.door, by_pantarlih_id = excluded.by_pantarlih_id,
    synced = excluded.synced, sticker = excluded.sticker, receipt = excluded.receipt, event_at = excluded.event_at,
    received_at = excluded.received_at
