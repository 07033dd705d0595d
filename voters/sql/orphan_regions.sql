-- What: incoming regions whose parent, the code without its last part, neither comes in nor is there already.
-- Index used: the primary keys of both. Expected size: 91,609 look-ups, normally no row.
SELECT i.code, i.name
FROM incoming_region i
WHERE i.code <> 'ID'
  AND position('.' IN i.code) > 0
  AND NOT EXISTS (SELECT FROM incoming_region p WHERE p.code = regexp_replace(i.code, '\.[^.]*$', ''))
  AND NOT EXISTS (SELECT FROM voters_region p WHERE p.code = regexp_replace(i.code, '\.[^.]*$', ''))
ORDER BY i.code
LIMIT 20
