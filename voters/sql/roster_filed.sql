-- How many rows of the file each TPS gets: new voters, those that came from another TPS, and the first row of each.
-- Size: the TPS of the list (DKI: 30,766), from one pass over it.
CREATE TEMP TABLE filed ON COMMIT DROP AS
SELECT station, count(*) AS rows, min(row_no) AS first_row, count(*) FILTER (WHERE known.row_no IS NULL) AS created,
       count(*) FILTER (WHERE known.row_no IS NOT NULL AND known.old_tps IS DISTINCT FROM stations.tps_id) AS arrived
FROM judged
LEFT JOIN known USING (row_no)
JOIN stations USING (station)
WHERE judged.problem IS NULL
GROUP BY station
