-- Everything that uploads of the bench left: ledger, results, new voters, batches, marks, revisions, sync times.
-- Not by kabkota: the bench's own lists, one database on one machine, emptied or counted whole.
-- Index: none. Size: what one run wrote; each table is read once.
DELETE FROM voters_coklitresult AS result USING voters_coklitevent AS event
 WHERE event.batch_id IS NOT NULL AND result.kabkota_id = event.kabkota_id AND result.voter_id = event.voter_id;
DELETE FROM voters_voter WHERE NOT listed;
DELETE FROM voters_coklitevent WHERE batch_id IS NOT NULL;
DELETE FROM voters_syncbatch;
DELETE FROM voters_change;
DELETE FROM voters_conflict;
DELETE FROM voters_heldevent;
DELETE FROM voters_syncattempt;
UPDATE voters_tps SET revision = 0 WHERE revision > 0;
UPDATE voters_pantarlih SET first_synced_at = NULL, last_synced_at = NULL WHERE last_synced_at IS NOT NULL;
UPDATE voters_device
   SET seen_at = NULL, app_version = '', recorded = NULL, waiting = NULL, failed = NULL, clock_offset = NULL,
       trouble = '', trouble_at = NULL
 WHERE seen_at IS NOT NULL
