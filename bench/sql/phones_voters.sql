-- Invented voters, so many in every step-th TPS, as a list is loaded: TPS by TPS, ids that rise with the rows.
-- The same place in the list is the same voter in every database.
-- Index: none. Size: up to 8 million rows.
INSERT INTO voters_voter (id, kabkota_id, election_id, tps_id, listed, dpid, nkk, nik, name, birth_place, birth_day,
                          sex, marital, address, rt, rw, disability, ktp_el, source)
SELECT (lpad(to_hex(1720000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
       kabkota_id, election_id, id, true, (10000000 + n)::text,
       replace(kabkota_id, '.', '') || '00' || lpad((n / 3 * 7907 %% 10000000000)::text, 10, '0'),
       replace(kabkota_id, '.', '') || '00' || lpad((n * 7907 %% 10000000000)::text, 10, '0'),
       (ARRAY['ADI', 'DEWI', 'SITI', 'BUDI', 'RINA', 'YUSUF', 'INTAN'])[1 + n %% 7] || ' '
           || (ARRAY['SANTOSO', 'LESTARI', 'WULANDARI', 'SAPUTRA', 'PERTIWI'])[1 + n %% 5],
       'JAKARTA', date '1950-01-01' + (n %% 19000)::int, (ARRAY['L', 'P'])[1 + n %% 2],
       (ARRAY['B', 'S', 'P'])[1 + n %% 3], 'JALAN CONTOH ' || n %% 90, 1 + n %% 12, 1 + n / 40 %% 9, 0, 'S', 'contoh'
FROM (SELECT *, row_number() OVER (ORDER BY kabkota_id, kelurahan_id, number) - 1 AS place FROM voters_tps) AS placed
CROSS JOIN LATERAL (SELECT placed.place * %(per_tps)s + inside AS n FROM generate_series(0, %(per_tps)s - 1) AS inside) AS one
WHERE placed.place %% %(step)s = 0
ORDER BY n
