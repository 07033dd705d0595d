-- The tail of sum_kelurahan and sum_upward: today's row of a region is written over as often as it changes.
ON CONFLICT (election_id, region_id, day) DO UPDATE SET
    as_of = greatest(reports_regionprogress.as_of, excluded.as_of), tps = excluded.tps, tps_special = excluded.tps_special,
    tps_complete = excluded.tps_complete, tps_untouched = excluded.tps_untouched,
    tps_without_pantarlih = excluded.tps_without_pantarlih, pantarlih = excluded.pantarlih,
    pantarlih_synced = excluded.pantarlih_synced, listed = excluded.listed, listed_l = excluded.listed_l,
    listed_p = excluded.listed_p, sesuai = excluded.sesuai, ubah = excluded.ubah, tms = excluded.tms,
    tms_no_proof = excluded.tms_no_proof, baru = excluded.baru, synced = excluded.synced,
    tms_1 = excluded.tms_1, tms_2 = excluded.tms_2, tms_3 = excluded.tms_3, tms_4 = excluded.tms_4,
    tms_5 = excluded.tms_5, tms_6 = excluded.tms_6, tms_7 = excluded.tms_7, tms_8 = excluded.tms_8,
    tms_9 = excluded.tms_9, tms_10 = excluded.tms_10
RETURNING election_id, parent_id
