-- Open rows of earlier imports that this file brings again: told by the error file's own column, by DPID, without one
-- by NIK. One that stays out again is open as a row of this import. Index: left_out_open. Size: open rows of the area.
UPDATE voters_leftout AS old SET settled_by_id = %(import)s, settled_at = %(now)s
FROM voters_fileimport AS earlier
WHERE earlier.id = old.file_import_id AND earlier.election_id = %(election)s AND old.settled_at IS NULL
  AND earlier.id <> %(import)s
  AND (%(nation)s OR %(area)s LIKE old.region || '.%%' OR old.region >= %(area)s AND old.region < %(beyond)s)
  AND (earlier.file_hash = %(hash)s
       OR earlier.id || ':' || old.row IN (SELECT origin FROM staged WHERE origin <> '')
       OR old.dpid <> '' AND old.dpid IN (SELECT dpid FROM judged)
       OR old.dpid = '' AND old.nik <> '' AND old.nik IN (SELECT nik FROM judged))
