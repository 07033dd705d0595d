-- New voters that were taken back (code X). By primary key. Size: the voters of one batch, a few.
UPDATE voters_voter SET deleted_at = %(now)s
WHERE kabkota_id = %(kabkota)s AND id = ANY(%(voters)s::uuid[]) AND NOT listed
