-- Current results of one call, one row per voter. Index: primary key. Size: the voters of one batch (<= 1,000).
INSERT INTO voters_coklitresult (voter_id, kabkota_id, code, corrected, evidence, event, revision, door,
                                 by_pantarlih_id, synced, sticker, receipt, event_at, received_at)
SELECT event.voter, %(kabkota)s, event.code, event.corrected::jsonb, event.evidence, event.id, event.revision, %(door)s,
       %(pantarlih)s::uuid, event.synced, event.sticker, event.receipt, event.event_at, %(now)s
FROM unnest(%(ids)s::uuid[], %(voters)s::uuid[], %(codes)s::text[], %(corrected)s::text[], %(evidence)s::text[],
            %(revisions)s::bigint[], %(synced)s::boolean[], %(stickers)s::boolean[], %(receipts)s::boolean[],
            %(times)s::timestamptz[])
     AS event (id, voter, code, corrected, evidence, revision, synced, sticker, receipt, event_at)
ON CONFLICT (kabkota_id, voter_id) DO UPDATE SET
    code = excluded.code, corrected = excluded.corrected, evidence = excluded.evidence, event = excluded.event,
    revision = excluded.revision, door = excluded.door, by_pantarlih_id = excluded.by_pantarlih_id,
    synced = excluded.synced, sticker = excluded.sticker, receipt = excluded.receipt, event_at = excluded.event_at,
    received_at = excluded.received_at
