-- What: the incoming stations that the election does not have yet. One that stands already stays as it is.
-- Index used: tps_number_once. Expected size: the stations of one kab/kota, about 1,600, up to 15,228.
INSERT INTO voters_tps (id, kabkota_id, election_id, kelurahan_id, number, kind, revision, list_revision)
SELECT id, %(kabkota)s, %(election)s, kelurahan, number, kind, 0, 0
FROM incoming_station
ORDER BY kelurahan, number
ON CONFLICT (kabkota_id, election_id, kelurahan_id, number) DO NOTHING
