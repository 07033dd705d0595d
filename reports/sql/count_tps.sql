-- Write one row per TPS of the temporary table `recount`, with its voters from `counted` (none there: no voters).
-- Index: primary key of the TPS, assignment_open_once. Size: at most 20,000 TPS; a rebuild writes those of a whole kab/kota.
INSERT INTO reports_tpsprogress (
    kabkota_id, tps_id, election_id, kelurahan_id, number, kind, pantarlih,
    listed, listed_l, listed_p, sesuai, ubah, tms, tms_no_proof, baru, synced,
    tms_1, tms_2, tms_3, tms_4, tms_5, tms_6, tms_7, tms_8, tms_9, tms_10,
    last_event_at, last_received_at, counted_at)
SELECT tps.kabkota_id, tps.id, tps.election_id, tps.kelurahan_id, tps.number, tps.kind, serving.pantarlih,
       coalesce(listed, 0), coalesce(listed_l, 0), coalesce(listed_p, 0), coalesce(sesuai, 0), coalesce(ubah, 0),
       coalesce(tms, 0), coalesce(tms_no_proof, 0), coalesce(baru, 0), coalesce(synced, 0),
       coalesce(tms_1, 0), coalesce(tms_2, 0), coalesce(tms_3, 0), coalesce(tms_4, 0), coalesce(tms_5, 0),
       coalesce(tms_6, 0), coalesce(tms_7, 0), coalesce(tms_8, 0), coalesce(tms_9, 0), coalesce(tms_10, 0),
       last_event_at, last_received_at, %(now)s
FROM recount
JOIN voters_tps AS tps ON tps.kabkota_id = recount.kabkota_id AND tps.id = recount.tps_id
LEFT JOIN counted ON counted.kabkota_id = tps.kabkota_id AND counted.tps_id = tps.id
CROSS JOIN LATERAL (
    SELECT count(*) AS pantarlih FROM voters_assignment AS assignment
    WHERE assignment.kabkota_id = tps.kabkota_id AND assignment.tps_id = tps.id AND assignment.to_day IS NULL
) AS serving
ON CONFLICT (kabkota_id, tps_id) DO UPDATE SET
    number = excluded.number, kind = excluded.kind, pantarlih = excluded.pantarlih, listed = excluded.listed,
    listed_l = excluded.listed_l, listed_p = excluded.listed_p, sesuai = excluded.sesuai, ubah = excluded.ubah,
    tms = excluded.tms, tms_no_proof = excluded.tms_no_proof, baru = excluded.baru, synced = excluded.synced,
    tms_1 = excluded.tms_1, tms_2 = excluded.tms_2, tms_3 = excluded.tms_3, tms_4 = excluded.tms_4,
    tms_5 = excluded.tms_5, tms_6 = excluded.tms_6, tms_7 = excluded.tms_7, tms_8 = excluded.tms_8,
    tms_9 = excluded.tms_9, tms_10 = excluded.tms_10, last_event_at = excluded.last_event_at,
    last_received_at = excluded.last_received_at, counted_at = excluded.counted_at
