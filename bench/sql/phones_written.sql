-- What a phone of the bench knows: its token, TPS and the list, for the TPS that are written.
-- Index: voter_tps. Size: a few hundred TPS.
SELECT 'ck1_' || replace(placed.kabkota_id, '.', '') || '_' || md5(placed.id::text) || 'coklitbench' AS token,
       placed.id::text AS tps,
       (SELECT json_agg(json_build_object(
            'id', voter.id, 'nkk', voter.nkk, 'nik', voter.nik, 'birth_place', voter.birth_place,
            'address', voter.address, 'rt', voter.rt, 'rw', voter.rw) ORDER BY voter.id)
        FROM voters_voter AS voter
        WHERE voter.kabkota_id = placed.kabkota_id AND voter.tps_id = placed.id AND voter.listed) AS voters
FROM (SELECT *, row_number() OVER (ORDER BY kabkota_id, kelurahan_id, number) - 1 AS place FROM voters_tps) AS placed
WHERE placed.place %% %(written_step)s = 0
ORDER BY md5(placed.id::text)
