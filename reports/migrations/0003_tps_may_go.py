"""A TPS that an undone import had made may be removed: its counts follow at the next recount, by their mark."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_place_sharded")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE reports_tpsprogress DROP CONSTRAINT reports_tpsprogress_tps_id_colocated",
            migrations.RunSQL.noop,
        )
    ]
