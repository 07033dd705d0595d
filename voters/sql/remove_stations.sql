-- What: remove stations to which nothing belongs; they are locked and that was looked at before.
-- Index used: primary key. Expected size: the stations of one import in one kab/kota, up to 15,228.
DELETE FROM voters_tps WHERE kabkota_id = %(kabkota)s AND id = ANY(%(ids)s::uuid[])
