-- Ledger rows of one call. Index: primary key (a known id never gets here; a race fails and the batch is applied again).
-- Size: the accepted events of one batch (<= 1,000).
INSERT INTO voters_coklitevent (id, kabkota_id, tps_id, voter_id, code, corrected, evidence, base_revision, revision,
                                contested, content_hash, door, by_pantarlih_id, by_user_id, batch_id, event_at,
                                received_at)
SELECT event.id, %(kabkota)s, %(tps)s, event.voter, event.code, event.said::jsonb, event.evidence, event.base,
       event.revision, event.contested, event.digest, %(door)s, %(pantarlih)s::uuid, %(user)s::bigint, %(batch)s::uuid,
       event.event_at, %(now)s
FROM unnest(%(ids)s::uuid[], %(voters)s::uuid[], %(codes)s::text[], %(said)s::text[], %(evidence)s::text[],
            %(bases)s::bigint[], %(revisions)s::bigint[], %(contested)s::boolean[], %(digests)s::bytea[], %(times)s::timestamptz[])
     AS event (id, voter, code, said, evidence, base, revision, contested, digest, event_at)
