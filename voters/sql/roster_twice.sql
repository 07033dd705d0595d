-- Every row of a DPID but the first one that can be loaded, within one kab/kota. Size: the rows of such DPIDs; a hashed
-- pass over the list finds them.
WITH several AS MATERIALIZED (
    SELECT dpid FROM judged WHERE problem IS NULL AND dpid IS NOT NULL GROUP BY dpid HAVING count(*) > 1
), same AS (
    SELECT row_no, row_number() OVER (PARTITION BY stations.kabkota_id, dpid ORDER BY row_no) AS nth
    FROM judged JOIN stations USING (station)
    WHERE EXISTS (SELECT FROM several) AND judged.problem IS NULL AND dpid IN (SELECT dpid FROM several)
)
UPDATE judged SET problem = 'dpid_twice' FROM same WHERE same.nth > 1 AND judged.row_no = same.row_no
