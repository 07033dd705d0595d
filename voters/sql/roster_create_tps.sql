-- TPS that the list names and the election does not have yet; from 901 on they are special locations.
-- Index: tps_number_once. Size: the TPS of the list (DKI: 30,766).
WITH made AS (
    INSERT INTO voters_tps (id, kabkota_id, election_id, kelurahan_id, number, kind, revision, list_revision)
    SELECT uuidv7(), left(kelurahan_id, 5), %(election)s, kelurahan_id, number,
           CASE WHEN number >= 901 THEN 'khusus' ELSE 'reguler' END, 0, 0
    FROM (SELECT DISTINCT kelurahan_id, number FROM places WHERE problem IS NULL) AS wanted
    ORDER BY kelurahan_id, number
    ON CONFLICT (kabkota_id, election_id, kelurahan_id, number) DO NOTHING
    RETURNING kabkota_id, id
)
INSERT INTO voters_importchange (id, kabkota_id, file_import, subject, before)
SELECT uuidv7(), kabkota_id, %(import)s, 'tps:' || id, NULL FROM made
