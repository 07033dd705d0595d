-- What the phones of one kab/kota tried, hour by hour of its zone, hours without any included: uploads that came in,
-- with median and 95th percentile of the server's time, and attempts that failed, by outcome.
-- Index: primary key of device, then batch_device and attempt_device for each phone. Size: some thousand phones, one
-- row for each hour asked for.
WITH phone AS (
    SELECT kabkota_id, id FROM voters_device WHERE kabkota_id = %(kabkota)s
), answered AS (
    SELECT date_trunc('hour', batch.received_at, %(zone)s) AS hour, count(*) AS number,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY batch.took_ms) AS p50,
           percentile_disc(0.95) WITHIN GROUP (ORDER BY batch.took_ms) AS p95
    FROM phone
    JOIN voters_syncbatch AS batch ON batch.kabkota_id = phone.kabkota_id AND batch.device_id = phone.id
    WHERE batch.received_at >= %(since)s AND batch.received_at < %(until)s AND batch.state <> 'unreadable'
    GROUP BY 1
), failed AS (
    SELECT hour, jsonb_object_agg(outcome, number) AS numbers
    FROM (
        SELECT date_trunc('hour', attempt.at, %(zone)s) AS hour, attempt.outcome, count(*) AS number
        FROM phone
        JOIN voters_syncattempt AS attempt ON attempt.kabkota_id = phone.kabkota_id AND attempt.device_id = phone.id
        WHERE attempt.at >= %(since)s AND attempt.at < %(until)s
        GROUP BY 1, 2
    ) AS counted
    GROUP BY 1
)
SELECT hour, coalesce(answered.number, 0), answered.p50, answered.p95, coalesce(failed.numbers, '{}')
FROM generate_series(
    date_trunc('hour', %(since)s::timestamptz, %(zone)s), %(until)s::timestamptz - interval '1 microsecond',
    interval '1 hour') AS hour
LEFT JOIN answered USING (hour)
LEFT JOIN failed USING (hour)
ORDER BY hour
