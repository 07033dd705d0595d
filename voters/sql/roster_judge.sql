-- Every row of the staged list with typed values, its TPS, and whether it is sound at a glance (table `judged`).
-- What its short texts mean was found once per text (tables `places`, `days`, `traits`); a row joins the answers.
-- LEFT JOIN, though each row has its answer: the planner then knows that every row stays, and hashes the answers.
-- Blank rows of the file end here. Size: one row per row of the file (DKI: 8.3 million).
CREATE TEMP TABLE judged ON COMMIT DROP AS
SELECT s.row_no, p.station, nullif(s.dpid, '')::varchar AS dpid, s.nkk::varchar AS nkk, s.nik::varchar AS nik,
       s.nama::varchar AS name, s.tempat_lahir::varchar AS birth_place, d.day AS birth_day, t.sex, t.marital,
       s.alamat::varchar AS address, t.rt, t.rw, t.disability, t.ktp_el, s.sumber::varchar AS source,
       d.minor, p.problem, d.codes || t.codes AS doubts, (/*sound*/) IS TRUE AS sound
FROM staged AS s
LEFT JOIN places AS p ON p.kode = s.kode AND p.kecamatan = s.kecamatan AND p.kelurahan = s.kelurahan AND p.tps = s.tps
LEFT JOIN days AS d ON d.text = s.tanggal_lahir
LEFT JOIN traits AS t ON t.jk_text = s.jk AND t.kawin_text = s.kawin AND t.disabilitas_text = s.disabilitas
                AND t.ktp_el_text = s.ktp_el AND t.rt_text = s.rt AND t.rw_text = s.rw
WHERE /*filled*/
