-- Ledger rows of one call. Index: primary key (a known id never gets here; a race fails and the events are tried again).
-- Size: the accepted events of one batch (<= 1,000).
INSERT INTO voters_coklitevent (id, kabkota_id, tps_id, voter_id, code, corrected, evidence, base_revision, revision,
                                contested, effect, timing, ahead, sticker, receipt, latitude, longitude, accuracy,
                                content_hash, door, by_pantarlih_id, by_user_id, batch_id, event_at, received_at)
SELECT event.id, %(kabkota)s, %(tps)s, event.voter, event.code, event.said::jsonb, event.evidence, event.base,
       event.revision, event.contested, event.effect, event.timing, event.ahead, event.sticker, event.receipt,
       event.latitude, event.longitude, event.accuracy, event.digest, %(door)s, %(pantarlih)s::uuid, %(user)s::bigint,
       %(batch)s::uuid, event.event_at, %(now)s
FROM unnest(%(ids)s::uuid[], %(voters)s::uuid[], %(codes)s::text[], %(said)s::text[], %(evidence)s::text[],
            %(bases)s::bigint[], %(revisions)s::bigint[], %(contested)s::boolean[], %(effects)s::text[],
            %(timings)s::text[], %(ahead)s::boolean[], %(stickers)s::boolean[], %(receipts)s::boolean[],
            %(latitudes)s::float8[], %(longitudes)s::float8[], %(accuracies)s::int[], %(digests)s::bytea[],
            %(times)s::timestamptz[])
     AS event (id, voter, code, said, evidence, base, revision, contested, effect, timing, ahead, sticker, receipt,
               latitude, longitude, accuracy, digest, event_at)
