-- Count the voters of TPS anew and write one row per TPS. The TPS come from the temporary table `recount`.
-- Index: voter_tps and primary key of the result for a few TPS; hashed parallel passes for a rebuild.
-- Size: 250 voters a TPS; a rebuild of DKI reads 8.3 million voters and as many results.
INSERT INTO reports_tpsprogress (
    kabkota_id, tps_id, election_id, kelurahan_id, number, kind, pantarlih,
    listed, listed_l, listed_p, sesuai, ubah, tms, tms_no_proof, baru, synced,
    tms_1, tms_2, tms_3, tms_4, tms_5, tms_6, tms_7, tms_8, tms_9, tms_10,
    last_event_at, last_received_at, counted_at)
SELECT tps.kabkota_id, tps.id, tps.election_id, tps.kelurahan_id, tps.number, tps.kind, coalesce(serving.pantarlih, 0),
       coalesce(sum(n) FILTER (WHERE listed), 0), coalesce(sum(n) FILTER (WHERE listed AND sex = 'L'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND sex = 'P'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code = '0'), 0), coalesce(sum(n) FILTER (WHERE listed AND code = 'U'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code BETWEEN '1' AND '9'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code BETWEEN '1' AND '9' AND evidence IN ('belum_ada', 'menyusul')), 0),
       coalesce(sum(n) FILTER (WHERE NOT listed AND code = 'B'), 0), coalesce(sum(n) FILTER (WHERE listed AND synced), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code = '1'), 0), coalesce(sum(n) FILTER (WHERE listed AND code = '2'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code = '3'), 0), coalesce(sum(n) FILTER (WHERE listed AND code = '4'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code = '5'), 0), coalesce(sum(n) FILTER (WHERE listed AND code = '6'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code = '7'), 0), coalesce(sum(n) FILTER (WHERE listed AND code = '8'), 0),
       coalesce(sum(n) FILTER (WHERE listed AND code = '9'), 0), coalesce(sum(n) FILTER (WHERE listed AND code = '10'), 0),
       max(last_event_at), max(last_received_at), %(now)s
FROM recount
JOIN voters_tps AS tps ON tps.kabkota_id = recount.kabkota_id AND tps.id = recount.tps_id
LEFT JOIN (
    SELECT voter.kabkota_id, voter.tps_id, voter.listed, voter.sex, result.code, result.evidence, result.synced,
           count(*) AS n, max(result.event_at) AS last_event_at, max(result.received_at) AS last_received_at
    FROM voters_voter AS voter
    LEFT JOIN voters_coklitresult AS result
           ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
    WHERE voter.deleted_at IS NULL /*voters*/
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) AS counted ON counted.kabkota_id = tps.kabkota_id AND counted.tps_id = tps.id
LEFT JOIN (
    SELECT kabkota_id, tps_id, count(*) AS pantarlih FROM voters_assignment WHERE to_day IS NULL GROUP BY 1, 2
) AS serving ON serving.kabkota_id = tps.kabkota_id AND serving.tps_id = tps.id
GROUP BY tps.kabkota_id, tps.id, serving.pantarlih
ON CONFLICT (kabkota_id, tps_id) DO UPDATE SET
    number = excluded.number, kind = excluded.kind, pantarlih = excluded.pantarlih, listed = excluded.listed,
    listed_l = excluded.listed_l, listed_p = excluded.listed_p, sesuai = excluded.sesuai, ubah = excluded.ubah,
    tms = excluded.tms, tms_no_proof = excluded.tms_no_proof, baru = excluded.baru, synced = excluded.synced,
    tms_1 = excluded.tms_1, tms_2 = excluded.tms_2, tms_3 = excluded.tms_3, tms_4 = excluded.tms_4,
    tms_5 = excluded.tms_5, tms_6 = excluded.tms_6, tms_7 = excluded.tms_7, tms_8 = excluded.tms_8,
    tms_9 = excluded.tms_9, tms_10 = excluded.tms_10, last_event_at = excluded.last_event_at,
    last_received_at = excluded.last_received_at, counted_at = excluded.counted_at
