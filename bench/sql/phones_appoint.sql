-- An invented pantarlih with a confirmed phone for each TPS of the bench's own database. A phone's token is known
-- again from its TPS: phones_written.sql.
-- Index: none. Size: the TPS of one province (DKI Jakarta: 30,766).
WITH served AS (
    SELECT uuidv7() AS pantarlih, id AS tps, kabkota_id, election_id, kelurahan_id FROM voters_tps
), appointed AS (
    INSERT INTO voters_pantarlih (id, kabkota_id, election_id, kelurahan_id, name, nik, phone, email)
    SELECT pantarlih, kabkota_id, election_id, kelurahan_id, 'PANTARLIH CONTOH', '', '', '' FROM served
), assigned AS (
    INSERT INTO voters_assignment (id, kabkota_id, pantarlih_id, tps_id, sk_number, from_day, reason)
    SELECT uuidv7(), kabkota_id, pantarlih, tps, '', date '2020-01-01', '' FROM served
)
INSERT INTO voters_device (id, kabkota_id, pantarlih_id, token_hash, app_version, issued_at, confirmed_at, trouble)
SELECT uuidv7(), kabkota_id, pantarlih,
       sha256(convert_to('ck1_' || replace(kabkota_id, '.', '') || '_' || md5(tps::text) || 'coklitbench', 'UTF8')),
       '', now(), now(), ''
FROM served
