-- What: one row of the import's changeset for each station it has just made.
-- Index used: tps_number_once. Expected size: the stations added in one kab/kota, up to 15,228.
INSERT INTO voters_importchange (id, kabkota_id, file_import, subject, before)
SELECT uuidv7(), t.kabkota_id, %(import)s, 'tps:' || t.id, NULL
FROM incoming_station i
JOIN voters_tps t
  ON t.kabkota_id = %(kabkota)s
 AND t.election_id = %(election)s
 AND t.kelurahan_id = i.kelurahan
 AND t.number = i.number
 AND t.id = i.id
