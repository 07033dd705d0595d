-- Merge the staged list into the voter list by DPID; an equal row is left alone, results are never touched.
-- Index: voter_dpid_once. Size: every row of the list (DKI: 8.3 million).
INSERT INTO voters_voter (id, kabkota_id, election_id, tps_id, listed, dpid, nkk, nik, name, birth_place, birth_day,
                          sex, marital, address, rt, rw, disability, ktp_el, source, doubts)
SELECT uuidv7(), left(placed.kelurahan_id, 5), %(election)s, placed.tps_id, true, dpid, nkk, nik, nama, tempat_lahir,
       make_date(substr(tanggal_lahir, 7, 4)::int, substr(tanggal_lahir, 4, 2)::int, substr(tanggal_lahir, 1, 2)::int),
       jk, kawin, alamat, rt::smallint, rw::smallint, disabilitas::smallint, ktp_el, sumber, /*doubts*/
FROM staged
JOIN placed ON (placed.kode, placed.kecamatan, placed.kelurahan, placed.tps)
             = (staged.kode, staged.kecamatan, staged.kelurahan, staged.tps)
ON CONFLICT (kabkota_id, election_id, dpid) DO UPDATE SET
    tps_id = excluded.tps_id, nkk = excluded.nkk, nik = excluded.nik, name = excluded.name,
    birth_place = excluded.birth_place, birth_day = excluded.birth_day, sex = excluded.sex,
    marital = excluded.marital, address = excluded.address, rt = excluded.rt, rw = excluded.rw,
    disability = excluded.disability, ktp_el = excluded.ktp_el, source = excluded.source, doubts = excluded.doubts
WHERE (voters_voter.tps_id, voters_voter.nkk, voters_voter.nik, voters_voter.name, voters_voter.birth_place,
       voters_voter.birth_day, voters_voter.sex, voters_voter.marital, voters_voter.address, voters_voter.rt,
       voters_voter.rw, voters_voter.disability, voters_voter.ktp_el, voters_voter.source, voters_voter.doubts)
      IS DISTINCT FROM
      (excluded.tps_id, excluded.nkk, excluded.nik, excluded.name, excluded.birth_place, excluded.birth_day,
       excluded.sex, excluded.marital, excluded.address, excluded.rt, excluded.rw, excluded.disability,
       excluded.ktp_el, excluded.source, excluded.doubts)
