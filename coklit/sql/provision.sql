-- What: the two roles of an installation and their rights in the database one is connected to. Safe to repeat.
--   coklit_owner  owns the database and every table; runs migrations, nothing else
--   coklit_web    reads and writes rows; cannot make, change or drop a table. Pages and workers use it
-- Run by a superuser it also makes the roles and sets the passwords given as settings; repeated by coklit_owner
-- itself (in the databases tests make) it sets the rights only. With psql:
--   PGOPTIONS="-c coklit.owner_password=... -c coklit.web_password=..." psql -v ON_ERROR_STOP=1 -d coklit -f provision.sql
-- Index used: none. Expected size: a handful of catalogue rows.

DO $$
DECLARE
    short_name text;
    role_name  text;
    password   text;
BEGIN
    FOREACH short_name IN ARRAY ARRAY['owner', 'web'] LOOP
        role_name := 'coklit_' || short_name;
        password := nullif(current_setting('coklit.' || short_name || '_password', true), '');
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role_name);
        END IF;
        IF password IS NOT NULL THEN
            EXECUTE format('ALTER ROLE %I PASSWORD %L', role_name, password);
        END IF;
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO coklit_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- Temporary tables: staging of an import.
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO coklit_web', current_database());
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Search in names. A superuser makes it here, so that migrations need no more than the owner's rights.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Tables that migrations will make. A migration may still take a right away from one table (an append-only ledger);
-- repeating this file does not give it back, as it never touches tables that exist.
ALTER DEFAULT PRIVILEGES FOR ROLE coklit_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO coklit_web;
ALTER DEFAULT PRIVILEGES FOR ROLE coklit_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO coklit_web;
