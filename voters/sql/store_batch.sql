-- One upload as it came. Index: primary key, batch_device. Size: one row with up to 1 MiB.
INSERT INTO voters_syncbatch (id, kabkota_id, phone_batch, device_id, tps_id, state, encoding, body, body_hash,
                              received_at, phone_at, clock_offset, recorded, waiting, failed, app_version, attempts,
                              events, accepted)
VALUES (%(id)s, %(kabkota)s, %(phone_batch)s, %(device)s, %(tps)s, %(state)s, %(encoding)s, %(body)s, %(body_hash)s,
        %(received_at)s, %(phone_at)s, %(clock_offset)s, %(recorded)s, %(waiting)s, %(failed)s, %(app_version)s,
        %(attempts)s, %(events)s, 0)
