-- Each TPS that the list names once, whatever ways it is written in. Size: the TPS of the list (DKI: 30,766).
CREATE TEMP TABLE stations ON COMMIT DROP AS
SELECT DISTINCT ON (station) station, kelurahan_id, left(kelurahan_id, 5)::varchar(5) COLLATE "C" AS kabkota_id, number,
       tps_id, problem, coalesce(kelurahan_id, kecamatan_id, %(area)s::varchar) AS region
FROM places ORDER BY station
