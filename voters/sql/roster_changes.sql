-- Rows that the list has, those that differ, and listed voters of the area who are not in the file; then rows by each
-- bit of a difference. Size: the known rows.
SELECT count(*), count(*) FILTER (WHERE differs <> 0),
       coalesce((SELECT sum(voters) FROM standing), 0)::bigint
           - count(*) FILTER (WHERE old_tps IN (SELECT tps_id FROM standing)) /*fields*/
FROM known
