-- The distinct texts of a staged list, in one pass: its places, its birth dates, its short columns together.
-- Size: one row per TPS of the list (DKI: 30,766), per birth date (some 30,000), and per combination (some thousand).
CREATE TEMP TABLE texts ON COMMIT DROP AS
SELECT kode, kecamatan, kelurahan, tps, tanggal_lahir, jk, kawin, disabilitas, ktp_el, rt, rw,
       GROUPING(kode) = 0 AS is_place, GROUPING(tanggal_lahir) = 0 AS is_day, GROUPING(jk) = 0 AS is_traits
FROM staged
GROUP BY GROUPING SETS ((kode, kecamatan, kelurahan, tps), (tanggal_lahir), (jk, kawin, disabilitas, ktp_el, rt, rw))
