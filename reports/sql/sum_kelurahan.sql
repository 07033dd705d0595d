-- Sum the TPS of each kelurahan that has a recounted TPS, or had one that is gone, into its row of the day. Pantarlih are counted here, where
-- they were appointed: one who serves two TPS is one. Special locations expect none and are told apart.
-- Index: tps_progress_kelurahan; pantarlih by kelurahan. Size: 10 to 451 TPS for each kelurahan.
WITH touched AS MATERIALIZED (
    SELECT tps.kabkota_id, tps.election_id, tps.kelurahan_id
    FROM recount
    JOIN voters_tps AS tps ON tps.kabkota_id = recount.kabkota_id AND tps.id = recount.tps_id
    UNION
    SELECT kabkota_id, election_id, kelurahan_id FROM gone
), appointed AS MATERIALIZED (
    -- Once for each kelurahan: without MATERIALIZED it would be counted once for each TPS.
    SELECT touched.*, serving.pantarlih, serving.synced
    FROM touched
    CROSS JOIN LATERAL (
        SELECT count(*) AS pantarlih, count(pantarlih.first_synced_at) AS synced
        FROM voters_pantarlih AS pantarlih
        WHERE pantarlih.kabkota_id = touched.kabkota_id AND pantarlih.election_id = touched.election_id
          AND pantarlih.kelurahan_id = touched.kelurahan_id
          AND EXISTS (SELECT FROM voters_assignment AS assignment
                      WHERE assignment.kabkota_id = pantarlih.kabkota_id AND assignment.pantarlih_id = pantarlih.id
                        AND assignment.to_day IS NULL)
    ) AS serving
)
INSERT INTO reports_regionprogress (
    election_id, region_id, parent_id, level, day, as_of,
    tps, tps_special, tps_complete, tps_untouched, tps_without_pantarlih, pantarlih, pantarlih_synced,
    listed, listed_l, listed_p, sesuai, ubah, tms, tms_no_proof, baru, synced,
    tms_1, tms_2, tms_3, tms_4, tms_5, tms_6, tms_7, tms_8, tms_9, tms_10)
SELECT appointed.election_id, region.code, region.parent_id, region.level,
       -- A run that began before midnight may come after one of the next day: its sums belong to the newer row.
       greatest((%(now)s AT TIME ZONE CASE region.zone WHEN 'WIT' THEN 'Asia/Jayapura' WHEN 'WITA' THEN 'Asia/Makassar'
                                                       ELSE 'Asia/Jakarta' END)::date,
                (SELECT max(known.day) FROM reports_regionprogress AS known
                 WHERE known.election_id = appointed.election_id AND known.region_id = region.code)), %(now)s,
       count(progress.tps_id), count(*) FILTER (WHERE progress.kind = 'khusus'),
       count(*) FILTER (WHERE progress.kind = 'reguler' AND progress.listed > 0 AND progress.sesuai + progress.ubah + progress.tms = progress.listed),
       count(*) FILTER (WHERE progress.kind = 'reguler' AND progress.listed > 0 AND progress.sesuai + progress.ubah + progress.tms = 0),
       count(*) FILTER (WHERE progress.kind = 'reguler' AND progress.pantarlih = 0),
       min(appointed.pantarlih), min(appointed.synced),
       coalesce(sum(progress.listed), 0), coalesce(sum(progress.listed_l), 0), coalesce(sum(progress.listed_p), 0), coalesce(sum(progress.sesuai), 0), coalesce(sum(progress.ubah), 0),
       coalesce(sum(progress.tms), 0), coalesce(sum(progress.tms_no_proof), 0), coalesce(sum(progress.baru), 0), coalesce(sum(progress.synced), 0),
       coalesce(sum(progress.tms_1), 0), coalesce(sum(progress.tms_2), 0), coalesce(sum(progress.tms_3), 0), coalesce(sum(progress.tms_4), 0), coalesce(sum(progress.tms_5), 0),
       coalesce(sum(progress.tms_6), 0), coalesce(sum(progress.tms_7), 0), coalesce(sum(progress.tms_8), 0), coalesce(sum(progress.tms_9), 0), coalesce(sum(progress.tms_10), 0)
FROM appointed
-- A kelurahan whose last TPS is gone has none to join, and a row of zeros.
LEFT JOIN reports_tpsprogress AS progress
  ON progress.kabkota_id = appointed.kabkota_id AND progress.election_id = appointed.election_id
 AND progress.kelurahan_id = appointed.kelurahan_id
JOIN voters_region AS region ON region.code = appointed.kelurahan_id
GROUP BY appointed.election_id, region.code
/*upsert*/
