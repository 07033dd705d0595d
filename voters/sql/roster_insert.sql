-- Judged rows that the list does not have yet. Results are never touched.
-- A plain INSERT: with ON CONFLICT every row would be written speculatively, at twice the cost of a first load.
-- The ids are UUIDv7 of one moment, told apart by the row: PostgreSQL's own uuidv7() asks the kernel for each, which
-- costs a quarter of the load. Index: voter_dpid_once. Size: every row of a first load (DKI: 8.3 million).
INSERT INTO voters_voter (id, kabkota_id, election_id, tps_id, listed, dpid, nkk, nik, name, birth_place, birth_day,
                          sex, marital, address, rt, rw, disability, ktp_el, source, doubts, loaded_by)
SELECT (%(ids)s || to_hex(1099511627776 + row_no))::uuid, stations.kabkota_id, %(election)s, stations.tps_id, true, dpid,
       nkk, nik, name, birth_place, birth_day, sex, marital, address, rt, rw, disability, ktp_el, source, doubts, %(import)s
FROM judged
JOIN stations USING (station)
WHERE judged.problem IS NULL /*new*/
