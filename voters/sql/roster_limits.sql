-- TPS of the file with more voters than the election allows: its rows in them, and the fullest of them.
-- Size: the TPS of the list (DKI: 30,766).
SELECT sum(rows) OVER ()::bigint, first_row, kelurahan_id, number, after FROM after
WHERE after > %(limit)s AND rows > 0
ORDER BY after DESC, first_row LIMIT %(samples)s
