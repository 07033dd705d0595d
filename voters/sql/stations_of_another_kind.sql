-- What: stations that stand with another kind than the incoming ones, locked in the order of their keys.
-- Index used: tps_number_once. Expected size: a few of the stations of one kab/kota.
SELECT t.id, t.kelurahan_id, t.number, t.kind, i.kind
FROM voters_tps t
JOIN incoming_station i ON i.kelurahan = t.kelurahan_id AND i.number = t.number
WHERE t.kabkota_id = %(kabkota)s AND t.election_id = %(election)s AND t.kind <> i.kind
ORDER BY t.id
FOR UPDATE OF t
