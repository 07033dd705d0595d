-- Raises the revision of one TPS by the number of its new events, which locks its row until the transaction ends, and
-- tells the rules of its place: days of coklit, seal, time zone, and the codes that this setter may give there with
-- whether they ask for proof. Index: primary key; unique keys of stage, extension, code. Size: one TPS, about 10 codes.
WITH locked AS (
    UPDATE voters_tps SET revision = revision + %(events)s
    WHERE kabkota_id = %(kabkota)s AND id = %(tps)s
    RETURNING election_id, kelurahan_id, revision
)
SELECT locked.election_id, locked.kelurahan_id, locked.revision - %(events)s, stage.first_day,
       greatest(stage.last_day, longer.last_day), stage.sealed_at, region.zone,
       (
           SELECT coalesce(jsonb_object_agg(allowed.code, allowed.proof <> ''), '{}')
           FROM voters_outcomecode AS allowed
           WHERE allowed.election_id = locked.election_id AND allowed.stage = stage.kind
             AND CASE %(setter)s WHEN 'pantarlih' THEN allowed.by_pantarlih WHEN 'pps' THEN allowed.by_pps
                      ELSE allowed.by_kpu END
       )::text
FROM locked
JOIN voters_stage AS stage ON stage.election_id = locked.election_id AND stage.kind = 'coklit'
JOIN voters_region AS region ON region.code = locked.kelurahan_id
LEFT JOIN voters_windowextension AS longer
       ON longer.kabkota_id = %(kabkota)s AND longer.stage_id = stage.id AND longer.kelurahan_id = locked.kelurahan_id
