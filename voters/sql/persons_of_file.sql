-- Voters that rows of a file may mean: by DPID, by NIK where a row has none, and new voters by the ids they were given.
-- Index: voter_dpid_once, voter_nik, primary key. Size: the rows of one block of a file (<= 2,000).
SELECT voter.id, voter.listed, voter.deleted_at IS NOT NULL AS gone, voter.tps_id AS tps, tps.kelurahan_id AS kelurahan,
       tps.number, voter.dpid, voter.nkk, voter.nik, voter.name, voter.birth_place, voter.birth_day, voter.sex,
       voter.marital, voter.address, voter.rt, voter.rw, voter.disability, voter.ktp_el
FROM (
    SELECT id FROM voters_voter
    WHERE kabkota_id = %(kabkota)s AND election_id = %(election)s AND dpid = ANY(%(dpids)s::text[])
    UNION
    SELECT id FROM voters_voter
    WHERE kabkota_id = %(kabkota)s AND election_id = %(election)s AND nik = ANY(%(niks)s::text[])
    UNION
    SELECT id FROM voters_voter WHERE kabkota_id = %(kabkota)s AND id = ANY(%(ids)s::uuid[])
) AS named
JOIN voters_voter AS voter ON voter.kabkota_id = %(kabkota)s AND voter.id = named.id
JOIN voters_tps AS tps ON tps.kabkota_id = voter.kabkota_id AND tps.id = voter.tps_id
