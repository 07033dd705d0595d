-- How many rows each rule is about: what keeps rows out, and the doubts of those that are loaded; a destroyed number
-- counts wherever it stands. Size: one pass over the judged list, and the rows that are not sound.
SELECT code, count(*) FROM (
    SELECT problem AS code FROM judged WHERE problem IS NOT NULL
    UNION ALL
    SELECT code FROM judged CROSS JOIN unnest(doubts) AS code
    WHERE doubts IS NOT NULL AND (problem IS NULL OR code = ANY(%(refused)s))
) AS told
GROUP BY code
