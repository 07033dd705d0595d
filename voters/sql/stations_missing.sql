-- What: the first stations of an area that stand in the election and are not incoming, with the number of all of them.
-- Index used: tps_number_once, one range. Expected size: reads the stations of one kab/kota, returns a few.
SELECT t.kelurahan_id, t.number, count(*) OVER ()
FROM voters_tps t
WHERE t.kabkota_id = %(kabkota)s
  AND t.election_id = %(election)s
  AND (%(area)s = 'ID' OR t.kelurahan_id = %(area)s
       OR t.kelurahan_id > %(area)s || '.' AND t.kelurahan_id < %(area)s || '/')
  AND NOT EXISTS (SELECT FROM incoming_station i WHERE i.kelurahan = t.kelurahan_id AND i.number = t.number)
ORDER BY t.kelurahan_id, t.number
LIMIT %(first)s
