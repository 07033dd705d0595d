-- DPIDs that stand in the staged list more than once: surplus rows, and the first of them.
-- Size: one hashed pass over the staged list.
WITH twice AS (SELECT dpid, count(*) AS rows, max(row_no) AS last FROM staged WHERE dpid <> '' GROUP BY dpid HAVING count(*) > 1)
SELECT coalesce(sum(rows - 1), 0)::bigint, (array_agg(last + 1 ORDER BY last))[1:5] FROM twice
