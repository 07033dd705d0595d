-- What: how many of the incoming stations stand in the election with the same kind, by kind.
-- Index used: tps_number_once. Expected size: the stations of one kab/kota; two rows.
SELECT i.kind, count(*)
FROM incoming_station i
JOIN voters_tps t
  ON t.kabkota_id = %(kabkota)s
 AND t.election_id = %(election)s
 AND t.kelurahan_id = i.kelurahan
 AND t.number = i.number
 AND t.kind = i.kind
GROUP BY i.kind
