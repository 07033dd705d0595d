-- Keep refused attempts of one kab/kota as rows, once each; those of a phone that is not known here are left out.
-- Index: primary keys of device and attempt. Size: at most 1,000 attempts.
INSERT INTO voters_syncattempt (kabkota_id, id, device_id, at, outcome, status, took_ms, size)
SELECT device.kabkota_id, refused.id, device.id, refused.at, refused.outcome, refused.status, NULL, refused.size
FROM unnest(%(ids)s::uuid[], %(devices)s::uuid[], %(ats)s::timestamptz[], %(outcomes)s::text[],
            %(statuses)s::smallint[], %(sizes)s::integer[]) AS refused (id, device, at, outcome, status, size)
JOIN voters_device AS device ON device.kabkota_id = %(kabkota)s AND device.id = refused.device
ON CONFLICT (kabkota_id, id) DO NOTHING
