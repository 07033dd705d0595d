-- The newest recap of e-Coklit for each TPS of a region up to a day, beside our counts of the same TPS, summed by TPS
-- (`by` = 'tps'), by kelurahan or over all. TPS without a recap are counted, and in no sum.
-- Index: tps_number_once, recap_once_a_day, primary key of the progress. Size: the TPS of a kab/kota (some thousand).
SELECT CASE WHEN %(by)s = 'tps' THEN tps.id END AS tps, CASE WHEN %(by)s = 'tps' THEN tps.number END AS number,
       CASE WHEN %(by)s = 'kelurahan' THEN region.code END AS kelurahan,
       CASE WHEN %(by)s = 'kelurahan' THEN region.name END AS name,
       count(*) AS stations, count(told.day) AS told, count(told.last_sync_at) AS synced, min(told.day), max(told.day),
       coalesce(sum(told.listed), 0), coalesce(sum(told.sesuai), 0), coalesce(sum(told.ubah), 0),
       coalesce(sum(told.tms), 0), coalesce(sum(told.baru), 0),
       coalesce(sum(told.sesuai + told.ubah + told.tms) FILTER (WHERE told.last_sync_at IS NOT NULL), 0),
       coalesce(sum(ours.listed) FILTER (WHERE told.day IS NOT NULL), 0),
       coalesce(sum(ours.sesuai) FILTER (WHERE told.day IS NOT NULL), 0),
       coalesce(sum(ours.ubah) FILTER (WHERE told.day IS NOT NULL), 0),
       coalesce(sum(ours.tms) FILTER (WHERE told.day IS NOT NULL), 0),
       coalesce(sum(ours.baru) FILTER (WHERE told.day IS NOT NULL), 0)
FROM voters_tps AS tps
JOIN voters_region AS region ON region.code = tps.kelurahan_id
LEFT JOIN LATERAL (
    SELECT recap.day, recap.listed, recap.sesuai, recap.ubah, recap.tms, recap.baru, recap.last_sync_at
    FROM voters_recap AS recap
    WHERE recap.kabkota_id = tps.kabkota_id AND recap.tps_id = tps.id AND recap.source = 'ecoklit'
      AND recap.day <= %(day)s
    ORDER BY recap.day DESC LIMIT 1
) AS told ON true
LEFT JOIN reports_tpsprogress AS ours ON ours.kabkota_id = tps.kabkota_id AND ours.tps_id = tps.id
WHERE tps.kabkota_id = %(kabkota)s AND tps.election_id = %(election)s
  AND tps.kelurahan_id >= %(first)s AND tps.kelurahan_id < %(end)s
GROUP BY 1, 2, 3, 4
ORDER BY 3, 2
