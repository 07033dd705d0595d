-- The village of each place within the area: by its code, without one by its names, without any the area itself.
-- Never guesses: a code that is wrong is not replaced by names, and a name of two villages is told.
-- Index: primary key of region. Size: the places of the list against the villages of the area (the nation: 83,762).
WITH villages AS MATERIALIZED (
    SELECT village.code, village.parent_id,
           regexp_replace(regexp_replace(upper(village.name), '^(KELURAHAN|KEL|DESA)\M', ''), '[^A-Z0-9]', '', 'g') AS name,
           regexp_replace(regexp_replace(upper(above.name), '^(KECAMATAN|KEC|DISTRIK)\M', ''), '[^A-Z0-9]', '', 'g') AS upper_name
    FROM voters_region AS village JOIN voters_region AS above ON above.code = village.parent_id
    WHERE village.level = 4
      AND (%(nation)s OR village.code >= %(area)s AND village.code < %(beyond)s)
), by_name AS MATERIALIZED (
    SELECT name, upper_name, min(code) AS code, count(*) AS villages FROM villages GROUP BY GROUPING SETS ((name, upper_name), (name))
), above AS MATERIALIZED (
    SELECT upper_name, min(parent_id) AS code FROM villages GROUP BY 1 HAVING count(DISTINCT parent_id) = 1
), found AS (
    SELECT places.place,
           coalesce(coded.code, CASE WHEN by_name.villages = 1 THEN by_name.code END, CASE WHEN itself THEN %(area)s END) AS kelurahan_id,
           above.code AS kecamatan_id,
           CASE WHEN coded.code IS NOT NULL OR by_name.villages = 1 OR itself THEN NULL
                WHEN by_name.villages > 1 THEN 'region_ambiguous' ELSE 'region_unknown' END AS problem
    FROM (SELECT *, %(village)s AND code = '' AND name = '' AS itself FROM places) AS places
    LEFT JOIN villages AS coded ON coded.code = places.code COLLATE "C"
    LEFT JOIN by_name ON places.code = '' AND by_name.name = places.name AND places.name <> ''
                     AND by_name.upper_name IS NOT DISTINCT FROM nullif(places.upper_name, '')
    LEFT JOIN above ON above.upper_name = places.upper_name
)
UPDATE places
SET kelurahan_id = found.kelurahan_id, kecamatan_id = coalesce(left(found.kelurahan_id, 8), found.kecamatan_id),
    problem = coalesce(found.problem, CASE WHEN coalesce(number, 0) < 1 THEN 'tps_not_a_number' END)
FROM found WHERE found.place = places.place
