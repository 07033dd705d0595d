-- Pairs of duplicate NIK that the import found, and those one side of which goes. Index: duplicate_once.
-- Size: such pairs.
DELETE FROM voters_duplicate AS pair
WHERE pair.file_import = %(import)s
   OR (pair.kabkota_id, pair.voter_id) IN (SELECT kabkota_id, voter_id FROM made)
   OR (pair.other_kabkota, pair.other_voter) IN (SELECT kabkota_id, voter_id FROM made)
