-- The voters that an import made. Index: none by import; the voters of its kab/kota are read once.
-- Size: the rows of the import (DKI: 8.3 million).
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT kabkota_id, id AS voter_id, tps_id FROM voters_voter
WHERE election_id = %(election)s AND loaded_by = %(import)s
  AND (%(nation)s OR kabkota_id >= %(kabkota)s AND kabkota_id < %(beyond_kabkota)s)
