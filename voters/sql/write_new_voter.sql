-- A new voter (code B), made on the phone or in a form, or its corrected values. One row, by primary key.
INSERT INTO voters_voter (id, kabkota_id, election_id, tps_id, listed, nkk, nik, name, birth_place, birth_day, sex,
                          marital, address, rt, rw, disability, ktp_el, source)
VALUES (%(id)s, %(kabkota)s, %(election)s, %(tps)s, false, %(nkk)s, %(nik)s, %(name)s, %(birth_place)s,
        %(birth_day)s, %(sex)s, %(marital)s, %(address)s, %(rt)s, %(rw)s, %(disability)s, %(ktp_el)s, 'coklit')
ON CONFLICT (kabkota_id, id) DO UPDATE SET
    nkk = excluded.nkk, nik = excluded.nik, name = excluded.name, birth_place = excluded.birth_place,
    birth_day = excluded.birth_day, sex = excluded.sex, marital = excluded.marital, address = excluded.address,
    rt = excluded.rt, rw = excluded.rw, disability = excluded.disability, ktp_el = excluded.ktp_el
WHERE NOT voters_voter.listed
