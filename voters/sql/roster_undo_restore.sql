-- The values that the import had found. Index: primary key. Size: the rows that it changed.
UPDATE voters_voter AS voter SET
    tps_id = old_tps, dpid = before ->> 'dpid', nkk = before ->> 'nkk', nik = before ->> 'nik', name = before ->> 'name',
    birth_place = before ->> 'birth_place', birth_day = (before ->> 'birth_day')::date, sex = before ->> 'sex',
    marital = before ->> 'marital', address = before ->> 'address', rt = (before ->> 'rt')::smallint,
    rw = (before ->> 'rw')::smallint, disability = (before ->> 'disability')::smallint, ktp_el = before ->> 'ktp_el',
    source = before ->> 'source',
    doubts = CASE WHEN jsonb_typeof(before -> 'doubts') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(before -> 'doubts')) END
FROM restored
WHERE voter.kabkota_id = restored.kabkota_id AND voter.id = restored.voter_id
