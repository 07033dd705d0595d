-- What: a change mark on every station that was just loaded, so that it is counted.
-- Index used: tps_number_once. Expected size: the stations added in one kab/kota, up to 15,228.
INSERT INTO voters_change (id, kabkota_id, tps_id, marked_at)
SELECT uuidv7(), t.kabkota_id, t.id, %(now)s
FROM incoming_station i
JOIN voters_tps t
  ON t.kabkota_id = %(kabkota)s
 AND t.election_id = %(election)s
 AND t.kelurahan_id = i.kelurahan
 AND t.number = i.number
 AND t.id = i.id
