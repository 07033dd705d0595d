-- Note on phones of one kab/kota that their last attempt was refused, unless an upload of theirs came in since then.
-- A phone that somebody else is writing to is left out: waiting for several rows could end in a deadlock.
-- Index: primary key of device, batch_device. Size: at most 1,000 phones.
WITH newest AS (
    SELECT DISTINCT ON (device) device, at, outcome
    FROM unnest(%(devices)s::uuid[], %(ats)s::timestamptz[], %(outcomes)s::text[]) AS refused (device, at, outcome)
    ORDER BY device, at DESC
), free AS (
    SELECT device.id, newest.at, newest.outcome
    FROM newest
    JOIN voters_device AS device ON device.kabkota_id = %(kabkota)s AND device.id = newest.device
    WHERE NOT EXISTS (
        SELECT 1 FROM voters_syncbatch AS batch
        WHERE batch.kabkota_id = device.kabkota_id AND batch.device_id = device.id AND batch.received_at >= newest.at
          AND batch.state <> 'unreadable')
    FOR NO KEY UPDATE OF device SKIP LOCKED
)
UPDATE voters_device AS device
SET trouble_at = CASE WHEN device.trouble = '' THEN free.at ELSE coalesce(device.trouble_at, free.at) END,
    trouble = free.outcome
FROM free
WHERE device.kabkota_id = %(kabkota)s AND device.id = free.id
