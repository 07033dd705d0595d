-- The phone in use that holds a token, with where its pantarlih works and that place's time zone.
-- Index: device_token, primary keys. Size: one row.
SELECT device.id, device.pantarlih_id, device.confirmed_at, pantarlih.kelurahan_id, region.zone
FROM voters_device AS device
JOIN voters_pantarlih AS pantarlih ON pantarlih.kabkota_id = device.kabkota_id AND pantarlih.id = device.pantarlih_id
JOIN voters_region AS region ON region.code = pantarlih.kelurahan_id
WHERE device.kabkota_id = %(kabkota)s AND device.token_hash = %(token_hash)s AND device.revoked_at IS NULL
