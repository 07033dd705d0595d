-- What: give the stations that stand the kind of the incoming ones; they are locked and their old kind is kept.
-- Index used: tps_number_once. Expected size: a few of the stations of one kab/kota.
UPDATE voters_tps t
SET kind = i.kind
FROM incoming_station i
WHERE t.kabkota_id = %(kabkota)s
  AND t.election_id = %(election)s
  AND t.kelurahan_id = i.kelurahan
  AND t.number = i.number
  AND t.kind <> i.kind
