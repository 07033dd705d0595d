-- The rows that stay out. Size: those rows.
INSERT INTO voters_leftout (id, file_import_id, row, code, region, dpid, nik, note)
SELECT (%(ids)s || to_hex(1099511627776 + row_no))::uuid, %(import)s, row_no, judged.problem, stations.region,
       coalesce(left(dpid, 20), ''), CASE WHEN nik ~ '^[0-9]{16}$' THEN nik ELSE '' END, ''
FROM judged
JOIN stations USING (station)
WHERE judged.problem IS NOT NULL
