-- What the file has for each TPS: its rows, those that stay out, are in doubt, end in 0, are new, or come from another
-- TPS, and the first one. Size: the TPS of the list (DKI: 30,766), from one pass over it.
CREATE TEMP TABLE filed ON COMMIT DROP AS
SELECT station, count(*) AS told, count(problem) AS left_out, count(*) - count(problem) AS rows,
       count(*) FILTER (WHERE problem IS NULL AND doubts IS NOT NULL) AS doubtful,
       count(*) FILTER (WHERE right(nik, 1) = '0') AS rounded, min(row_no) AS first_row,
       count(*) FILTER (WHERE problem IS NULL) - count(known.row_no) AS created,
       count(*) FILTER (WHERE known.row_no IS NOT NULL AND known.differs & 1 > 0) AS arrived
FROM judged
LEFT JOIN known USING (row_no)
GROUP BY station
