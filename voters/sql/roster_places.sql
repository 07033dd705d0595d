-- The places that a staged list names: each distinct text of code, names and TPS once, with the number it means.
-- Names are compared without their kind, blanks and marks: KPU writes "PULO GADUNG" where Kemendagri has "Pulogadung".
-- Size: one pass over the staged list; one row per TPS of it and way of writing (DKI: 30,766).
CREATE TEMP TABLE places ON COMMIT DROP AS
SELECT row_number() OVER ()::int AS place, row_number() OVER ()::int AS station, named.*,
       CASE WHEN bare ~ '^[0-9]{10}$' THEN concat_ws('.', left(bare, 2), substr(bare, 3, 2), substr(bare, 5, 2), right(bare, 4))
            WHEN bare = '' THEN '' ELSE '?' END AS code,
       regexp_replace(regexp_replace(upper(btrim(kecamatan)), '^(KECAMATAN|KEC|DISTRIK)\M', ''), '[^A-Z0-9]', '', 'g') AS upper_name,
       regexp_replace(regexp_replace(upper(btrim(kelurahan)), '^(KELURAHAN|KEL|DESA)\M', ''), '[^A-Z0-9]', '', 'g') AS name,
       nullif((regexp_match(tps, '^\s*(?:[A-Za-z]+\.?\s*)?0*([0-9]{1,3})\s*$'))[1], '')::int AS number,
       NULL::varchar(13) COLLATE "C" AS kelurahan_id, NULL::varchar(13) COLLATE "C" AS kecamatan_id,
       NULL::uuid AS tps_id, NULL::varchar AS problem
FROM (SELECT kode, kecamatan, kelurahan, tps, regexp_replace(kode, '[. ]', '', 'g') AS bare
      FROM staged GROUP BY kode, kecamatan, kelurahan, tps) AS named
