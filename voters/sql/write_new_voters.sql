-- New voters (code B), made on the phone or in a form, or their corrected values. By primary key.
-- Size: the new voters of one batch, a few.
INSERT INTO voters_voter (id, kabkota_id, election_id, tps_id, listed, nkk, nik, name, birth_place, birth_day, sex,
                          marital, address, rt, rw, disability, ktp_el, source)
SELECT said.id, %(kabkota)s, %(election)s, %(tps)s, false, said.nkk, said.nik, said.name, said.birth_place,
       said.birth_day, said.sex, said.marital, said.address, said.rt, said.rw, said.disability, said.ktp_el, 'coklit'
FROM jsonb_to_recordset(%(voters)s::jsonb)
     AS said (id uuid, nkk text, nik text, name text, birth_place text, birth_day date, sex text, marital text,
              address text, rt int, rw int, disability int, ktp_el text)
ON CONFLICT (kabkota_id, id) DO UPDATE SET
    nkk = excluded.nkk, nik = excluded.nik, name = excluded.name, birth_place = excluded.birth_place,
    birth_day = excluded.birth_day, sex = excluded.sex, marital = excluded.marital, address = excluded.address,
    rt = excluded.rt, rw = excluded.rw, disability = excluded.disability, ktp_el = excluded.ktp_el
WHERE NOT voters_voter.listed
