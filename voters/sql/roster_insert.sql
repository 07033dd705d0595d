-- Staged rows whose DPID the list does not have yet. Results are never touched.
-- A plain INSERT: with ON CONFLICT every row would be written speculatively, at twice the cost of a first load.
-- Index: voter_dpid_once. Size: every row of a first load (DKI: 8.3 million).
INSERT INTO voters_voter (id, kabkota_id, election_id, tps_id, listed, dpid, nkk, nik, name, birth_place, birth_day,
                          sex, marital, address, rt, rw, disability, ktp_el, source, doubts)
SELECT uuidv7(), left(placed.kelurahan_id, 5), %(election)s, placed.tps_id, true, dpid, nkk, nik, nama, tempat_lahir,
       make_date(substr(tanggal_lahir, 7, 4)::int, substr(tanggal_lahir, 4, 2)::int, substr(tanggal_lahir, 1, 2)::int),
       jk, kawin, alamat, rt::smallint, rw::smallint, disabilitas::smallint, ktp_el, sumber, /*doubts*/
FROM staged
JOIN placed ON placed.place = staged.place
WHERE NOT EXISTS (SELECT FROM known
                  WHERE known.kabkota_id = left(placed.kelurahan_id, 5) AND known.dpid = staged.dpid)
