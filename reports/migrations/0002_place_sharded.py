"""The key of TpsProgress begins with kabkota."""

from django.db import migrations

from voters.schema import PlaceSharded


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("voters", "0002_place_sharded")]

    operations = [
        PlaceSharded(
            keys={"reports_tpsprogress": "tps_id"},
            references=[("reports_tpsprogress", "tps_id", "voters_tps")],
        ),
    ]
