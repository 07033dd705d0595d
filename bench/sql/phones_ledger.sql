-- An invented ledger and its results for every second TPS that has voters, as phones sent them, in a mixed order of
-- TPS. Their events have no batch, by which the bench knows them from its own.
-- Index: none. Size: half of the list, up to 4 million rows in each table.
WITH given AS MATERIALIZED (
    SELECT gen_random_uuid() AS event, voter.kabkota_id, voter.tps_id, voter.id AS voter, assignment.pantarlih_id,
           row_number() OVER (PARTITION BY voter.tps_id ORDER BY voter.id) AS revision
    FROM (SELECT *, row_number() OVER (ORDER BY kabkota_id, kelurahan_id, number) - 1 AS place FROM voters_tps) AS placed
    JOIN voters_voter AS voter ON voter.kabkota_id = placed.kabkota_id AND voter.tps_id = placed.id
    JOIN voters_assignment AS assignment
      ON assignment.kabkota_id = placed.kabkota_id AND assignment.tps_id = placed.id
    WHERE placed.place / %(step)s %% 2 = 1
    ORDER BY md5(placed.id::text), voter.id
), written AS (
    INSERT INTO voters_coklitevent (id, kabkota_id, tps_id, voter_id, code, evidence, base_revision, revision,
                                    contested, effect, timing, ahead, content_hash, door, by_pantarlih_id, event_at,
                                    received_at)
    SELECT event, kabkota_id, tps_id, voter, '0', '', 0, revision, false, 'set', '', false,
           decode(md5(event::text), 'hex'), 'phone', pantarlih_id, now(), now()
    FROM given
)
INSERT INTO voters_coklitresult (voter_id, kabkota_id, code, evidence, event, revision, door, by_pantarlih_id, synced,
                                 event_at, received_at)
SELECT voter, kabkota_id, '0', '', event, revision, 'phone', pantarlih_id, true, now(), now()
FROM given
