-- How many staged rows stand in places for which a condition holds, and the first rows of the file.
-- Size: one scan of the staged list, only where such places exist.
SELECT count(*), (array_agg(staged.row_no + 1 ORDER BY staged.row_no))[1:%(samples)s]
FROM staged
WHERE EXISTS (SELECT FROM placed WHERE /*broken*/)
  AND staged.place IN (SELECT place FROM placed WHERE /*broken*/)
