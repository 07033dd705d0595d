-- Voters of the import whom somebody has worked on since, or whom a later import changed again; the first of them named
-- by DPID and TPS. A voter that it made counts with anything, a changed one with what came after.
-- Index: event_voter, import_change, or hashed passes. Size: the rows of the import against results of its kab/kota.
WITH loaded AS (
    SELECT kabkota_id, voter_id, true AS new FROM made UNION ALL SELECT kabkota_id, voter_id, false FROM restored
), worked AS (
    SELECT loaded.kabkota_id, loaded.voter_id, 'result_since' AS code FROM loaded
    JOIN voters_coklitevent AS done ON done.kabkota_id = loaded.kabkota_id AND done.voter_id = loaded.voter_id
    WHERE new OR done.received_at > %(committed)s
    UNION
    SELECT loaded.kabkota_id, loaded.voter_id, 'result_since' FROM loaded
    JOIN voters_coklitresult AS done ON done.kabkota_id = loaded.kabkota_id AND done.voter_id = loaded.voter_id
    WHERE new OR done.received_at > %(committed)s
    UNION
    SELECT loaded.kabkota_id, loaded.voter_id, 'result_since' FROM loaded
    JOIN voters_heldevent AS done ON done.kabkota_id = loaded.kabkota_id AND done.voter = loaded.voter_id
    WHERE new OR done.received_at > %(committed)s
    UNION
    SELECT loaded.kabkota_id, loaded.voter_id, 'result_since' FROM loaded
    JOIN voters_conflict AS done ON done.kabkota_id = loaded.kabkota_id AND done.voter_id = loaded.voter_id
    WHERE new OR done.opened_at > %(committed)s
    UNION
    SELECT loaded.kabkota_id, loaded.voter_id, 'result_since' FROM loaded
    JOIN voters_notice AS done ON done.kabkota_id = loaded.kabkota_id AND done.voter_id = loaded.voter_id
    WHERE new OR done.given_at > %(committed)s
    UNION
    SELECT loaded.kabkota_id, loaded.voter_id, 'changed_since' FROM loaded
    JOIN voters_importchange AS change
      ON change.kabkota_id = loaded.kabkota_id AND change.subject = 'voter:' || loaded.voter_id
    JOIN voters_fileimport AS later ON later.id = change.file_import
    WHERE later.state = 'committed' AND later.committed_at >= %(committed)s AND later.id <> %(import)s
), numbered AS (
    SELECT *, count(*) OVER (PARTITION BY code) AS rows, row_number() OVER (PARTITION BY code ORDER BY voter_id) AS nth
    FROM worked
)
SELECT numbered.code, numbered.rows, voter.dpid, tps.kelurahan_id, tps.number
FROM numbered
JOIN voters_voter AS voter ON voter.kabkota_id = numbered.kabkota_id AND voter.id = numbered.voter_id
JOIN voters_tps AS tps ON tps.kabkota_id = voter.kabkota_id AND tps.id = voter.tps_id
WHERE nth <= %(samples)s ORDER BY numbered.code, nth
