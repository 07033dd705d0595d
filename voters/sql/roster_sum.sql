-- Rows of the file, those that stay out, those that are loaded with a doubt, and NIK that end in 0.
-- Size: the TPS of the list (DKI: 30,766).
SELECT coalesce(sum(told), 0)::bigint, coalesce(sum(left_out), 0)::bigint, coalesce(sum(doubtful), 0)::bigint,
       coalesce(sum(rounded), 0)::bigint
FROM filed
