-- The TPS of each place. Index: tps_number_once. Size: one row per TPS of the list (DKI: 30,766).
UPDATE placed SET tps_id = tps.id
FROM voters_tps AS tps
WHERE placed.matches = 1 AND placed.tps ~ '^[0-9]{1,4}$' AND tps.kabkota_id = left(placed.kelurahan_id, 5)
  AND tps.election_id = %(election)s AND tps.kelurahan_id = placed.kelurahan_id AND tps.number = placed.tps::int
