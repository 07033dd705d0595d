-- What a phone told with an upload: when it came, its counts, its clock. One row by primary key.
-- An upload that waited may be older than what the phone has sent since.
UPDATE voters_device
SET seen_at = %(at)s, app_version = %(app_version)s, recorded = coalesce(%(recorded)s, recorded),
    waiting = coalesce(%(waiting)s, waiting), failed = coalesce(%(failed)s, failed),
    clock_offset = coalesce(%(clock_offset)s, clock_offset), trouble = '', trouble_at = NULL
WHERE kabkota_id = %(kabkota)s AND id = %(device)s AND (seen_at IS NULL OR seen_at <= %(at)s)
