-- Listed voters of the same kab/kota with the NIK of a row that its DPID did not find: for a row without DPID any of
-- them, for a new DPID those that have none. `alike`: the birth dates agree, unknown where only one side has one.
-- Index: voter_nik. Size: rows that are not known by DPID.
CREATE TEMP TABLE candidates ON COMMIT DROP AS
SELECT *, count(*) FILTER (WHERE alike AND NOT taken) OVER (PARTITION BY row_no) AS voters,
       count(*) FILTER (WHERE alike AND NOT taken) OVER (PARTITION BY voter_id) AS rows
FROM (
    SELECT judged.row_no, voter.id AS voter_id,
           CASE WHEN voter.birth_day IS NULL AND judged.birth_day IS NULL THEN true
                ELSE voter.birth_day = judged.birth_day END AS alike,
           EXISTS (SELECT FROM known WHERE known.voter_id = voter.id) AS taken
    FROM judged
    JOIN stations USING (station)
    JOIN voters_voter AS voter ON voter.kabkota_id = stations.kabkota_id AND voter.nik = judged.nik
    WHERE judged.problem IS NULL AND judged.nik <> '' AND voter.election_id = %(election)s AND voter.listed
      AND (judged.dpid IS NULL OR voter.dpid IS NULL AND judged.birth_day IS NOT NULL)
      AND NOT EXISTS (SELECT FROM known WHERE known.row_no = judged.row_no)
) AS found
