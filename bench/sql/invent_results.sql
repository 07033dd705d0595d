-- Current results of 64 of 100 voters, by their DPID, in about the shares of a real coklit: for the bench only.
-- Two of three come from a device. Written TPS by TPS in a mixed order, as uploads come in.
-- Index: none, two passes. Size: 640,000 rows of a million voters.
INSERT INTO voters_coklitresult (voter_id, kabkota_id, code, corrected, evidence, event, revision, door,
                                 by_pantarlih_id, synced, event_at, received_at)
SELECT voter.id, voter.kabkota_id, given.code,
       CASE WHEN given.code = 'U' THEN jsonb_build_object('name', voter.name) END,
       CASE WHEN given.code BETWEEN '1' AND '7' THEN (ARRAY['ada', 'menyusul', 'belum_ada'])[1 + given.die %% 3] ELSE '' END,
       uuidv7(), 2, CASE WHEN given.is_phone THEN 'phone' ELSE 'pps' END,
       CASE WHEN given.is_phone THEN assignment.pantarlih_id END, given.is_phone,
       %(now)s - given.die * interval '1 minute', %(now)s
FROM voters_voter AS voter
JOIN voters_assignment AS assignment
  ON assignment.kabkota_id = voter.kabkota_id AND assignment.tps_id = voter.tps_id
CROSS JOIN LATERAL (SELECT abs(hashtext(voter.dpid)) %% 10000 AS hash) AS dice
CROSS JOIN LATERAL (
    SELECT dice.hash AS die, dice.hash %% 3 > 0 AS is_phone,
           CASE WHEN dice.hash < 5600 THEN '0' WHEN dice.hash < 6000 THEN 'U' WHEN dice.hash < 6200 THEN '1'
                WHEN dice.hash < 6300 THEN '3' WHEN dice.hash < 6350 THEN '6' ELSE '7' END AS code
) AS given
WHERE voter.kabkota_id = %(kabkota)s AND dice.hash < 6400
ORDER BY hashtext(voter.tps_id::text), voter.id
