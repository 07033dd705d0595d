-- How many listed voters each TPS concerned has before and after this load, with the first row that names it.
-- Size: the TPS of the area and of the list (DKI: 30,766).
CREATE TEMP TABLE after ON COMMIT DROP AS
WITH left_behind AS (
    SELECT known.kabkota_id, known.old_tps AS tps_id, count(*) AS voters
    FROM known JOIN judged USING (row_no) JOIN stations USING (station)
    WHERE known.old_tps IS DISTINCT FROM stations.tps_id GROUP BY 1, 2
), coming AS (
    SELECT stations.kelurahan_id, stations.number, filed.* FROM filed JOIN stations USING (station)
    WHERE filed.rows > 0
)
SELECT coalesce(standing.kelurahan_id, coming.kelurahan_id) AS kelurahan_id,
       coalesce(standing.number, coming.number) AS number, coalesce(standing.voters, 0) AS before,
       coalesce(standing.voters, 0) + coalesce(coming.created + coming.arrived, 0) - coalesce(left_behind.voters, 0) AS after,
       coalesce(coming.rows, 0) AS rows, coming.first_row
FROM standing
FULL JOIN coming ON coming.kelurahan_id = standing.kelurahan_id AND coming.number = standing.number
LEFT JOIN left_behind ON left_behind.kabkota_id = standing.kabkota_id AND left_behind.tps_id = standing.tps_id
