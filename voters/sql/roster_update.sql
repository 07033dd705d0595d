-- Listed voters whose staged row differs; an equal row is left alone. Results are never touched.
-- Index: voter_dpid_once. Size: the rows that a later version of a list has changed; none in a first load.
UPDATE voters_voter AS voter SET
    tps_id = new.tps_id, nkk = new.nkk, nik = new.nik, name = new.nama, birth_place = new.tempat_lahir,
    birth_day = new.birth_day, sex = new.jk, marital = new.kawin, address = new.alamat, rt = new.rt, rw = new.rw,
    disability = new.disabilitas, ktp_el = new.ktp_el, source = new.sumber, doubts = new.doubts
FROM (
    SELECT left(placed.kelurahan_id, 5) AS kabkota_id, placed.tps_id, dpid, nkk, nik, nama, tempat_lahir,
           make_date(substr(tanggal_lahir, 7, 4)::int, substr(tanggal_lahir, 4, 2)::int,
                     substr(tanggal_lahir, 1, 2)::int) AS birth_day,
           jk, kawin, alamat, rt::smallint AS rt, rw::smallint AS rw, disabilitas::smallint AS disabilitas, ktp_el,
           sumber, (/*doubts*/)::varchar[] AS doubts
    FROM staged
    JOIN placed ON placed.place = staged.place
) AS new
WHERE voter.kabkota_id = new.kabkota_id AND voter.election_id = %(election)s AND voter.dpid = new.dpid
  AND (voter.tps_id, voter.nkk, voter.nik, voter.name, voter.birth_place, voter.birth_day, voter.sex, voter.marital,
       voter.address, voter.rt, voter.rw, voter.disability, voter.ktp_el, voter.source, voter.doubts)
      IS DISTINCT FROM
      (new.tps_id, new.nkk, new.nik, new.nama, new.tempat_lahir, new.birth_day, new.jk, new.kawin, new.alamat, new.rt,
       new.rw, new.disabilitas, new.ktp_el, new.sumber, new.doubts)
