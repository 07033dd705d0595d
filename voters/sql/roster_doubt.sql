-- What is wrong with the rows that are not sound at a glance; their values as they can be stored.
-- A placeholder (0, equal digits) becomes blank, so that it never matches another one. Size: such rows only.
UPDATE judged SET
    dpid = new.dpid, nik = new.nik, nkk = new.nkk, name = left(new.name, 100), birth_place = left(new.birth_place, 60),
    address = left(new.address, 150), source = left(new.source, 20),
    problem = coalesce(judged.problem, CASE WHEN new.dpid IS NULL AND new.nik !~ '^[0-9]{16}$' THEN 'no_key' END),
    doubts = nullif(array_remove(judged.doubts || ARRAY[/*doubts*/]::varchar[], NULL), '{}')
FROM (
    SELECT row_no, sex, birth_day, minor, marital, btrim(name) AS name, birth_place, address, source, raw_dpid, raw_nik, raw_nkk,
           CASE WHEN raw_dpid ~ '^[1-9][0-9]{0,19}$' THEN raw_dpid END AS dpid,
           CASE WHEN raw_nik ~ '^[-.]?$|^([0-9])\1*$' THEN '' ELSE left(raw_nik, 16) END AS nik,
           CASE WHEN raw_nkk ~ '^[-.]?$|^([0-9])\1*$' THEN '' ELSE left(raw_nkk, 16) END AS nkk
    FROM (SELECT *, regexp_replace(coalesce(dpid, ''), '^\s*[''`]|\s', '', 'g') AS raw_dpid,
                 regexp_replace(nik, '^\s*[''`]|\s', '', 'g') AS raw_nik,
                 regexp_replace(nkk, '^\s*[''`]|\s', '', 'g') AS raw_nkk
          FROM judged WHERE NOT sound) AS told
) AS new
WHERE judged.row_no = new.row_no
