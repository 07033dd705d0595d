-- The TPS of each place, and one number for all ways of writing it. Index: tps_number_once.
-- Size: the places of the list (DKI: 30,766).
WITH found AS (
    SELECT places.place, tps.id, min(places.place) OVER (PARTITION BY places.kelurahan_id, places.number) AS first
    FROM places
    LEFT JOIN voters_tps AS tps
           ON tps.kabkota_id = left(places.kelurahan_id, 5) AND tps.election_id = %(election)s
          AND tps.kelurahan_id = places.kelurahan_id AND tps.number = places.number
    WHERE places.problem IS NULL
)
UPDATE places
SET tps_id = found.id, station = found.first,
    problem = CASE WHEN found.id IS NULL AND NOT %(create_tps)s THEN 'tps_unknown' END
FROM found WHERE found.place = places.place
