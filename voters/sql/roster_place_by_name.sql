-- The distinct places of a staged list, found by the names of kecamatan and kelurahan within the area of this load.
-- Blanks and case do not count: KPU writes "PULO GADUNG" where Kemendagri has "Pulogadung". Names are not unique.
-- Size: one row per TPS of the list (DKI: 30,766).
CREATE TEMP TABLE placed ON COMMIT DROP AS
WITH known AS (
    SELECT regexp_replace(upper(kecamatan.name), '[^A-Z0-9]', '', 'g') AS kecamatan,
           regexp_replace(upper(kelurahan.name), '[^A-Z0-9]', '', 'g') AS kelurahan,
           min(kelurahan.code) AS code, count(*) AS matches
    FROM voters_region AS kelurahan
    JOIN voters_region AS kecamatan ON kecamatan.code = kelurahan.parent_id
    WHERE kelurahan.level = 4 AND (%(nation)s OR kelurahan.code >= %(area)s AND kelurahan.code < %(below)s)
    GROUP BY 1, 2
)
SELECT named.place, named.tps, known.code AS kelurahan_id,
       coalesce(known.matches, 0)::int AS matches, NULL::uuid AS tps_id
FROM (SELECT DISTINCT place, kecamatan, kelurahan, tps FROM staged) AS named
LEFT JOIN known ON known.kecamatan = regexp_replace(upper(named.kecamatan), '[^A-Z0-9]', '', 'g')
               AND known.kelurahan = regexp_replace(upper(named.kelurahan), '[^A-Z0-9]', '', 'g')
