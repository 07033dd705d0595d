-- Whether a pantarlih serves or once served a TPS, and whether an earlier upload of the phone for it still waits.
-- From here on the transaction waits no longer than `lock_wait` for a lock.
-- Index: assignment_pantarlih, batch_device. Size: a few rows.
SELECT set_config('lock_timeout', %(lock_wait)s, true),
       EXISTS (
           SELECT FROM voters_assignment
           WHERE kabkota_id = %(kabkota)s AND pantarlih_id = %(pantarlih)s AND tps_id = %(tps)s
       ),
       EXISTS (
           SELECT FROM voters_syncbatch
           WHERE kabkota_id = %(kabkota)s AND device_id = %(device)s AND tps_id = %(tps)s AND state = 'stored'
       )
