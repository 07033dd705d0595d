-- What: takes the incoming regions over: parent and level follow from the dotted code. Rows that say the same already
--       are left alone, so that a repeated load writes nothing.
-- Index used: voters_region_pkey. Expected size: 91,609 rows on the first load, a handful afterwards.
INSERT INTO voters_region AS r (code, parent_id, name, level, kind, zone, source)
SELECT code,
       CASE WHEN code = 'ID' THEN NULL
            WHEN position('.' IN code) = 0 THEN 'ID'
            ELSE regexp_replace(code, '\.[^.]*$', '') END,
       name,
       CASE WHEN code = 'ID' THEN 0 ELSE 1 + length(code) - length(replace(code, '.', '')) END,
       kind,
       zone,
       source
FROM incoming_region
ORDER BY code
ON CONFLICT (code) DO UPDATE
    SET parent_id = excluded.parent_id,
        name = excluded.name,
        level = excluded.level,
        kind = excluded.kind,
        zone = excluded.zone,
        source = excluded.source
    WHERE (r.parent_id, r.name, r.level, r.kind, r.zone, r.source)
        IS DISTINCT FROM
          (excluded.parent_id, excluded.name, excluded.level, excluded.kind, excluded.zone, excluded.source)
