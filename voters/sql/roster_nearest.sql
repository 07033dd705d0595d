-- Villages of the area with the names most like one that was not found. Index: none; size: the area's villages (the
-- nation: 83,762), for a few names of a report.
SELECT village.name || ' (' || above.name || ', ' || village.code || ')'
FROM voters_region AS village JOIN voters_region AS above ON above.code = village.parent_id
WHERE village.level = 4 AND similarity(upper(village.name), upper(%(kelurahan)s)) > 0.3
  AND (%(nation)s OR village.code >= %(area)s AND village.code < %(beyond)s)
ORDER BY similarity(upper(village.name), upper(%(kelurahan)s)) + 0.5 * similarity(upper(above.name), upper(%(kecamatan)s)) DESC,
         village.code
LIMIT 3
