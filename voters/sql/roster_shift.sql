-- Villages whose number of listed voters this load changes. Size: the villages of the area (DKI: 267).
INSERT INTO voters_listshift (id, file_import_id, kelurahan, at, before, after)
SELECT uuidv7(), %(import)s, kelurahan_id, %(now)s, sum(before), sum(after) FROM after
GROUP BY kelurahan_id HAVING sum(before) <> sum(after)
