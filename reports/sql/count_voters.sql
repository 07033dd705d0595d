-- Count the voters of TPS with their current results: one row per TPS with voters, in the temporary table `counted`.
-- Its own statement because a server reads in parallel for CREATE TABLE AS, but never for INSERT.
-- Index: voter_tps and primary key of the result for a few TPS; hashed parallel passes for a rebuild.
-- Size: 250 voters a TPS; a rebuild of DKI reads 8.3 million voters and as many results.
CREATE TEMP TABLE counted ON COMMIT DROP AS
SELECT voter.kabkota_id, voter.tps_id,
       count(*) FILTER (WHERE listed) AS listed,
       count(*) FILTER (WHERE listed AND sex = 'L') AS listed_l,
       count(*) FILTER (WHERE listed AND sex = 'P') AS listed_p,
       count(*) FILTER (WHERE listed AND code = '0') AS sesuai,
       count(*) FILTER (WHERE listed AND code = 'U') AS ubah,
       count(*) FILTER (WHERE listed AND code BETWEEN '1' AND '9') AS tms,
       count(*) FILTER (WHERE listed AND code BETWEEN '1' AND '9' AND evidence IN ('belum_ada', 'menyusul'))
           AS tms_no_proof,
       count(*) FILTER (WHERE NOT listed AND code = 'B') AS baru,
       count(*) FILTER (WHERE listed AND synced) AS synced,
       count(*) FILTER (WHERE listed AND code = '1') AS tms_1, count(*) FILTER (WHERE listed AND code = '2') AS tms_2,
       count(*) FILTER (WHERE listed AND code = '3') AS tms_3, count(*) FILTER (WHERE listed AND code = '4') AS tms_4,
       count(*) FILTER (WHERE listed AND code = '5') AS tms_5, count(*) FILTER (WHERE listed AND code = '6') AS tms_6,
       count(*) FILTER (WHERE listed AND code = '7') AS tms_7, count(*) FILTER (WHERE listed AND code = '8') AS tms_8,
       count(*) FILTER (WHERE listed AND code = '9') AS tms_9, count(*) FILTER (WHERE listed AND code = '10') AS tms_10,
       max(event_at) AS last_event_at, max(received_at) AS last_received_at
FROM voters_voter AS voter
LEFT JOIN voters_coklitresult AS result
       ON result.kabkota_id = voter.kabkota_id AND result.voter_id = voter.id
WHERE voter.deleted_at IS NULL /*voters*/
GROUP BY voter.kabkota_id, voter.tps_id
