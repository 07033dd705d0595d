-- The voters that an import made (table `made`) and those it changed, with their values before (table `restored`).
-- Index: import_change; the voters of its kab/kota are read once. Size: the rows of the import (DKI: 8.3 million).
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT kabkota_id, id AS voter_id, tps_id FROM voters_voter
WHERE election_id = %(election)s AND loaded_by = %(import)s
  AND (%(nation)s OR kabkota_id >= %(kabkota)s AND kabkota_id < %(beyond_kabkota)s);
CREATE TEMP TABLE restored ON COMMIT DROP AS
SELECT change.kabkota_id, substr(change.subject, 7)::uuid AS voter_id, change.before,
       (change.before ->> 'tps_id')::uuid AS old_tps
FROM voters_importchange AS change WHERE file_import = %(import)s AND subject LIKE 'voter:%%' AND before IS NOT NULL;
CREATE TEMP TABLE concerned ON COMMIT DROP AS
SELECT kabkota_id, tps_id FROM made
UNION SELECT kabkota_id, old_tps FROM restored
UNION SELECT voter.kabkota_id, voter.tps_id FROM restored
      JOIN voters_voter AS voter ON voter.kabkota_id = restored.kabkota_id AND voter.id = restored.voter_id
UNION SELECT kabkota_id, substr(subject, 5)::uuid FROM voters_importchange
      WHERE file_import = %(import)s AND subject LIKE 'tps:%%';
ANALYZE made, restored, concerned
