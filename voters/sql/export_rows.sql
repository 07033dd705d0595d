-- The persons of one kelurahan in the order of the forms: TPS, RW, RT, NKK, name. `present` lays the corrections over
-- the list and brings new voters; without it the values are as listed. `changed` keeps those with a result other than
-- sesuai. A withdrawn result (Z) is none.
-- Results are looked up by all voters' keys at once: one walk over the leaves of the index, where a join would go down
-- it for every voter. Sorting: TPS, RW and RT are one number, and NKK and name stand first in the sorted row.
-- Index: tps_number_once, voter_tps, primary key of the result. Size: 6,000 on average, 150,000 at most (Kapuk).
WITH place AS MATERIALIZED (
    SELECT id, number
    FROM voters_tps
    WHERE kabkota_id = %(kabkota)s AND election_id = %(election)s AND kelurahan_id = %(kelurahan)s
), person AS MATERIALIZED (
    SELECT id, tps_id, listed, dpid, nkk, nik, name, sex, birth_place, birth_day, marital, address, rt, rw, disability,
           ktp_el, source
    FROM voters_voter
    WHERE kabkota_id = %(kabkota)s AND tps_id = ANY (ARRAY(SELECT id FROM place)) AND deleted_at IS NULL
      AND (listed OR %(present)s)
), result AS MATERIALIZED (
    SELECT voter_id, code, corrected, event_at
    FROM voters_coklitresult
    WHERE kabkota_id = %(kabkota)s AND voter_id = ANY (ARRAY(SELECT id FROM person)) AND %(present)s
      AND code <> 'Z'
), correction AS MATERIALIZED (
    SELECT result.voter_id, given.*
    FROM result
    CROSS JOIN LATERAL jsonb_to_record(result.corrected) AS given(
        nkk text, nik text, name text, sex text, birth_place text, birth_day date, marital text, address text, rt int,
        rw int, disability int, ktp_el text)
    WHERE result.corrected IS NOT NULL
)
SELECT /*columns*/
FROM (
    SELECT coalesce(mended.nkk, person.nkk) AS nkk, coalesce(mended.name, person.name) AS name,
           coalesce(mended.nik, person.nik) AS nik, coalesce(mended.sex, person.sex) AS sex,
           coalesce(mended.birth_place, person.birth_place) AS birth_place,
           coalesce(mended.birth_day, person.birth_day) AS birth_day,
           coalesce(mended.marital, person.marital) AS marital, coalesce(mended.address, person.address) AS address,
           coalesce(mended.rt, person.rt) AS rt, coalesce(mended.rw, person.rw) AS rw,
           coalesce(mended.disability, person.disability) AS disability,
           coalesce(mended.ktp_el, person.ktp_el) AS ktp_el, person.dpid, person.source, place.number AS tps,
           coalesce(result.code, CASE WHEN person.listed THEN '0' ELSE 'B' END) AS code, result.event_at
    FROM person
    JOIN place ON place.id = person.tps_id
    LEFT JOIN result ON result.voter_id = person.id
    LEFT JOIN correction AS mended ON mended.voter_id = person.id
    WHERE NOT %(changed)s OR coalesce(result.code, '0') <> '0'
    ORDER BY (place.number::bigint << 32) + (coalesce(mended.rw, person.rw) << 16) + coalesce(mended.rt, person.rt),
             coalesce(mended.nkk, person.nkk) COLLATE "C", coalesce(mended.name, person.name) COLLATE "C"
) AS sorted
