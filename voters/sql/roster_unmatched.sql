-- Rows without DPID whose NIK the list has, and where birth date or number leave open who is meant. Another birth date
-- with this NIK is another voter; none at all may be the same one. Size: rows without DPID.
UPDATE judged SET problem = 'match_unclear'
WHERE problem IS NULL AND dpid IS NULL AND row_no IN (SELECT row_no FROM candidates WHERE alike IS NOT FALSE)
  AND row_no NOT IN (SELECT row_no FROM known)
