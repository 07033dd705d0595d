-- One invented pantarlih for each TPS of a kab/kota that has none, for the bench only.
-- Index: tps_number_once. Size: the TPS of one kab/kota (East Jakarta: 8,321).
WITH vacant AS (
    SELECT uuidv7() AS pantarlih, tps.kabkota_id, tps.id, tps.kelurahan_id
    FROM voters_tps AS tps
    WHERE tps.kabkota_id = %(kabkota)s AND tps.election_id = %(election)s
      AND NOT EXISTS (SELECT FROM voters_assignment AS assignment
                      WHERE assignment.kabkota_id = tps.kabkota_id AND assignment.tps_id = tps.id)
), appointed AS (
    INSERT INTO voters_pantarlih (id, kabkota_id, election_id, kelurahan_id, name, nik, phone, email)
    SELECT pantarlih, kabkota_id, %(election)s, kelurahan_id, 'PANTARLIH CONTOH', '', '', '' FROM vacant
)
INSERT INTO voters_assignment (id, kabkota_id, pantarlih_id, tps_id, sk_number, from_day, reason)
SELECT uuidv7(), kabkota_id, pantarlih, id, '', (%(now)s)::date - 20, '' FROM vacant
