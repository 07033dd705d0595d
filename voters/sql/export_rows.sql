-- The persons of one kelurahan in the order of the forms: TPS, RW, RT, NKK, name. `present` lays the corrections over
-- the list and brings new voters; without it the values are as listed. `changed` keeps those with a result other than
-- sesuai. A withdrawn result (Z) is none.
-- TPS by TPS, so that what is joined and sorted stays small. The results of a TPS are looked up by all its voters' keys
-- at once: one walk over the leaves of the index, where a join would go down it for every voter. RW and RT are sorted
-- as one number; NKK and name stand first in the row, where sorting finds them soonest. `selection.copied` sets what
-- the order of the TPS and these joins need of the planner.
-- Index: tps_number_once, voter_tps, primary key of the result. Size: 6,000 on average, 150,000 at most (Kapuk).
SELECT /*columns*/
FROM (
    SELECT id, number
    FROM voters_tps
    WHERE kabkota_id = %(kabkota)s AND election_id = %(election)s AND kelurahan_id = %(kelurahan)s
    ORDER BY number
) AS place
CROSS JOIN LATERAL (
    SELECT coalesce(result.corrected ->> 'nkk', person.nkk) AS nkk,
           coalesce(result.corrected ->> 'name', person.name) AS name,
           place.number AS tps, person.dpid, person.source, result.event_at,
           coalesce(result.code, CASE WHEN person.listed THEN '0' ELSE 'B' END) AS code,
           coalesce(result.corrected ->> 'nik', person.nik) AS nik,
           coalesce(result.corrected ->> 'sex', person.sex) AS sex,
           coalesce(result.corrected ->> 'birth_place', person.birth_place) AS birth_place,
           coalesce((result.corrected ->> 'birth_day')::date, person.birth_day) AS birth_day,
           coalesce(result.corrected ->> 'marital', person.marital) AS marital,
           coalesce(result.corrected ->> 'address', person.address) AS address,
           coalesce((result.corrected ->> 'rt')::int, person.rt) AS rt,
           coalesce((result.corrected ->> 'rw')::int, person.rw) AS rw,
           coalesce((result.corrected ->> 'disability')::int, person.disability) AS disability,
           coalesce(result.corrected ->> 'ktp_el', person.ktp_el) AS ktp_el
    FROM voters_voter AS person
    LEFT JOIN voters_coklitresult AS result
           ON result.kabkota_id = person.kabkota_id AND result.voter_id = person.id
          AND result.kabkota_id = %(kabkota)s AND result.code <> 'Z' AND %(present)s
          AND result.voter_id = ANY (ARRAY(SELECT id FROM voters_voter
                                           WHERE kabkota_id = %(kabkota)s AND tps_id = place.id))
    WHERE person.kabkota_id = %(kabkota)s AND person.tps_id = place.id AND person.deleted_at IS NULL
      AND (person.listed OR %(present)s) AND (NOT %(changed)s OR coalesce(result.code, '0') <> '0')
    ORDER BY (coalesce((result.corrected ->> 'rw')::int, person.rw) << 16)
                 + coalesce((result.corrected ->> 'rt')::int, person.rt),
             coalesce(result.corrected ->> 'nkk', person.nkk) COLLATE "C",
             coalesce(result.corrected ->> 'name', person.name) COLLATE "C"
) AS voter
