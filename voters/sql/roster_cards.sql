-- Rows of family cards that stand in several TPS of the file, and the first of them. Size: one hashed pass over it.
WITH several AS MATERIALIZED (
    SELECT nkk, count(*) AS rows FROM judged WHERE problem IS NULL AND nkk <> ''
    GROUP BY nkk HAVING min(station) <> max(station)
), first AS (
    SELECT row_no FROM judged
    WHERE EXISTS (SELECT FROM several) AND problem IS NULL AND nkk IN (SELECT nkk FROM several)
    ORDER BY row_no LIMIT %(samples)s
)
SELECT coalesce(sum(rows), 0)::bigint, (SELECT array_agg(row_no ORDER BY row_no) FROM first) FROM several
