-- What happened to the list of a region: first row, how many rows of list files are not loaded; then, newest first, how
-- the number of listed voters changed by imports that are loaded, since coklit began.
-- Not by kabkota: both tables are local.
-- Index: left_out_open, list_shift_kelurahan. Size: open rows of the region; one row for each kelurahan and import.
(
    SELECT NULL::timestamptz AS at, count(*) AS number
    FROM voters_leftout AS row
    JOIN voters_fileimport AS file ON file.id = row.file_import_id
    WHERE row.settled_at IS NULL AND row.region >= %(first)s AND row.region < %(end)s
      AND file.election_id = %(election)s AND file.state = 'committed'
)
UNION ALL
(
    SELECT max(shift.at), sum(shift.after - shift.before)
    FROM voters_listshift AS shift
    JOIN voters_fileimport AS file ON file.id = shift.file_import_id
    WHERE shift.kelurahan >= %(first)s AND shift.kelurahan < %(end)s AND shift.at >= %(since)s AND shift.at < %(until)s
      AND file.election_id = %(election)s AND file.state = 'committed'
    GROUP BY shift.file_import_id
    HAVING sum(shift.after - shift.before) <> 0
    ORDER BY max(shift.at) DESC
    LIMIT %(shown)s
)
