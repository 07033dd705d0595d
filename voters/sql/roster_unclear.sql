-- Rows without DPID whose NIK and birth date stand in another row of the file as well: nobody can tell which is meant.
-- Size: such rows; a hashed pass over the list finds them.
UPDATE judged SET problem = 'match_unclear'
FROM (
    SELECT nik, birth_day FROM judged WHERE problem IS NULL AND nik <> ''
    GROUP BY nik, birth_day HAVING count(*) > 1 AND count(dpid) < count(*)
) AS several
WHERE judged.dpid IS NULL AND judged.problem IS NULL AND judged.nik = several.nik
  AND judged.birth_day IS NOT DISTINCT FROM several.birth_day
