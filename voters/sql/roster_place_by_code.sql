-- The distinct places of a staged list, found by official code within the area of this load.
-- Index: primary key of region. Size: one row per TPS of the list (DKI: 30,766).
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT named.place, named.tps, region.code AS kelurahan_id,
       (region.code IS NOT NULL)::int AS matches, NULL::uuid AS tps_id
FROM (SELECT DISTINCT place, kode, tps FROM staged) AS named
LEFT JOIN voters_region AS region
       ON region.code = named.kode COLLATE "C" AND region.level = 4
      AND (%(nation)s OR region.code >= %(area)s AND region.code < %(below)s)
