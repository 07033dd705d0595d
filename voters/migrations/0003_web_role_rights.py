"""What the web role may do: read and write rows, but neither change nor remove the ledger and the trail."""

from django.db import migrations

GRANT = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO coklit_web;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO coklit_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO coklit_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO coklit_web;
-- A fresh import is analysed at once, not when autovacuum comes by.
GRANT MAINTAIN ON voters_tps, voters_voter, voters_coklitresult TO coklit_web;
REVOKE UPDATE, DELETE ON voters_coklitevent, voters_trailentry FROM coklit_web;
"""


class Migration(migrations.Migration):
    dependencies = [("voters", "0002_place_sharded")]

    operations = [migrations.RunSQL(GRANT, migrations.RunSQL.noop)]
