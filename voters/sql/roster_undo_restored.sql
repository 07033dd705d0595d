-- The voters that an import changed, with their values before. Index: import_change. Size: the rows that it changed.
CREATE TEMP TABLE restored ON COMMIT DROP AS
SELECT change.kabkota_id, substr(change.subject, 7)::uuid AS voter_id, change.before,
       (change.before ->> 'tps_id')::uuid AS old_tps
FROM voters_importchange AS change WHERE file_import = %(import)s AND subject LIKE 'voter:%%' AND before IS NOT NULL
