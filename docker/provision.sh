#!/bin/sh
# Run once by the postgres image, when its data directory is made: the roles and their rights, in the database coklit.
set -eu
PGOPTIONS="-c coklit.owner_password=$COKLIT_OWNER_PASSWORD -c coklit.web_password=$COKLIT_WEB_PASSWORD" \
    psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -f /srv/provision.sql
