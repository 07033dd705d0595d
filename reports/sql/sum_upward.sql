-- Sum the newest row of each child into the parent's row of the day, for the parents named. Never an average.
-- Index: region_progress_children. Size: the children of each parent (at most some tens).
INSERT INTO reports_regionprogress (
    election_id, region_id, parent_id, level, day, as_of,
    tps, tps_special, tps_complete, tps_untouched, tps_without_pantarlih, pantarlih, pantarlih_synced,
    listed, listed_l, listed_p, sesuai, ubah, tms, tms_no_proof, baru, synced,
    tms_1, tms_2, tms_3, tms_4, tms_5, tms_6, tms_7, tms_8, tms_9, tms_10)
SELECT newest.election_id, region.code, region.parent_id, region.level,
       -- A run that began before midnight may come after one of the next day: its sums belong to the newer row.
       greatest((%(now)s AT TIME ZONE CASE region.zone WHEN 'WIT' THEN 'Asia/Jayapura' WHEN 'WITA' THEN 'Asia/Makassar'
                                                       ELSE 'Asia/Jakarta' END)::date,
                (SELECT max(known.day) FROM reports_regionprogress AS known
                 WHERE known.election_id = newest.election_id AND known.region_id = region.code)), %(now)s,
       sum(tps), sum(tps_special), sum(tps_complete), sum(tps_untouched), sum(tps_without_pantarlih), sum(pantarlih),
       sum(pantarlih_synced), sum(listed), sum(listed_l), sum(listed_p), sum(sesuai), sum(ubah), sum(tms),
       sum(tms_no_proof), sum(baru), sum(synced), sum(tms_1), sum(tms_2), sum(tms_3), sum(tms_4), sum(tms_5),
       sum(tms_6), sum(tms_7), sum(tms_8), sum(tms_9), sum(tms_10)
FROM (
    SELECT DISTINCT ON (election_id, parent_id, region_id) *
    FROM reports_regionprogress
    WHERE (election_id, parent_id) IN (SELECT * FROM unnest(%(elections)s::smallint[], %(parents)s::text[]))
    ORDER BY election_id, parent_id, region_id, day DESC
) AS newest
JOIN voters_region AS region ON region.code = newest.parent_id
GROUP BY newest.election_id, region.code
/*upsert*/
