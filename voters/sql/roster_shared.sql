-- NIK that several rows of the file have, row by row. Size: such rows; a hashed pass over the list finds them.
CREATE TEMP TABLE shared ON COMMIT DROP AS
WITH several AS MATERIALIZED (
    SELECT nik FROM judged WHERE problem IS NULL AND nik <> '' GROUP BY nik HAVING count(*) > 1
)
SELECT nik, row_no, 'nik_twice' AS code FROM judged
WHERE EXISTS (SELECT FROM several) AND problem IS NULL AND nik IN (SELECT nik FROM several)
