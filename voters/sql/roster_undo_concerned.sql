-- The TPS that an undo changes: those of its voters now and before, and those that the import made.
-- Index: import_change, primary key of voters. Size: the TPS of the import (DKI: 30,766).
CREATE TEMP TABLE concerned ON COMMIT DROP AS
SELECT kabkota_id, tps_id FROM made
UNION SELECT kabkota_id, old_tps FROM restored
UNION SELECT voter.kabkota_id, voter.tps_id FROM restored
      JOIN voters_voter AS voter ON voter.kabkota_id = restored.kabkota_id AND voter.id = restored.voter_id
UNION SELECT kabkota_id, substr(subject, 5)::uuid FROM voters_importchange
      WHERE file_import = %(import)s AND subject LIKE 'tps:%%'
