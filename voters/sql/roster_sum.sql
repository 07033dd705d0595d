-- Rows of the file, those that stay out, those that are loaded with a doubt, and NIK that end in 0.
-- Size: one pass over the judged list.
SELECT count(*), count(problem), count(*) FILTER (WHERE problem IS NULL AND doubts IS NOT NULL),
       count(*) FILTER (WHERE right(nik, 1) = '0')
FROM judged
