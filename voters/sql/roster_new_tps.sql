-- TPS that the list names in villages it is right about, and that the election did not have before.
-- Size: the TPS of the list (DKI: 30,766).
SELECT (SELECT count(*) FROM stations WHERE problem IS NULL AND tps_id IS NULL OR problem = 'tps_unknown')
     + (SELECT count(*) FROM voters_importchange WHERE file_import = %(import)s AND subject LIKE 'tps:%%')
