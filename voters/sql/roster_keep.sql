-- The values of listed voters that this load will change, as they stand. Index: primary key.
-- Size: the rows that a later version of a list has changed; none in a first load.
INSERT INTO voters_importchange (id, kabkota_id, file_import, subject, before)
SELECT (%(ids)s || to_hex(1099511627776 + row_no))::uuid, voter.kabkota_id, %(import)s, 'voter:' || voter.id,
       jsonb_build_object('tps_id', tps_id, 'dpid', voter.dpid, 'nkk', nkk, 'nik', nik, 'name', name,
                          'birth_place', birth_place, 'birth_day', birth_day, 'sex', sex, 'marital', marital,
                          'address', address, 'rt', rt, 'rw', rw, 'disability', disability, 'ktp_el', ktp_el,
                          'source', source, 'doubts', doubts)
FROM known
JOIN voters_voter AS voter ON voter.kabkota_id = known.kabkota_id AND voter.id = known.voter_id
WHERE known.differs <> 0
