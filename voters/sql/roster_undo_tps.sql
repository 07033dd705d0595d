-- TPS that the import made and to which nothing belongs any more. Index: voter_tps and the like; tables without one are
-- small or hashed once. Size: the TPS that one import made.
DELETE FROM voters_tps AS tps
WHERE (tps.kabkota_id, tps.id) IN (
        SELECT kabkota_id, substr(subject, 5)::uuid FROM voters_importchange
        WHERE file_import = %(import)s AND subject LIKE 'tps:%%')
  AND NOT EXISTS (SELECT FROM voters_voter AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_assignment AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_notice AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_declaration AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_heldevent AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_coklitevent AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_conflict AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_syncbatch AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_recap AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
