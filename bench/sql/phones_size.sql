-- How much lies behind a row of the tables that uploads fill most: rows, bytes with and of their indexes, constraints.
-- Not by kabkota: the bench's own lists, one database on one machine, emptied or counted whole.
-- Index: none. Size: three rows; each table is counted.
SELECT told.name, told.rows, pg_table_size(told.name::regclass), pg_indexes_size(told.name::regclass),
       (SELECT count(*) FROM pg_index WHERE indrelid = told.name::regclass),
       (SELECT count(*) FROM pg_constraint WHERE conrelid = told.name::regclass AND contype = 'f')
FROM (SELECT 'voters_coklitevent' AS name, count(*) AS rows FROM voters_coklitevent
      UNION ALL SELECT 'voters_coklitresult', count(*) FROM voters_coklitresult
      UNION ALL SELECT 'voters_syncbatch', count(*) FROM voters_syncbatch) AS told
ORDER BY 1
