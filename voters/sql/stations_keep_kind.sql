-- What: the kind of incoming stations for which the file says none: the one they have, or by their number.
-- Index used: tps_number_once. Expected size: the stations of one kab/kota, up to 15,228.
UPDATE incoming_station i
SET kind = coalesce(
    (SELECT t.kind FROM voters_tps t
     WHERE t.kabkota_id = %(kabkota)s AND t.election_id = %(election)s
       AND t.kelurahan_id = i.kelurahan AND t.number = i.number),
    CASE WHEN i.number >= 901 THEN 'khusus' ELSE 'reguler' END)
WHERE i.kind = ''
