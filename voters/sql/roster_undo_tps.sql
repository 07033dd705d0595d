-- TPS that the import made and to which nothing belongs any more. Index: voter_tps and the like; tables without one are
-- small or hashed once. Size: the TPS that one import made.
DELETE FROM voters_tps AS tps
USING voters_importchange AS change
WHERE change.file_import = %(import)s AND change.subject LIKE 'tps:%%'
  AND tps.kabkota_id = change.kabkota_id AND tps.id = substr(change.subject, 5)::uuid
  AND NOT EXISTS (SELECT FROM voters_voter AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_assignment AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_notice AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_declaration AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_heldevent AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_coklitevent AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_conflict AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_syncbatch AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
  AND NOT EXISTS (SELECT FROM voters_recap AS o WHERE o.kabkota_id = tps.kabkota_id AND o.tps_id = tps.id)
