-- What: which of these stations have voters or anything else that belongs to them. They are locked.
-- Index used: voter_tps and the like; tables without one are small or read once. Expected size: up to 20,000 stations.
SELECT t.id
FROM voters_tps t
WHERE t.kabkota_id = %(kabkota)s AND t.id = ANY(%(ids)s::uuid[]) AND (
       EXISTS (SELECT FROM voters_voter o WHERE o.kabkota_id = t.kabkota_id AND o.tps_id = t.id)
    OR EXISTS (SELECT FROM voters_assignment o WHERE o.kabkota_id = t.kabkota_id AND o.tps_id = t.id)
    OR EXISTS (SELECT FROM voters_notice o WHERE o.kabkota_id = t.kabkota_id AND o.tps_id = t.id)
    OR EXISTS (SELECT FROM voters_declaration o WHERE o.kabkota_id = t.kabkota_id AND o.tps_id = t.id)
    OR EXISTS (SELECT FROM voters_heldevent o WHERE o.kabkota_id = t.kabkota_id AND o.tps_id = t.id)
    OR EXISTS (SELECT FROM voters_recap o WHERE o.kabkota_id = t.kabkota_id AND o.tps_id = t.id))
ORDER BY t.id
