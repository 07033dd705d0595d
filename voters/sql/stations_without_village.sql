-- What: villages of the incoming stations that are no region, or lie in another kab/kota.
-- Index used: voters_region_pkey, one range. Expected size: the villages of one kab/kota, up to 852; normally no row.
SELECT i.kelurahan
FROM (SELECT DISTINCT kelurahan FROM incoming_station) i
WHERE i.kelurahan NOT IN (
    SELECT code FROM voters_region WHERE code > %(kabkota)s || '.' AND code < %(kabkota)s || '/' AND level = 4
)
ORDER BY i.kelurahan
LIMIT 20
